/// How long to wait before the next attempt: doubling up to a cap, at least half of it, the rest by chance, so that
/// clients which lost the same server do not all come back at once.
package struct Backoff: Sendable, Equatable {
  private let first: Duration
  private let cap: Duration
  private var ceiling: Duration

  package init(first: Duration, cap: Duration) {
    self.first = min(first, cap)
    self.cap = cap
    ceiling = self.first
  }

  /// The jitter is chance, from 0 up to and without 1.
  package mutating func next(jitter: Double) -> Duration {
    let delay = ceiling / 2 + ceiling / 2 * jitter
    ceiling = min(ceiling * 2, cap)
    return delay
  }

  package mutating func reset() {
    ceiling = first
  }
}
