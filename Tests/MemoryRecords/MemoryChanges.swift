import Store
import Transfer

extension MemoryRecords: TransferChanges {
  func write(_ entries: ArraySlice<JournalEntry>) -> WrittenEntries {
    database.access { tables in
      var written = WrittenEntries()
      for entry in entries {
        do throws(JournalError) {
          written.lastEvent = try tables.write(entry) ?? written.lastEvent
        } catch {
          written.refusals.append(WrittenEntries.Refusal(entry, error))
        }
      }
      return written
    }
  }

  func writeOff(_ transfer: String, _ outcome: Outcome, at time: WallTime, telling webhooks: [String]) {
    database.access { tables in
      guard let id = tables.transfers[transfer]?.summary.id else { return }
      tables.close(transfer, outcome, at: time)
      _ = tables.write(PhaseNotice(PhaseChange(.ended, outcome), webhooks: webhooks), of: id, 0, at: time)
    }
  }

  func noteBehind(_ transfers: Set<TransferID>) {
    database.access { tables in
      for transfer in transfers { tables.transfers[transfer.description]?.lacksTheEnd = true }
    }
  }

  func noteAllBehind() {
    database.access { tables in
      for (id, transfer) in tables.transfers where transfer.summary.endedAt == nil {
        tables.transfers[id]?.lacksTheEnd = true
      }
    }
  }

  func purge(endedBefore time: WallTime, limit: Int) -> Int {
    database.access { tables in
      let old = tables.oldest(before: time) { _ in true }.prefix(limit)
      for id in old { tables.transfers[id] = nil }
      let isGone = { (transfer: TransferID) in old.contains(transfer.description) }
      tables.phases.removeAll { isGone($0.transfer) }
      tables.waiting.removeAll { isGone($0.phase.transfer) }
      tables.figures.removeAll { isGone($0.transfer) }
      tables.calls.removeAll { $0.hour.begin < time }
      tables.blank(old) { ($0.caller, $0.words) = (nil, nil) }
      return old.count
    }
  }

  func redact(endedBefore time: WallTime, limit: Int) -> Int {
    database.access { tables in
      let old = tables.oldest(before: time) { !$0.isRedacted }.prefix(limit)
      for id in old { tables.transfers[id]?.redact() }
      tables.blank(old) { $0.words = nil }
      return old.count
    }
  }
}

extension MemoryRecords: DeliveryChanges {
  func settle(_ delivery: Int64, _ outcome: DeliveryOutcome, at now: WallTime) {
    database.access { tables in
      guard let index = tables.waiting.firstIndex(where: { $0.id == delivery }) else { return }
      let settled = tables.waiting[index]
      let next = if case .postponed(let time, _) = outcome { time } else { now }
      for other in tables.waiting.indices where tables.waiting[other].follows(settled) {
        tables.waiting[other].dueAt = next
      }
      switch outcome {
      case .delivered: tables.waiting.remove(at: index)
      case .postponed(_, let failure):
        tables.waiting[index].attempts += 1
        tables.waiting[index].failure = failure
      case .givenUp(let failure):
        tables.waiting[index].attempts += 1
        tables.waiting[index].gaveUpAt = now
        tables.waiting[index].failure = failure
      }
    }
  }

  func giveUp(besides webhooks: [String], at time: WallTime, limit: Int) -> Int {
    database.access { tables in
      let lost = tables.waiting.indices.filter { index in
        tables.waiting[index].gaveUpAt == nil && !webhooks.contains(tables.waiting[index].webhook)
      }
      .prefix(limit)
      for index in lost {
        tables.waiting[index].gaveUpAt = time
        tables.waiting[index].failure = "the conf file has no such webhook"
      }
      return lost.count
    }
  }
}

/// There is nothing to tidy, and nothing of earlier times.
extension MemoryRecords: RecordUpkeep {
  var wantsQuiet: Bool { false }
  func tidy(isQuiet: Bool) -> Bool { true }
  func close() {}
  func eraseRemoved() -> Bool { true }
  func purgeSetAside(before time: WallTime) -> Int { 0 }
  func mendEarlierRecords(limit: Int) -> Int { 0 }
}

extension MemoryDatabase.Waiting {
  fileprivate func follows(_ other: Self) -> Bool {
    gaveUpAt == nil && id >= other.id && webhook == other.webhook && phase.transfer == other.phase.transfer
  }
}

extension MemoryDatabase.Transfer {
  fileprivate mutating func redact() {
    isRedacted = true
    request = request.redacted
    known = nil
    wrapUp?.note = ""
    events = events.map { step in
      RecordedTransfer.Event(
        number: step.number,
        at: step.at,
        phase: step.phase,
        kind: step.kind,
        event: step.event.redacted,
        effects: step.effects.map(\.redacted)
      )
    }
  }
}

extension MemoryDatabase.Tables {
  /// The last of its phase events, if it has brought one.
  fileprivate mutating func write(_ entry: JournalEntry) throws(JournalError) -> Int64? {
    let id = entry.transfer.description
    if let request = entry.request {
      guard transfers[id] == nil else { throw JournalError(.contradiction, "has begun already") }
      transfers[id] = MemoryDatabase.Transfer(summary: TransferSummary(request, at: entry.at), request: request)
    }
    guard let events = transfers[id]?.events, !events.contains(where: { $0.number == entry.number }) else {
      throw JournalError(.contradiction, "has never begun, or has an entry of this number")
    }
    let step = try RecordedTransfer.Event(entry)
    transfers[id]?.events = (events + [step]).sorted { $0.number < $1.number }
    for case .keepMessage(let message) in entry.effects { keep(message, of: entry.transfer, at: entry.at) }
    if let outcome = entry.outcome { close(id, outcome, at: entry.at) }
    var last: Int64?
    for notice in entry.notices { last = write(notice, of: entry.transfer, entry.number, at: entry.at) }
    return last
  }

  fileprivate mutating func write(
    _ notice: PhaseNotice,
    of transfer: TransferID,
    _ number: Int,
    at time: WallTime
  ) -> Int64 {
    lastPhase += 1
    if let learned = notice.learned {
      transfers[transfer.description]?.summary.party = learned.party
      transfers[transfer.description]?.known = learned.context
    }
    let phase = MemoryDatabase.Phase(id: lastPhase, transfer: transfer, number: number, at: time, change: notice.change)
    phases.append(phase)
    for webhook in notice.webhooks {
      lastDelivery += 1
      waiting.append(.init(id: lastDelivery, webhook: webhook, phase: phase, queuedAt: time, dueAt: time))
    }
    return lastPhase
  }

  fileprivate mutating func close(_ transfer: String, _ outcome: Outcome, at time: WallTime) {
    transfers[transfer]?.summary.endedAt = time
    transfers[transfer]?.summary.target = outcome.target
    transfers[transfer]?.summary.result = outcome.result
    transfers[transfer]?.summary.cause = outcome.cause
    transfers[transfer]?.summary.wait = outcome.wait
  }

  fileprivate func oldest(before time: WallTime, _ isIncluded: (MemoryDatabase.Transfer) -> Bool) -> [String] {
    let old = transfers.values.filter { transfer in
      guard let end = transfer.summary.endedAt, end < time else { return false }
      return isIncluded(transfer)
    }
    let byAge = old.map { (end: $0.summary.endedAt?.milliseconds ?? 0, id: $0.id) }.sorted { $0 < $1 }
    return byAge.map(\.id)
  }
}
