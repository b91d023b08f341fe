import Synchronization

package struct WebSocketError: Error, Equatable, CustomStringConvertible {
  package enum Kind: Equatable, Sendable {
    case invalidURL
    case couldNotConnect
    case connectTimedOut
    case tls
    /// The server answered the handshake with another status than 101.
    case refused(status: Int)
    /// Without a code: the connection just ended.
    case closed(code: Int?)
    case pongMissing
    case messageTooLarge
    /// More messages were waiting than the consumer is allowed to leave waiting.
    case consumerTooSlow
    case cancelled
    case system
  }

  package let kind: Kind
  package let message: String

  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { "\(label): \(message)" }

  /// Few and fixed: for metrics.
  package var label: String {
    switch kind {
    case .invalidURL: "invalidURL"
    case .couldNotConnect: "couldNotConnect"
    case .connectTimedOut: "connectTimedOut"
    case .tls: "tls"
    case .refused: "refused"
    case .closed: "closed"
    case .pongMissing: "pongMissing"
    case .messageTooLarge: "messageTooLarge"
    case .consumerTooSlow: "consumerTooSlow"
    case .cancelled: "cancelled"
    case .system: "system"
    }
  }
}

/// The messages of a connection, whole and in order, for one consumer. They end by a thrown error only: whatever had
/// arrived before it is delivered first.
package struct WebSocketMessages: AsyncSequence, Sendable {
  package typealias Element = [UInt8]
  package typealias Failure = WebSocketError

  let buffer: MessageBuffer

  package struct AsyncIterator: AsyncIteratorProtocol {
    let buffer: MessageBuffer

    package mutating func next() async throws(WebSocketError) -> [UInt8]? {
      try await buffer.next()
    }

    package mutating func next(
      isolation actor: isolated (any Actor)?
    ) async throws(WebSocketError) -> [UInt8]? {
      try await buffer.next()
    }
  }

  package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffer: buffer) }
}

/// Between the thread that receives and the task that consumes.
final class MessageBuffer: Sendable {
  private typealias Delivery = Result<[UInt8], WebSocketError>

  private struct State {
    var messages = Queue<[UInt8]>()
    var bytes = 0
    var end: WebSocketError?
    var consumer: CheckedContinuation<Result<[UInt8], WebSocketError>, Never>?
  }

  private let limit: Int
  private let byteLimit: Int
  private let state = Mutex(State())

  init(limit: Int, byteLimit: Int) {
    self.limit = limit
    self.byteLimit = byteLimit
  }

  /// Whether there was room for it.
  func append(_ message: [UInt8]) -> Bool {
    let (hasRoom, consumer) = state.withLock { state in
      if let consumer = state.consumer.take() { return (true, Optional(consumer)) }
      guard state.messages.count < limit, state.bytes + message.count <= byteLimit else { return (false, nil) }
      state.messages.append(message)
      state.bytes += message.count
      return (true, nil)
    }
    consumer?.resume(returning: .success(message))
    return hasRoom
  }

  /// Set as soon as nothing more can come, even if messages are still waiting.
  var end: WebSocketError? { state.withLock { $0.end } }

  /// The first end counts.
  func finish(_ error: WebSocketError) {
    let consumer = state.withLock { state in
      if state.end == nil { state.end = error }
      return state.consumer.take()
    }
    consumer?.resume(returning: .failure(error))
  }

  func next() async throws(WebSocketError) -> [UInt8] {
    let delivery: Delivery = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        guard let delivery = takeOrWait(continuation) else { return }
        continuation.resume(returning: delivery)
      }
    } onCancel: {
      let consumer = state.withLock { $0.consumer.take() }
      consumer?.resume(returning: .failure(Self.cancelled))
    }
    return try delivery.get()
  }

  private func takeOrWait(_ continuation: CheckedContinuation<Delivery, Never>) -> Delivery? {
    state.withLock { state in
      // The flag is raised before the cancellation handler runs: one of the two always sees the other.
      if Task.isCancelled { return .failure(Self.cancelled) }
      if let message = state.messages.popFirst() {
        state.bytes -= message.count
        return .success(message)
      }
      if let end = state.end { return .failure(end) }
      precondition(state.consumer == nil, "a connection has one consumer")
      state.consumer = continuation
      return nil
    }
  }

  private static let cancelled = WebSocketError(.cancelled, "cancelled while waiting for a message")
}
