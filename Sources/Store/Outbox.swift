package import Transfer

/// A phase event on its way to one webhook.
package struct Delivery: Equatable, Sendable {
  package let id: Int64
  package let webhook: String
  package let event: PhaseEvent
  /// When it was written, or taken up again by hand.
  package let queuedAt: WallTime
  /// How often it was tried in vain.
  package let attempts: Int
  package let dueAt: WallTime
  /// A dead letter: it is not tried any more.
  package let gaveUpAt: WallTime?
  /// Why it was not taken, the last time.
  package let failure: String?
}

/// What waits to be told to webhooks. What has been told is there no more.
extension JournalReader {
  /// The longest due first. Of each transfer only its oldest: what comes later waits for it.
  package func deliveries(to webhook: String, due now: WallTime, limit: Int) throws(JournalError) -> [Delivery] {
    try deliveries(
      """
      WHERE d.webhook = ? AND d.gave_up_at IS NULL AND d.due_at <= ? AND NOT EXISTS (
        SELECT 1 FROM deliveries e
        WHERE e.webhook = d.webhook AND e.transfer = d.transfer AND e.gave_up_at IS NULL AND e.id < d.id
      )
      ORDER BY d.due_at, d.id LIMIT ?
      """,
      .text(webhook),
      .integer(now.milliseconds),
      .integer(Int64(limit))
    )
  }

  /// All that have not been told, oldest first.
  package func undelivered(limit: Int) throws(JournalError) -> [Delivery] {
    try deliveries("ORDER BY d.id LIMIT ?", .integer(Int64(limit)))
  }

  /// When one of those becomes due that are not due yet.
  package func nextDelivery(after now: WallTime) throws(JournalError) -> WallTime? {
    let statement = try database.prepare(
      "SELECT min(due_at) FROM deliveries WHERE gave_up_at IS NULL AND due_at > ?"
    )
    let times = try statement.rows(.integer(now.milliseconds)) { row throws(JournalError) in
      try row.value(0, as: Int64?.self)
    }
    return times.first?.map { WallTime(milliseconds: $0) }
  }

  private func deliveries(_ which: String, _ values: SQLValue...) throws(JournalError) -> [Delivery] {
    let statement = try database.prepare(
      """
      SELECT d.id, d.webhook, d.queued_at, d.attempts, d.due_at, d.gave_up_at, d.failure, \(PhaseEvent.columns)
      FROM deliveries d JOIN phases p ON p.id = d.phase JOIN transfers t ON t.id = p.transfer \(which)
      """
    )
    return try statement.rows(values, read: Delivery.init)
  }
}

extension Delivery {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    id = try row.value(0)
    webhook = try row.value(1)
    queuedAt = WallTime(milliseconds: try row.value(2))
    attempts = Int(try row.value(3, as: Int64.self))
    dueAt = WallTime(milliseconds: try row.value(4))
    gaveUpAt = try row.value(5, as: Int64?.self).map { WallTime(milliseconds: $0) }
    failure = try row.value(6)
    event = try PhaseEvent(row, from: 7)
  }
}

/// What has become of an attempt to tell a webhook.
package enum DeliveryOutcome: Equatable, Sendable {
  case delivered
  case postponed(until: WallTime, failure: String)
  case givenUp(failure: String)
}

extension Ledger {
  /// What comes after it for the same transfer and webhook goes with it: it is due when this one is, or from now on.
  func settle(_ delivery: Int64, _ outcome: DeliveryOutcome, at now: WallTime) throws(JournalError) {
    try database.transaction { () throws(JournalError) in
      switch outcome {
      case .delivered:
        try makeDue(delivery, at: now)
        try database.prepare("DELETE FROM deliveries WHERE id = ?").run(.integer(delivery))
      case .postponed(let time, let failure):
        try makeDue(delivery, at: time)
        try database.prepare("UPDATE deliveries SET attempts = attempts + 1, failure = ? WHERE id = ?")
          .run(.text(failure), .integer(delivery))
      case .givenUp(let failure):
        try makeDue(delivery, at: now)
        try database.prepare("UPDATE deliveries SET attempts = attempts + 1, gave_up_at = ?, failure = ? WHERE id = ?")
          .run(.integer(now.milliseconds), .text(failure), .integer(delivery))
      }
    }
  }

  private func makeDue(_ delivery: Int64, at time: WallTime) throws(JournalError) {
    try database.prepare(
      """
      UPDATE deliveries SET due_at = ?1 WHERE gave_up_at IS NULL AND id >= ?2
      AND (webhook, transfer) = (SELECT webhook, transfer FROM deliveries WHERE id = ?2)
      """
    )
    .run(.integer(time.milliseconds), .integer(delivery))
  }

  /// What waits for a webhook that the conf file names no more becomes a dead letter, at most `limit` at once.
  func giveUp(besides webhooks: [String], at time: WallTime, limit: Int) throws(JournalError) -> Int {
    let known = webhooks.map { _ in "?" }.joined(separator: ", ")
    let statement = try database.prepare(
      """
      UPDATE deliveries SET gave_up_at = ?, failure = 'the conf file has no such webhook' WHERE id IN (
        SELECT id FROM deliveries WHERE gave_up_at IS NULL AND webhook NOT IN (\(known)) LIMIT \(limit)
      )
      """
    )
    try statement.run([.integer(time.milliseconds)] + webhooks.map { .text($0) })
    return database.changes
  }
}

/// The outbox in the hands of somebody beside the service, which goes on.
package struct OutboxRepair: ~Copyable {
  private let database: Database

  private init(_ database: consuming Database) {
    self.database = database
  }

  package static func open(_ path: String) throws(JournalError) -> OutboxRepair {
    OutboxRepair(try JournalFile.openForChange(path))
  }

  /// Takes up a dead letter again, or all of them, and tries at once what waits for its next attempt. How many.
  package func retry(_ delivery: Int64?, at now: WallTime) throws(JournalError) -> Int {
    let statement = try database.prepare(
      """
      UPDATE deliveries SET gave_up_at = NULL, attempts = 0, queued_at = ?1, due_at = ?1
      WHERE (?2 IS NULL OR id = ?2) AND (gave_up_at IS NOT NULL OR due_at > ?1)
      """
    )
    try statement.run(.integer(now.milliseconds), SQLValue(delivery))
    return database.changes
  }
}
