import Transfer

extension SQLiteChanges {
  func countTrigger(_ name: String, in hour: LocalHour) throws(JournalError) {
    try database.prepare(
      """
      INSERT INTO trigger_counts (begin, name, count) VALUES (?, ?, 1)
      ON CONFLICT (begin, name) DO UPDATE SET count = count + 1
      """
    )
    .run(.integer(hour.begin.milliseconds), .text(name))
  }
}

extension SQLiteQueries {
  /// The most frequent first. Hours that lie in the time in part count whole, as for calls.
  func triggers(_ time: [SQLValue]) throws(JournalError) -> [FiguresReport.Firing] {
    let statement = try database.prepare(
      """
      SELECT name, sum(count) FROM trigger_counts WHERE begin >= ?1 - 3599999 AND begin < ?2
      GROUP BY name ORDER BY sum(count) DESC, name
      """
    )
    return try statement.rows(time) { row throws(JournalError) in
      FiguresReport.Firing(trigger: try row.value(0), count: Int(try row.value(1, as: Int64.self)))
    }
  }
}
