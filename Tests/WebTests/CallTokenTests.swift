import Testing
import Transfer
import Transport
import WebStage
@testable import Web

/// A token of one call may touch that call, and nothing else.
@Suite struct CallTokenTests {
  private static let own = [(name: "x-wt-call", value: StageBackend.callToken(for: "c"))]

  private static func ask(
    _ stage: Stage,
    _ method: String,
    _ path: String,
    body: String = "",
    headers: [(name: String, value: String)] = own
  ) async -> Stage.Answer {
    await stage.ask(method, path, body: body, token: nil, headers: headers)
  }

  @Test func itIsMadeForAChannel() async {
    let answer = await Stage().ask("POST", "/v1/calls/1700.1/tokens")
    #expect(answer.status == 201)
    #expect(answer.json?["token"]?.string == StageBackend.callToken(for: "1700.1"))
    #expect(answer.json?["channel"] == "1700.1")
  }

  @Test func theChannelNeedNotBeNamed() async {
    let stage = Stage()
    #expect(await Self.ask(stage, "POST", "/v1/transfers", body: "{}").status == 201)
    #expect(await stage.desk.orders.map(\.channel) == ["c"])
    #expect(await stage.desk.orders.map(\.requestedBy) == ["call c"])
    #expect(await Self.ask(stage, "GET", "/v1/transfers/t1").status == 200)
    #expect(await Self.ask(stage, "POST", "/v1/transfers/t1/cancel").status == 200)
  }

  @Test func aBearerTokenDoesToo() async {
    let bearer = [(name: "authorization", value: "Bearer \(StageBackend.callToken(for: "c"))")]
    let body = #"{"channel": "c"}"#
    #expect(await Self.ask(Stage(), "POST", "/v1/transfers", body: body, headers: bearer).status == 201)
  }

  /// What it may do less than another that is sent with it.
  @Test func itNarrowsWhatAnotherTokenMay() async {
    let stage = Stage()
    await stage.desk.put(.sample(id: "other"))
    let answer = await stage.ask("GET", "/v1/transfers/other", token: Stage.all, headers: Self.own)
    #expect(answer.code == "other_call")
  }

  @Test(arguments: [
    ("POST", "/v1/transfers", #"{"channel": "d"}"#), ("GET", "/v1/transfers/other", ""),
    ("POST", "/v1/transfers/other/accept", ""), ("POST", "/v1/transfers/other/cancel", ""),
    ("PUT", "/v1/contexts/d", "{}"), ("GET", "/v1/contexts/d", ""), ("GET", "/v1/transfers", ""),
    ("GET", "/v1/events", ""), ("GET", "/v1/agents", ""), ("GET", "/v1/messages", ""),
    ("POST", "/v1/calls/c/tokens", ""), ("POST", "/v1/calls", "{}"), ("GET", "/v1/audit", ""),
  ])
  func everythingElseIsClosed(_ method: String, _ path: String, _ body: String) async {
    let stage = Stage()
    await stage.desk.put(.sample(id: "other"))
    let answer = await Self.ask(stage, method, path, body: body)
    #expect(answer.status == 403 && answer.code == "other_call")
    #expect(await stage.desk.orders.isEmpty)
    #expect(await stage.desk.decisions.isEmpty)
  }

  @Test func oneThatIsNoneIsRefused() async {
    let answer = await Self.ask(Stage(), "GET", "/v1/tools", headers: [("x-wt-call", "guessed")])
    #expect(answer.status == 401 && answer.code == "unknown_token")
  }

  @Test func whatIsKnownOfTheCallIsShown() async {
    let stage = Stage()
    _ = await Self.ask(stage, "POST", "/v1/transfers", body: #"{"summary": "Charged twice."}"#)
    let answer = await Self.ask(stage, "GET", "/v1/transfers/t1")
    #expect(answer.json?["context"]?["summary"]?.string == "Charged twice.")
  }
}
