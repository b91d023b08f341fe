import Transfer

/// Something that is to happen at a certain moment.
enum Alarm: Hashable, Sendable {
  case timer(TransferID, TimerID)
  /// A request that Asterisk has not answered is sent again.
  case askAgain(ticket: Int)
  case audit(PBXName)
  /// What the phones do has been waited for long enough.
  case phones(PBXName)
  /// The target of this name can be rung again.
  case wrapUp(String)
}

/// All that is due later, as data: whoever sleeps needs to know the next moment alone.
///
/// A heap in which what was cancelled or set anew stays until its turn or until there is too much of it, so that
/// setting, cancelling and waking cost the same however many transfers there are.
struct Alarms: Sendable {
  private struct Entry {
    let moment: WallTime
    let number: Int
    let alarm: Alarm

    func isBefore(_ other: Entry) -> Bool {
      moment == other.moment ? number < other.number : moment < other.moment
    }
  }

  private var heap: [Entry] = []
  /// The entry that counts.
  private var current: [Alarm: (number: Int, moment: WallTime)] = [:]
  private var timers: [TransferID: Set<TimerID>] = [:]
  private var added = 0

  /// An alarm that is set already is set anew.
  mutating func set(_ alarm: Alarm, at moment: WallTime) {
    added += 1
    current[alarm] = (added, moment)
    if case .timer(let transfer, let timer) = alarm { timers[transfer, default: []].insert(timer) }
    insert(Entry(moment: moment, number: added, alarm: alarm))
    if heap.count > 64 + 2 * current.count { sweep() }
  }

  mutating func cancel(_ alarm: Alarm) {
    current[alarm] = nil
    if case .timer(let transfer, let timer) = alarm { timers[transfer]?.remove(timer) }
  }

  mutating func cancelAll(of transfer: TransferID) {
    for timer in timers.removeValue(forKey: transfer) ?? [] { current[.timer(transfer, timer)] = nil }
  }

  func isSet(_ alarm: Alarm) -> Bool { current[alarm] != nil }

  /// Nil for one that is not set.
  func moment(of alarm: Alarm) -> WallTime? { current[alarm]?.moment }

  /// When the next one is due.
  mutating func next() -> WallTime? {
    while let first = heap.first, current[first.alarm]?.number != first.number { removeFirst() }
    return heap.first?.moment
  }

  /// The earliest of those that are due, which is off then.
  mutating func takeDue(at now: WallTime) -> Alarm? {
    guard let moment = next(), moment <= now, let first = heap.first else { return nil }
    removeFirst()
    cancel(first.alarm)
    return first.alarm
  }

  private mutating func sweep() {
    heap = heap.filter { current[$0.alarm]?.number == $0.number }
    for parent in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(parent) }
  }

  private mutating func insert(_ entry: Entry) {
    heap.append(entry)
    var child = heap.count - 1
    while child > 0, heap[child].isBefore(heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap[0] = last
    sink(0)
  }

  private mutating func sink(_ start: Int) {
    var parent = start
    while true {
      let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < heap.count }
      guard let least = children.min(by: { heap[$0].isBefore(heap[$1]) }), heap[least].isBefore(heap[parent]) else {
        return
      }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
