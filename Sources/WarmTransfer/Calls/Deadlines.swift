import Transfer

/// The timers of all transfers, as data. Whoever sleeps asks when to wake, and what is due then.
struct Deadlines: Sendable {
  struct Timer: Hashable, Sendable {
    let transfer: TransferID
    let timer: TimerID
  }

  private var deadlines: [Timer: WallTime] = [:]
  /// The earliest moment for which somebody already sleeps.
  private var wakeUp: WallTime?

  /// A timer that runs already is set anew. Answers when to wake, if that is earlier than was known.
  mutating func start(_ timer: Timer, at deadline: WallTime) -> WallTime? {
    deadlines[timer] = deadline
    if let wakeUp, wakeUp <= deadline { return nil }
    wakeUp = deadline
    return deadline
  }

  mutating func cancel(_ timer: Timer) {
    deadlines[timer] = nil
  }

  mutating func cancelAll(of transfer: TransferID) {
    deadlines = deadlines.filter { $0.key.transfer != transfer }
  }

  /// What is due, the earliest first, and when to wake again.
  mutating func due(at now: WallTime) -> (timers: [Timer], next: WallTime?) {
    let due = deadlines.filter { $0.value <= now }.sorted { $0.value < $1.value }.map(\.key)
    for timer in due { deadlines[timer] = nil }
    wakeUp = deadlines.values.min()
    return (due, wakeUp)
  }
}
