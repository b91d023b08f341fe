import Synchronization

/// How often each token may ask: so many times a second on average, and twice as many at once.
final class TokenBuckets: Sendable {
  typealias Instant = ContinuousClock.Instant

  private struct Bucket {
    var level: Double
    var at: Instant
  }

  /// By the tokens' names, of which there are as many as sections in the conf file.
  private let buckets = Mutex<[String: Bucket]>([:])

  /// How long to wait first; nil for nothing.
  func take(from name: String, rate: Int, at now: Instant) -> Duration? {
    let rate = Double(max(1, rate))
    return buckets.withLock { buckets in
      let before = buckets[name] ?? Bucket(level: rate * 2, at: now)
      let passed =
        Double((now - before.at).components.attoseconds) / 1e18 + Double((now - before.at).components.seconds)
      let level = min(rate * 2, before.level + max(0, passed) * rate)
      guard level >= 1 else {
        buckets[name] = Bucket(level: level, at: now)
        return .seconds((1 - level) / rate)
      }
      buckets[name] = Bucket(level: level - 1, at: now)
      return nil
    }
  }
}
