import Testing
import Transfer
import Transport
import WebStage
@testable import Web

/// Every path and every status of `/openapi.json`, against the router.
@Suite struct DocumentTests {
  static let routes = APIRoutes(feed: EventFeed()).all

  /// What the server says before there is a request; its own tests show that.
  static let saidByTheServer: Set<Problem.Code> = [
    .malformedRequest, .requestTimeout, .bodyTooLarge, .headerTooLarge, .overloaded,
  ]

  @Test func theDocumentNamesEveryRouteAndNoOther() async throws {
    let document = try #require(await Stage().ask("GET", "/openapi.json", token: nil).json)
    let named = (document["paths"]?.object ?? [:]).flatMap { path, methods in
      (methods.object ?? [:]).keys.map { "\($0.uppercased()) \(path)" }
    }
    #expect(Set(named) == Set(Self.routes.map { "\($0.method.rawValue) \($0.path)" }))
    #expect(named.count == Self.routes.count)
    #expect(document["openapi"] == "3.1.0")
  }

  @Test func everyReferenceIsThere() throws {
    let text = OpenAPI.document.serialized()
    let schemas = try #require(OpenAPI.document["components"]?["schemas"]?.object)
    let references = text.matches(of: #/"\$ref":"#\/components\/schemas\/(\w+)"/#).map { String($0.output.1) }
    #expect(Set(references) == Set(schemas.keys))
  }

  @Test(arguments: routes.indices)
  func everyRouteDoesWhatItSays(_ index: Int) async throws {
    let route = Self.routes[index]
    let stage = try await Self.stage()
    for answer in route.answers {
      await stage.desk.setReady(answer.status != 503)
      let given = await stage.ask(route, body: route.sampleBody(for: answer), headers: route.sampleHeaders(for: answer))
      #expect(given.status == answer.status, "\(route.method) \(route.path) \(given.json?.serialized() ?? "")")
      switch answer.content {
      case .nothing: #expect(given.bytes.isEmpty)
      case .json(let shape):
        #expect(given.headers["content-type"] == "application/json")
        #expect(throws: Never.self) { try shape.check(try #require(given.json)) }
      case .events(let shape): #expect(given.headers["content-type"] == "text/event-stream", "\(shape)")
      case .other(let type): #expect(given.headers["content-type"]?.hasPrefix(type) == true)
      }
    }
    if route.isConditional {
      let tag = try #require(await stage.ask(route).headers["etag"])
      #expect(await stage.ask(route, headers: [("if-none-match", "\"x\", W/\(tag)")]).status == 304)
      #expect(await stage.ask(route, headers: [("if-none-match", "\"x\"")]).status == 200)
    }
  }

  @Test(arguments: routes.indices)
  func everyProblemComesAsItIsSaid(_ index: Int) async throws {
    let route = Self.routes[index]
    for code in Set(route.allProblems).subtracting(Self.saidByTheServer) {
      let stage = try await Self.stage()
      let answer = try await Self.provoke(code, route, stage)
      #expect(answer.code == code.rawValue, "\(route.method) \(route.path)")
      #expect(answer.status == code.status)
      #expect(answer.headers["content-type"] == "application/problem+json")
      #expect(throws: Never.self) { try ReportShapes.problem.check(try #require(answer.json)) }
      #expect((answer.headers["www-authenticate"] != nil) == (code.status == 401 || code == .scopeMissing))
    }
  }

  @Test func everyCodeIsSaidSomewhere() {
    let said = Set(Self.routes.flatMap(\.allProblems))
    let ofTheServer = [400, 408, 413, 414, 417, 431, 501, 503, 505].map { Problem(HTTPServerRefusal($0, "")).code }
    #expect(
      said.union(ofTheServer).union([.unknownPath, .methodNotAllowed, .signInNeeded, .unknownLink])
        == Set(Problem.Code.allCases)
    )
  }

