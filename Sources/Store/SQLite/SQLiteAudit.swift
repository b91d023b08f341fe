import Transfer
import Transport

extension SQLiteQueries {
  func auditRecords(after number: Int64, limit: Int) throws(JournalError) -> [AuditRecord] {
    let statement = try database.prepare(
      "SELECT record, caller, words, hash FROM audit WHERE n > ? ORDER BY n LIMIT ?"
    )
    return try statement.rows(.integer(number), .integer(Int64(limit)), read: AuditRecord.init)
  }

  func auditNumbers(from: WallTime?, to: WallTime?) throws(JournalError) -> ClosedRange<Int64>? {
    let statement = try database.prepare(
      "SELECT (SELECT min(n) FROM audit WHERE at >= ?), (SELECT max(n) FROM audit WHERE at < ?)"
    )
    let found = try statement.rows(
      .integer(from?.milliseconds ?? .min),
      .integer(to?.milliseconds ?? .max)
    ) { row throws(JournalError) in
      (first: try row.value(0, as: Int64?.self), last: try row.value(1, as: Int64?.self))
    }
    guard let first = found.first?.first, let last = found.first?.last, first <= last else { return nil }
    return first...last
  }

  func auditHead() throws(JournalError) -> AuditHead? { try database.auditHead() }
}

extension SQLiteConnection {
  func auditHead() throws(JournalError) -> AuditHead? {
    try prepare("SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1").rows { row throws(JournalError) in
      AuditHead(number: try row.value(0), hash: try row.value(1))
    }
    .first
  }

  /// At the end of the chain. What the transfer has lost meanwhile is not written any more.
  func append(_ draft: AuditDraft) throws(JournalError) {
    let head = try auditHead()
    let record = try AuditRecord(
      draft,
      number: (head?.number ?? 0) + 1,
      after: head?.hash ?? AuditRecord.beginning
    )
    let known = try prepare("SELECT is_redacted FROM transfers WHERE id = ?").rows(.text(draft.transfer)) {
      row throws(JournalError) in try row.value(0, as: Int64.self)
    }
    try prepare("INSERT INTO audit (n, transfer, at, record, caller, words, hash) VALUES (?, ?, ?, ?, ?, ?, ?)").run(
      .integer(record.number),
      .text(draft.transfer),
      .integer(draft.at.milliseconds),
      .text(JSON.object(record.members).serialized()),
      known.isEmpty ? nil : SQLValue(record.caller?.serialized()),
      known == [0] ? SQLValue(record.words?.serialized()) : nil,
      .text(record.hash)
    )
  }
}

extension SQLiteChanges {
  func purgeAudit(before time: WallTime, limit: Int) throws(JournalError) -> Int {
    // From the beginning, and without a gap, also where the clock was once set back.
    let statement = try database.prepare(
      """
      DELETE FROM audit WHERE n IN (
        SELECT n FROM audit WHERE n < (
          SELECT coalesce((SELECT min(n) FROM audit WHERE at >= ?1), (SELECT max(n) FROM audit))
        ) ORDER BY n LIMIT ?2
      )
      """
    )
    return try database.transaction { () throws(JournalError) in
      try statement.run(.integer(time.milliseconds), .integer(Int64(limit)))
      return database.changes
    }
  }
}

extension AuditRecord {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let members = try Self.json(try row.value(0))
    self.init(
      members: members?.object ?? [:],
      caller: try Self.json(try row.value(1)),
      words: try Self.json(try row.value(2)),
      hash: try row.value(3)
    )
  }

  private static func json(_ text: String?) throws(JournalError) -> JSON? {
    guard let text else { return nil }
    do throws(JSONError) {
      return try JSON(parsing: text)
    } catch {
      throw JournalError(.unusable, "the audit record cannot be read: \(error)")
    }
  }
}
