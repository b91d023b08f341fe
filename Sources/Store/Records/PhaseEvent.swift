internal import Runtime
package import Transfer
package import Transport

/// One change of phase as those are told of it who follow transfers from outside: by webhook, by server-sent events, on
/// a screen. Made of what the journal knows, and of nothing else.
package struct PhaseEvent: Equatable, Sendable {
  package struct Caller: Equatable, Sendable {
    package let channel: String
    package let name: String
    package let number: String

    package init(channel: String, name: String, number: String) {
      self.channel = channel
      self.name = name
      self.number = number
    }
  }

  /// Its row in the journal: counted up over all transfers, and never given twice.
  package let id: Int64
  package let transfer: TransferID
  /// The entry of the transfer that has brought it.
  package let number: Int
  package let at: WallTime
  package let change: PhaseChange
  package let caller: Caller
  package let topic: String
  /// Who was asked for: a target or a group.
  package let party: String?
  /// With `ringing`, so that a screen shows it before anybody picks up, `connected` and `ended`, as long as the journal
  /// knows it.
  package let context: CallContext?

  package init(
    id: Int64,
    transfer: TransferID,
    number: Int,
    at: WallTime,
    change: PhaseChange,
    caller: Caller,
    topic: String,
    party: String?,
    context: CallContext?
  ) {
    self.id = id
    self.transfer = transfer
    self.number = number
    self.at = at
    self.change = change
    self.caller = caller
    self.topic = topic
    self.party = party
    self.context = context
  }

  /// The same however often it is told, and that of no other, also in another journal.
  package var name: String { "\(transfer)-\(number)-\(change.phase.rawValue)" }
}

package protocol PhaseQueries {
  /// At most so many of those after that one, in order.
  func phases(after id: Int64, limit: Int) throws(JournalError) -> [PhaseEvent]

  /// The highest number that an event has ever had here; 0 before the first.
  func lastPhase() throws(JournalError) -> Int64
}

extension PhaseEvent {
  /// `{transfer, phase, at, data}`; what is not known is left out.
  package var json: JSON {
    [
      "transfer": .string(transfer.description),
      "phase": .string(change.phase.rawValue),
      "at": .string(Timestamp(milliseconds: at.milliseconds).description),
      "data": .object(data.compactMapValues { $0 }),
    ]
  }

  private var data: [String: JSON?] {
    [
      "caller": ["channel": .string(caller.channel), "name": .string(caller.name), "number": .string(caller.number)],
      "topic": .known(topic),
      "party": .known(party),
      "target": .known(change.target),
      "result": .known(change.result?.rawValue),
      "cause": .known(change.cause?.rawValue),
      "wait": .real(Double(change.wait.milliseconds) / 1_000),
      "signed_off": .known(change.signedOff),
      "context": context?.json,
    ]
  }
}

extension CallContext {
  fileprivate var json: JSON {
    let members = Self.fields.compactMap { field -> (String, JSON)? in
      switch field.content {
      case .line, .lines, .turns, .language: self[field].isEmpty ? nil : (field.name, .string(self[field]))
      case .facts: (field.name, .array(facts.map(\.json)))
      }
    }
    return .object(Dictionary(members) { first, _ in first })
  }
}

extension CallContext.Fact {
  fileprivate var json: JSON { ["name": .string(name), "label": .string(label), "value": .string(value)] }
}

extension JSON? {
  /// Nothing for an empty text.
  fileprivate static func known(_ text: String?) -> JSON? {
    text.flatMap { $0.isEmpty ? nil : .string($0) }
  }
}
