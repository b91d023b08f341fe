internal import Transport

/// A request that a web page of another origin has its browser send (CORS). Off, unless the conf file names the origin:
/// then nothing is said, and the browser keeps the answer from the page.
struct CrossOrigin: Sendable {
  private let origin: String?
  /// Of a page that is neither ours nor one that the conf file names.
  let isForeign: Bool

  init(_ request: HTTPServerRequest, allowed: [String]) {
    let origin = request.header("origin")
    self.origin = allowed.contains { $0 == origin } ? origin : nil
    let host = origin.flatMap { $0.split(separator: "/").last }
    isForeign = origin != nil && self.origin == nil && host?.lowercased() != request.header("host")?.lowercased()
  }

  /// Whether the browser asks whether it may ask.
  func asksFirst(_ request: HTTPServerRequest) -> Bool {
    origin != nil && request.method == "OPTIONS" && request.header("access-control-request-method") != nil
  }

  func permission(for methods: [String]) -> HTTPServerReply {
    HTTPServerReply(
      status: 204,
      headers: [
        ("Access-Control-Allow-Methods", methods.joined(separator: ", ")),
        (
          "Access-Control-Allow-Headers",
          "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID, X-WT-Call"
        ),
        ("Access-Control-Max-Age", "600"),
      ]
    )
  }

  func marked(_ reply: HTTPServerReply) -> HTTPServerReply {
    guard let origin else { return reply }
    var reply = reply
    reply.headers += [
      ("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", "ETag, Location, Retry-After"),
      ("Vary", "Origin"),
    ]
    return reply
  }
}
