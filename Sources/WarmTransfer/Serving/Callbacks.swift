import Store
import Transfer
import Web

// Those who are called back: what is open is known to the coordinator, what has ended to the journal.
extension ServiceBackend {
  func callBack(_ order: CallbackOrder) async throws(Refusal) -> CallbackReport {
    try await coordinator.callBack(order, on: pbx.name)
  }

  func openCallbacks() async -> [CallbackReport] { await coordinator.callbacks }

  func callback(_ id: TransferID) async throws(Refusal) -> CallbackReport {
    if let report = await coordinator.callback(id) { return report }
    let ended = try await history.reader.answer { records throws(JournalError) -> CallbackReport? in
      guard let summary = try records.summary(of: id), summary.endedAt != nil else { return nil }
      return try records.record(of: id).flatMap { CallbackReport($0.replayed(), place: nil) }
    }
    guard let ended else { throw .unknownCallback }
    return ended
  }

  func cancelCallback(_ id: TransferID, by requester: String) async throws(Refusal) {
    // It tells one that is over from one that never was.
    guard try await callback(id).state != .ended else { throw .alreadyEnded }
    _ = try await coordinator.decide(.cancel, on: id, target: nil, by: requester)
  }
}

extension CallbackReport {
  /// Nil for a transfer that is none.
  init?(_ machine: TransferMachine, place: Int?) {
    guard let terms = machine.request.callback else { return nil }
    let request = machine.request
    self.init(
      id: request.id,
      number: request.caller.number,
      callerName: request.caller.name,
      topic: request.context.topic,
      party: request.plan.party,
      state: State(machine),
      tries: machine.callbackTries,
      nextTryAt: machine.restsUntil,
      expiresAt: terms.expiresAt,
      requestedAt: machine.requestedAt,
      waitingSince: request.waitingSince ?? machine.requestedAt,
      place: place,
      outcome: machine.outcome
    )
  }
}

extension CallbackReport.State {
  init(_ machine: TransferMachine) {
    switch machine.phase {
    case .requested, .held: self = machine.restsUntil == nil ? .waiting : .resting
    case .ringing: self = .ringing
    case .briefing: self = .briefing
    case .merging: self = .calling
    case .connected: self = .connected
    // What is left to do is only to release phones.
    case .returning, .ended: self = .ended
    }
  }
}

extension TransferMachine {
  fileprivate var restsUntil: WallTime? {
    if case .resting(let rest) = state { rest.until } else { nil }
  }
}
