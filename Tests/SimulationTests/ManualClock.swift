/// A clock that moves only when the next thing happens: the earliest first, and of two that are planned for the same
/// moment the one that was planned first.
struct ManualClock<Happening> {
  private struct Entry {
    let moment: Int64
    let number: Int
    let happening: Happening

    func isBefore(_ other: Entry) -> Bool {
      moment == other.moment ? number < other.number : moment < other.moment
    }
  }

  /// In milliseconds.
  private(set) var now: Int64 = 0
  private(set) var taken = 0
  private var planned = 0
  /// A heap: no entry is before the one at half its index.
  private var entries: [Entry] = []

  mutating func plan(_ happening: Happening, at moment: Int64) {
    planned += 1
    entries.append(Entry(moment: max(now, moment), number: planned, happening: happening))
    var child = entries.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entries[child].isBefore(entries[parent]) else { return }
      entries.swapAt(child, parent)
      child = parent
    }
  }

  mutating func plan(_ happening: Happening, in milliseconds: Int64) {
    plan(happening, at: now + milliseconds)
  }

  /// Moves to the next thing. Nil when nothing is planned any more.
  mutating func next() -> Happening? {
    guard let last = entries.popLast() else { return nil }
    guard let first = entries.first else { return take(last) }
    entries[0] = last
    sink()
    return take(first)
  }

  /// The same, but not beyond a moment: nothing is left to happen before it, and it is that late now.
  mutating func next(until moment: Int64) -> Happening? {
    if let first = entries.first, first.moment <= moment { return next() }
    now = max(now, moment)
    return nil
  }

  private mutating func take(_ entry: Entry) -> Happening {
    now = entry.moment
    taken += 1
    return entry.happening
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var first = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
        if entries[child].isBefore(entries[first]) { first = child }
      }
      guard first != parent else { return }
      entries.swapAt(first, parent)
      parent = first
    }
  }
}
