internal import CCurl
import Synchronization

/// What the callers of a client have for its thread.
// Sendable unchecked: the pointer never changes, and curl_multi_wakeup is the one call of libcurl's multi interface
// that is made for other threads.
final class HTTPInbox: @unchecked Sendable {
  struct Contents {
    var submitted: [HTTPTransfer] = []
    var cancelled: [UInt64] = []
    var isClosed = false

    var isEmpty: Bool { submitted.isEmpty && cancelled.isEmpty }
  }

  let multi: UnsafeMutableRawPointer
  private let contents = Mutex(Contents())
  private let lastID = Atomic<UInt64>(0)

  private init(adopting multi: UnsafeMutableRawPointer) {
    self.multi = multi
  }

  deinit {
    curl_multi_cleanup(multi)
  }

  static func open() throws(HTTPError) -> HTTPInbox {
    try CurlLibrary.load()
    guard let multi = curl_multi_init() else { throw HTTPError(.system, "no memory for libcurl") }
    return HTTPInbox(adopting: multi)
  }

  func makeID() -> UInt64 {
    lastID.add(1, ordering: .relaxed).newValue
  }

  func submit(_ transfer: HTTPTransfer) {
    // The task's flag is raised before its cancellation handler runs. So if the handler has been here already, we see
    // the flag now; otherwise its cancellation will stand behind this submission.
    let refusal: HTTPError? = contents.withLock { contents in
      if contents.isClosed { return HTTPError(.closed, "the client has been closed") }
      if Task.isCancelled { return HTTPError(.cancelled, "cancelled before it was sent") }
      contents.submitted.append(transfer)
      return nil
    }
    if let refusal { return transfer.fail(refusal) }
    curl_multi_wakeup(multi)
  }

  func cancel(_ id: UInt64) {
    contents.withLock { $0.cancelled.append(id) }
    curl_multi_wakeup(multi)
  }

  func close() {
    contents.withLock { $0.isClosed = true }
    curl_multi_wakeup(multi)
  }

  func take() -> Contents {
    contents.withLock { contents in
      let taken = contents
      contents = Contents(isClosed: contents.isClosed)
      return taken
    }
  }
}
