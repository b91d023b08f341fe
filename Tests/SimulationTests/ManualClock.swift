/// A clock that moves only when the next thing happens: the earliest first, and of two that are planned for the same
/// moment the one that was planned first.
struct ManualClock<Happening> {
  /// In milliseconds.
  private(set) var now: Int64 = 0
  private(set) var taken = 0
  private var plans = Plans()
  private var happenings: [Int: Happening] = [:]

  mutating func plan(_ happening: Happening, at moment: Int64) {
    happenings[plans.add(at: max(now, moment))] = happening
  }

  mutating func plan(_ happening: Happening, in milliseconds: Int64) {
    plan(happening, at: now + milliseconds)
  }

  /// Moves to the next thing. Nil when nothing is planned any more.
  mutating func next() -> Happening? {
    guard let plan = plans.takeFirst() else { return nil }
    now = plan.moment
    taken += 1
    return happenings.removeValue(forKey: plan.number)
  }

  /// The same, but not beyond a moment: nothing is left to happen before it, and it is that late now.
  mutating func next(until moment: Int64) -> Happening? {
    if let first = plans.first, first.moment <= moment { return next() }
    now = max(now, moment)
    return nil
  }
}

/// A heap: no plan comes before the one at half its index.
private struct Plans {
  struct Plan {
    let moment: Int64
    let number: Int

    func isBefore(_ other: Plan) -> Bool {
      moment == other.moment ? number < other.number : moment < other.moment
    }
  }

  private var plans: [Plan] = []
  private var added = 0

  var first: Plan? { plans.first }

  /// Answers the plan's number.
  mutating func add(at moment: Int64) -> Int {
    added += 1
    plans.append(Plan(moment: moment, number: added))
    var child = plans.count - 1
    while child > 0, plans[child].isBefore(plans[(child - 1) / 2]) {
      plans.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
    return added
  }

  mutating func takeFirst() -> Plan? {
    guard let last = plans.popLast() else { return nil }
    guard let first = plans.first else { return last }
    plans[0] = last
    var parent = 0
    while let child = firstChild(of: parent), plans[child].isBefore(plans[parent]) {
      plans.swapAt(child, parent)
      parent = child
    }
    return first
  }

  private func firstChild(of parent: Int) -> Int? {
    let left = 2 * parent + 1
    let right = left + 1
    guard left < plans.count else { return nil }
    return right < plans.count && plans[right].isBefore(plans[left]) ? right : left
  }
}
