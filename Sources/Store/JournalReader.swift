package import Transfer
internal import Transport

/// Reads what a writer has committed, at any time and without being in its way. For one thread at a time.
package struct JournalReader: ~Copyable {
  /// What a service that was killed has left behind.
  package struct Unfinished: Sendable {
    package internal(set) var transfers: [RecordedTransfer] = []
    /// Those whose rows make no sense, as those of an earlier version may, by their ids.
    package internal(set) var unreadable: [(id: String, reason: JournalError)] = []
  }

  private static let summary = """
    SELECT id, requested_at, ended_at, channel, caller_number, caller_name, topic, party, target, result, cause, wait_ms
    FROM transfers
    """

  let database: Database

  private init(_ database: consuming Database) {
    self.database = database
  }

  /// Of a journal that a writer has opened since the service was last changed.
  package static func open(_ path: String) throws(JournalError) -> JournalReader {
    JournalReader(try JournalFile.openForReading(path))
  }

  /// Oldest first.
  package func unfinished() throws(JournalError) -> Unfinished {
    let statement = try database.prepare("SELECT id FROM transfers WHERE ended_at IS NULL ORDER BY requested_at, id")
    var unfinished = Unfinished()
    for id in try statement.rows(read: { row throws(JournalError) in try row.value(0, as: String.self) }) {
      do throws(JournalError) {
        if let transfer = try record(of: id) { unfinished.transfers.append(transfer) }
      } catch {
        guard error.kind == .unusable else { throw error }
        unfinished.unreadable.append((id, error))
      }
    }
    return unfinished
  }

  /// Those requested at that time or later, newest first.
  package func transfers(
    since time: WallTime = WallTime(milliseconds: 0),
    limit: Int
  ) throws(JournalError) -> [TransferSummary] {
    let statement = try database.prepare(
      Self.summary + " WHERE requested_at >= ? ORDER BY requested_at DESC, id LIMIT ?"
    )
    return try statement.rows(.integer(time.milliseconds), .integer(Int64(limit)), read: TransferSummary.init)
  }

  /// Those that are over, newest first, of the same age the one with the higher id first, and what was asked for.
  package func ended(
    since time: WallTime,
    before place: (requestedAt: WallTime, id: TransferID)?,
    limit: Int
  ) throws(JournalError) -> [(summary: TransferSummary, request: TransferRequest)] {
    let statement = try database.prepare(
      Self.summary + """
         WHERE ended_at IS NOT NULL AND requested_at >= ? AND (requested_at, id) < (?, ?)
        ORDER BY requested_at DESC, id DESC LIMIT ?
        """
    )
    let summaries = try statement.rows(
      .integer(time.milliseconds),
      .integer(place?.requestedAt.milliseconds ?? .max),
      .text(place?.id.description ?? ""),
      .integer(Int64(limit)),
      read: TransferSummary.init
    )
    var found: [(TransferSummary, TransferRequest)] = []
    for summary in summaries {
      if let request = try request(of: summary.id.description) { found.append((summary, request)) }
    }
    return found
  }

  /// Those of the caller on this channel that are under way, or have ended at that time or later, newest first.
  package func transfers(ofChannel channel: String, since time: WallTime) throws(JournalError) -> [TransferSummary] {
    let statement = try database.prepare(
      Self.summary + " WHERE channel = ? AND (ended_at IS NULL OR ended_at >= ?) ORDER BY requested_at DESC, id DESC"
    )
    return try statement.rows(.text(channel), .integer(time.milliseconds), read: TransferSummary.init)
  }

  package func summary(of transfer: TransferID) throws(JournalError) -> TransferSummary? {
    let statement = try database.prepare(Self.summary + " WHERE id = ?")
    return try statement.rows(.text(transfer.description), read: TransferSummary.init).first
  }

  package func record(of transfer: TransferID) throws(JournalError) -> RecordedTransfer? {
    try record(of: transfer.description)
  }

  private func record(of id: String) throws(JournalError) -> RecordedTransfer? {
    guard let request = try request(of: id) else { return nil }
    guard request.id.description == id else { throw JournalError(.unusable, "the request of another transfer") }
    let events = try database.prepare(
      "SELECT n, at, phase, kind, event, effects FROM events WHERE transfer = ? ORDER BY n"
    )
    return RecordedTransfer(request: request, events: try events.rows(.text(id), read: RecordedTransfer.Event.init))
  }
}

extension JournalReader {
  private func request(of id: String) throws(JournalError) -> TransferRequest? {
    let select = try database.prepare("SELECT request FROM transfers WHERE id = ?")
    return try select.rows(.text(id)) { row throws(JournalError) in
      try JSON.value(of: row.value(0), as: TransferRequest.self)
    }
    .first
  }
}

extension RecordedTransfer.Event {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    number = Int(try row.value(0, as: Int64.self))
    at = WallTime(milliseconds: try row.value(1))
    phase = try row.value(2)
    kind = try row.value(3)
    event = try JSON.value(of: row.value(4))
    effects = try JSON.value(of: row.value(5))
  }
}

extension TransferSummary {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let name: String = try row.value(0)
    guard let id = TransferID(name) else { throw JournalError(.unusable, "'\(name)' is no transfer") }
    self.id = id
    requestedAt = WallTime(milliseconds: try row.value(1))
    endedAt = try row.value(2, as: Int64?.self).map { WallTime(milliseconds: $0) }
    channel = try row.value(3)
    callerNumber = try row.value(4)
    callerName = try row.value(5)
    topic = try row.value(6)
    party = try row.value(7)
    target = try row.value(8)
    result = try row.value(9, as: String?.self).flatMap { Outcome.Result(rawValue: $0) }
    cause = try row.value(10, as: String?.self).flatMap { Outcome.Cause(rawValue: $0) }
    wait = try row.value(11, as: Int64?.self).map { .milliseconds($0) }
  }
}
