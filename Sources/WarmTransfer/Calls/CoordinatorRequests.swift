import ARI
import Runtime
import Settings
import Transfer
import Web

// What is asked of the coordinator from outside Asterisk, and what it tells of itself.
extension TransferCoordinator {
  func transfer(of channel: String) -> TransferID? { switchboard.transfer(of: channel) }

  var reports: [TransferReport] { switchboard.machines.values.map { TransferReport($0) } }

  func report(of id: TransferID) -> TransferReport? { switchboard.machines[id].map { TransferReport($0) } }

  var agents: [AgentReport] {
    settings.targets.map { AgentReport($0, switchboard.people, switchboard.machines) }
  }

  var phases: [TransferMachine.Phase] { switchboard.machines.values.map(\.phase) }

  /// A caller who is in another application comes into ours. The ticket under which `handedOver` tells what came of it.
  mutating func takeOver(
    _ channel: String,
    from application: String,
    _ order: TransferOrder,
    at now: Moment
  ) throws(Refusal) -> Int {
    if isDraining { throw .notAcceptingNow("the service is stopping") }
    if let trouble = unwritten.trouble { throw .notAcceptingNow("the journal cannot be written: \(trouble)") }
    if let target = order.target, !settings.knows(target) { throw .unknownTarget(target) }
    if let id = switchboard.transfer(of: channel) { throw .channelAlreadyOurs(id) }
    if handovers.contains(channel) { throw .channelNotHandedOver("it is being handed over already") }
    var order = order
    if order.returnTo == nil, settings.transfer.returnTo.isEmpty { order.returnTo = application.orNil }
    let ticket = handovers.begin(channel, order)
    set(.handover(ticket: ticket), at: now.steady + Handovers.limit)
    ask(.command(.move(channel, to: self.application, arguments: [])), for: .handover(channel: channel))
    return ticket
  }

  /// That Asterisk has taken the order is no proof: the caller coming in is.
  mutating func moved(_ channel: String, _ error: ARIError?) {
    guard let error else { return }
    settle(channel, .failure(error.kind == .notFound ? .channelGone : .channelNotHandedOver(error.description)))
  }

  /// Only the first word counts.
  mutating func settle(_ channel: String, _ answer: Result<TransferID, Refusal>) {
    guard let ticket = handovers.end(channel) else { return }
    // Whoever was told that the caller does not come must not see them go.
    requests.abandon(.handover(channel: channel))
    cancel(.handover(ticket: ticket))
    tell(.handedOver(ticket: ticket, answer))
  }

  mutating func decide(
    _ decision: Decision,
    on id: TransferID,
    target: String?,
    by requester: String,
    at now: Moment
  ) throws(Refusal) -> TransferReport {
    guard let machine = switchboard.machines[id] else { throw .alreadyEnded }
    switch machine.phase {
    case .merging, .connected, .returning: throw .alreadyDecided
    case .ended: throw .alreadyEnded
    case .requested, .held, .ringing, .briefing: break
    }
    switch decision {
    case .cancel: post(.cancelRequested(by: requester), to: id, at: now)
    case .accept: post(.leg(try leg(of: machine, target) { $0.isAnswered }, .accepted(by: requester)), to: id, at: now)
    case .decline: post(.leg(try leg(of: machine, target) { _ in true }, .declined(by: requester)), to: id, at: now)
    }
    guard let report = report(of: id) else { throw .alreadyEnded }
    return report
  }

  private func leg(
    of machine: TransferMachine,
    _ target: String?,
    _ fits: (AgentLeg) -> Bool
  ) throws(Refusal) -> LegID {
    let legs = machine.legs.filter { fits($0) && (target == nil || $0.target.name == target) }
    guard let leg = legs.first else { throw .notRinging }
    guard legs.count == 1 else { throw .targetNeeded }
    return leg.id
  }
}

extension Settings {
  fileprivate func knows(_ name: String) -> Bool {
    targets.contains { $0.name == name } || groups.contains { $0.name == name }
  }
}
