import Store
import Transfer

final class MemoryRecords {
  let database: MemoryDatabase

  init(_ database: MemoryDatabase) { self.database = database }
}

extension MemoryRecords: TransferQueries {
  func unfinished() -> UnfinishedTransfers {
    var unfinished = UnfinishedTransfers()
    unfinished.transfers = all { $0.summary.endedAt == nil }.sorted { ($0.age, $0.id) < ($1.age, $1.id) }.map(\.record)
    return unfinished
  }

  func transfers(since time: WallTime, limit: Int) -> [ListedTransfer] {
    let found = all { $0.summary.requestedAt >= time }.sorted { (-$0.age, $0.id) < (-$1.age, $1.id) }
    return found.prefix(limit).map { .readable($0.summary, $0.latestRequest) }
  }

  func ended(since time: WallTime, before place: TransferPlace?, limit: Int) -> [ListedTransfer] {
    let found = all { transfer in
      guard transfer.summary.endedAt != nil, transfer.summary.requestedAt >= time else { return false }
      guard let place else { return true }
      return (transfer.age, transfer.id) < (place.requestedAt.milliseconds, place.id.description)
    }
    return newestFirst(found).prefix(limit).map { .readable($0.summary, $0.latestRequest) }
  }

  func transfers(ofChannel channel: String, since time: WallTime) -> [TransferSummary] {
    newestFirst(all { ($0.summary.endedAt.map { $0 >= time } ?? true) && $0.channels.contains(channel) }).map(\.summary)
  }

  func summary(of transfer: TransferID) -> TransferSummary? {
    database.access { $0.transfers[transfer.description]?.summary }
  }

  func record(of transfer: TransferID) -> RecordedTransfer? {
    database.access { $0.transfers[transfer.description]?.record }
  }

  func recentWaits(limit: Int) -> [RecentWait] {
    let joined = all { $0.summary.result == .connected && !$0.summary.channel.isEmpty }
      .sorted { ($0.summary.endedAt ?? .distantPast) < ($1.summary.endedAt ?? .distantPast) }
    let waits = joined.compactMap { transfer in
      transfer.summary.party.map { party in
        let wait = transfer.summary.wait ?? .zero
        return RecentWait(party: party, wait: wait, joinedAt: transfer.summary.requestedAt + wait)
      }
    }
    return waits.suffix(limit).sorted { $0.joinedAt < $1.joinedAt }
  }

  private func all(_ isIncluded: (MemoryDatabase.Transfer) -> Bool) -> [MemoryDatabase.Transfer] {
    database.access { $0.transfers.values.map { $0 } }.filter(isIncluded)
  }

  private func newestFirst(_ transfers: [MemoryDatabase.Transfer]) -> [MemoryDatabase.Transfer] {
    transfers.sorted { ($1.age, $1.id) < ($0.age, $0.id) }
  }
}

extension MemoryDatabase.Transfer {
  var age: Int64 { summary.requestedAt.milliseconds }
  var id: String { summary.id.description }
}

extension WallTime {
  fileprivate static let distantPast = WallTime(milliseconds: 0)
}

extension MemoryRecords: PhaseQueries {
  func phases(after id: Int64, limit: Int) -> [PhaseEvent] {
    database.access { tables in
      tables.phases.filter { $0.id > id }.prefix(limit).compactMap { PhaseEvent($0, in: tables) }
    }
  }

  func lastPhase() -> Int64 { database.access { $0.lastPhase } }
}

extension PhaseEvent {
  fileprivate init?(_ phase: MemoryDatabase.Phase, in tables: MemoryDatabase.Tables) {
    guard let transfer = tables.transfers[phase.transfer.description] else { return nil }
    let summary = transfer.summary
    let tellsContext = [.ringing, .connected, .ended].contains(phase.change.phase)
    self.init(
      id: phase.id,
      transfer: phase.transfer,
      number: phase.number,
      at: phase.at,
      change: phase.change,
      caller: Caller(channel: summary.channel, name: summary.callerName, number: summary.callerNumber),
      topic: summary.topic,
      party: summary.party,
      context: tellsContext ? transfer.known ?? transfer.request.context : nil
    )
  }
}

extension MemoryRecords: DeliveryQueries {
  func deliveries(to webhook: String, due now: WallTime, limit: Int) -> [Delivery] {
    database.access { tables in
      let open = tables.waiting.filter { $0.webhook == webhook && $0.gaveUpAt == nil }
      let first = open.filter { one in
        !open.contains { $0.phase.transfer == one.phase.transfer && $0.id < one.id }
      }
      let due = first.filter { $0.dueAt <= now }.sorted {
        ($0.dueAt.milliseconds, $0.id) < ($1.dueAt.milliseconds, $1.id)
      }
      return due.prefix(limit).compactMap { Delivery($0, in: tables) }
    }
  }

  func webhookBacklogs() -> [WebhookBacklog] {
    database.access { tables in
      let byName = Dictionary(grouping: tables.waiting, by: \.webhook).sorted { $0.key < $1.key }
      return byName.map { name, all in
        let waiting = all.filter { $0.gaveUpAt == nil }
        return WebhookBacklog(
          webhook: name,
          waiting: waiting.count,
          givenUp: all.count - waiting.count,
          oldest: waiting.map(\.queuedAt).min()
        )
      }
    }
  }

  func undelivered(limit: Int) -> [Delivery] {
    database.access { tables in tables.waiting.prefix(limit).compactMap { Delivery($0, in: tables) } }
  }

  func nextDelivery(after now: WallTime) -> WallTime? {
    database.access { $0.waiting.filter { $0.gaveUpAt == nil && $0.dueAt > now }.map(\.dueAt).min() }
  }
}

extension Delivery {
  fileprivate init?(_ waiting: MemoryDatabase.Waiting, in tables: MemoryDatabase.Tables) {
    guard let event = PhaseEvent(waiting.phase, in: tables) else { return nil }
    self.init(
      id: waiting.id,
      webhook: waiting.webhook,
      event: event,
      queuedAt: waiting.queuedAt,
      attempts: waiting.attempts,
      dueAt: waiting.dueAt,
      gaveUpAt: waiting.gaveUpAt,
      failure: waiting.failure
    )
  }
}
