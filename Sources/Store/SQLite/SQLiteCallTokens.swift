import Transfer

extension SQLiteQueries {
  func callTokens(lastingBeyond now: WallTime, limit: Int) throws(JournalError) -> [StoredCallToken] {
    let statement = try database.prepare(
      "SELECT digest, channel, until FROM call_tokens WHERE until > ? ORDER BY until DESC LIMIT ?"
    )
    return try statement.readableRows([.integer(now.milliseconds), .integer(Int64(limit))]) {
      row throws(JournalError) in
      StoredCallToken(
        digest: try row.value(0),
        channel: try row.value(1),
        until: WallTime(milliseconds: try row.value(2))
      )
    }
    .reversed()
  }
}

extension SQLiteChanges {
  func keep(_ token: StoredCallToken, over now: WallTime) throws(JournalError) {
    let forget = try database.prepare("DELETE FROM call_tokens WHERE until <= ?")
    let insert = try database.prepare("INSERT INTO call_tokens (digest, channel, until) VALUES (?, ?, ?)")
    try database.transaction { () throws(JournalError) in
      try forget.run(.integer(now.milliseconds))
      try insert.run(.text(token.digest), .text(token.channel), .integer(token.until.milliseconds))
    }
  }
}
