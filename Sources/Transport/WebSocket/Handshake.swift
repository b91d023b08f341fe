import Synchronization

/// Whether the connection came about: completed by the thread, awaited once.
final class Handshake: Sendable {
  typealias Outcome = Result<Void, WebSocketError>

  private enum State {
    case pending
    case awaited(CheckedContinuation<Outcome, Never>)
    case completed(Outcome)
  }

  private let state = Mutex(State.pending)

  /// The first outcome counts.
  func complete(_ outcome: Outcome) {
    let waiting: CheckedContinuation<Outcome, Never>? = state.withLock { state in
      switch state {
      case .completed: return nil
      case .pending:
        state = .completed(outcome)
        return nil
      case .awaited(let continuation):
        state = .completed(outcome)
        return continuation
      }
    }
    waiting?.resume(returning: outcome)
  }

  func wait() async -> Outcome {
    await withCheckedContinuation { continuation in
      let outcome: Outcome? = state.withLock { state in
        if case .completed(let outcome) = state { return outcome }
        state = .awaited(continuation)
        return nil
      }
      if let outcome { continuation.resume(returning: outcome) }
    }
  }
}
