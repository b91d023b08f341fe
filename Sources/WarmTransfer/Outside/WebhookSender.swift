import Store
import Runtime
import Settings
import Transfer
import Transport

/// Tells webhooks what the journal has for them: at least once, the events of one transfer in their order, and none
/// that fails or stalls keeps another waiting.
actor WebhookSender {
  /// Requests to one webhook at the same time.
  static let atOnce = 4
  /// Beyond it an answer is cut off: only its status counts.
  private static let longestAnswer = 64 * 1024
  /// How long a mark that the journal does not take is held back.
  private static let patience: Duration = .seconds(1)
  /// The outbox may also be changed by hand, which nobody tells us.
  private static let longestSleep: Duration = .seconds(5)

  private let journal: JournalWriter
  private let reader: RecordReader
  private let schedule: DeliverySchedule
  private let log: Log
  private let clock = SystemClock()

  private let bells: AsyncStream<Void>
  private let bell: AsyncStream<Void>.Continuation
  /// What is under way, by webhook.
  private var underWay: [String: Set<Int64>] = [:]
  /// Those that have not taken the last event that they were given.
  private var failing: Set<String> = []
  /// The earliest moment for which somebody already sleeps.
  private var alarm: WallTime?

  init(_ journal: JournalWriter, _ reader: RecordReader, schedule: DeliverySchedule = .init(), log: Log) {
    self.journal = journal
    self.reader = reader
    self.schedule = schedule
    self.log = log
    // One that rings already need not ring twice.
    (bells, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
  }

  /// By the settings as they are each time, until the task is cancelled.
  func run(_ webhooks: () async -> [Webhook]) async {
    do {
      try await deliver(webhooks)
    } catch {
      log.error("cannot send webhooks", ["reason": "\(error)"])
    }
  }

  private func deliver(_ webhooks: () async -> [Webhook]) async throws {
    var connections = HTTPClient.Configuration()
    connections.maxConnections = Self.atOnce * Webhook.most
    connections.maxBody = Self.longestAnswer
    try await HTTPClient.withClient(connections) { http in
      await withDiscardingTaskGroup { group in
        group.addTask { await self.ringForNews() }
        bell.yield()
        var known: [String]?
        for await _ in bells {
          // One moment for all of it: what is not due yet has its alarm.
          let (webhooks, now) = (await webhooks(), clock.wall)
          for webhook in webhooks {
            for delivery in await due(webhook, at: now) {
              group.addTask { await self.send(delivery, to: webhook, over: http) }
            }
          }
          let names = webhooks.map(\.name)
          if known != names { group.addTask { await self.giveUp(besides: names) } }
          known = names
          if let time = await nextAlarm(after: now) { group.addTask { await self.ring(at: time) } }
        }
        group.cancelAll()
      }
    }
  }

  // MARK: When to look

  private func ringForNews() async {
    var known: Int64 = 0
    while await journal.news.wait(beyond: known) {
      known = journal.news.latest
      bell.yield()
    }
  }

  /// Nothing when somebody sleeps already who wakes in time.
  private func nextAlarm(after now: WallTime) async -> WallTime? {
    var next = now + Self.longestSleep
    do throws(JournalError) {
      let due = try await reader.read { records throws(JournalError) in try records.nextDelivery(after: now) }
      next = min(next, due ?? next)
    } catch {
      log.warning("cannot read the webhook queue", ["reason": error])
    }
    if let alarm, alarm > now, alarm <= next { return nil }
    alarm = next
    return next
  }

  private func ring(at time: WallTime) async {
    do { try await Task.sleep(for: max(.zero, time - clock.wall)) } catch { return }
    bell.yield()
  }

  // MARK: What to do

  private func due(_ webhook: Webhook, at now: WallTime) async -> [Delivery] {
    let name = webhook.name
    // What is finished while we read may still stand in what we read.
    let before = underWay[name] ?? []
    do throws(JournalError) {
      let found = try await reader.read { records throws(JournalError) in
        try records.deliveries(to: name, due: now, limit: 2 * Self.atOnce)
      }
      let busy = underWay[name] ?? []
      let next = found.filter { !busy.union(before).contains($0.id) }.prefix(Self.atOnce - busy.count)
      underWay[name] = busy.union(next.map(\.id))
      return Array(next)
    } catch {
      log.warning("cannot read the events for a webhook", ["webhook": name, "reason": error])
      return []
    }
  }

  /// The conf file may name a webhook no more.
  private func giveUp(besides webhooks: [String]) async {
    var total = 0
    do throws(JournalError) {
      while !Task.isCancelled {
        let lost = try await journal.giveUp(besides: webhooks, at: clock.wall)
        if lost == 0 { break }
        total += lost
      }
    } catch {
      log.warning("cannot clean up the webhook queue", ["reason": error])
    }
    if total > 0 { log.warning("gave up events for webhooks that are no longer in the conf file", ["events": total]) }
  }

  private func send(_ delivery: Delivery, to webhook: Webhook, over http: HTTPClient) async {
    let answer = await answer(to: delivery, from: webhook, over: http)
    guard !Task.isCancelled else { return }
    let outcome = schedule.outcome(
      queuedAt: delivery.queuedAt,
      attempts: delivery.attempts,
      answered: answer,
      at: clock.wall,
      givingUpAfter: webhook.giveUpAfter,
      chance: .random(in: 0..<1)
    )
    note(outcome, of: delivery)
    await settle(delivery, outcome)
    underWay[webhook.name]?.remove(delivery.id)
    bell.yield()
  }

  private func answer(to delivery: Delivery, from webhook: Webhook, over http: HTTPClient) async -> DeliveryAnswer {
    guard let signature = WebhookSignature(secret: webhook.secret.exposed) else {
      return .refused("the secret is none")
    }
    let body = Array(delivery.event.json.serialized().utf8)
    let seconds = clock.wall.milliseconds / 1_000
    var request = HTTPRequest(
      method: .post,
      url: webhook.url,
      headers: [("content-type", "application/json")]
        + signature.headers(id: delivery.event.name, seconds: seconds, body: body),
      body: body,
      timeout: webhook.timeout
    )
    request.oversize = .isCutOff
    do throws(HTTPError) {
      return DeliveryAnswer(.success(try await http.send(request)))
    } catch {
      return DeliveryAnswer(.failure(error))
    }
  }

  /// A mark that gets lost is an event told twice, again and again: it is held until the journal has it.
  private func settle(_ delivery: Delivery, _ outcome: DeliveryOutcome) async {
    while !Task.isCancelled {
      do {
        return try await journal.settle(delivery.id, outcome, at: clock.wall)
      } catch {
        log.warning("cannot write the webhook queue", ["delivery": delivery.id, "reason": "\(error)"])
      }
      do { try await Task.sleep(for: Self.patience) } catch { return }
    }
  }

  /// A webhook that is away is told of when it goes and when it comes back, not for each event.
  private func note(_ outcome: DeliveryOutcome, of delivery: Delivery) {
    let name = delivery.webhook
    switch outcome {
    case .delivered:
      if failing.remove(name) != nil { log.info("webhook recovered", ["webhook": name]) }
    case .postponed(_, let failure):
      guard failing.insert(name).inserted else { return }
      log.warning("webhook failed", ["webhook": name, "event": delivery.event.name, "reason": failure])
    case .givenUp(let failure):
      log.error("webhook event given up", ["webhook": name, "event": delivery.event.name, "reason": failure])
    }
  }
}
