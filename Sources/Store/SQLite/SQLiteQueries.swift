import Transfer
internal import Transport

/// Reads what a writer has committed.
final class SQLiteQueries: RecordQueries {
  private static let summary = """
    SELECT id, requested_at, ended_at, channel, caller_number, caller_name, topic, party, target, result, cause, wait_ms,
    request, known FROM transfers
    """
  /// Of the transfers that have ended last, those that are looked through for callers who were joined.
  private static let lately = 1_000

  let database: SQLiteConnection

  init(_ database: consuming SQLiteConnection) {
    self.database = database
  }

  func unfinished() throws(JournalError) -> UnfinishedTransfers {
    let statement = try database.prepare("SELECT id FROM transfers WHERE ended_at IS NULL ORDER BY requested_at, id")
    var unfinished = UnfinishedTransfers()
    for id in try statement.rows(read: { row throws(JournalError) in try row.value(0, as: String.self) }) {
      do throws(JournalError) {
        if let transfer = try database.record(of: id) { unfinished.transfers.append(transfer) }
      } catch {
        guard error.kind == .unusable else { throw error }
        unfinished.unreadable.append(UnreadableTransfer(id: id, summary: nil, reason: error))
      }
    }
    return unfinished
  }

  func transfers(since time: WallTime, limit: Int) throws(JournalError) -> [ListedTransfer] {
    let statement = try database.prepare(
      Self.summary + " WHERE requested_at >= ? ORDER BY requested_at DESC, id LIMIT ?"
    )
    return try statement.rows(.integer(time.milliseconds), .integer(Int64(limit)), read: ListedTransfer.init)
  }

  func ended(since time: WallTime, before place: TransferPlace?, limit: Int) throws(JournalError) -> [ListedTransfer] {
    let statement = try database.prepare(
      Self.summary + """
         WHERE ended_at IS NOT NULL AND requested_at >= ? AND (requested_at, id) < (?, ?)
        ORDER BY requested_at DESC, id DESC LIMIT ?
        """
    )
    return try statement.rows(
      .integer(time.milliseconds),
      .integer(place?.requestedAt.milliseconds ?? .max),
      .text(place?.id.description ?? ""),
      .integer(Int64(limit)),
      read: ListedTransfer.init
    )
  }

  func transfers(ofChannel channel: String, since time: WallTime) throws(JournalError) -> [TransferSummary] {
    // Two ways in, by the two indexes that lead to few rows.
    let isTheirs = """
      (channel = ?1 OR EXISTS (SELECT 1 FROM events WHERE transfer = transfers.id AND kind = 'caller.becameChannel'
        AND json_extract(event, '$.caller._0.becameChannel._0') = ?1))
      """
    let statement = try database.prepare(
      """
      \(Self.summary) WHERE ended_at IS NULL AND \(isTheirs)
      UNION ALL \(Self.summary) WHERE ended_at >= ?2 AND \(isTheirs)
      ORDER BY requested_at DESC, id DESC
      """
    )
    return try statement.rows(.text(channel), .integer(time.milliseconds), read: TransferSummary.init)
  }

  func summary(of transfer: TransferID) throws(JournalError) -> TransferSummary? {
    let statement = try database.prepare(Self.summary + " WHERE id = ?")
    return try statement.rows(.text(transfer.description), read: TransferSummary.init).first
  }

  func record(of transfer: TransferID) throws(JournalError) -> RecordedTransfer? {
    try database.record(of: transfer.description)
  }

  func recentWaits(limit: Int) throws(JournalError) -> [RecentWait] {
    let statement = try database.prepare(
      """
      SELECT party, wait_ms, requested_at FROM (
        SELECT party, wait_ms, requested_at, result, channel FROM transfers WHERE ended_at IS NOT NULL
        ORDER BY ended_at DESC LIMIT ?
      ) WHERE result = ? AND party IS NOT NULL AND channel <> '' LIMIT ?
      """
    )
    let newestFirst = try statement.rows(
      .integer(Int64(Self.lately)),
      .text(Outcome.Result.connected.rawValue),
      .integer(Int64(limit))
    ) { row throws(JournalError) in
      let wait = Duration.milliseconds(try row.value(1, as: Int64.self))
      return RecentWait(party: try row.value(0), wait: wait, joinedAt: WallTime(milliseconds: try row.value(2)) + wait)
    }
    return newestFirst.sorted { $0.joinedAt < $1.joinedAt }
  }
}

extension SQLiteConnection {
  func record(of id: String) throws(JournalError) -> RecordedTransfer? {
    let select = try prepare("SELECT request, id IN lacking_end FROM transfers WHERE id = ?")
    let found = try select.rows(.text(id)) { row throws(JournalError) in
      (request: try JSON.value(of: row.value(0), as: TransferRequest.self), lacksEnd: try row.value(1, as: Int64.self))
    }
    guard let (request, lacksEnd) = found.first else { return nil }
    guard request.id.description == id else { throw JournalError(.unusable, "the request of another transfer") }
    let events = try prepare(
      "SELECT n, at, phase, kind, event, effects FROM events WHERE transfer = ? ORDER BY n"
    )
    return RecordedTransfer(
      request: request,
      events: try events.rows(.text(id), read: RecordedTransfer.Event.init),
      lacksTheEnd: lacksEnd != 0
    )
  }
}

extension RecordedTransfer.Event {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let number = Int(try row.value(0, as: Int64.self))
    do throws(JournalError) {
      self.init(
        number: number,
        at: WallTime(milliseconds: try row.value(1)),
        phase: try row.value(2),
        kind: try row.value(3),
        event: try JSON.value(of: row.value(4)),
        effects: try JSON.value(of: row.value(5))
      )
    } catch {
      guard error.kind == .unusable else { throw error }
      throw JournalError(.unusable, "step \(number): \(error.message)")
    }
  }
}

extension TransferSummary {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let name: String = try row.value(0)
    guard let id = TransferID(name) else { throw JournalError(.unusable, "'\(name)' is no transfer") }
    self.init(
      id: id,
      requestedAt: WallTime(milliseconds: try row.value(1)),
      endedAt: try row.value(2, as: Int64?.self).map { WallTime(milliseconds: $0) },
      channel: try row.value(3),
      callerNumber: try row.value(4),
      callerName: try row.value(5),
      topic: try row.value(6),
      party: try row.value(7),
      target: try row.value(8),
      result: try row.value(9, as: String?.self).flatMap { Outcome.Result(rawValue: $0) },
      cause: try row.value(10, as: String?.self).flatMap { Outcome.Cause(rawValue: $0) },
      wait: try row.value(11, as: Int64?.self).map { .milliseconds($0) }
    )
  }
}

extension ListedTransfer {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    let id: String = try row.value(0)
    var summary: TransferSummary?
    do throws(JournalError) {
      let readable = try TransferSummary(row)
      summary = readable
      var request = try JSON.value(of: row.value(12), as: TransferRequest.self)
      if let known = try row.value(13, as: String?.self) { request.context = try JSON.value(of: known) }
      self = .readable(readable, request)
    } catch {
      guard error.kind == .unusable else { throw error }
      self = .unreadable(UnreadableTransfer(id: id, summary: summary, reason: error))
    }
  }
}
