import Transfer
import Transport

/// What is not kept for ever. One call is one small bite, so that nobody who waits for a row waits long.
extension Ledger {
  /// How many finished transfers were taken away with their events, at most `limit`.
  func forget(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int {
    let statement = try database.prepare(
      "DELETE FROM transfers WHERE id IN (SELECT id FROM transfers WHERE ended_at < ? ORDER BY ended_at LIMIT ?)"
    )
    return try database.transaction { () throws(JournalError) in
      try statement.run(.integer(time.milliseconds), .integer(Int64(limit)))
      return database.changes
    }
  }

  /// How many finished transfers keep who, when and how long, but no longer what the call was about, at most `limit`.
  func redact(endedBefore time: WallTime, limit: Int) throws(JournalError) -> Int {
    let select = try database.prepare(
      """
      SELECT id, request FROM transfers WHERE ended_at < ? AND ended_at IS NOT NULL AND is_redacted = 0
      ORDER BY ended_at LIMIT ?
      """
    )
    let update = try database.prepare("UPDATE transfers SET request = ?, known = NULL, is_redacted = 1 WHERE id = ?")
    return try database.transaction { () throws(JournalError) in
      let due = try select.rows(.integer(time.milliseconds), .integer(Int64(limit))) { row throws(JournalError) in
        (id: try row.value(0, as: String.self), request: try row.value(1, as: String.self))
      }
      for transfer in due {
        try update.run(.text(Redaction.ofRequest.applied(to: transfer.request)), .text(transfer.id))
        try redactEvents(of: transfer.id)
      }
      return due.count
    }
  }

  private func redactEvents(of transfer: String) throws(JournalError) {
    let select = try database.prepare("SELECT n, event, effects FROM events WHERE transfer = ?")
    let update = try database.prepare("UPDATE events SET event = ?, effects = ? WHERE transfer = ? AND n = ?")
    let events = try select.rows(.text(transfer)) { row throws(JournalError) in
      (n: try row.value(0, as: Int64.self), texts: [try row.value(1, as: String.self), try row.value(2)])
    }
    for event in events {
      let texts = event.texts.map(Redaction.ofWords.applied)
      guard texts != event.texts else { continue }
      try update.run(.text(texts[0]), .text(texts[1]), .text(transfer), .integer(event.n))
    }
  }
}

/// Members that lose what they say, wherever an object of that name has them.
private struct Redaction {
  /// By the name of the object.
  let blanks: [String: [String: JSON]]

  static let ofRequest = Redaction(
    blanks: ["context": ["summary": "", "spokenSummary": "", "transcript": "", "facts": []]]
  )
  /// What was spoken, what a model has made, and what a dispatcher has added.
  static let ofWords = Redaction(
    blanks: ["prepareSpeech": ["text": ""], "summarized": ["_0": ""], "ring": ["facts": []]]
  )

  /// A text that nobody can read is not kept either.
  func applied(to text: String) -> String {
    do throws(JSONError) {
      return applied(to: try JSON(parsing: text)).serialized()
    } catch {
      return JSON.null.serialized()
    }
  }

  private func applied(to json: JSON) -> JSON {
    switch json {
    case .null, .bool, .integer, .real, .string: return json
    case .array(let elements): return .array(elements.map(applied))
    case .object(var members):
      for (name, member) in members {
        members[name] = blanks[name].map { blanked(member, by: $0) } ?? applied(to: member)
      }
      return .object(members)
    }
  }

  private func blanked(_ json: JSON, by blanks: [String: JSON]) -> JSON {
    guard case .object(var members) = json else { return json }
    for (name, blank) in blanks where members[name] != nil { members[name] = blank }
    return .object(members)
  }
}
