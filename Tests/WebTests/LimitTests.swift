import Runtime
import Synchronization
import Testing
import Transport
import WebStage
@testable import Web

/// What somebody without a token can do to the service and its log.
@Suite struct LimitTests {
  private static func get(_ path: String, from client: String, token: String? = nil) -> HTTPServerRequest {
    var request = HTTPServerRequest(
      method: "GET",
      path: path,
      headers: token.map { [("authorization", "Bearer \($0)")] } ?? []
    )
    request.client = client
    return request
  }

  @Test(arguments: ["/healthz", "/readyz", "/metrics", "/openapi.json", "/v1/agents"])
  func whoHasNoTokenMayAskNoMoreOftenThanOthers(_ path: String) async {
    let api = Stage(Stage.settings(requestsPerSecond: 3)).api
    var statuses: [Int] = []
    for _ in 1...7 { statuses.append(await api.reply(to: Self.get(path, from: "192.0.2.1", token: "wrong")).status) }
    #expect(statuses.prefix(6).allSatisfy { $0 != 429 } && statuses.last == 429)
    // Nobody else feels it.
    #expect(await api.reply(to: Self.get(path, from: "192.0.2.2")).status != 429)
    #expect(await api.reply(to: Self.get("/v1/agents", from: "192.0.2.1", token: "read")).status == 200)
  }

  @Test func addressesWithoutNumberAreNotAllRemembered() {
    let buckets = RequestBuckets()
    let start = ContinuousClock.now
    for number in 0..<10_000 { #expect(buckets.take(from: "\(number)", rate: 5, at: start) == nil) }
    #expect(buckets.take(from: "one more", rate: 5, at: start) != nil)
    #expect(buckets.take(from: "0", rate: 5, at: start) == nil)
    #expect(buckets.take(from: "one more", rate: 5, at: start + .seconds(2)) == nil)
  }

  @Test func theDocumentIsMadeOnce() async throws {
    let api = Stage().api
    let first = await api.reply(to: Self.get("/openapi.json", from: "a"))
    let tag = try #require(first.headers.first { $0.name == "ETag" }?.value)
    var again = Self.get("/openapi.json", from: "a")
    again.headers = [("if-none-match", tag)]
    let second = await api.reply(to: again)
    #expect(second.status == 304 && second.headers.filter { $0.name == "ETag" }.count == 1)
    let cost = await ContinuousClock().measure {
      for _ in 1...100 { _ = await api.reply(to: Self.get("/openapi.json", from: "a")) }
    }
    #expect(cost < .seconds(1), "made anew it takes milliseconds each time")
  }

  @Test func failedLoginsAreLoggedAndNotAsAFlood() async {
    let log = Mutex<[String]>([])
    let api = ControlAPI(desk: StageBackend(), log: Log(minimum: .warning) { line in log.withLock { $0.append(line) } })
    {
      Stage.settings()
    }
    for _ in 1...50 { _ = await api.reply(to: Self.get("/v1/agents", from: "192.0.2.1", token: "a\nb")) }
    _ = await api.reply(to: Self.get("/v1/agents", from: "2001:db8::1", token: "wrong"))
    _ = await api.reply(to: Self.get("/v1/agents", from: "192.0.2.3"))
    _ = await api.reply(to: Self.get("/v1/agents", from: "192.0.2.4", token: "transfer"))
    let lines = log.withLock { $0 }
    #expect(lines.count == 2, "\(lines)")
    #expect(lines.first?.contains("192.0.2.1") == true && lines.last?.contains("2001:db8::1") == true)
    #expect(lines.allSatisfy { $0.contains("API login failed") && !$0.contains("wrong") && !$0.contains("a\nb") })
  }

  @Test func eachMinuteSaysHowMany() {
    let logins = FailedLogins()
    let start = ContinuousClock.now
    func note(_ client: String, after seconds: Int) -> [String] {
      logins.note(client, at: start + .seconds(seconds)).map { "\($0.client) \($0.attempts)" }
    }
    #expect(note("a", after: 0) == ["a 1"])
    for _ in 1...3 { #expect(note("a", after: 30) == []) }
    #expect(note("b", after: 59) == ["b 1"])
    #expect(note("b", after: 60) == ["a 3"])
    #expect(note("a", after: 61) == ["a 1"])
    // As many addresses as there are: the rest is one line.
    for number in 0..<2_000 { _ = note("x\(number)", after: 200) }
    #expect(note("y", after: 201) == [])
    #expect(note("a", after: 261).contains { $0.hasPrefix("others ") })
  }
}
