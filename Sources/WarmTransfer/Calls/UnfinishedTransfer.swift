import Store
import Transfer

/// A transfer that a service before this one has begun and not ended, as it was after its last entry in the journal.
struct UnfinishedTransfer {
  private(set) var machine: TransferMachine
  /// What was running then, with the deadlines of that time.
  private(set) var timers: [TimerID: WallTime] = [:]
  let lastEntry: Int

  var id: TransferID { machine.request.id }

  /// Nil where its end is in the journal.
  init?(_ record: RecordedTransfer) {
    machine = TransferMachine(record.request)
    lastEntry = record.events.last?.number ?? 0
    for event in record.events { replay(event) }
    if machine.outcome != nil { return nil }
  }

  private mutating func replay(_ event: RecordedTransfer.Event) {
    if case .timerFired(let timer) = event.event { timers[timer] = nil }
    for effect in machine.apply(event.event, at: event.at) {
      switch effect {
      case .startTimer(let timer, let deadline): timers[timer] = deadline
      case .cancelTimer(let timer): timers[timer] = nil
      default: break
      }
    }
  }
}
