import Transfer
import Transport

/// What the one writer does.
final class SQLiteChanges: RecordChanges {
  let database: SQLiteConnection
  let place: SQLiteDatabase
  /// Pages in the write-ahead log, as far as it is known.
  var logPages = 0
  private let begin: Statement
  private let insert: Statement
  private let end: Statement
  private let tell: Statement
  private let queue: Statement
  private let learn: Statement

  init(_ database: consuming SQLiteConnection, of place: SQLiteDatabase) throws(JournalError) {
    begin = try database.prepare(
      """
      INSERT INTO transfers (id, requested_at, channel, caller_number, caller_name, topic, party, request)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    insert = try database.prepare(
      "INSERT INTO events (transfer, n, at, phase, kind, event, effects) VALUES (?, ?, ?, ?, ?, ?, ?)"
    )
    end = try database.prepare(
      "UPDATE transfers SET ended_at = ?2, target = ?3, result = ?4, cause = ?5, wait_ms = ?6 WHERE id = ?1"
    )
    tell = try database.prepare(
      """
      INSERT INTO phases (transfer, n, at, phase, target, result, cause, wait_ms, signed_off)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    )
    queue = try database.prepare(
      "INSERT INTO deliveries (webhook, phase, transfer, queued_at, due_at) VALUES (?1, ?2, ?3, ?4, ?4)"
    )
    learn = try database.prepare("UPDATE transfers SET party = ?2, known = ?3 WHERE id = ?1")
    self.database = database
    self.place = place
  }

  func write(_ entries: ArraySlice<JournalEntry>) throws(JournalError) -> WrittenEntries {
    defer { logPages = database.logPages }
    return try database.transaction { () throws(JournalError) in
      var written = WrittenEntries()
      for entry in entries {
        do throws(JournalError) {
          written.lastEvent = try write(entry) ?? written.lastEvent
        } catch {
          guard error.concernsOneRow else { throw error }
          written.refusals.append(WrittenEntries.Refusal(entry, error))
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
    for case .keepMessage(let message) in entry.effects { try keep(message, of: entry.transfer, at: entry.at) }
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
      .integer(change.wait.milliseconds),
      SQLValue(change.signedOff)
    )
    let phase = database.lastRow
    for webhook in notice.webhooks {
      try queue.run(.text(webhook), .integer(phase), .text(transfer), .integer(time.milliseconds))
    }
    return phase
  }

  private func write(_ request: TransferRequest, at time: WallTime) throws(JournalError) {
    let summary = TransferSummary(request, at: time)
    try begin.run(
      .text(summary.id.description),
      .integer(summary.requestedAt.milliseconds),
      .text(summary.channel),
      .text(summary.callerNumber),
      .text(summary.callerName),
      .text(summary.topic),
      SQLValue(summary.party),
      .text(try JSON.text(of: request))
    )
  }

  func noteBehind(_ transfers: Set<TransferID>) throws(JournalError) {
    let note = try database.prepare("INSERT OR IGNORE INTO lacking_end SELECT id FROM transfers WHERE id = ?")
    try database.transaction { () throws(JournalError) in
      for transfer in transfers { try note.run(.text(transfer.description)) }
    }
  }

  func noteAllBehind() throws(JournalError) {
    try database.execute("INSERT OR IGNORE INTO lacking_end SELECT id FROM transfers WHERE ended_at IS NULL")
  }

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

/// The write-ahead log goes into the database: the only time that the disk is waited for.
extension SQLiteChanges {
  var wantsQuiet: Bool { logPages > place.logPages.idle }

  func tidy(isQuiet: Bool) throws(JournalError) -> Bool {
    guard logPages > (isQuiet ? place.logPages.idle : place.logPages.busy) else { return true }
    // Also when a reader or the disk was in the way: it is tried again when there is more of it.
    logPages = 0
    return try database.checkpoint(.passive)
  }

  func close() throws(JournalError) {
    try database.checkpoint(.truncate)
  }
}
