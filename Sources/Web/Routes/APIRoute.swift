internal import Transport

/// One thing that the API can be asked: who may, with what, and what comes of it. The router obeys it, and
/// `/openapi.json` is written from it.
struct APIRoute: Sendable {
  enum Method: String, Sendable, CaseIterable {
    case get = "GET"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  struct Parameter: Sendable {
    let name: String
    let shape: Shape
    let explanation: String
  }

  enum Body: Sendable {
    case none
    case needed(Shape)
    /// An empty one stands for an empty object.
    case optional(Shape)

    var shape: Shape? {
      switch self {
      case .none: nil
      case .needed(let shape), .optional(let shape): shape
      }
    }
  }

  /// What comes of it when all is well.
  struct Answer: Sendable {
    enum Content: Sendable {
      case nothing
      case json(Shape)
      /// Server-sent events, each of that shape.
      case events(Shape)
      case other(String)
    }

    let status: Int
    let explanation: String
    let content: Content
  }

  typealias Handler = @Sendable (APICall) async throws(Problem) -> HTTPServerReply

  let method: Method
  /// Such as `/v1/transfers/{id}`.
  let path: String
  let summary: String
  let access: Access
  var inPath: [Parameter] = []
  var inQuery: [Parameter] = []
  var inHeader: [Parameter] = []
  /// Those of another protocol, which describes them.
  var unlistedHeaders: [String] = []
  var body = Body.none
  /// Also as a form, or as parameters of the query: what the simplest of tools can send.
  var takesForms = false
  /// What of it is for those who may ask for one call alone.
  var forCalls = CallAccess.nothing
  /// False: a page of an origin that the conf file does not name is refused, whatever token it has.
  var isForForeignPages = true
  let answers: [Answer]
  /// Beside those that every route may have.
  var problems: [Problem.Code] = []
  /// Its answer has an ETag.
  var isConditional = false
  let handle: Handler

  /// What may be said of it before it is begun.
  var allProblems: [Problem.Code] {
    var all = problems + [.malformedRequest, .requestTimeout, .bodyTooLarge, .headerTooLarge, .rateLimited]
    if access != .everybody { all += [.tokenNeeded, .unknownToken, .noTokens, .scopeMissing] }
    if access != .everybody, forCalls != .everything { all.append(.otherCall) }
    if !inQuery.isEmpty || !inHeader.isEmpty || takesForms { all.append(.invalidParameter) }
    if body.shape != nil { all += [.overloaded, .malformedJSON, .unsupportedMediaType, .invalidField, .fieldTooLarge] }
    if takesIdempotencyKey { all += [.invalidParameter, .idempotencyKeyReused] }
    return all
  }

  var takesIdempotencyKey: Bool { method == .post }

  var isStream: Bool {
    answers.contains { answer in
      if case .events = answer.content { true } else { false }
    }
  }
}

/// One request that has been let in, understood and found in order.
struct APICall: Sendable {
  let desk: any APIBackend
  let token: AccessToken?
  /// The channel of the one call that may be asked for; nil: any.
  let onlyCall: String?
  var parameters: [String: String] = [:]
  var body: CheckedBody?

  init(desk: any APIBackend, _ requester: Requester) {
    self.desk = desk
    (token, onlyCall) = (requester.token, requester.onlyCall)
  }

  /// The name of the token.
  var requester: String { token?.name ?? "" }

  func may(_ scope: AccessScope) -> Bool { token?.scopes.contains(scope) ?? false }

  /// The desk's refusals are problems.
  func ask<Value>(_ question: (any APIBackend) async throws(Refusal) -> Value) async throws(Problem) -> Value {
    do throws(Refusal) {
      return try await question(desk)
    } catch {
      throw Problem(error)
    }
  }
}

/// Finds the route for a path.
struct Router<Route: Sendable>: Sendable {
  enum Match {
    case route(Route, [String: String])
    /// Others are known there.
    case otherMethods([String])
    case nothing
  }

  private let routes: [(method: APIRoute.Method, segments: [String], route: Route)]

  init(_ routes: [Route], place: (Route) -> (APIRoute.Method, String)) {
    self.routes = routes.map { route in
      let (method, path) = place(route)
      return (method, Self.segments(path).map(String.init), route)
    }
  }

  func match(_ method: String, _ path: String) -> Match {
    guard path.hasPrefix("/") else { return .nothing }
    let segments = Self.segments(path).map { PercentEncoding.decode($0) }
    let found = routes.compactMap { candidate in
      Self.parameters(in: segments, of: candidate.segments).map { (candidate.method, candidate.route, $0) }
    }
    if found.isEmpty { return .nothing }
    let wanted = method == "HEAD" ? "GET" : method
    if let (_, route, parameters) = found.first(where: { $0.0.rawValue == wanted }) {
      return .route(route, parameters)
    }
    let methods = found.map(\.0.rawValue)
    return .otherMethods((methods.contains("GET") ? ["HEAD"] + methods : methods).sorted())
  }

  private static func segments(_ path: String) -> [Substring] {
    path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
  }

  private static func parameters(in segments: [String?], of template: [String]) -> [String: String]? {
    guard segments.count == template.count else { return nil }
    var parameters: [String: String] = [:]
    for (segment, part) in zip(segments, template) {
      guard let segment, !segment.isEmpty || part.isEmpty else { return nil }
      if part.hasPrefix("{") {
        parameters[String(part.dropFirst().dropLast())] = segment
      } else if part != segment {
        return nil
      }
    }
    return parameters
  }
}
