package import Transfer
package import Web

extension StageBackend {
  private static let most = 500

  package func addCallback(_ id: String, _ number: String = "+15551234567", _ state: CallbackReport.State = .waiting) {
    guard let id = TransferID(id) else { return }
    callbacks.append(CallbackReport(id, CallbackOrder(number: number, requestedBy: ""), state))
  }

  package func callBack(_ order: CallbackOrder) async throws(Refusal) -> CallbackReport {
    try checkMood()
    guard let number = TelephoneNumber(order.number) else { throw .invalid(field: "number", why: "is none") }
    let open = callbacks.first { TelephoneNumber($0.number)?.isTheSame(as: number) == true }
    if let open { throw .callbackOpen(open.id) }
    guard let id = TransferID("c\(callbacks.count + 1)") else { throw .noCallbacks }
    let report = CallbackReport(id, order, order.notBefore == nil ? .waiting : .resting)
    if callbacks.count >= Self.most { callbacks.removeFirst() }
    callbacks.append(report)
    return report
  }

  package func openCallbacks() async -> [CallbackReport] { callbacks.filter { $0.state != .ended } }

  package func callback(_ id: TransferID) async throws(Refusal) -> CallbackReport {
    try checkMood()
    guard let report = callbacks.first(where: { $0.id == id }) else { throw .unknownCallback }
    return report
  }

  package func cancelCallback(_ id: TransferID, by requester: String) async throws(Refusal) {
    switch try await callback(id).state {
    case .waiting, .resting, .ringing, .briefing: callbacks.removeAll { $0.id == id }
    case .calling, .connected: throw .alreadyDecided
    case .ended: throw .alreadyEnded
    }
  }
}

extension CallbackReport {
  fileprivate init(_ id: TransferID, _ order: CallbackOrder, _ state: State) {
    let now = WallTime(milliseconds: 1_800_000_000_000)
    self.init(
      id: id,
      number: order.number,
      callerName: order.context.callerName,
      topic: order.context.topic,
      party: order.target,
      state: state,
      tries: state == .ended ? 3 : 0,
      nextTryAt: order.notBefore,
      expiresAt: now + .seconds(86_400),
      requestedAt: now,
      waitingSince: now,
      place: state == .waiting ? 1 : nil,
      outcome: state == .ended
        ? Outcome(result: .returned, cause: .noAnswer, target: "alice", wait: .seconds(60)) : nil
    )
  }
}
