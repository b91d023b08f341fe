import Transfer

extension SQLiteQueries {
  func conversations(endedSince time: WallTime, limit: Int) throws(JournalError) -> [Conversation] {
    let statement = try database.prepare(
      """
      SELECT t.id, t.target, t.caller_name, t.caller_number, t.ended_at, w.transfer IS NOT NULL
      FROM transfers t LEFT JOIN wrap_ups w ON w.transfer = t.id
      WHERE t.ended_at >= ? AND t.result = ? AND t.target IS NOT NULL ORDER BY t.ended_at DESC LIMIT ?
      """
    )
    let values: [SQLValue] = [
      .integer(time.milliseconds), .text(Outcome.Result.connected.rawValue), .integer(Int64(limit)),
    ]
    return try statement.readableRows(values) { row throws(JournalError) in
      let name: String = try row.value(0)
      guard let id = TransferID(name) else { throw JournalError(.unusable, "'\(name)' is no transfer") }
      return Conversation(
        transfer: id,
        target: try row.value(1),
        callerName: try row.value(2),
        callerNumber: try row.value(3),
        endedAt: WallTime(milliseconds: try row.value(4)),
        isWrappedUp: try row.value(5, as: Int64.self) != 0
      )
    }
    .reversed()
  }
}
