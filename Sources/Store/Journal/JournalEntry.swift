package import Transfer
internal import Transport

/// One thing that has happened to a transfer, and what it led to: a row of the journal.
package struct JournalEntry: Equatable, Sendable {
  package var transfer: TransferID
  /// Counted from 1 in each transfer.
  package var number: Int
  package var at: WallTime
  /// The phase after it.
  package var phase: TransferMachine.Phase
  package var event: TransferEvent
  package var effects: [TransferEffect]
  /// With the first entry of a transfer, and no other: as the machine began with it.
  package var request: TransferRequest?
  /// With the last.
  package var outcome: Outcome?
  /// What it has changed for those who follow transfers from outside.
  package var notices: [PhaseNotice]

  package init(
    transfer: TransferID,
    number: Int,
    at: WallTime,
    phase: TransferMachine.Phase,
    event: TransferEvent,
    effects: [TransferEffect] = [],
    request: TransferRequest? = nil,
    outcome: Outcome? = nil,
    notices: [PhaseNotice] = []
  ) {
    self.transfer = transfer
    self.number = number
    self.at = at
    self.phase = phase
    self.event = event
    self.effects = effects
    self.request = request
    self.outcome = outcome
    self.notices = notices
  }
}

extension RecordedTransfer.Event {
  /// As it will be read.
  package init(_ entry: JournalEntry) throws(JournalError) {
    self.init(
      number: entry.number,
      at: entry.at,
      phase: entry.phase.rawValue,
      kind: JournalEntry.kind(of: try JSON.json(of: entry.event)),
      event: entry.event,
      effects: entry.notedEffects
    )
  }
}

extension JournalEntry {
  /// What somebody asks about who wants to know what was done: which timers ran is told by the events.
  package var notedEffects: [TransferEffect] {
    effects.filter { effect in
      switch effect {
      case .startTimer, .cancelTimer: false
      default: true
      }
    }
  }

  /// `requested`, `leg.answered`: the case of an enum is the one key of its JSON.
  static func kind(of event: JSON) -> String {
    guard let (name, values) = event.object?.first else { return "" }
    let inner =
      switch name {
      case "caller": values["_0"]
      case "leg": values["_1"]
      default: JSON?.none
      }
    return [name, inner?.object?.first?.key].compactMap { $0 }.joined(separator: ".")
  }
}
