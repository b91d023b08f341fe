import ARI
import Runtime
import Transfer

/// Whether transfers can be carried out just now.
enum Readiness: Equatable, Sendable {
  case connecting
  case ready
  case waiting(for: ARIEventFeed.Loss)
  /// Another client took our application's name. Two would take it from each other for ever, so this one stops.
  case replaced
}

/// The service's tie to one Asterisk: what the event feed says, told to the coordinator and to the log.
actor AsteriskLink {
  private(set) var readiness = Readiness.connecting
  /// How it stands with Asterisk, in words; the latest only. For one reader.
  nonisolated let statuses: AsyncStream<String>
  /// From the time that Asterisk writes into an event until it has been dealt with.
  nonisolated let eventLag = SharedHistogram(upTo: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30])

  private let pbx: PBXName
  private let ari: ARIClient
  private let log: Log
  private let newStatus: AsyncStream<String>.Continuation
  private var outage = OutageReport()
  /// Callers who were in our application before the stream was: no event tells of them.
  private var callersBefore: Set<String> = []

  init(to pbx: PBXName, over ari: ARIClient, log: Log) {
    (statuses, newStatus) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    self.pbx = pbx
    self.ari = ari
    self.log = log
  }

  /// Until the task is cancelled, or another client has our application's name.
  nonisolated func run(_ coordinator: CoordinatorRunner) async {
    await withDiscardingTaskGroup { group in
      let feed = ARIEventFeed(ari.configuration)
      await feed.run(
        lookingBefore: look,
        preparing: { try await self.prepare(coordinator) },
        noting: { [eventLag] lag in eventLag.note(lag) }
      ) { item in
        // Events go straight through, and what they lead to is begun where they are read: a key that was pressed does
        // not queue up here.
        if case .event(let event) = item {
          let jobs = await coordinator.receive(event, from: pbx)
          ari.together { for job in jobs { group.addImmediateTask(operation: job) } }
          await coordinator.conclude()
        } else {
          await self.take(item, coordinator)
        }
      }
      if !Task.isCancelled { await wasReplaced() }
    }
  }

  private func wasReplaced() {
    readiness = .replaced
    log.error("another client took over the app; stopping", ["app": ari.configuration.application])
  }

  private func take(_ item: ARIEventFeed.Item, _ coordinator: CoordinatorRunner) async {
    switch item {
    case .event: break
    case .unreadable(let message):
      log.warning("unreadable event", ["reason": message])
      await coordinator.missedAnEvent(of: pbx)
    case .lost(let loss, let pause): lost(loss, pause)
    }
  }

  /// If nobody can say, each of them is found by the audit. What is wrong shows when the stream is made.
  private func look() async {
    do {
      callersBefore = Set(try await ari.applications.channels())
    } catch {
      callersBefore = []
      log.debug("cannot list the channels of the app before connecting", ["reason": error])
    }
  }

  private func prepare(_ coordinator: CoordinatorRunner) async throws(ARIError) {
    let asterisk = try await ari.information()
    try await ari.applications.filter(allowing: ARIEvent.kinds)
    try await coordinator.recover(in: asterisk, of: pbx, callersBefore: callersBefore)
    outage = OutageReport()
    readiness = .ready
    log.info("ready", ["asterisk": asterisk.version, "app": ari.configuration.application])
    newStatus.yield("ready: Asterisk \(asterisk.version), app \(ari.configuration.application)")
  }

  private func lost(_ loss: ARIEventFeed.Loss, _ pause: Duration) {
    readiness = .waiting(for: loss)
    newStatus.yield("waiting for Asterisk at \(ari.configuration.url)")
    guard outage.isNews(loss, at: .now) else { return }
    let url = ari.configuration.url
    switch loss {
    case .wrongCredentials:
      log.error(
        "Asterisk rejected the user name or password; compare ari_username and ari_password with ari.conf",
        ["url": url, "user": ari.configuration.username]
      )
    case .notAnARI:
      log.error("no ARI at this URL; check ari_url, and enabled = yes in ari.conf", ["url": url])
    case .unreachable(let reason):
      log.warning("waiting for Asterisk", ["url": url, "reason": reason])
    case .broken(let reason):
      log.warning("lost the event stream, reconnecting", ["reason": reason, "in": pause])
    }
  }
}

/// An outage is told at once, when its nature changes, and then rarely.
struct OutageReport: Sendable {
  static let reminder: Duration = .seconds(300)

  private var last: (loss: ARIEventFeed.Loss, at: ContinuousClock.Instant)?

  mutating func isNews(_ loss: ARIEventFeed.Loss, at now: ContinuousClock.Instant) -> Bool {
    if let last, last.loss == loss, now - last.at < Self.reminder { return false }
    last = (loss, now)
    return true
  }
}
