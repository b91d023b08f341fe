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

extension JournalEntry {
  /// What somebody asks about who wants to know what was done: which timers ran is told by the events.
  var notedEffects: [TransferEffect] {
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

extension JSON {
  static func text(of value: some Encodable) throws(JournalError) -> String {
    try json(of: value).serialized()
  }

  static func json(of value: some Encodable) throws(JournalError) -> JSON {
    do throws(JSONCodingError) {
      return try JSON(encoding: value)
    } catch {
      throw JournalError(.unusable, "cannot be written: \(error)")
    }
  }

  static func value<Value: Decodable>(of text: String, as type: Value.Type = Value.self) throws(JournalError) -> Value {
    do {
      return try JSON(parsing: text).decode(type)
    } catch {
      throw JournalError(.unusable, "cannot be read: \(error)")
    }
  }
}
