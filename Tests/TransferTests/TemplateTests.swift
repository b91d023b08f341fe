import Testing

@testable import Transfer

@Suite struct TemplateTests {
  @Test(arguments: [
    ("Hello {target}.", "Hello billing."),
    ("A[ about {topic}]!", "A!"),
    ("A [{target}] [and {topic}] B", "A billing B"),
    ("[[{{x}}]]", "[{x}]"),
    ("Hello {topic}there", "Hello there"),
  ])
  func rendering(_ source: String, _ expected: String) throws {
    #expect(try Template(parsing: source).render([.target: "billing", .topic: ""]) == expected)
  }

  @Test(
    arguments: [
      ("{target", .unclosedField), ("{nobody}", .unknownField("nobody")), ("[a [b]]", .nestedParts),
      ("[a", .unclosedPart),
      ("a]", .unopened("]")), ("a}", .unopened("}")),
      // A mark with an accent on it is still that mark.
      ("{\u{301}target}", .unknownField("\u{301}target")), ("a}\u{338}", .unopened("}")), ("[\u{301}a", .unclosedPart),
    ] as [(String, Template.ParseError)]
  )
  func mistakes(_ source: String, _ expected: Template.ParseError) {
    #expect(throws: expected) { try Template(parsing: source) }
  }

  @Test(
    arguments: [
      ("sound:acme/hello", [.recorded("acme/hello")]),
      ("sound:acme/call-from {target}, sound:b.", [.recorded("acme/call-from"), .words("billing,"), .recorded("b")]),
      (
        "Hello[ sound:acme/about {topic}] sound:a sound:b there",
        [
          .words("Hello"), .recorded("a"), .recorded("b"), .words("there"),
        ]
      ),
      ("A sound: hello", [.words("A sound: hello")]),
      ("a, sound:x - , b", [.words("a,"), .recorded("x"), .words("- , b")]),
    ] as [(String, [SpokenPart])]
  )
  func recordedPrompts(_ source: String, _ parts: [SpokenPart]) throws {
    let template = try Template(parsing: source)
    #expect(template.render([.target: "billing", .topic: ""]).spokenParts == parts)
    let names = parts.compactMap { part in if case .recorded(let name) = part { name } else { nil } }
    #expect(template.sounds.filter { $0 != "acme/about" } == names)
  }

  @Test(arguments: [
    "sound:/etc/passwd", "sound:../x", "sound:a//b", "sound:a/{target}", "sound:a{target}", "sound:a,b", "sound:a&b",
    "sound:é", "sound:a/", "[sound:a/{topic}]",
  ])
  func namesOfPromptsThatAreNone(_ source: String) {
    #expect(throws: Template.ParseError.self) { try Template(parsing: source) }
  }

  /// Only a template names a prompt.
  @Test func noValueNamesARecordedPrompt() throws {
    let hostile = "sound:acme/x \u{E000}acme/y\u{E001} sound:z"
    let rendered = try Template(parsing: "Hello {target}").render([.target: hostile])
    #expect(rendered.spokenParts == [.words("Hello sound:acme/x acme/y sound:z")])
    #expect(rendered.withPromptsNamed == rendered)
  }

  @Test func promptsAreNamedForPeople() throws {
    let text = try Template(parsing: "sound:acme/hello {target}").render([.target: "bob"])
    #expect(text.withPromptsNamed == "[sound:acme/hello] bob")
  }

  @Test func aFieldThatTheTextDoesNotKnowIsAMistake() throws {
    #expect(throws: Template.ParseError.unknownField("summary")) {
      try Template(parsing: "For {target}: {summary}", knowing: [.target])
    }
    #expect(try Template(parsing: "For {target}", knowing: [.target]).fields == [.target])
  }
}
