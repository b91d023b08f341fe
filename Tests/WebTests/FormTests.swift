import Testing
import Transfer
import Transport
import WebStage
@testable import Web

/// Bodies that simple tools can send.
@Suite struct FormTests {
  private static let form = [(name: "content-type", value: "application/x-www-form-urlencoded")]

  private static func post(
    _ body: String,
    query: String = "",
    headers: [(name: String, value: String)] = form
  ) async -> (order: TransferOrder?, answer: Stage.Answer) {
    let stage = Stage()
    let answer = await stage.ask("POST", "/v1/transfers" + query, body: body, headers: headers)
    return (await stage.desk.orders.first, answer)
  }

  private static var everything: TransferOrder {
    var context = CallContext()
    (context.topic, context.reason, context.summary) = ("billing", "Says \"twice\" & more", "One.\nTwo.")
    context.language = LanguageTag("pt-BR")
    context.facts = [.init(name: "Tier", value: "gold"), .init(name: "Amount due", value: "19.90")]
    return TransferOrder(channel: "c.1", target: "alice", priority: 5, context: context, requestedBy: Stage.all)
  }

  private static let fields =
    "target=alice&priority=5&topic=billing&reason=Says+%22twice%22+%26+more&summary=One.%0ATwo.&language=pt-BR"
    + "&facts[Tier]=gold&facts%5BAmount+due%5D=19.90"

  @Test func aFormSaysWhatJSONSays() async {
    let (order, answer) = await Self.post("channel=c.1&" + Self.fields)
    #expect(answer.status == 201)
    #expect(order == Self.everything)
  }

  @Test func theQuerySaysTheSameWithoutABody() async {
    let (order, answer) = await Self.post("", query: "?channel=c.1&" + Self.fields, headers: [])
    #expect(answer.status == 201, "\(answer.json?.serialized() ?? "")")
    #expect(order == Self.everything)
  }

  @Test func theQueryAddsToABodyAndTheBodyCounts() async {
    let (order, _) = await Self.post(#"{"channel": "c", "topic": "a"}"#, query: "?topic=b&target=alice", headers: [])
    #expect(order?.context.topic == "a" && order?.target == "alice" && order?.channel == "c")
    #expect(await Self.post("channel=c&topic=a", query: "?topic=b").order?.context.topic == "a")
  }

  /// As templates leave it that had no value to put in.
  @Test func whatHasNoValueIsNotGiven() async {
    let (order, answer) = await Self.post("channel=c&target=&priority=&topic=&summary=&facts[Tier]=")
    #expect(answer.code == "invalid_field", "a number is none")
    #expect(order == nil)
    #expect(
      await Self.post("channel=c&target=&topic=&facts[Tier]=").order
        == TransferOrder(channel: "c", requestedBy: Stage.all)
    )
  }

  @Test(
    "What does not fit",
    arguments: [
      ("channel=", "", 422, "invalid_field"), ("topic=a", "", 422, "invalid_field"),
      ("channel=c&colour=red", "", 422, "invalid_field"), ("channel=c&priority=high", "", 422, "invalid_field"),
      ("channel=c&facts=7", "", 422, "invalid_field"), ("channel=c&channel=d", "", 400, "malformed_json"),
      ("topic", "", 422, "invalid_field"), ("channel=c", "?topic=%zz", 400, "invalid_parameter"),
      ("channel=c", "?colour=red", 400, "invalid_parameter"),
      ("channel=c", "?topic=a&topic=b", 400, "invalid_parameter"),
      ("channel=c&target=alice", "?target=PJSIP/x", 422, "invalid_field"),
      ("channel=c", "?facts[\(String(repeating: "x", count: 65))]=y", 422, "field_too_large"),
    ]
  )
  func misfits(_ body: String, _ query: String, _ status: Int, _ code: String) async {
    let (order, answer) = await Self.post(body, query: query)
    #expect(order == nil)
    #expect(answer.status == status && answer.code == code)
  }

  @Test func decisionsTakeThemToo() async {
    let stage = Stage()
    _ = await stage.ask("POST", "/v1/transfers", body: "channel=c", headers: Self.form)
    #expect(await stage.ask("POST", "/v1/transfers/t1/accept?target=nobody").code == "not_ringing")
    #expect(await stage.ask("POST", "/v1/transfers/t1/accept", body: "target=alice", headers: Self.form).status == 200)
  }

  /// Templates put values in as they are.
  @Test(arguments: [
    ("50% off & more, 100%", "50% off & more, 100%"), ("&b", "&b"), ("R&D", "R&D"), ("50%25", "50%"),
    ("She said \"no\"\nand left", "She said \"no\"\nand left"), ("a%FFb", "a%FFb"),
  ])
  func textThatNobodyHasEncoded(_ written: String, _ read: String) async {
    let (order, _) = await Self.post("channel=c&summary=\(written)&topic=a")
    #expect(order?.context.summary == read && order?.context.topic == "a")
  }

  @Test func elsewhereJSONAloneIsTaken() async {
    let answer = await Stage().ask("PUT", "/v1/agents/alice", body: "available=no", headers: Self.form)
    #expect(answer.status == 415)
    #expect(await Stage().ask("PUT", "/v1/agents/alice?available=no", body: "{}").code == "invalid_parameter")
    #expect(await Stage().ask("PUT", "/v1/contexts/c", body: "topic=a", headers: Self.form).status == 204)
  }

  /// The same key with another query is another request.
  @Test func aKeyIsForTheQueryToo() async {
    let stage = Stage()
    let key = [(name: "idempotency-key", value: "k")]
    #expect(await stage.ask("POST", "/v1/transfers?channel=a", headers: key).status == 201)
    #expect(await stage.ask("POST", "/v1/transfers?channel=a", headers: key).status == 201)
    #expect(await stage.ask("POST", "/v1/transfers?channel=b", headers: key).code == "idempotency_key_reused")
    #expect(await stage.desk.orders.count == 1)
  }

  @Test func theDocumentTellsOfThem() throws {
    let operation = try #require(OpenAPI.document["paths"]?["/v1/transfers"]?["post"])
    let content = try #require(operation["requestBody"]?["content"])
    let form = try #require(content["application/x-www-form-urlencoded"]?["schema"])
    #expect(form["required"] == ["channel"])
    #expect(form["patternProperties"]?.object?.keys.first?.hasPrefix(#"^facts\["#) == true)
    let names = operation["parameters"]?.array?.filter { $0["in"] == "query" }.compactMap { $0["name"]?.string } ?? []
    #expect(Set(names).isSuperset(of: ["target", "topic", "summary", "caller_name"]))
    #expect(!names.contains("facts"))
  }
}

/// A sentence for the voice agent beside what is for programs.
@Suite struct SentenceTests {
  @Test func whoIsRefusedIsToldWhatToSay() async {
    let stage = Stage()
    await stage.desk.refuseEverything(with: .noTarget)
    let english = await stage.ask("POST", "/v1/transfers", body: #"{"channel": "c"}"#)
    #expect(english.code == "no_target" && english.json?["say"]?.string == "Sorry, I couldn't connect you.")
    let german = await stage.ask("POST", "/v1/transfers", body: #"{"channel": "c", "language": "de"}"#)
    #expect(german.json?["say"]?.string == "Leider konnte ich Sie nicht verbinden.")
  }
}
