import Runtime
import Transfer
import Transport

/// What is not kept for ever. One call is one small bite, so that nobody who waits for a row waits long.
extension SQLiteChanges {
  func purge(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int {
    let due = "(SELECT id FROM transfers WHERE ended_at < ? ORDER BY ended_at LIMIT ?)"
    let blank = try database.prepare("UPDATE audit SET caller = NULL, words = NULL WHERE transfer IN \(due)")
    let statement = try database.prepare("DELETE FROM transfers WHERE id IN \(due)")
    return try database.transaction { () throws(JournalError) in
      try blank.run(.integer(time.milliseconds), .integer(Int64(limit)))
      try statement.run(.integer(time.milliseconds), .integer(Int64(limit)))
      let count = database.changes
      for table in ["calls", "trigger_counts"] {
        try database.prepare("DELETE FROM \(table) WHERE begin < ?").run(.integer(time.milliseconds))
      }
      return count
    }
  }

  func redact(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int {
    let select = try database.prepare(
      """
      SELECT id FROM transfers WHERE ended_at < ? AND ended_at IS NOT NULL AND is_redacted = 0 ORDER BY ended_at LIMIT ?
      """
    )
    return try database.transaction { () throws(JournalError) in
      let due = try select.rows(.integer(time.milliseconds), .integer(Int64(limit))) { row throws(JournalError) in
        try row.value(0, as: String.self)
      }
      for transfer in due { try redact(transfer) }
      return due.count
    }
  }

  private func redact(_ transfer: String) throws(JournalError) {
    try rewrite(
      "SELECT 0, request FROM transfers WHERE id = ?1",
      "UPDATE transfers SET is_redacted = 1, known = NULL, request = ?3 WHERE id = ?1 AND ?2 = 0",
      of: transfer
    ) { (request: TransferRequest) in request.redacted }
    try rewrite(
      "SELECT n, event FROM events WHERE transfer = ?1",
      "UPDATE events SET event = ?3 WHERE transfer = ?1 AND n = ?2",
      of: transfer
    ) { (event: TransferEvent) in event.redacted }
    try rewrite(
      "SELECT n, effects FROM events WHERE transfer = ?1 AND effects <> '[]'",
      "UPDATE events SET effects = ?3 WHERE transfer = ?1 AND n = ?2",
      of: transfer
    ) { (effects: [TransferEffect]) in effects.map(\.redacted) }
    try database.prepare("UPDATE wrap_ups SET note = '' WHERE transfer = ?").run(.text(transfer))
    try database.prepare("UPDATE audit SET words = NULL WHERE transfer = ?").run(.text(transfer))
  }

  /// A text that cannot be read cannot be told from words, and is not kept.
  private func rewrite<Value: Codable & Equatable>(
    _ select: String,
    _ update: String,
    of transfer: String,
    _ change: (Value) -> Value
  ) throws(JournalError) {
    let rows = try database.prepare(select).rows(.text(transfer)) { row throws(JournalError) in
      (number: try row.value(0, as: Int64.self), text: try row.value(1, as: String.self))
    }
    let update = try database.prepare(update)
    for row in rows {
      let rest: String
      do throws(JournalError) {
        rest = try JSON.text(of: change(try JSON.value(of: row.text)))
      } catch {
        guard error.kind == .unusable else { throw error }
        rest = JSON.null.serialized()
      }
      try update.run(.text(transfer), .integer(row.number), .text(rest))
    }
  }
}

/// What an earlier version has left behind.
extension SQLiteChanges {
  func mendEarlierRecords(limit: Int) throws(JournalError) -> Int {
    let places = try database.prepare("SELECT place, last FROM to_mend").rows { row throws(JournalError) in
      (place: try row.value(0, as: Int64.self), last: try row.value(1, as: Int64.self))
    }
    guard let (place, last) = places.first else { return 0 }
    let select = try database.prepare(
      """
      SELECT rowid, id, is_redacted, ended_at IS NOT NULL FROM transfers WHERE rowid > ? AND rowid <= ?
      ORDER BY rowid LIMIT ?
      """
    )
    return try database.transaction { () throws(JournalError) in
      let bite = try select.rows(.integer(place), .integer(last), .integer(Int64(limit))) { row throws(JournalError) in
        (
          place: try row.value(0, as: Int64.self), id: try row.value(1, as: String.self),
          isRedacted: try row.value(2, as: Int64.self) != 0, hasEnded: try row.value(3, as: Int64.self) != 0
        )
      }
      for transfer in bite {
        try takeDigits(outOf: transfer.id, hasEnded: transfer.hasEnded)
        // What counts as words has become more.
        if transfer.isRedacted { try redact(transfer.id) }
      }
      if let reached = bite.last?.place {
        try database.prepare("UPDATE to_mend SET place = ?").run(.integer(reached))
      } else {
        try database.execute("DELETE FROM to_mend")
      }
      return bite.count
    }
  }

  /// But for those that have decided something.
  private func takeDigits(outOf transfer: String, hasEnded: Bool) throws(JournalError) {
    let keys = "transfer = ?1 AND kind IN ('caller.pressed', 'leg.pressed')"
    let count = try database.prepare("SELECT count(*) FROM events WHERE \(keys)").rows(.text(transfer)) {
      row throws(JournalError) in try row.value(0, as: Int64.self)
    }
    guard count != [0] else { return }
    do throws(JournalError) {
      guard let record = try database.record(of: transfer) else { return }
      try takeDigits(outOf: record)
    } catch {
      // One that goes on is written off by whoever takes it up; its turn comes when it is redacted.
      guard error.kind == .unusable else { throw error }
      if hasEnded { try database.prepare("UPDATE events SET event = 'null' WHERE \(keys)").run(.text(transfer)) }
    }
  }

  private func takeDigits(outOf record: RecordedTransfer) throws(JournalError) {
    let update = try database.prepare("UPDATE events SET event = ? WHERE transfer = ? AND n = ?")
    var machine = TransferMachine(record.request)
    for step in record.events {
      let known = machine.applyWhatMayBeKnown(step.event, at: step.at)?.known
      if let withoutDigit = step.event.withoutDigit, known != step.event {
        let text = try JSON.text(of: withoutDigit)
        try update.run(.text(text), .text(record.request.id.description), .integer(Int64(step.number)))
      }
    }
  }

  func eraseRemoved() throws(JournalError) -> Bool {
    // What is deleted is overwritten in the database; the log still has the pages as they were.
    try database.checkpoint(.truncate)
  }

  func purgeSetAside(before time: WallTime) throws(JournalError) -> Int {
    try SQLiteFile.purgeSetAside(place.path, before: Timestamp(milliseconds: time.milliseconds))
  }
}
