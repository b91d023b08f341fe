import Transfer
import Transport

/// The journal as its one writer sees it.
struct Ledger: ~Copyable {
  struct Refusal: Equatable, Sendable {
    let transfer: TransferID
    let number: Int
    let reason: JournalError
  }

  let database: Database
  private let begin: Statement
  private let insert: Statement
  private let end: Statement

  private init(
    _ database: consuming Database,
    _ begin: consuming Statement,
    _ insert: consuming Statement,
    _ end: consuming Statement
  ) {
    self.database = database
    self.begin = begin
    self.insert = insert
    self.end = end
  }

  static func open(_ database: consuming Database) throws(JournalError) -> Ledger {
    let begin = try database.prepare(
      """
      INSERT INTO transfers (id, requested_at, channel, caller_number, caller_name, topic, party, request)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    let insert = try database.prepare(
      "INSERT INTO events (transfer, n, at, phase, kind, event, effects) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    let end = try database.prepare(
      "UPDATE transfers SET ended_at = ?2, target = ?3, result = ?4, cause = ?5, wait_ms = ?6 WHERE id = ?1"
    )
    return Ledger(database, begin, insert, end)
  }

  /// All of them in one transaction, but for those that contradict what is there already.
  func write(_ entries: ArraySlice<JournalEntry>) throws(JournalError) -> [Refusal] {
    try database.transaction { () throws(JournalError) in
      var refusals: [Refusal] = []
      for entry in entries {
        do throws(JournalError) {
          try write(entry)
        } catch {
          guard error.concernsOneRow else { throw error }
          refusals.append(Refusal(transfer: entry.transfer, number: entry.number, reason: error))
        }
      }
      return refusals
    }
  }

  private func write(_ entry: JournalEntry) throws(JournalError) {
    if let request = entry.request { try write(request, at: entry.at) }
    let event = try JSON.json(of: entry.event)
    try insert.run(
      .text(entry.transfer.description),
      .integer(Int64(entry.number)),
      .integer(entry.at.milliseconds),
      .text(entry.phase.rawValue),
      .text(JournalEntry.kind(of: event)),
      .text(event.serialized()),
      .text(try JSON.text(of: entry.notedEffects))
    )
    if let outcome = entry.outcome { try close(entry.transfer.description, outcome, at: entry.at) }
  }

  private func write(_ request: TransferRequest, at time: WallTime) throws(JournalError) {
    let party: String? = if case .ring(let party) = request.plan { party.name } else { nil }
    try begin.run(
      .text(request.id.description),
      .integer(time.milliseconds),
      .text(request.caller.channel),
      .text(request.caller.number),
      .text(request.caller.name),
      .text(request.context.topic),
      SQLValue(party),
      .text(try JSON.text(of: request))
    )
  }

  /// A transfer that cannot be carried on from what is written of it ends without an event.
  func close(_ transfer: String, _ outcome: Outcome, at time: WallTime) throws(JournalError) {
    try end.run(
      .text(transfer),
      .integer(time.milliseconds),
      SQLValue(outcome.target),
      .text(outcome.result.rawValue),
      .text(outcome.cause.rawValue),
      .integer(outcome.wait.milliseconds)
    )
  }
}
