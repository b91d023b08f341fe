import Glibc
import Synchronization

/// Opened once, by whomever, and stays open.
package final class Gate: Sendable {
  private enum State {
    case closed([CheckedContinuation<Void, Never>])
    case open
  }

  private let state = Mutex(State.closed([]))

  package init() {}

  package func open() {
    let before = state.withLock { state in
      defer { state = .open }
      return state
    }
    if case .closed(let waiting) = before { for continuation in waiting { continuation.resume() } }
  }

  /// For a thread that may block.
  package func waitOnThread() {
    while !isOpen { sched_yield() }
  }

  private var isOpen: Bool {
    state.withLock { state in
      if case .open = state { return true }
      return false
    }
  }

  package func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        guard case .closed(let waiting) = state else { return true }
        state = .closed(waiting + [continuation])
        return false
      }
      if isOpen { continuation.resume() }
    }
  }
}
