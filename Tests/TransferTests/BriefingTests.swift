import Testing

@testable import Transfer

@Suite("Briefings")
struct BriefingTests {
  private static func briefing(_ summary: String, _ change: (inout TransferPolicy) -> Void = { _ in }) throws -> String
  {
    let template = try Template(parsing: "A call from {caller_name}. [{summary}] Press {accept_digits}.")
    let target = try Sample.target("anna") {
      $0.briefing = template
      change(&$0)
    }
    var request = try Sample.request(.ring(Sample.party([target])))
    request.context.summary = summary
    return Briefing.text(of: request, for: target)
  }

  private static let long = (1...30).map { _ in "This sentence has five words." }.joined(separator: " ")

  @Test("a short summary is told whole")
  func short() throws {
    #expect(try Self.briefing("It is late.") == "A call from Jane Doe. It is late. Press 1.")
  }

  @Test("a long one is cut at a sentence, so that all of it takes no longer than the limit", arguments: [10, 20, 40])
  func long(seconds: Int) throws {
    let text = try Self.briefing(Self.long) { $0.briefingLimit = .seconds(seconds) }
    let words = text.split(separator: " ").count
    #expect(words <= seconds * 160 / 60 && words > seconds * 160 / 60 - 6)
    #expect(text.hasSuffix("has five words. Press 1."))
  }

  @Test("there is room for a word of it beside whatever else is told")
  func noRoom() throws {
    let text = try Self.briefing(Self.long) { $0.briefingLimit = .seconds(1) }
    #expect(text == "A call from Jane Doe. This sentence has five words. Press 1.")
  }

  @Test(
    "a text without blanks keeps to the limit too",
    arguments: [String(repeating: "客户希望退还第二笔费用。", count: 30), String(repeating: "48219934 ", count: 60)]
  )
  func withoutBlanks(summary: String) throws {
    let text = try Self.briefing(summary)
    #expect(SpokenLength.inWords(text) <= 20 * 160 / 60 + 1)
    #expect(text.count > 40)
  }
}
