import Store
import Runtime
import Transfer

/// What `warm-transfer webhooks` tells and does.
extension JournalReport {
  private static let mostDeliveries = 1_000
  private static let deliveryHeading = [
    "id", "webhook", "transfer", "phase", "queued", "attempts", "next attempt", "last failure",
  ]

  /// A heading and a row for each event that a webhook has not taken, oldest first; nil when there are none.
  package func undelivered() throws(Failure) -> Table? {
    let deliveries = try reading { () throws(JournalError) in try records.undelivered(limit: Self.mostDeliveries) }
    return deliveries.isEmpty ? nil : Table([Self.deliveryHeading] + deliveries.map(\.cells))
  }

  /// Beside the service, which finds out by itself. What was done, in words.
  package func retry(_ delivery: Int64?) throws(Failure) -> String {
    let count: Int
    do throws(JournalError) {
      count = try database.retryDeliveries(delivery, at: SystemClock().wall)
    } catch {
      throw .unwritable("\(error)")
    }
    if let delivery, count == 0 { throw .noDelivery(delivery) }
    return count == 1 ? "retrying 1 event" : "retrying \(count) events"
  }
}

extension Delivery {
  fileprivate var cells: [String] {
    [
      String(id), webhook, event.transfer.description, event.change.phase.rawValue, Timestamp(queuedAt).description,
      String(attempts), gaveUpAt.map { "given up \(Timestamp($0))" } ?? Timestamp(dueAt).description, failure ?? "-",
    ]
    .map(\.onOneLine)
  }
}
