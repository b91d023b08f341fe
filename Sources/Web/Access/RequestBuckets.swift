import Synchronization

/// How often each may ask: so many times a second on average, and twice as many at once.
final class RequestBuckets: Sendable {
  typealias Instant = ContinuousClock.Instant

  private struct Bucket {
    var level: Double
    var at: Instant
  }

  /// As many addresses as may have one at a time; tokens are as many as sections in the conf file.
  private static let most = 10_000
  /// After which a bucket is full, whatever was taken from it.
  private static let timeToFill: Duration = .seconds(2)

  /// By the names of tokens, or by addresses.
  private let buckets = Mutex<[String: Bucket]>([:])

  /// How long to wait first; nil for nothing.
  func take(from name: String, rate: Int, at now: Instant) -> Duration? {
    let rate = Double(max(1, rate))
    return buckets.withLock { buckets in
      if buckets.count >= Self.most, buckets[name] == nil {
        // A full one is as good as none.
        buckets = buckets.filter { now - $0.value.at < Self.timeToFill }
        if buckets.count >= Self.most { return Self.timeToFill }
      }
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
