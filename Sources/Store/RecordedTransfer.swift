package import Transfer

/// All that the journal knows of one transfer.
package struct RecordedTransfer: Equatable, Sendable {
  package struct Event: Equatable, Sendable {
    package let number: Int
    package let at: WallTime
    /// The phase after it.
    package let phase: String
    package let kind: String
    package let event: TransferEvent
    /// But for timers.
    package let effects: [TransferEffect]
  }

  package let request: TransferRequest
  /// In order.
  package let events: [Event]

  /// Whether no event is missing before the last one: some are when the disk was full for a long time.
  package var isWhole: Bool { zip(1..., events).allSatisfy { $0 == $1.number } }

  /// The machine as it was after the last event.
  package func replayed() -> TransferMachine {
    var machine = TransferMachine(request)
    for event in events { _ = machine.apply(event.event, at: event.at) }
    return machine
  }
}

/// One line of the transfer log.
package struct TransferSummary: Equatable, Sendable {
  package let id: TransferID
  package let requestedAt: WallTime
  package let endedAt: WallTime?
  package let channel: String
  package let callerNumber: String
  package let callerName: String
  package let topic: String
  /// Who was asked for: a target or a group; nil when it was refused.
  package let party: String?
  /// Who was rung last.
  package let target: String?
  package let result: Outcome.Result?
  package let cause: Outcome.Cause?
  package let wait: Duration?
}
