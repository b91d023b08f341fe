internal import Transfer
internal import Transport

/// What is served to browsers: the pages and their files, who is signed in, what happens, and what an agent does on their
/// screen. Not the API: nothing here is for programs.
struct WebPages: Sendable {
  typealias Handler = @Sendable (PageCall) async throws(Problem) -> HTTPServerReply

  struct Route: Sendable {
    let method: APIRoute.Method
    let path: String
    let handle: Handler
  }

  private let router: Router<Route>

  init() {
    let live = LiveStream()
    router = Router(
      PageFile.all.map { file in Route(method: .get, path: file.path) { _ throws(Problem) in file.reply } }
        + Self.sessions + Self.desk + [FiguresPage.route]
        + [
          Route(method: .get, path: "/live") { call throws(Problem) in
            try live.reply(for: try await call.viewer(), from: call.backend)
          }
        ]
    ) { ($0.method, $0.path) }
  }

  /// Nil for what is none of the pages'.
  func match(_ request: HTTPServerRequest) -> Match? {
    guard case .route(let route, let parameters) = router.match(request.method, request.path) else { return nil }
    return Match(route: route, parameters: parameters)
  }
}

extension WebPages {
  struct Match: Sendable {
    fileprivate let route: Route
    fileprivate let parameters: [String: String]

    func reply(to call: PageCall) async -> HTTPServerReply {
      var call = call
      call.parameters = parameters
      var reply: HTTPServerReply
      do throws(Problem) {
        if route.method != .get { try call.request.checkOrigin() }
        reply = try await route.handle(call).unlessKnown(call.request)
      } catch {
        reply = error.reply
      }
      reply.headers += PageHeaders.all
      return reply
    }
  }
}

/// A request of a browser.
struct PageCall: Sendable {
  let backend: any PageBackend & ReportsBackend
  let request: HTTPServerRequest
  let settings: APISettings
  var parameters: [String: String] = [:]

  func session(_ cookie: SessionCookie) async -> BrowserSession? {
    guard let secret = cookie.secret(in: request), let session = await backend.session(secret) else { return nil }
    // A cookie under the other's name is neither.
    return (session.agent != nil) == (cookie == .desk) ? session : nil
  }

  func anySession() async -> BrowserSession? {
    if let desk = await session(.desk) { return desk }
    return await session(.board)
  }

  func viewer() async throws(Problem) -> Viewer {
    let viewer = Viewer(desk: await session(.desk), board: await session(.board))
    guard !viewer.isNobody else { throw Self.signInNeeded }
    return viewer
  }

  func agent() async throws(Problem) -> String {
    guard let agent = await session(.desk)?.agent else { throw Self.signInNeeded }
    return agent
  }

  private static let signInNeeded = Problem(.signInNeeded, "nobody is signed in here")

  func body(_ shape: Shape) throws(Problem) -> JSON { try shape.read(request.body) }

  func ask<Value>(
    _ question: (any PageBackend & ReportsBackend) async throws(Refusal) -> Value
  ) async throws(Problem) -> Value {
    do throws(Refusal) {
      return try await question(backend)
    } catch {
      throw Problem(error)
    }
  }
}
