internal import Synchronization

/// Up to which phase event the journal is, for any number of tasks that wait for more. The same for any other number that
/// grows.
package final class PhaseNews: Sendable {
  private struct Waiter {
    let known: Int64
    let continuation: CheckedContinuation<Void, Never>
  }

  private struct State {
    var latest: Int64 = 0
    var isOver = false
    var lastTicket: UInt64 = 0
    var waiting: [UInt64: Waiter] = [:]
  }

  private let state = Mutex(State())

  package init() {}

  /// That of the last event which was written since the service was started.
  package var latest: Int64 { state.withLock { $0.latest } }

  /// No more will come.
  package var isOver: Bool { state.withLock { $0.isOver } }

  package func note(_ latest: Int64) {
    wake { $0.latest = max($0.latest, latest) }
  }

  package func end() {
    wake { $0.isOver = true }
  }

  /// Whether there is more than that one: false when no more will come, or the task was cancelled.
  package func wait(beyond known: Int64) async -> Bool {
    let ticket = state.withLock { state in
      state.lastTicket += 1
      return state.lastTicket
    }
    await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        // The task's flag is raised before its cancellation handler runs: whoever is not seen cancelled here is found
        // by the handler.
        let hasToWait = state.withLock { state in
          guard state.latest <= known, !state.isOver, !Task.isCancelled else { return false }
          state.waiting[ticket] = Waiter(known: known, continuation: continuation)
          return true
        }
        if !hasToWait { continuation.resume() }
      }
    } onCancel: {
      state.withLock { $0.waiting.removeValue(forKey: ticket) }?.continuation.resume()
    }
    return !Task.isCancelled && latest > known
  }

  /// Only those for whom it is news: whoever reads the journal may know an event before it is noted here.
  private func wake(_ change: (inout State) -> Void) {
    let woken = state.withLock { state in
      change(&state)
      let woken = state.waiting.filter { state.isOver || $0.value.known < state.latest }
      for ticket in woken.keys { state.waiting[ticket] = nil }
      return woken
    }
    for waiter in woken.values { waiter.continuation.resume() }
  }
}
