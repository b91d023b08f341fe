import Transfer
import Transport

extension SQLiteChanges {
  func keep(_ brief: Brief, as digest: String, until end: WallTime, most: Int, at now: WallTime) throws(JournalError)
    -> Bool
  {
    let insert = try database.prepare(
      """
      INSERT INTO briefs (digest, brief, until) SELECT ?, ?, ? WHERE (SELECT count(*) FROM briefs) < ?
      """
    )
    let text = try JSON.text(of: brief)
    return try database.transaction { () throws(JournalError) in
      try forgetBriefs(over: now)
      try insert.run(.text(digest), .text(text), .integer(end.milliseconds), .integer(Int64(most)))
      return database.changes > 0
    }
  }

  func useBrief(_ digest: String, for channel: String, at now: WallTime) throws(JournalError) -> Brief? {
    let use = try database.prepare(
      "UPDATE briefs SET channel = ?2 WHERE digest = ?1 AND until > ?3 AND (channel IS NULL OR channel = ?2)"
    )
    let select = try database.prepare("SELECT brief FROM briefs WHERE digest = ?")
    return try database.transaction { () throws(JournalError) in
      try use.run(.text(digest), .text(channel), .integer(now.milliseconds))
      guard database.changes > 0 else { return nil }
      let texts = try select.rows(.text(digest)) { row throws(JournalError) in try row.value(0, as: String.self) }
      guard let text = texts.first else { return nil }
      return try JSON.value(of: text)
    }
  }

  func purgeBriefs(over now: WallTime) throws(JournalError) -> Int {
    try database.transaction { () throws(JournalError) in try forgetBriefs(over: now) }
  }

  @discardableResult
  private func forgetBriefs(over now: WallTime) throws(JournalError) -> Int {
    try database.prepare("DELETE FROM briefs WHERE until <= ?").run(.integer(now.milliseconds))
    return database.changes
  }
}
