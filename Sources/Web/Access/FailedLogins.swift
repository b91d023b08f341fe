import Synchronization

/// Counts requests with a token that nobody has, so that the log tells of them and is not flooded: the first of an
/// address at once, then once a minute how many there were.
final class FailedLogins: Sendable {
  typealias Instant = ContinuousClock.Instant

  private struct Count {
    let since: Instant
    /// Not told yet.
    var attempts = 0
  }

  private static let interval: Duration = .seconds(60)
  /// Those from more addresses in one minute are told together.
  private static let mostClients = 1_000
  private static let others = "others"

  private let counts = Mutex<[String: Count]>([:])

  /// What is to be told now, by address.
  func note(_ client: String, at now: Instant) -> [(client: String, attempts: Int)] {
    counts.withLock { counts in
      let over = counts.filter { now - $0.value.since >= Self.interval }
      for name in over.keys { counts[name] = nil }
      var told = over.filter { $0.value.attempts > 0 }.map { (client: $0.key, attempts: $0.value.attempts) }
      let name = counts[client] == nil && counts.count >= Self.mostClients ? Self.others : client
      if counts[name] == nil {
        counts[name] = Count(since: now)
        // With those that were counted before, where there were any.
        if let index = told.firstIndex(where: { $0.client == name }) {
          told[index].attempts += 1
        } else {
          told.append((name, 1))
        }
      } else {
        counts[name]?.attempts += 1
      }
      return told.sorted { $0.client < $1.client }
    }
  }
}
