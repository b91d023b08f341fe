import TestSupport
import Testing
import Transport
import WebStage
@testable import Web

@Suite struct RepeatedRequestsTests {
  private static let key = [(name: "idempotency-key", value: "k1")]
  private static let body = #"{"channel": "c"}"#

  @Test func theSameAnswerAndNoSecondTransfer() async {
    let stage = Stage()
    let answers = [
      await stage.ask("POST", "/v1/transfers", body: Self.body, headers: Self.key),
      await stage.ask("POST", "/v1/transfers", body: Self.body, headers: Self.key),
    ]
    #expect(answers.map(\.status) == [201, 201])
    #expect(answers[0].bytes == answers[1].bytes)
    #expect(answers[1].headers["location"] == "/v1/transfers/t1")
    #expect(await stage.desk.orders.count == 1)
  }

  @Test func anotherBodyAnotherTokenAnotherPathAnotherKey() async {
    let stage = Stage()
    func ask(_ path: String, _ channel: String, token: String = Stage.all, key: String = "k1") async -> Stage.Answer {
      await stage.ask(
        "POST",
        path,
        body: #"{"channel": "\#(channel)"}"#,
        token: token,
        headers: [("idempotency-key", key)]
      )
    }
    #expect(await ask("/v1/transfers", "a").status == 201)
    #expect(await ask("/v1/transfers", "b").code == "idempotency_key_reused")
    #expect(await ask("/v1/transfers", "b", token: "transfer").status == 201)
    #expect(await ask("/v1/transfers/t1/accept", "b").code == "invalid_field")
    #expect(await ask("/v1/transfers", "c", key: "k2").status == 201)
  }

  @Test func whatWasRefusedForGoodIsRefusedAgainAndWhatWasNotIsTriedAgain() async {
    let stage = Stage()
    await stage.desk.refuseEverything(with: .asteriskAway)
    #expect(await stage.ask("POST", "/v1/transfers", body: Self.body, headers: Self.key).status == 503)
    await stage.desk.refuseEverything(with: .channelGone)
    #expect(await stage.ask("POST", "/v1/transfers", body: Self.body, headers: Self.key).code == "channel_gone")
    await stage.desk.refuseEverything(with: nil)
    #expect(await stage.ask("POST", "/v1/transfers", body: Self.body, headers: Self.key).code == "channel_gone")
  }

  @Test func whoAsksWhileItIsUnderWayWaitsForTheAnswer() async {
    let requests = RepeatedRequests()
    let key = RepeatedRequests.Key(token: "a", route: "b", key: "c")
    #expect(await requests.begin(key, [1], at: .now).isNew)
    async let second = requests.begin(key, [1], at: .now)
    async let third = requests.begin(key, [1], at: .now)
    await requests.finish(key, HTTPServerReply(status: 418), isFinal: true)
    #expect(await second.status == 418)
    #expect(await third.status == 418)
  }

  @Test func ifTheFirstComesToNothingTheNextOneIsTheFirst() async {
    let requests = RepeatedRequests()
    let key = RepeatedRequests.Key(token: "a", route: "b", key: "c")
    #expect(await requests.begin(key, [1], at: .now).isNew)
    async let second = requests.begin(key, [1], at: .now)
    await requests.finish(key, HTTPServerReply(status: 503), isFinal: false)
    #expect(await second.isNew)
  }

  @Test func onlySoManyBytes() async {
    let requests = RepeatedRequests(mostBytes: 100)
    func begin(_ name: String) async -> Bool {
      let key = RepeatedRequests.Key(token: "a", route: "b", key: name)
      let isNew = await requests.begin(key, [1], at: .now).isNew
      let reply = HTTPServerReply(status: 200, body: .whole([UInt8](repeating: 0, count: 40)))
      if isNew { await requests.finish(key, reply, isFinal: true) }
      return isNew
    }
    for name in ["1", "2"] { #expect(await begin(name)) }
    for name in ["1", "2"] { #expect(await !begin(name)) }
    #expect(await begin("3"))
    for name in ["2", "3"] { #expect(await !begin(name)) }
    #expect(await begin("1"))
  }

  @Test func onlySoManyAndOnlySoLong() async {
    let requests = RepeatedRequests(most: 2, time: .seconds(10))
    let start = ContinuousClock.now
    func begin(_ name: String, after time: Duration = .zero) async -> Bool {
      let key = RepeatedRequests.Key(token: "a", route: "b", key: name)
      let isNew = await requests.begin(key, [1], at: start + time).isNew
      if isNew { await requests.finish(key, HTTPServerReply(status: 200), isFinal: true) }
      return isNew
    }
    #expect(await begin("1"))
    #expect(await begin("2"))
    #expect(await !begin("1"))
    #expect(await begin("3"))
    #expect(await begin("1"))
    #expect(await !begin("3", after: .seconds(9)))
    #expect(await begin("3", after: .seconds(10)))
  }
}

extension RepeatedRequests.Finding {
  fileprivate var isNew: Bool {
    if case .new = self { return true }
    return false
  }

  fileprivate var status: Int? {
    if case .answered(let reply) = self { return reply.status }
    return nil
  }
}
