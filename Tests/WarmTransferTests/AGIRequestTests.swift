import Testing

@testable import WarmTransfer

@Suite struct AGIRequestTests {
  private func request(_ script: String, _ more: [String] = []) throws -> AGIRequest {
    let lines = [
      "agi_network: yes", "agi_network_script: \(script)", "agi_request: agi://127.0.0.1/\(script)",
      "agi_channel: PJSIP/trunk-00000001", "agi_uniqueid: 1795258928.0",
    ]
    return try #require(AGIRequest(lines + more))
  }

  @Test func aScriptAndWhatItIsTold() throws {
    let request = try request(
      "route?topic=billing&fact.tier=gold%20plus",
      ["agi_arg_1: language=de", "agi_arg_2: fact.city=Z%C3%BCrich,reason=a=b", "agi_arg_4: lost=1"]
    )
    #expect(request.script == "route" && request.channel == "1795258928.0")
    #expect(request["topic"] == "billing" && request["language"] == "de" && request["reason"] == "a=b")
    #expect(request["lost"] == nil && request["top"] == nil)
    #expect(request.named("fact.").map(\.value) == ["gold plus", "Z%C3%BCrich"], "only a query is encoded")
  }

  /// An accent after a sign makes one character of both: the sign still parts.
  @Test func signsPartWhateverComesAfterThem() throws {
    let request = try request(
      "route?topic=\u{338}a&\u{301}b=c&fact.\u{301}x=\u{301}y",
      ["agi_arg_1:\u{301}language=de,\u{338}d=e"]
    )
    #expect(request.script == "route")
    #expect(request["topic"] == "\u{338}a" && request["\u{301}b"] == "c" && request["\u{338}d"] == "e")
    #expect(request.named("fact.").first?.name == "\u{301}x" && request.named("fact.").first?.value == "\u{301}y")
  }

  @Test(arguments: ["", "/", "?", "/?&=&", "route?%", "route?%zz=%4", "route?%ff=1"])
  func anythingMayStandInAnAddress(_ script: String) throws {
    let request = try request(script)
    #expect(["", "route"].contains(request.script))
  }

  @Test(arguments: [[], ["GET / HTTP/1.1"], ["agi_network: yes"], ["agi_uniqueid: "], ["agi_uniqueid: 1", "x: 1"]])
  func whatIsNoAGI(_ lines: [String]) {
    #expect(AGIRequest(lines) == nil)
  }

  @Test(arguments: [
    ("plain", #"SET VARIABLE A "plain""#), (#"a "quoted" \ one"#, #"SET VARIABLE A "a \"quoted\" \\ one""#),
    ("two\nlines\r\nand ${CDR(x)}", #"SET VARIABLE A "two lines  and ${CDR(x)}""#), ("", #"SET VARIABLE A """#),
    // Swift takes a quote and the accent after it for one character, which is no quote.
    ("\"\u{301} x", "SET VARIABLE A \"\\\"\u{301} x\""), ("\\\u{338}", "SET VARIABLE A \"\\\\\u{338}\""),
    ("a\u{7f}\u{b}\tb", #"SET VARIABLE A "a   b""#),
  ])
  func noValueBreaksOut(_ value: String, _ line: String) {
    #expect(AGICommand.set("A", value).line == line)
  }

  @Test func whatAsteriskWouldCutInTwoIsNotSaid() {
    #expect(AGICommand.set("A", String(repeating: "x", count: 1_980)).line != nil)
    #expect(AGICommand.set("A", String(repeating: "\"", count: 1_000)).line == nil)
  }

  @Test(arguments: [
    ("200 result=1", AGIReply.done(result: "1")), ("200 result=0 Gosub complete", .done(result: "0")),
    (
      "511 Command Not Permitted on a dead channel or intercept routine",
      .refused("511 Command Not Permitted on a dead channel or intercept routine")
    ),
    ("HANGUP", nil),
  ])
  func replies(_ line: String, _ expected: AGIReply?) {
    #expect(AGIReply(line) == expected)
  }
}
