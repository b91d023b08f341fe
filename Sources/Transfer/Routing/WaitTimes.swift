/// How long callers have waited lately for each target or group, from the request to the join.
package struct WaitTimes: Equatable, Sendable {
  private struct Joined: Equatable, Sendable {
    let wait: Duration
    /// How long the line took to move on by this caller: since the one before them was joined, or since their own request
    /// where they came later.
    let turn: Duration
  }

  /// Fewer are an accident, not experience.
  private static let enough = 3
  private static let remembered = 10

  private var recent: [String: [Joined]] = [:]
  private var lastJoin: [String: WallTime] = [:]

  package init() {}

  /// In the order of the joins.
  package mutating func add(_ wait: Duration, until join: WallTime, for party: String) {
    let sinceLast = lastJoin[party].map { join - $0 } ?? wait
    let joined = Joined(wait: wait, turn: max(.zero, min(wait, sinceLast)))
    recent[party] = (recent[party] ?? []).suffix(Self.remembered - 1) + [joined]
    lastJoin[party] = join
  }

  /// For one who comes now: the middle one of the last; nil until there is experience.
  package func estimate(for party: String) -> Duration? {
    experience(party).map { $0.map(\.wait).sorted()[$0.count / 2] }
  }

  /// For one who stands at this place of the line, 1 for the next.
  package func estimate(for party: String, place: Int) -> Duration? {
    experience(party).map { turns in
      // Several who come free at once and a long pause after that are one pace: the middle one would be either.
      let total = turns.reduce(Int64(0)) { $0 + $1.turn.milliseconds }
      return .milliseconds(total * Int64(place) / Int64(turns.count))
    }
  }

  private func experience(_ party: String) -> [Joined]? {
    recent[party].flatMap { $0.count >= Self.enough ? $0 : nil }
  }
}
