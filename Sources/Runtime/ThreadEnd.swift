import Synchronization

/// The end of a thread, for the one task that owns it.
package final class ThreadEnd: Sendable {
  private enum State {
    case running
    case awaited(CheckedContinuation<Void, Never>)
    case ended
  }

  private let state = Mutex(State.running)

  package init() {}

  package func signal() {
    let before = state.withLock { state in
      defer { state = .ended }
      return state
    }
    if case .awaited(let continuation) = before { continuation.resume() }
  }

  /// Waits even in a task that has been cancelled: the thread uses what the task is about to release.
  package func wait() async {
    await withCheckedContinuation { continuation in
      let hasEnded = state.withLock { state in
        if case .ended = state { return true }
        state = .awaited(continuation)
        return false
      }
      if hasEnded { continuation.resume() }
    }
  }
}
