import Transfer
import Transport

/// The journal as its one writer sees it.
struct Ledger: ~Copyable {
  struct Refusal: Equatable, Sendable {
    let transfer: TransferID
    let number: Int
    let reason: JournalError
  }

  struct Written: Equatable, Sendable {
    var refusals: [Refusal] = []
    /// The phase event that was written last, if one was.
    var lastEvent: Int64?
  }

  let database: Database
  private let begin: Statement
  private let insert: Statement
  private let end: Statement
  private let tell: Statement
  private let queue: Statement
  private let learn: Statement

  private init(
    _ database: consuming Database,
    _ begin: consuming Statement,
    _ insert: consuming Statement,
    _ end: consuming Statement,
    _ tell: consuming Statement,
    _ queue: consuming Statement,
    _ learn: consuming Statement
  ) {
    self.database = database
    self.begin = begin
    self.insert = insert
    self.end = end
    self.tell = tell
    self.queue = queue
    self.learn = learn
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
    let tell = try database.prepare(
      "INSERT INTO phases (transfer, n, at, phase, target, result, cause, wait_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    let queue = try database.prepare(
      "INSERT INTO deliveries (webhook, phase, transfer, queued_at, due_at) VALUES (?1, ?2, ?3, ?4, ?4)"
    )
    let learn = try database.prepare("UPDATE transfers SET party = ?2, known = ?3 WHERE id = ?1")
    return Ledger(database, begin, insert, end, tell, queue, learn)
  }

  /// All of them in one transaction, but for those that contradict what is there already.
  func write(_ entries: ArraySlice<JournalEntry>) throws(JournalError) -> Written {
    try database.transaction { () throws(JournalError) in
      var written = Written()
      for entry in entries {
        do throws(JournalError) {
          written.lastEvent = try write(entry) ?? written.lastEvent
        } catch {
          guard error.concernsOneRow else { throw error }
          written.refusals.append(Refusal(transfer: entry.transfer, number: entry.number, reason: error))
        }
      }
      return written
    }
  }

  /// The last of its phase events, if it has brought one.
  private func write(_ entry: JournalEntry) throws(JournalError) -> Int64? {
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
    var last: Int64?
    for notice in entry.notices { last = try write(notice, of: entry.transfer.description, entry.number, at: entry.at) }
    return last
  }

  private func write(
    _ notice: PhaseNotice,
    of transfer: String,
    _ number: Int,
    at time: WallTime
  ) throws(JournalError) -> Int64 {
    let change = notice.change
    if let learned = notice.learned {
      try learn.run(.text(transfer), SQLValue(learned.party), .text(try JSON.text(of: learned.context)))
    }
    try tell.run(
      .text(transfer),
      .integer(Int64(number)),
      .integer(time.milliseconds),
      .text(change.phase.rawValue),
      SQLValue(change.target),
      SQLValue(change.result?.rawValue),
      SQLValue(change.cause?.rawValue),
      .integer(change.wait.milliseconds)
    )
    let phase = database.lastRow
    for webhook in notice.webhooks {
      try queue.run(.text(webhook), .integer(phase), .text(transfer), .integer(time.milliseconds))
    }
    return phase
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

  /// A transfer that cannot be carried on from what is written of it ends without an event of its own.
  func writeOff(
    _ transfer: String,
    _ outcome: Outcome,
    at time: WallTime,
    telling webhooks: [String]
  ) throws(JournalError) {
    try database.transaction { () throws(JournalError) in
      try close(transfer, outcome, at: time)
      _ = try write(PhaseNotice(PhaseChange(.ended, outcome), webhooks: webhooks), of: transfer, 0, at: time)
    }
  }

  private func close(_ transfer: String, _ outcome: Outcome, at time: WallTime) throws(JournalError) {
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
