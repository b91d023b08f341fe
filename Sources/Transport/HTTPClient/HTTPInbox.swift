internal import Runtime
import Synchronization

/// What the callers of a client have for its thread.
final class HTTPInbox: Sendable {
  struct Contents {
    var submitted: [HTTPTransfer] = []
    var cancelled: [UInt64] = []
    var isClosed = false
    /// So many want to hand in more before the bell rings.
    var holds = 0
  }

  /// Rings when there is something new. Not libcurl's own way to be woken, which breaks with what it belongs to.
  let bell: Bell
  private let contents = Mutex(Contents())
  private let lastID = Atomic<UInt64>(0)

  private init(_ bell: Bell) {
    self.bell = bell
  }

  static func open() throws -> HTTPInbox {
    try CurlLibrary.load()
    return HTTPInbox(try Bell.open())
  }

  func makeID() -> UInt64 {
    lastID.add(1, ordering: .relaxed).newValue
  }

  func submit(_ transfer: HTTPTransfer) {
    // The task's flag is raised before its cancellation handler runs. So if the handler has been here already, we see
    // the flag now; otherwise its cancellation will stand behind this submission.
    let (refusal, rings): (HTTPError?, Bool) = contents.withLock { contents in
      if contents.isClosed { return (HTTPError(.closed, "the client has been closed"), false) }
      if Task.isCancelled { return (HTTPError(.cancelled, "cancelled before it was sent"), false) }
      contents.submitted.append(transfer)
      return (nil, contents.holds == 0)
    }
    if let refusal { return transfer.fail(refusal) }
    if rings { bell.ring() }
  }

  /// The thread finds what is submitted from now on when it is released, and all of it at once.
  func hold() { contents.withLock { $0.holds += 1 } }

  func release() {
    let rings = contents.withLock { contents in
      contents.holds -= 1
      return contents.holds == 0 && !contents.submitted.isEmpty
    }
    if rings { bell.ring() }
  }

  func cancel(_ id: UInt64) {
    contents.withLock { $0.cancelled.append(id) }
    bell.ring()
  }

  func close() {
    contents.withLock { $0.isClosed = true }
    bell.ring()
  }

  func take() -> Contents {
    bell.silence()
    return contents.withLock { contents in
      let taken = contents
      contents = Contents(isClosed: contents.isClosed, holds: contents.holds)
      return taken
    }
  }
}
