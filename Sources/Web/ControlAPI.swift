package import Runtime
package import Transport

/// The API: from a request to its answer, whatever was sent.
package struct ControlAPI: Sendable {
  static let idempotencyKey = TextShape(1...255, .graphic)

  private let desk: any APIBackend
  private let settings: @Sendable () async -> APISettings
  private let log: Log
  private let now: @Sendable () -> ContinuousClock.Instant
  private let router: Router<APIRoute>
  private let pages = WebPages()
  private let tokens = RequestBuckets()
  /// Of requests without a token that is known.
  private let clients = RequestBuckets()
  private let failedLogins = FailedLogins()
  private let repeated = RepeatedRequests()

  /// The settings are asked for with each request: they may change while the service runs.
  package init(
    desk: any APIBackend,
    log: Log,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    settings: @escaping @Sendable () async -> APISettings
  ) {
    self.init(desk: desk, log: log, now: now, feed: EventFeed(), settings: settings)
  }

  init(
    desk: any APIBackend,
    log: Log,
    now: @escaping @Sendable () -> ContinuousClock.Instant,
    feed: EventFeed,
    settings: @escaping @Sendable () async -> APISettings
  ) {
    self.desk = desk
    self.settings = settings
    self.log = log
    self.now = now
    router = Router(APIRoutes(feed: feed).all) { ($0.method, $0.path) }
  }

  /// For what the server could not take for a request.
  package static func reply(to refusal: HTTPServerRefusal) -> HTTPServerReply { Problem(refusal).reply }

  package func reply(to request: HTTPServerRequest) async -> HTTPServerReply {
    let settings = await settings()
    if let reply = await page(for: request, settings) { return reply }
    let crossing = CrossOrigin(request, allowed: settings.origins)
    let reply: HTTPServerReply
    do throws(Problem) {
      reply = try await answer(request, settings, crossing)
    } catch {
      reply = error.reply
    }
    log.debug("api", ["method": request.method, "path": request.path, "status": reply.status])
    return crossing.marked(reply)
  }

  /// Nil for what is none of the pages'. Each browser that is signed in has the limits of a token.
  private func page(for request: HTTPServerRequest, _ settings: APISettings) async -> HTTPServerReply? {
    guard let page = pages.match(request) else { return nil }
    let reply: HTTPServerReply
    do throws(Problem) {
      let call = PageCall(backend: desk, request: request, settings: settings)
      if let session = await call.anySession() {
        try spend(tokens, session.digest, settings)
      } else {
        try spend(clients, request.client, settings)
      }
      reply = await page.reply(to: call)
    } catch {
      reply = error.reply
    }
    log.debug("page", ["method": request.method, "path": request.path, "status": reply.status])
    return reply
  }

  private func answer(
    _ request: HTTPServerRequest,
    _ settings: APISettings,
    _ crossing: CrossOrigin
  ) async throws(Problem) -> HTTPServerReply {
    switch router.match(request.method, request.path) {
    case .nothing: throw Problem(.unknownPath, "no such path; see /openapi.json")
    case .otherMethods(let methods):
      if crossing.asksFirst(request) { return crossing.permission(for: methods) }
      let allowed = methods.joined(separator: ", ")
      throw Problem(.methodNotAllowed, "allowed here: \(allowed)", headers: ["Allow": allowed])
    case .route(let route, let inPath):
      if crossing.isForeign, !route.isForForeignPages {
        throw Problem(.crossOriginRequest, "not from pages of other origins; see http_origins")
      }
      let requester = try await admit(request, route, settings)
      var call = APICall(desk: desk, requester)
      let given = try route.parameters(of: request)
      call.parameters = inPath.merging(given) { fromPath, _ in fromPath }
      call.body = try route.body(of: request, onlyCall: call.onlyCall)
      let reply = try await once(request, route, call)
      return route.isConditional ? reply.unlessKnown(request) : reply
    }
  }

  /// Whoever has no token has the limits of one, by their address.
  private func admit(
    _ request: HTTPServerRequest,
    _ route: APIRoute,
    _ settings: APISettings
  ) async throws(Problem) -> Requester {
    do throws(Problem) {
      let requester = try await requester(request, route, settings)
      if let token = requester.token {
        try spend(tokens, token.name, settings)
      } else {
        try spend(clients, request.client, settings)
      }
      return requester
    } catch {
      if error.code == .unknownToken {
        for (client, count) in failedLogins.note(request.client, at: now()) {
          log.warning("API login failed", ["client": client, "attempts": count])
        }
      }
      if error.code.status == 401 { try spend(clients, request.client, settings) }
      throw error
    }
  }

  private func requester(
    _ request: HTTPServerRequest,
    _ route: APIRoute,
    _ settings: APISettings
  ) async throws(Problem) -> Requester {
    if let requester = try await oneCall(request, route) { return requester }
    if let token = try await browser(request, route) { return Requester(token) }
    return Requester(try route.access.admit(request.header("authorization"), among: settings.tokens))
  }

  /// Somebody with the token of one call, whatever else they have sent.
  private func oneCall(_ request: HTTPServerRequest, _ route: APIRoute) async throws(Problem) -> Requester? {
    guard route.access != .everybody, let secret = request.callToken else { return nil }
    guard let channel = await desk.channel(ofCallToken: secret) else {
      throw Problem(
        .unknownToken,
        "unknown token of a call, or its time is over",
        challenge: #"Bearer error="invalid_token""#
      )
    }
    guard route.forCalls != .nothing else { throw Problem(.otherCall, "not with the token of one call") }
    return Requester(callOn: channel)
  }

  /// Somebody who has signed in on a page. Not for streams, which would go on when they may not see them any more.
  private func browser(_ request: HTTPServerRequest, _ route: APIRoute) async throws(Problem) -> AccessToken? {
    guard request.header("authorization") == nil, case .anyOf(let scopes) = route.access, !route.isStream,
      let secret = SessionCookie.board.secret(in: request), let token = await desk.session(secret)?.token
    else { return nil }
    if route.method != .get { try request.checkOrigin() }
    guard !scopes.isDisjoint(with: token.scopes) else { throw Problem(missing: scopes) }
    return token
  }

  private func spend(_ buckets: RequestBuckets, _ name: String, _ settings: APISettings) throws(Problem) {
    guard let wait = buckets.take(from: name, rate: settings.requestsPerSecond, at: now()) else { return }
    let seconds = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
    throw Problem(
      .rateLimited,
      "more than \(settings.requestsPerSecond) requests a second",
      headers: ["Retry-After": "\(max(1, seconds))"]
    )
  }

  /// A request that says by its key that it is the same as one before is not done again.
  private func once(
    _ request: HTTPServerRequest,
    _ route: APIRoute,
    _ call: APICall
  ) async throws(Problem) -> HTTPServerReply {
    guard route.takesIdempotencyKey, let key = request.header("idempotency-key"), let token = call.token else {
      return try await route.handle(call)
    }
    do throws(Misfit) {
      try Self.idempotencyKey.check(key, at: "")
    } catch {
      throw Problem(.invalidParameter, "Idempotency-Key takes 1 to 255 characters of ASCII without blanks")
    }
    let place = RepeatedRequests.Key(token: token.name, route: "\(route.method.rawValue) \(request.path)", key: key)
    let said = Array((request.query ?? "").utf8) + [0] + request.body
    switch await repeated.begin(place, Secrets.sha256(said), at: now()) {
    case .answered(let reply): return reply
    case .otherRequest:
      throw Problem(.idempotencyKeyReused, "this Idempotency-Key was used before with a different body")
    case .new: break
    }
    let reply: HTTPServerReply
    do throws(Problem) {
      reply = try await route.handle(call)
    } catch {
      reply = error.reply
    }
    // What the service could not do just now may be tried again.
    await repeated.finish(place, reply, isFinal: reply.status < 500)
    return reply
  }
}

extension HTTPServerReply {
  /// With an ETag made of its body.
  var tagged: HTTPServerReply {
    guard status == 200, case .whole(let bytes) = body, tag == nil else { return self }
    var reply = self
    reply.headers.removeAll { $0.name == "Cache-Control" }
    let tag = "\"\(Secrets.hexadecimal(Secrets.sha256(bytes)).prefix(32))\""
    reply.headers += [("ETag", tag), ("Cache-Control", "private, no-cache")]
    return reply
  }

  private var tag: String? { headers.first { $0.name == "ETag" }?.value }

  /// With its ETag; without its body for whoever has it already.
  func unlessKnown(_ request: HTTPServerRequest) -> HTTPServerReply {
    var reply = tagged
    guard let tag = reply.tag else { return reply }
    let known = (request.header("if-none-match") ?? "").split(separator: ",").map { part in
      let part = part.filter { $0 != " " }
      return part.hasPrefix("W/") ? String(part.dropFirst(2)) : String(part)
    }
    guard known.contains(tag) || known.contains("*") else { return reply }
    reply.status = 304
    reply.body = .whole([])
    return reply
  }
}
