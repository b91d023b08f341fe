import Runtime
import Settings
import Store
import Synchronization
import Transfer
import Web

/// Conversations of voice agents that report their turns. In memory alone: after a restart each is counted anew.
actor WatchedConversations {
  /// Beyond it those go that have said nothing for longest.
  static let most = 5_000
  /// Then a conversation is over, or nobody reports it any more.
  static let patience: Duration = .seconds(3_600)

  private struct Watched {
    var conversation: WatchedConversation
    var latest: WallTime
  }

  private var watched: [String: Watched] = [:]
  /// How often each trigger has fired since the service started.
  private(set) var fired: [String: Int] = [:]

  func take(
    _ turn: Turn,
    on channel: String,
    _ triggers: [Trigger],
    at now: WallTime
  ) -> (decision: TriggerDecision, conversation: WatchedConversation) {
    let known = watched[channel].flatMap { now - $0.latest < Self.patience ? $0 : nil }
    if known == nil { makeRoom(at: now) }
    var entry = known ?? Watched(conversation: WatchedConversation(at: now), latest: now)
    let decision = entry.conversation.take(turn, triggers, at: now)
    entry.latest = now
    watched[channel] = entry
    if let name = decision.trigger?.name { fired[name, default: 0] += 1 }
    return (decision, entry.conversation)
  }

  /// A tenth at once, so that a full list is not looked through for each newcomer.
  private func makeRoom(at now: WallTime) {
    guard watched.count >= Self.most else { return }
    watched = watched.filter { now - $0.value.latest < Self.patience }
    guard watched.count >= Self.most else { return }
    let oldest = watched.sorted { $0.value.latest < $1.value.latest }.prefix(Self.most / 10)
    for (channel, _) in oldest { watched[channel] = nil }
  }
}

extension ServiceBackend {
  func report(_ turn: Turn, on channel: String) async throws(Refusal) -> TurnAnswer {
    let settings = await coordinator.settings
    let now = SystemClock().wall
    let (decision, conversation) = await conversations.take(turn, on: channel, settings.triggers, at: now)
    guard let trigger = decision.trigger else { return TurnAnswer(decision) }
    log.info(
      "trigger fired",
      ["trigger": trigger.name, "channel": channel, "action": trigger.action.rawValue, "why": decision.why]
    )
    try await count(trigger, LocalHour(now, in: settings.general.timeZone))
    guard trigger.action == .handOver else { return TurnAnswer(decision) }
    return await handOver(channel, trigger, decision, conversation)
  }

  private func count(_ trigger: Trigger, _ hour: LocalHour) async throws(Refusal) {
    do throws(JournalError) {
      try await journal.countTrigger(trigger.name, in: hour)
    } catch {
      // The caller needs a person, counted or not.
      log.warning("could not count a trigger", ["trigger": trigger.name, "reason": error])
    }
  }

  private func handOver(
    _ channel: String,
    _ trigger: Trigger,
    _ decision: TriggerDecision,
    _ conversation: WatchedConversation
  ) async -> TurnAnswer {
    var context = CallContext()
    context.topic = conversation.knownTopic
    context.reason = trigger.reason
    context.transcript = conversation.transcript
    context.language = conversation.language
    let order = TransferOrder(
      channel: channel,
      target: trigger.target,
      context: context,
      requestedBy: "trigger \(trigger.name)"
    )
    do throws(Refusal) {
      return TurnAnswer(decision, transfer: try await begin(order))
    } catch {
      log.warning(
        "could not hand over by trigger",
        ["trigger": trigger.name, "channel": channel, "reason": "\(error)"]
      )
      return TurnAnswer(decision, refusal: error)
    }
  }

  func writeTriggers(to text: inout MetricsText) async {
    let fired = await conversations.fired
    let names = await coordinator.settings.triggers.map(\.name)
    text.add(
      "triggers_total",
      .counter,
      "How often each trigger has fired since the service started.",
      Set(names).union(fired.keys).map { ([("trigger", $0)], Double(fired[$0] ?? 0)) }
    )
  }
}
