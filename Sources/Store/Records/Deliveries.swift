package import Transfer

/// A phase event on its way to one webhook. What has been told is there no more.
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

  package init(
    id: Int64,
    webhook: String,
    event: PhaseEvent,
    queuedAt: WallTime,
    attempts: Int,
    dueAt: WallTime,
    gaveUpAt: WallTime?,
    failure: String?
  ) {
    self.id = id
    self.webhook = webhook
    self.event = event
    self.queuedAt = queuedAt
    self.attempts = attempts
    self.dueAt = dueAt
    self.gaveUpAt = gaveUpAt
    self.failure = failure
  }
}

/// What has become of an attempt to tell a webhook.
package enum DeliveryOutcome: Equatable, Sendable {
  case delivered
  case postponed(until: WallTime, failure: String)
  case givenUp(failure: String)
}

/// What one webhook has not been told.
package struct WebhookBacklog: Equatable, Sendable {
  package let webhook: String
  package let waiting: Int
  package let givenUp: Int
  /// Since when the oldest waits.
  package let oldest: WallTime?

  package init(webhook: String, waiting: Int, givenUp: Int, oldest: WallTime?) {
    self.webhook = webhook
    self.waiting = waiting
    self.givenUp = givenUp
    self.oldest = oldest
  }
}

package protocol DeliveryQueries {
  /// Of each that has not been told everything.
  func webhookBacklogs() throws(JournalError) -> [WebhookBacklog]

  /// The longest due first. Of each transfer only its oldest: what comes later waits for it.
  func deliveries(to webhook: String, due now: WallTime, limit: Int) throws(JournalError) -> [Delivery]

  /// All that have not been told, oldest first.
  func undelivered(limit: Int) throws(JournalError) -> [Delivery]

  /// When one of those becomes due that are not due yet.
  func nextDelivery(after now: WallTime) throws(JournalError) -> WallTime?
}

package protocol DeliveryChanges {
  /// What comes after it for the same transfer and webhook goes with it: it is due when this one is, or from now on.
  func settle(_ delivery: Int64, _ outcome: DeliveryOutcome, at now: WallTime) throws(JournalError)

  /// How much of what waits for other webhooks than these has become a dead letter, at most `limit`.
  func giveUp(besides webhooks: [String], at time: WallTime, limit: Int) throws(JournalError) -> Int
}
