internal import Synchronization
internal import Transport

/// Streams of server-sent events that are open, so many of a kind at the most: each keeps a connection.
struct OpenStreams: Sendable {
  private final class Open: Sendable {
    let count = Mutex(0)
  }

  private let open = Open()
  private let most: Int

  init(most: Int) { self.most = most }

  /// It is open as long as `write` lasts.
  func reply(_ write: @escaping @Sendable (HTTPBodyWriter) async -> Void) throws(Problem) -> HTTPServerReply {
    guard open.count.withLock({ $0 < most }) else {
      throw Problem(.tooManyStreams, "too many event streams are open", headers: ["Retry-After": "5"])
    }
    return HTTPServerReply(
      status: 200,
      headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")],
      body: .stream { writer in
        open.count.withLock { $0 += 1 }
        await write(writer)
        open.count.withLock { $0 -= 1 }
      }
    )
  }
}
