import Testing
import Transfer
import Transport
import WebStage
@testable import Web

@Suite struct OrderTests {
  private static func order(_ body: String) async -> (order: TransferOrder?, answer: Stage.Answer) {
    let stage = Stage()
    let answer = await stage.ask("POST", "/v1/transfers", body: body)
    return (await stage.desk.orders.first, answer)
  }

  @Test func everythingThatMayBeSaid() async throws {
    let body = #"""
      {"channel": "1700000000.1", "target": "alice", "return_to": "ivr", "topic": "billing", "reason": "a refund",
       "summary": "One.\nTwo.", "caller_name": "Maria \"M\" Santos", "next_action": "Confirm", "language": "pt-BR",
       "transcript": "hello", "facts": {"tier": "gold", "Amount due": 19.9, "age": 7, "vip": true, "a": "b"}}
      """#
    let (order, answer) = await Self.order(body)
    #expect(answer.status == 201)
    #expect(answer.headers["location"] == "/v1/transfers/t1")
    let context = try #require(order?.context)
    #expect(order?.channel == "1700000000.1")
    #expect(order?.target == "alice")
    #expect(order?.returnTo == "ivr")
    #expect([context.topic, context.reason, context.nextAction] == ["billing", "a refund", "Confirm"])
    #expect([context.summary, context.transcript] == ["One.\nTwo.", "hello"])
    #expect(context.language == LanguageTag("pt-BR"))
    #expect(context.callerName == "Maria \"M\" Santos")
    let facts = context.facts.map { "\($0.name)=\($0.value)" }
    #expect(facts == ["tier=gold", "Amount due=19.9", "age=7", "vip=true", "a=b"])
  }

  @Test func whatIsNotSaidIsNotGiven() async {
    let (order, _) = await Self.order(#"{"channel": "c"}"#)
    #expect(order == TransferOrder(channel: "c", requestedBy: Stage.all))
  }

  @Test func factsAndTurnsAsLists() async {
    let body = #"""
      {"channel": "c", "facts": [{"name": "z", "value": 1}, {"name": "a", "value": "2"}],
       "transcript": [{"speaker": "Maria", "text": "Hi."}, {"speaker": "", "text": "Hello."}]}
      """#
    let (order, _) = await Self.order(body)
    #expect(order?.context.facts == [.init(name: "z", value: "1"), .init(name: "a", value: "2")])
    #expect(order?.context.transcript == "Maria: Hi.\nHello.")
  }

  @Test(
    "What does not fit",
    arguments: [
      (#"[]"#, "invalid_field", "the body"), (#"{}"#, "invalid_field", "channel"),
      (#"{"channel": 1}"#, "invalid_field", "channel"), (#"{"channel": ""}"#, "invalid_field", "channel"),
      (#"{"channel": "a b"}"#, "invalid_field", "channel"), (#"{"channel": "é"}"#, "invalid_field", "channel"),
      (#"{"channel": "c", "target": "PJSIP/x"}"#, "invalid_field", "target"),
      (#"{"channel": "c", "topic": null}"#, "invalid_field", "topic"),
      (#"{"channel": "c", "topic": "a\nb"}"#, "invalid_field", "topic"),
      (#"{"channel": "c", "summary": "a\u001bb"}"#, "invalid_field", "summary"),
      (#"{"channel": "c", "colour": "red"}"#, "invalid_field", "colour"),
      (#"{"channel": "c", "facts": {"a": null}}"#, "invalid_field", "facts.a"),
      (#"{"channel": "c", "facts": {"": "a"}}"#, "invalid_field", "facts"),
      (#"{"channel": "c", "facts": [{"name": "a"}]}"#, "invalid_field", "facts.0.value"),
      (#"{"channel": "c", "facts": 7}"#, "invalid_field", "facts"),
      (#"{"channel": "c", "facts": {"a": 1e300}}"#, "invalid_field", "facts.a"),
      (#"{"channel": "c", "transcript": [{"speaker": "a", "text": 1}]}"#, "invalid_field", "transcript.0.text"),
    ]
  )
  func misfits(_ body: String, _ code: String, _ field: String) async {
    let (order, answer) = await Self.order(body)
    #expect(order == nil)
    #expect(answer.status == 422)
    #expect(answer.code == code)
    #expect(answer.json?["field"]?.string == field)
  }

  @Test(
    "What is too much, and what is just not",
    arguments: [("summary", 2_000), ("transcript", 100_000), ("topic", 200), ("reason", 200), ("caller_name", 200)]
  )
  func limits(_ field: String, _ limit: Int) async {
    let most = String(repeating: "ä", count: limit)
    #expect(await Self.order(#"{"channel": "c", "\#(field)": "\#(most)"}"#).answer.status == 201)
    let (order, answer) = await Self.order(#"{"channel": "c", "\#(field)": "\#(most)x"}"#)
    #expect(order == nil)
    #expect(answer.code == "field_too_large")
    #expect(answer.json?["detail"]?.string == "\(field): more than \(limit)")
  }

  @Test func limitsOfFacts() async {
    func facts(_ count: Int, name: Int = 4, value: Int = 1) -> String {
      (0..<count).map { number in
        let digits = String(number)
        let name = String(repeating: "n", count: name - digits.count) + digits
        return #""\#(name)": "\#(String(repeating: "v", count: value))""#
      }
      .joined(separator: ",")
    }
    func status(_ facts: String) async -> Int {
      await Self.order("{\"channel\": \"c\", \"facts\": {\(facts)}}").answer.status
    }
    #expect(await status(facts(50, name: 64, value: 500)) == 201)
    #expect(await status(facts(51)) == 422)
    #expect(await status(facts(1, name: 65)) == 422)
    #expect(await status(facts(1, value: 501)) == 422)
  }

  /// Scripts that are written from the right, signs on signs, and names that only look the same.
  @Test func textOfEveryScript() async throws {
    let words = [
      "שלום \u{202E}מאריה", "e\u{301}\u{338}\u{338}", "मारिया 🇮🇳", "𝔐\u{200D}\u{FEFF}x", "\u{1F468}\u{200D}\u{1F469}",
    ]
    for word in words {
      let facts = #"[{"name": "\u00e9", "value": "composed"}, {"name": "e\u0301", "value": "parts"}]"#
      let (order, answer) = await Self.order(#"{"channel": "c", "summary": "\#(word)", "facts": \#(facts)}"#)
      #expect(answer.status == 201, "\(answer.json?.serialized() ?? "")")
      #expect(order.map { Array($0.context.summary.unicodeScalars) } == Array(word.unicodeScalars))
      #expect(order?.context.facts.map(\.value) == ["composed", "parts"])
    }
  }

  @Test func turnsAreCountedTogether() async {
    let turn = #"{"speaker": "a", "text": "\#(String(repeating: "x", count: 4_000))"}"#
    func turns(_ count: Int) -> String {
      #"{"channel": "c", "transcript": [\#((0..<count).map { _ in turn }.joined(separator: ","))]}"#
    }
    #expect(await Self.order(turns(24)).answer.status == 201)
    #expect(await Self.order(turns(25)).answer.code == "field_too_large")
  }

  @Test(arguments: ["", "{", "nul", #"{"channel": "a", "channel": "b"}"#, #"{"channel": "\u0000"}"#, "\u{feff}{}"])
  func whatIsNoJSON(_ body: String) async {
    let (_, answer) = await Self.order(body)
    #expect(answer.status == 400)
    #expect(answer.code == "malformed_json")
  }

  @Test(arguments: [
    ("application/json", true), ("application/json; charset=utf-8", true), ("APPLICATION/JSON", true),
    ("application/merge-patch+json", true), ("text/json", false), ("", false), ("application/jsonx", false),
  ])
  func kindsOfBody(_ type: String, _ isTaken: Bool) async {
    let answer = await Stage().ask(
      "POST",
      "/v1/transfers",
      body: #"{"channel": "c"}"#,
      headers: [("content-type", type)]
    )
    #expect(answer.status == (isTaken ? 201 : 415))
  }
}

@Suite struct ContextTests {
  @Test func whatIsKeptIsShownAndForgotten() async {
    let stage = Stage()
    let path = "/v1/contexts/PJSIP%2F1763718300.42"
    #expect(await stage.ask("GET", path).code == "unknown_context")
    #expect(await stage.ask("PUT", path, body: #"{"topic": "billing", "facts": {"b": 1, "a": 2}}"#).status == 204)
    let kept = await stage.ask("GET", path).json
    #expect(kept?["topic"] == "billing")
    #expect(kept?["summary"]?.isNull == true)
    #expect(kept?["facts"]?.array?.map { $0["name"] } == ["b", "a"])
    #expect(kept?["facts"]?.array?.map { $0["value"] } == ["1", "2"])
    #expect(await stage.ask("PUT", path, body: "{}").status == 204)
    #expect(await stage.ask("GET", path).json?["topic"]?.isNull == true)
    #expect(await stage.ask("DELETE", path).status == 204)
    #expect(await stage.ask("DELETE", path).code == "unknown_context")
  }

  /// No channel has such an id.
  @Test(arguments: ["a%20b", "%C3%A9", "%00", String(repeating: "x", count: 150)])
  func channelsThatCannotBe(_ channel: String) async {
    let stage = Stage()
    #expect(await stage.ask("PUT", "/v1/contexts/\(channel)", body: "{}").code == "channel_gone")
    #expect(await stage.ask("GET", "/v1/contexts/\(channel)").code == "unknown_context")
    #expect(await stage.ask("DELETE", "/v1/contexts/\(channel)").code == "unknown_context")
  }
}

@Suite struct TransferListTests {
  private static func stage() async -> Stage {
    let stage = Stage()
    for number in 0..<7 { await stage.desk.put(.sample(id: "t\(number)", at: 1_800_000_000 + Int64(number / 2))) }
    return stage
  }

  private static func ids(_ answer: Stage.Answer) -> [String] {
    (answer.json?["transfers"]?.array ?? []).compactMap { $0["id"]?.string }
  }

  @Test func pageByPage() async {
    let stage = await Self.stage()
    var seen: [String] = []
    var next = ""
    repeat {
      let answer = await stage.ask("GET", "/v1/transfers?limit=3\(next.isEmpty ? "" : "&cursor=\(next)")")
      seen += Self.ids(answer)
      next = answer.json?["next"]?.string ?? ""
      // What comes in between is on no later page.
      await stage.desk.put(.sample(id: "new\(seen.count)", at: 1_900_000_000))
    } while !next.isEmpty
    #expect(seen == ["t6", "t5", "t4", "t3", "t2", "t1", "t0"])
  }

  @Test func aChannelIsLookedFor() async {
    let stage = await Self.stage()
    #expect(Self.ids(await stage.ask("GET", "/v1/transfers?channel=1700000000.0")).count == 7)
    #expect(Self.ids(await stage.ask("GET", "/v1/transfers?channel=1700000000.1")).isEmpty)
    for channel in ["", "a%20b", "%C3%A9", String(repeating: "x", count: 150)] {
      #expect(await stage.ask("GET", "/v1/transfers?channel=\(channel)").code == "invalid_parameter")
    }
  }

  @Test func whatIsLookedFor() async {
    let stage = await Self.stage()
    await stage.desk.put(.sample(id: "t9", phase: .connected, at: 1_700_000_000))
    #expect(Self.ids(await stage.ask("GET", "/v1/transfers?phase=connected")) == ["t9"])
    #expect(Self.ids(await stage.ask("GET", "/v1/transfers?since=2027-01-15T08:00:02Z")) == ["t6", "t5", "t4"])
    #expect(Self.ids(await stage.ask("GET", "/v1/transfers?since=2027-01-15T09:00:02%2B01:00")) == ["t6", "t5", "t4"])
    #expect(await stage.ask("GET", "/v1/transfers?limit=200").json?["next"]?.isNull == true)
  }

  @Test(arguments: [
    "limit=0", "limit=201", "limit=x", "limit=-1", "limit=", "phase=", "phase=asleep", "since=yesterday",
    "since=2027-02-30T08:00:00Z", "since=2027-01-15T25:00:00Z", "cursor=x", "cursor=", "cursor=-1-t0", "colour=red",
    "limit=1&limit=2", "limit=%zz", "limit=%ff", "limit",
  ])
  func whatIsNoQuery(_ query: String) async {
    let answer = await Stage().ask("GET", "/v1/transfers?\(query)")
    #expect(answer.status == 400)
    #expect(answer.code == "invalid_parameter")
  }

  @Test(arguments: [
    ("2026-11-21T09:30:15Z", 1_795_253_415_000), ("2026-11-21t09:30:15.25z", 1_795_253_415_250),
    ("2026-11-21T09:30:15.123456789-02:00", 1_795_260_615_123), ("1969-02-28T00:00:00Z", 0),
    ("2016-12-31T23:59:60Z", 1_483_228_799_000), ("1968-02-29T00:00:00Z", 0),
  ])
  func times(_ text: String, _ milliseconds: Int64) {
    #expect(WallTime(rfc3339: text)?.milliseconds == milliseconds)
  }
}
