import Transfer

extension SQLiteQueries {
  func wrapUp(of transfer: TransferID) throws(JournalError) -> WrapUp? {
    let statement = try database.prepare("SELECT answer, note, agent, at FROM wrap_ups WHERE transfer = ?")
    return try statement.rows(.text(transfer.description), read: WrapUp.init).first
  }
}

extension SQLiteChanges {
  func recordWrapUp(_ wrapUp: WrapUp, of transfer: TransferID) throws(JournalError) -> Bool {
    let statement = try database.prepare(
      """
      INSERT INTO wrap_ups (transfer, answer, note, agent, at) SELECT id, ?2, ?3, ?4, ?5 FROM transfers WHERE id = ?1
      ON CONFLICT (transfer) DO UPDATE
      SET answer = excluded.answer, note = excluded.note, agent = excluded.agent, at = excluded.at
      """
    )
    return try database.transaction { () throws(JournalError) in
      try statement.run(
        .text(transfer.description),
        .text(wrapUp.answer.rawValue),
        .text(wrapUp.note),
        .text(wrapUp.by),
        .integer(wrapUp.at.milliseconds)
      )
      guard database.changes > 0 else { return false }
      try database.append(AuditDraft(wrapUp, of: transfer))
      return true
    }
  }
}

extension WrapUp {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let name: String = try row.value(0)
    guard let answer = Answer(rawValue: name) else { throw JournalError(.unusable, "'\(name)' is no answer") }
    self.init(answer, note: try row.value(1), by: try row.value(2), at: WallTime(milliseconds: try row.value(3)))
  }
}
