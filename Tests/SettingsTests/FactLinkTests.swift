import Testing

@testable import Settings

/// Where a fact's value may lead to: what callers say must not choose the page or become a script.
@Suite struct FactLinkTests {
  @Test(arguments: ["https://crm.example.org/{value}", "http://10.0.0.7:8080/a?id={value}&from=desk"])
  func aPageThatTakesTheValue(_ text: String) throws {
    #expect(try ValueSyntax<String>.factLink.parse(text) == text)
  }

  @Test(arguments: [
    "javascript:alert({value})", "data:text/html,{value}", "https://{value}", "https://{value}.example.org/",
    "https://user@{value}/", "//crm.example.org/{value}", "/{value}", "https:///{value}", "https://crm.example.org/",
    "https://crm.example.org/ {value}", "https://crm.example.org/\"{value}", "{value}", "",
  ])
  func anythingElseIsAMistake(_ text: String) {
    #expect(throws: ValueMistake.self) { try ValueSyntax<String>.factLink.parse(text) }
  }
}
