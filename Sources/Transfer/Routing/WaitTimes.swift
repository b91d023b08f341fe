/// How long callers have waited lately for each target or group, from the request to the join.
package struct WaitTimes: Equatable, Sendable {
  /// Fewer are an accident, not experience.
  private static let enough = 3
  private static let remembered = 10

  private var recent: [String: [Duration]] = [:]

  package init() {}

  package mutating func add(_ wait: Duration, for party: String) {
    recent[party] = (recent[party] ?? []).suffix(Self.remembered - 1) + [wait]
  }

  /// The middle one of the last; nil until there is experience.
  package func estimate(for party: String) -> Duration? {
    guard let waits = recent[party], waits.count >= Self.enough else { return nil }
    return waits.sorted()[waits.count / 2]
  }
}
