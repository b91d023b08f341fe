import Transfer

extension SQLiteQueries {
  func signIns(lastingBeyond now: WallTime, limit: Int) throws(JournalError) -> [SignIn] {
    let statement = try database.prepare(
      "SELECT digest, kind, holder, token, until FROM sign_ins WHERE until > ? ORDER BY until DESC LIMIT ?"
    )
    return try statement.readableRows([.integer(now.milliseconds), .integer(Int64(limit))]) {
      row throws(JournalError) in
      let word: String = try row.value(1)
      guard let kind = SignIn.Kind(rawValue: word) else { throw JournalError(.unusable, "'\(word)' is no sign-in") }
      return SignIn(
        digest: try row.value(0),
        kind: kind,
        holder: try row.value(2),
        tokenDigest: try row.value(3),
        until: WallTime(milliseconds: try row.value(4))
      )
    }
  }
}

extension SQLiteChanges {
  func change(adding new: [SignIn], removing digests: [String], over now: WallTime) throws(JournalError) {
    let insert = try database.prepare(
      "INSERT INTO sign_ins (digest, kind, holder, token, until) VALUES (?, ?, ?, ?, ?)"
    )
    let delete = try database.prepare("DELETE FROM sign_ins WHERE digest = ?")
    let forget = try database.prepare("DELETE FROM sign_ins WHERE until <= ?")
    try database.transaction { () throws(JournalError) in
      try forget.run(.integer(now.milliseconds))
      for digest in digests { try delete.run(.text(digest)) }
      for signIn in new {
        try insert.run(
          .text(signIn.digest),
          .text(signIn.kind.rawValue),
          .text(signIn.holder),
          .text(signIn.tokenDigest),
          .integer(signIn.until.milliseconds)
        )
      }
    }
  }
}
