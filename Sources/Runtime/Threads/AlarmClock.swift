internal import Synchronization

/// Rings at a moment that may be set anew at any time: one thread that sleeps, however often it is set.
package final class AlarmClock: Sendable {
  private struct State {
    var deadline: ContinuousClock.Instant?
    var isClosed = false
  }

  /// One ring stands for all that were due. For one reader.
  package let rings: AsyncStream<Void>
  private let state = Mutex(State())
  private let changes = Semaphore()
  private let ring: AsyncStream<Void>.Continuation

  private init() {
    (rings, ring) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// The clock runs as long as `body`; the rings end with it.
  package static func withAlarmClock<R>(
    named name: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (AlarmClock) async throws -> R
  ) async throws -> R {
    let clock = AlarmClock()
    return try await withThread(named: name) {
      clock.run()
    } stop: {
      clock.close()
    } _: {
      try await body(clock)
    }
  }

  /// Nil: not until it is set again.
  package func set(_ deadline: ContinuousClock.Instant?) {
    let isNews = state.withLock { state in
      defer { state.deadline = deadline }
      return state.deadline != deadline
    }
    if isNews { changes.signal() }
  }

  private func close() {
    state.withLock { $0.isClosed = true }
    changes.signal()
  }

  private func run() {
    while true {
      let (deadline, isClosed) = state.withLock { ($0.deadline, $0.isClosed) }
      if isClosed { break }
      guard let deadline else {
        changes.wait()
        continue
      }
      if changes.wait(atMost: ContinuousClock.now.duration(to: deadline)) { continue }
      let isDue = state.withLock { state in
        guard state.deadline == deadline else { return false }
        state.deadline = nil
        return true
      }
      if isDue { ring.yield() }
    }
    ring.finish()
  }
}
