import Transfer
internal import Transport

extension SQLiteQueries {
  func phases(after id: Int64, limit: Int) throws(JournalError) -> [PhaseEvent] {
    let statement = try database.prepare(
      "SELECT \(PhaseEvent.columns) FROM \(PhaseEvent.tables) WHERE p.id > ? ORDER BY p.id LIMIT ?"
    )
    var place = id
    while true {
      let rows = try statement.rows(.integer(place), .integer(Int64(limit))) { row throws(JournalError) in
        (id: try row.value(0, as: Int64.self), event: try row.unlessUnreadable(PhaseEvent.init))
      }
      let readable = rows.compactMap(\.event)
      // Whoever waits for more would wait for ever behind a page of which nothing can be read.
      guard readable.isEmpty, let last = rows.last else { return readable }
      place = last.id
    }
  }

  func lastPhase() throws(JournalError) -> Int64 {
    try database.value("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'phases'")
  }
}

extension PhaseEvent {
  static let tables = "phases p JOIN transfers t ON t.id = p.transfer"
  /// The request is long, and is read only where something is told of it.
  static let columns = """
    p.id, p.transfer, p.n, p.at, p.phase, p.target, p.result, p.cause, p.wait_ms, t.channel, t.caller_name,
    t.caller_number, t.topic, t.party,
    CASE WHEN p.phase IN ('ringing', 'connected', 'ended') THEN t.known END,
    CASE WHEN p.phase IN ('ringing', 'connected', 'ended') AND t.known IS NULL THEN t.request END, p.signed_off
    """

  init(_ row: borrowing SQLRow) throws(JournalError) { try self.init(row, from: 0) }

  init(_ row: borrowing SQLRow, from first: Int32) throws(JournalError) {
    let name: String = try row.value(first + 1)
    guard let transfer = TransferID(name) else { throw JournalError(.unusable, "'\(name)' is no transfer") }
    self.init(
      id: try row.value(first),
      transfer: transfer,
      number: Int(try row.value(first + 2, as: Int64.self)),
      at: WallTime(milliseconds: try row.value(first + 3)),
      change: try PhaseChange(row, from: first + 4, signedOff: first + 16),
      caller: Caller(
        channel: try row.value(first + 9),
        name: try row.value(first + 10),
        number: try row.value(first + 11)
      ),
      topic: try row.value(first + 12),
      party: try row.value(first + 13),
      context: Self.context(
        known: try row.value(first + 14, as: String?.self),
        request: try row.value(first + 15, as: String?.self)
      )
    )
  }

  /// What is known by now, or what was known at the start.
  private static func context(known: String?, request: String?) -> CallContext? {
    known.flatMap { context($0) { $0 } } ?? request.flatMap { context($0) { $0["context"] } }
  }

  /// What cannot be read costs the context, not the event.
  private static func context(_ text: String, in place: (JSON) -> JSON?) -> CallContext? {
    do {
      return try place(try JSON(parsing: text))?.decode(CallContext.self)
    } catch {
      return nil
    }
  }
}

extension PhaseChange {
  fileprivate init(_ row: borrowing SQLRow, from first: Int32, signedOff: Int32) throws(JournalError) {
    let name: String = try row.value(first)
    guard let phase = TransferMachine.Phase(rawValue: name) else {
      throw JournalError(.unusable, "'\(name)' is no phase")
    }
    self.init(
      phase,
      target: try row.value(first + 1),
      result: try row.value(first + 2, as: String?.self).flatMap { Outcome.Result(rawValue: $0) },
      cause: try row.value(first + 3, as: String?.self).flatMap { Outcome.Cause(rawValue: $0) },
      wait: .milliseconds(try row.value(first + 4, as: Int64.self)),
      signedOff: try row.value(signedOff)
    )
  }
}
