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

  @Test(arguments: ["{target", "{nobody}", "[a [b]]", "[a", "a]", "a}"])
  func mistakes(_ source: String) {
    #expect(throws: Template.ParseError.self) { try Template(parsing: source) }
  }
}
