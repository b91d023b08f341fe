import Testing
import Transport
import WebStage
@testable import Web

@Suite struct AccessTests {
  @Test(
    "What each scope opens, and nothing else",
    arguments: [
      ("POST", "/v1/transfers", ["transfer"]), ("GET", "/v1/transfers", ["read"]),
      ("GET", "/v1/transfers/t0", ["transfer", "read"]), ("POST", "/v1/transfers/t0/accept", ["transfer"]),
      ("POST", "/v1/transfers/t0/decline", ["transfer"]), ("POST", "/v1/transfers/t0/cancel", ["transfer"]),
      ("PUT", "/v1/contexts/c", ["transfer"]), ("GET", "/v1/contexts/c", ["read"]),
      ("DELETE", "/v1/contexts/c", ["transfer"]), ("GET", "/v1/agents", ["read"]),
      ("PUT", "/v1/agents/alice", ["admin"]),
      ("GET", "/v1/events", ["read"]),
    ]
  )
  func scopes(_ method: String, _ path: String, _ opening: [String]) async {
    let stage = Stage()
    for scope in ["transfer", "read", "admin"] {
      let answer = await stage.ask(method, path, token: scope)
      #expect((answer.code == "scope_missing") == !opening.contains(scope), "\(scope)")
      #expect((answer.status == 403) == !opening.contains(scope), "\(scope)")
    }
  }

  @Test(arguments: ["/healthz", "/readyz", "/metrics", "/openapi.json"])
  func openPages(_ path: String) async {
    for settings in [Stage.settings(), APISettings(tokens: [])] {
      #expect(await Stage(settings).ask("GET", path, token: nil).status == 200)
      #expect(await Stage(settings).ask("GET", path, token: "wrong").status == 200)
    }
  }

  @Test(arguments: [
    "", "Bearer", "Bearer ", "Basic dHJhbnNmZXI6", "transfer", "Bearer transfer x", "Bearer  transfer",
    "Bearer TRANSFER",
    "Bearer \(String(repeating: "x", count: 600))",
  ])
  func whatIsNoToken(_ authorization: String) async {
    let answer = await Stage().ask(
      "GET",
      "/v1/transfers/t0",
      token: nil,
      headers: [("authorization", authorization)]
    )
    #expect(answer.status == 401)
    #expect(answer.headers["www-authenticate"]?.hasPrefix("Bearer") == true)
  }

  @Test func whoseTokenItWasIsHandedOn() async {
    let stage = Stage()
    #expect(await stage.ask("POST", "/v1/transfers", body: #"{"channel": "c"}"#, token: "transfer").status == 201)
    #expect(await stage.desk.orders.map(\.requestedBy) == ["transfer"])
    #expect(await stage.ask("POST", "/v1/transfers/t1/accept", token: "transfer").status == 200)
    #expect(await stage.ask("POST", "/v1/transfers/t1/cancel", token: "transfer read").status == 200)
    #expect(await stage.desk.decisions.map(\.requester) == ["transfer", "transfer read"])
  }

  @Test func theSchemeIsTakenInAnyCase() async {
    let answer = await Stage().ask("GET", "/v1/agents", token: nil, headers: [("authorization", "bearer read")])
    #expect(answer.status == 200)
  }

  @Test func whatACallIsAboutIsForReadersOnly() async {
    let stage = Stage()
    await stage.desk.put(.sample(id: "t0"))
    let read = await stage.ask("GET", "/v1/transfers/t0", token: "read").json
    let transfer = await stage.ask("GET", "/v1/transfers/t0", token: "transfer").json
    #expect(read?["context"]?["summary"] == "Account 4821 was charged twice.")
    #expect(read?["context"]?["facts"] == [["name": "tier", "label": "tier", "value": "gold"]])
    #expect(transfer?["id"] == "t0")
    #expect(transfer?.object?.keys.contains("context") == false)
  }

  @Test func aTokenMayAskSoOften() async {
    let buckets = RequestBuckets()
    let start = ContinuousClock.now
    let first = (1...21).map { _ in buckets.take(from: "a", rate: 10, at: start) }
    #expect(first.prefix(20).allSatisfy { $0 == nil })
    #expect(first.last == .milliseconds(100))
    #expect(buckets.take(from: "b", rate: 10, at: start) == nil)
    #expect(buckets.take(from: "a", rate: 10, at: start + .milliseconds(50)) == .milliseconds(50))
    #expect(buckets.take(from: "a", rate: 10, at: start + .milliseconds(100)) == nil)
    let later = (1...21).map { _ in buckets.take(from: "a", rate: 10, at: start + .seconds(3_600)) }
    #expect(later.count { $0 == nil } == 20)
  }
}

@Suite struct CrossOriginTests {
  private static let origin = (name: "origin", value: "https://desk.example.org")
  private static let preflight = [origin, (name: "access-control-request-method", value: "POST")]

  @Test func nobodyIsLetInByDefault() async {
    let answer = await Stage().ask("GET", "/v1/agents", headers: [Self.origin])
    #expect(answer.status == 200)
    #expect(!answer.headers.keys.contains { $0.hasPrefix("access-control") })
    #expect(await Stage().ask("OPTIONS", "/v1/agents", token: nil, headers: Self.preflight).status == 405)
  }

  @Test func whoIsNamedIsLetIn() async {
    var settings = Stage.settings()
    settings.origins = ["https://desk.example.org"]
    let stage = Stage(settings)
    let preflight = await stage.ask("OPTIONS", "/v1/transfers", token: nil, headers: Self.preflight)
    #expect(preflight.status == 204)
    #expect(preflight.headers["access-control-allow-origin"] == "https://desk.example.org")
    #expect(preflight.headers["access-control-allow-methods"] == "GET, HEAD, POST")
    #expect(preflight.headers["vary"] == "Origin")
    let refused = await stage.ask("GET", "/v1/agents", token: nil, headers: [Self.origin])
    #expect(refused.status == 401)
    #expect(refused.headers["access-control-allow-origin"] == "https://desk.example.org")
    for other in ["https://desk.example.org.evil.example", "null", "http://desk.example.org"] {
      let answer = await stage.ask("GET", "/v1/agents", headers: [("origin", other)])
      #expect(answer.headers["access-control-allow-origin"] == nil)
    }
  }
}
