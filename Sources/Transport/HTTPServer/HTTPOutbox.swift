internal import CWebSockets
import Synchronization

/// What other threads want of the server's.
final class HTTPOutbox: Sendable {
  enum Message: Sendable {
    case reply(HTTPServerReply)
    /// A part of a stream, and who waits until there is room for another: true when it was taken.
    case chunk([UInt8], CheckedContinuation<Bool, Never>)
    /// The stream is complete.
    case end
    /// To be told when the stream has ended, for whatever reason.
    case tellOfEnd(CheckedContinuation<Void, Never>)
  }

  struct Contents {
    var messages: [(Message, HTTPConnection.ID)] = []
    var wantsStop = false
  }

  private enum State {
    case open(Contents, context: UInt?)
    case closed
  }

  private let state = Mutex(State.open(Contents(), context: nil))

  func send(_ message: Message, to connection: HTTPConnection.ID) {
    if !change({ $0.messages.append((message, connection)) }) { Self.refuse(message) }
  }

  func requestStop() {
    _ = change { $0.wantsStop = true }
  }

  private func change(_ body: (inout Contents) -> Void) -> Bool {
    state.withLock { state in
      guard case .open(var contents, let context) = state else { return false }
      body(&contents)
      state = .open(contents, context: context)
      // The one call that is made for other threads, and under the lock, so that the context is still there.
      if let context = context.flatMap(OpaquePointer.init(bitPattern:)) { lws_cancel_service(context) }
      return true
    }
  }

  func open(_ context: OpaquePointer) {
    state.withLock { state in
      guard case .open(let contents, _) = state else { return }
      state = .open(contents, context: UInt(bitPattern: context))
    }
  }

  func take() -> Contents {
    state.withLock { state in
      guard case .open(let contents, let context) = state else { return Contents() }
      state = .open(Contents(), context: context)
      return contents
    }
  }

  /// Nobody reads it any more.
  func close() {
    let left: Contents = state.withLock { state in
      guard case .open(let contents, _) = state else { return Contents() }
      state = .closed
      return contents
    }
    for (message, _) in left.messages { Self.refuse(message) }
  }

  /// For a connection that is not there any more.
  static func refuse(_ message: Message) {
    switch message {
    case .reply, .end: break
    case .chunk(_, let waiting): waiting.resume(returning: false)
    case .tellOfEnd(let waiting): waiting.resume()
    }
  }
}