  @Test func thereIsNoOtherPathAndNoOtherMethod() async {
    let stage = Stage()
    for path in ["/v1", "/v1/transfers/", "//v1/transfers", "/v1/transfers/a/b", "*", "/v1/%ff", "/healthz/"] {
      let answer = await stage.ask("GET", path)
      #expect(answer.status == 404, "\(path)")
      #expect(answer.code == "unknown_path")
    }
    for method in ["PATCH", "TRACE", "OPTIONS", "CONNECT", "get", "BREW", "DELETE"] {
      let answer = await stage.ask(method, "/v1/transfers")
      #expect(answer.status == 405)
      #expect(answer.headers["allow"] == "GET, HEAD, POST")
    }
    #expect(await stage.ask("HEAD", "/v1/transfers").status == 200)
  }
}

extension DocumentTests {
  /// With a transfer, a context and two people.
  static func stage() async throws -> Stage {
    let stage = Stage()
    await stage.desk.put(.sample(id: "t0"))
    await stage.desk.leaveMessage("t0", at: 1_700_000_000_000)
    await stage.desk.addCallback("t0")
    try await stage.desk.keep(CallContext(), for: "kept")
    return stage
  }

  private static func provoke(_ code: Problem.Code, _ route: APIRoute, _ stage: Stage) async throws -> Stage.Answer {
    switch code {
    case .tokenNeeded: return await stage.ask(route, token: nil)
    case .unknownToken: return await stage.ask(route, token: "wrong")
    case .noTokens: return await Stage(APISettings(tokens: [])).ask(route)
    case .scopeMissing:
      let token: String = try #require(route.tokenWithoutScope)
      return await stage.ask(route, token: token)
    case .otherCall:
      let token = StageBackend.callToken(for: "another")
      return await stage.ask(route, token: nil, headers: [("x-wt-call", token)])
    case .crossOriginRequest: return await stage.ask(route, headers: [("origin", "https://evil.example")])
    case .rateLimited:
      let slow = Stage(Stage.settings(requestsPerSecond: 1))
      for _ in 1...2 { _ = await slow.ask(route) }
      let answer = await slow.ask(route)
      #expect(answer.headers["retry-after"] == "1")
      return answer
    case .malformedJSON: return await stage.ask(route, body: "{")
    case .invalidField: return await stage.ask(route, body: #"{"colour": "red"}"#)
    case .fieldTooLarge where route.path == "/mcp":
      let long = String(repeating: "x", count: 129)
      return await stage.ask(route, body: #"{"jsonrpc": "2.0", "method": "\#(long)"}"#)
    case .fieldTooLarge where route.body.shape?.hasMember("target") != true:
      await stage.desk.refuseEverything(with: .tooLarge(field: "x", limit: 1))
      return await stage.ask(route)
    case .fieldTooLarge:
      let long = String(repeating: "x", count: 65)
      return await stage.ask(route, body: #"{"channel": "c", "number": "100", "target": "\#(long)"}"#)
    case .unsupportedMediaType: return await stage.ask(route, headers: [("content-type", "text/plain")])
    case .invalidParameter where route.takesIdempotencyKey:
      return await stage.ask(route, headers: [("idempotency-key", "")])
    case .invalidParameter where route.inQuery.isEmpty && !route.takesForms:
      return await stage.ask(route, headers: [("last-event-id", "-1")])
    case .invalidParameter: return await stage.ask(route, query: "?colour=red")
    case .idempotencyKeyReused:
      _ = await stage.ask(route, headers: [("idempotency-key", "k")])
      return await stage.ask(route, body: route.sampleBody + " ", headers: [("idempotency-key", "k")])
    case .tooManyStreams: return Stage.Answer(try #require(throws: Problem.self) { try Self.fullFeed() }.reply)
    default:
      let refusal: Refusal = try #require(refusals[code])
      await stage.desk.refuseEverything(with: refusal)
      return await stage.ask(route)
    }
  }

  private static func fullFeed() throws(Problem) {
    _ = try EventFeed(most: 0).reply(AsyncStream { $0.finish() })
  }

  private static let refusals: [Problem.Code: Refusal] = [
    .unknownTransfer: .unknownTransfer, .unknownMessage: .unknownMessage,
    .unknownCallback: .unknownCallback, .noCallbacks: .noCallbacks,
    .callbackOpen: TransferID("t0").map { .callbackOpen($0) } ?? .noCallbacks, .unknownAgent: .unknownAgent,
    .unknownContext: .unknownContext,
    .alreadyEnded: .alreadyEnded, .notRinging: .notRinging, .targetNeeded: .targetNeeded,
    .alreadyDecided: .alreadyDecided, .channelGone: .channelGone, .channelInDialplan: .channelInDialplan,
    .channelInBridge: .channelInBridge, .channelNotHandedOver: .channelNotHandedOver("the app is gone"),
    .unknownTarget: .unknownTarget("x"), .noTarget: .noTarget, .notAccepting: .notAcceptingNow("it stops"),
    .asteriskAway: .asteriskAway,
    .tooManyContexts: .tooManyContexts,
    .channelAlreadyOurs: TransferID("t0").map { .channelAlreadyOurs($0) } ?? .channelGone,
  ]
}

extension Stage {
  /// As it is meant to be asked.
  fileprivate func ask(
    _ route: APIRoute,
    query: String = "",
    body: String? = nil,
    token: String? = Stage.all,
    headers: [(name: String, value: String)] = []
  ) async -> Answer {
    let path = route.path.replacing("{id}", with: "t0").replacing("{channel}", with: "kept")
      .replacing("{name}", with: "alice").replacing("{plot}", with: "waits")
    let body = body ?? route.sampleBody
    return await ask(route.method.rawValue, path + query, body: body, token: token, headers: headers)
  }
}

extension APIRoute {
  fileprivate var sampleBody: String {
    if body.shape == nil { return "" }
    if path == "/mcp" { return #"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"# }
    if path == "/v1/transfers" { return #"{"channel": "1700000000.1"}"# }
    if path == "/v1/callbacks" { return #"{"number": "+15557654321"}"# }
    if path.hasPrefix("/v1/messages") { return #"{"heard": true}"# }
    return path.hasPrefix("/v1/agents") ? #"{"available": false}"# : "{}"
  }

  fileprivate func sampleBody(for answer: Answer) -> String {
    guard path == "/mcp", answer.status != 200 else { return sampleBody }
    let id = answer.status == 202 ? "" : #""id": 1, "#
    return
      #"{"jsonrpc": "2.0", \#(id)"method": "x", "params": {"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}}}"#
  }

  /// Without what says the same as the body, the body is refused.
  fileprivate func sampleHeaders(for answer: Answer) -> [(name: String, value: String)] {
    guard path == "/mcp", answer.status == 202 || answer.status == 404 else { return [] }
    return [("mcp-protocol-version", "2026-07-28"), ("mcp-method", "x")]
  }

  fileprivate var tokenWithoutScope: String? {
    guard case .anyOf(let scopes) = access else { return nil }
    return AccessScope.allCases.first { !scopes.contains($0) }?.rawValue
  }
}

extension Shape {
  fileprivate func hasMember(_ name: String) -> Bool {
    switch self {
    case .named(_, let shape): shape.hasMember(name)
    case .object(let members): members.contains { $0.name == name }
    default: false
    }
  }
}

extension TransferReport {
  static func sample(
    id: String,
    phase: TransferMachine.Phase = .ringing,
    at seconds: Int64 = 1_800_000_000
  ) -> TransferReport {
    var context = CallContext()
    context.summary = "Account 4821 was charged twice."
    context.facts = [.init(name: "tier", value: "gold")]
    var random = SystemRandomNumberGenerator()
    return TransferReport(
      id: TransferID(id) ?? TransferID(from: &random),
      phase: phase,
      requestedAt: WallTime(milliseconds: seconds * 1000),
      channel: "1700000000.0",
      party: "alice",
      targets: ["alice"],
      context: context
    )
  }
}
