import Transfer

extension SQLiteQueries {
  private static let message = """
    SELECT transfer, at, recording, length_ms, caller_name, caller_number, topic, party, heard_at FROM messages
    """

  func messages(before place: TransferPlace?, limit: Int) throws(JournalError) -> [StoredMessage] {
    try database.prepare(Self.message + " WHERE (at, transfer) < (?, ?) ORDER BY at DESC, transfer DESC LIMIT ?")
      .readableRows(
        [
          .integer(place?.requestedAt.milliseconds ?? .max), .text(place?.id.description ?? ""),
          .integer(Int64(limit)),
        ],
        read: StoredMessage.init
      )
  }

  func message(of transfer: TransferID) throws(JournalError) -> StoredMessage? {
    try database.prepare(Self.message + " WHERE transfer = ?")
      .rows(.text(transfer.description), read: StoredMessage.init).first
  }

  func messages(leftBefore time: WallTime, limit: Int) throws(JournalError) -> [StoredMessage] {
    try database.prepare(Self.message + " WHERE at < ? ORDER BY at LIMIT ?")
      .readableRows([.integer(time.milliseconds), .integer(Int64(limit))], read: StoredMessage.init)
  }
}

extension SQLiteChanges {
  /// Of a caller of whom the transfer's own row tells.
  func keep(_ message: CallersMessage, of transfer: TransferID, at time: WallTime) throws(JournalError) {
    try database.prepare(
      """
      INSERT OR IGNORE INTO messages (transfer, at, recording, length_ms, caller_name, caller_number, topic, party)
      SELECT id, ?2, ?3, ?4, caller_name, caller_number, topic, party FROM transfers WHERE id = ?1
      """
    )
    .run(
      .text(transfer.description),
      .integer(time.milliseconds),
      .integer(Int64(message.recording)),
      SQLValue(message.length?.milliseconds)
    )
  }

  func markMessage(of transfer: TransferID, heardAt time: WallTime?) throws(JournalError) -> Bool {
    try database.prepare("UPDATE messages SET heard_at = ?2 WHERE transfer = ?1")
      .run(.text(transfer.description), SQLValue(time?.milliseconds))
    return database.changes > 0
  }

  func removeMessage(of transfer: TransferID) throws(JournalError) -> Bool {
    try database.prepare("DELETE FROM messages WHERE transfer = ?").run(.text(transfer.description))
    return database.changes > 0
  }
}

extension StoredMessage {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let name: String = try row.value(0)
    guard let transfer = TransferID(name) else { throw JournalError(.unusable, "'\(name)' is no transfer") }
    let length: Int64? = try row.value(3)
    let heardAt: Int64? = try row.value(8)
    self.init(
      transfer: transfer,
      at: WallTime(milliseconds: try row.value(1)),
      recording: Int(try row.value(2, as: Int64.self)),
      length: length.map { .milliseconds($0) },
      callerName: try row.value(4),
      callerNumber: try row.value(5),
      topic: try row.value(6),
      party: try row.value(7),
      heardAt: heardAt.map { WallTime(milliseconds: $0) }
    )
  }
}
