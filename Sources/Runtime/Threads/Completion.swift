import Synchronization

/// One value that comes once, for the one task that waits for it: completed by whatever thread comes first.
package final class Completion<Value: Sendable>: Sendable {
  private enum State {
    case pending
    case awaited(CheckedContinuation<Value, Never>)
    case completed(Value)
  }

  private let state = Mutex(State.pending)

  package init() {}

  /// The first value counts.
  package func complete(_ value: Value) {
    let waiting: CheckedContinuation<Value, Never>? = state.withLock { state in
      switch state {
      case .completed: return nil
      case .pending:
        state = .completed(value)
        return nil
      case .awaited(let continuation):
        state = .completed(value)
        return continuation
      }
    }
    waiting?.resume(returning: value)
  }

  /// Waits even in a task that has been cancelled: a cancellation handler that completes it is the way out.
  package func wait() async -> Value {
    await withCheckedContinuation { continuation in
      let value: Value? = state.withLock { state in
        if case .completed(let value) = state { return value }
        state = .awaited(continuation)
        return nil
      }
      if let value { continuation.resume(returning: value) }
    }
  }
}

/// The end of a thread, for the task that owns it.
package typealias ThreadEnd = Completion<Void>

extension Completion<Void> {
  package func signal() { complete(()) }
}
