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

  @Test func aFieldThatTheTextDoesNotKnowIsAMistake() throws {
    #expect(throws: Template.ParseError.unknownField("summary")) {
      try Template(parsing: "For {target}: {summary}", knowing: [.target])
    }
    #expect(try Template(parsing: "For {target}", knowing: [.target]).fields == [.target])
  }
}
