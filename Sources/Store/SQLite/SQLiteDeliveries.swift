import Transfer

/// What waits to be told to webhooks.
extension SQLiteQueries {
  func deliveries(to webhook: String, due now: WallTime, limit: Int) throws(JournalError) -> [Delivery] {
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

  func undelivered(limit: Int) throws(JournalError) -> [Delivery] {
    try deliveries("ORDER BY d.id LIMIT ?", .integer(Int64(limit)))
  }

  func nextDelivery(after now: WallTime) throws(JournalError) -> WallTime? {
    let statement = try database.prepare(
      "SELECT min(due_at) FROM deliveries WHERE gave_up_at IS NULL AND due_at > ?"
    )
    let times = try statement.rows(.integer(now.milliseconds)) { row throws(JournalError) in
      try row.value(0, as: Int64?.self)
    }
    return times.first?.map { WallTime(milliseconds: $0) }
  }

  func webhookBacklogs() throws(JournalError) -> [WebhookBacklog] {
    let statement = try database.prepare(
      """
      SELECT webhook, sum(gave_up_at IS NULL), sum(gave_up_at IS NOT NULL),
        min(CASE WHEN gave_up_at IS NULL THEN queued_at END) FROM deliveries GROUP BY webhook ORDER BY webhook
      """
    )
    return try statement.rows { row throws(JournalError) in
      WebhookBacklog(
        webhook: try row.value(0),
        waiting: Int(try row.value(1, as: Int64.self)),
        givenUp: Int(try row.value(2, as: Int64.self)),
        oldest: try row.value(3, as: Int64?.self).map { WallTime(milliseconds: $0) }
      )
    }
  }

  private func deliveries(_ which: String, _ values: SQLValue...) throws(JournalError) -> [Delivery] {
    let statement = try database.prepare(
      """
      SELECT d.id, d.webhook, d.queued_at, d.attempts, d.due_at, d.gave_up_at, d.failure, \(PhaseEvent.columns)
      FROM deliveries d JOIN phases p ON p.id = d.phase JOIN transfers t ON t.id = p.transfer \(which)
      """
    )
    return try statement.readableRows(values, read: Delivery.init)
  }
}

extension Delivery {
  fileprivate init(_ row: borrowing SQLRow) throws(JournalError) {
    self.init(
      id: try row.value(0),
      webhook: try row.value(1),
      event: try PhaseEvent(row, from: 7),
      queuedAt: WallTime(milliseconds: try row.value(2)),
      attempts: Int(try row.value(3, as: Int64.self)),
      dueAt: WallTime(milliseconds: try row.value(4)),
      gaveUpAt: try row.value(5, as: Int64?.self).map { WallTime(milliseconds: $0) },
      failure: try row.value(6)
    )
  }
}

extension SQLiteChanges {
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

extension SQLiteConnection {
  func retryDeliveries(_ delivery: Int64?, at now: WallTime) throws(JournalError) -> Int {
    let statement = try prepare(
      """
      UPDATE deliveries SET gave_up_at = NULL, attempts = 0, queued_at = ?1, due_at = ?1
      WHERE (?2 IS NULL OR id = ?2) AND (gave_up_at IS NOT NULL OR due_at > ?1)
      """
    )
    try statement.run(.integer(now.milliseconds), SQLValue(delivery))
    return changes
  }
}
