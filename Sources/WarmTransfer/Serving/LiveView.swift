import Runtime
import Store
import Transfer
import Transport
import Web

/// What browsers are shown, kept as items with the revision in which each has changed last. Made of what the coordinator
/// knows, beside it and only while somebody looks: calls wait for none of this.
actor LiveView {
  private struct Item {
    var json: JSON
    var revision: Int64
  }

  /// Changes that come quicker are shown together.
  private static let pace: Duration = .milliseconds(100)
  /// Within which a viewer is told that all is as before, and whose right to look is asked about anew.
  static let patience: Duration = .seconds(5)
  private static let healthPace: Duration = .seconds(5)
  /// What has gone is remembered for those who have seen it; who comes later than that is told everything.
  private static let mostRemoved = 2_000

  private let coordinator: CoordinatorRunner
  private let pbx: PBXName
  private let health: @Sendable () async -> JSON
  private let news = PhaseNews()
  private var revision: Int64 = 0
  private var items: [String: Item] = [:]
  private var removed: [(key: String, revision: Int64)] = []
  /// Up to there removals are no longer known.
  private var forgotten: Int64 = 0
  private var viewersOfAll = 0
  private var desks: [String: Int] = [:]
  private var healthIsDueAt = ContinuousClock.now
  private var latestHealth = JSON.null
  /// How often it was told that something may be other than before, and how much of that each has seen.
  private var signals = 0
  private var signalsOfAll = -1
  private var signalsOfDesks: [String: Int] = [:]
  private var isLooking = false
  private var nextLooks: [CheckedContinuation<Void, Never>] = []

  init(_ coordinator: CoordinatorRunner, on pbx: PBXName, health: @escaping @Sendable () async -> JSON) {
    self.coordinator = coordinator
    self.pbx = pbx
    self.health = health
  }

  /// Until the task is cancelled.
  func run() async {
    for await _ in coordinator.changes {
      signals += 1
      await refresh()
      do { try await Task.sleep(for: Self.pace) } catch { break }
    }
    news.end()
  }

  /// More than that revision, or after a while nothing; nil when the service stops.
  func update(for viewer: Viewer, after known: Int64?) async -> LiveUpdate? {
    look(viewer, 1)
    defer { look(viewer, -1) }
    if isBehind(for: viewer) { await refresh() }
    guard let known, known <= revision, known >= forgotten else {
      await refresh()
      return update(for: viewer, beyond: nil)
    }
    let end = ContinuousClock.now + Self.patience
    var seen = known
    while true {
      await wait(beyond: seen, until: end)
      if Task.isCancelled || news.isOver { return nil }
      let update = update(for: viewer, beyond: known)
      let isNews = !update.items.isEmpty || !update.removed.isEmpty
      if isNews || ContinuousClock.now >= end { return update }
      seen = revision
    }
  }

  private func wait(beyond seen: Int64, until end: ContinuousClock.Instant) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { [news] in _ = await news.wait(beyond: seen) }
      group.addTask { do { try await Task.sleep(until: end, clock: .continuous) } catch {} }
      await group.next()
      group.cancelAll()
    }
  }

  /// Nobody tells of an Asterisk that has gone, or of a disk: it is time to ask.
  private func isBehind(for viewer: Viewer) -> Bool {
    if viewer.seesAll, signalsOfAll != signals || ContinuousClock.now >= healthIsDueAt { return true }
    return viewer.desk?.agent.map { signalsOfDesks[$0] != signals } ?? false
  }

  private func look(_ viewer: Viewer, _ number: Int) {
    if viewer.seesAll { viewersOfAll += number }
    guard let agent = viewer.desk?.agent else { return }
    desks[agent, default: 0] += number
    if desks[agent] == 0 { desks[agent] = nil }
  }

  private func update(for viewer: Viewer, beyond known: Int64?) -> LiveUpdate {
    let own = viewer.desk?.agent.map { "desk/\($0)" }
    let mayBeSeen = { (key: String) in key.hasPrefix("desk/") ? key == own : viewer.seesAll }
    let changed = items.filter { mayBeSeen($0.key) && $0.value.revision > known ?? -1 }.mapValues(\.json)
    let gone = known.map { known in removed.filter { $0.revision > known && mayBeSeen($0.key) }.map(\.key) } ?? []
    var shown = changed
    if known == nil {
      shown["viewer"] = [
        "desk": viewer.desk?.agent.map(JSON.string) ?? .null, "board": .bool(viewer.board != nil),
      ]
    }
    return LiveUpdate(
      isWhole: known == nil,
      revision: revision,
      now: coordinator.steady.milliseconds,
      items: shown,
      removed: gone.filter { items[$0] == nil }
    )
  }

  // MARK: What is there

  /// One after the other, so that what is older never comes last.
  private func refresh() async {
    if isLooking { await withCheckedContinuation { nextLooks.append($0) } }
    isLooking = true
    await lookAgain()
    isLooking = !nextLooks.isEmpty
    if !nextLooks.isEmpty { nextLooks.removeFirst().resume() }
  }

  private func lookAgain() async {
    let (agents, wantsAll, seen) = (Array(desks.keys), viewersOfAll > 0, signals)
    if agents.isEmpty, !wantsAll { return }
    if wantsAll, ContinuousClock.now >= healthIsDueAt {
      healthIsDueAt = .now + Self.healthPace
      latestHealth = await health()
    }
    let sight = await coordinator.sight(of: agents, withAll: wantsAll, on: pbx)
    var present: [String: JSON] = [:]
    for (name, view) in sight.desks { present["desk/\(name)"] = view.json(linking: sight.links) }
    for agent in agents { signalsOfDesks[agent] = seen }
    if wantsAll {
      for transfer in sight.transfers { present["transfer/\(transfer.report.id)"] = transfer.json }
      for callback in sight.callbacks.shown { present["callback/\(callback.id)"] = callback.liveJSON }
      present["callbacks"] = sight.callbacks.json
      for agent in sight.agents { present["agent/\(agent.report.name)"] = agent.json }
      present["health"] = latestHealth
      signalsOfAll = seen
    }
    let own = Set(agents.map { "desk/\($0)" })
    take(present) { key in key.hasPrefix("desk/") ? own.contains(key) : wantsAll }
  }

  private func take(_ present: [String: JSON], wasLookedFor: (String) -> Bool) {
    let next = revision + 1
    var isOther = false
    for (key, json) in present where items[key]?.json != json {
      items[key] = Item(json: json, revision: next)
      isOther = true
    }
    // What nobody looks at is neither there nor gone.
    let gone = items.keys.filter { present[$0] == nil && wasLookedFor($0) }
    for key in gone {
      items[key] = nil
      removed.append((key, next))
      isOther = true
    }
    if removed.count > Self.mostRemoved {
      let surplus = removed.prefix(removed.count - Self.mostRemoved / 2)
      forgotten = surplus.last?.revision ?? forgotten
      removed.removeFirst(surplus.count)
    }
    guard isOther else { return }
    revision = next
    news.note(next)
  }
}
