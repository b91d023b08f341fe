import ARI
import Runtime
import Settings
import Transfer
import Web

// What is asked of the coordinator from outside Asterisk, and what it tells of itself.
extension TransferCoordinator {
  func transfer(of channel: ChannelID) -> TransferID? { switchboard.transfer(of: channel) }

  var reports: [TransferReport] { switchboard.machines.values.map(report) }

  func report(of id: TransferID) -> TransferReport? { switchboard.machines[id].map(report) }

  func report(_ machine: TransferMachine) -> TransferReport {
    var report = TransferReport(machine)
    (report.place, report.estimatedWait) = switchboard.standing(of: machine.request.id)
    report.say = machine.request.sentence(
      in: machine.phase,
      machine.outcome,
      place: report.place,
      wait: report.estimatedWait
    )
    return report
  }

  func agents(on pbx: PBXName) -> [AgentReport] {
    settings.targets.map { AgentReport($0, on: pbx, switchboard.people, switchboard.machines) }
  }

  /// Of transfers of which there is something in Asterisk.
  var phases: [TransferMachine.Phase] { switchboard.machines.values.filter { !$0.isDormant }.map(\.phase) }

  /// A caller who is in another application is to come into ours. The ticket under which `handedOver` tells what came of
  /// it.
  mutating func takeOver(
    _ channel: ARIChannel,
    of pbx: PBXName,
    from application: String,
    _ order: TransferOrder
  ) throws(Refusal) -> Int {
    if let reason = notAccepting { throw reason }
    // Nobody would hear of their coming, and what was seen before they were asked for says nothing of them.
    let known = pbxs[pbx, default: .init()]
    if known.information == nil || known.isReconnecting { throw .asteriskAway }
    if let target = order.target, !settings.knows(target) { throw .unknownTarget(target) }
    let caller = channel.id(on: pbx)
    if let id = switchboard.transfer(of: caller) { throw .channelAlreadyOurs(id) }
    if arrivals.contains(caller) { throw .channelNotHandedOver("the channel is already being handed over") }
    var order = order
    if order.returnTo == nil, settings.transfer.returnTo.isEmpty { order.returnTo = application.orNil }
    let ticket = handovers.begin()
    arrivals.ask(for: channel, on: pbx, Arrivals.Order(order: order, ticket: ticket))
    askAbout(caller)
    return ticket
  }

  var notAccepting: Refusal? {
    if isDraining { return .notAcceptingNow("the service is stopping") }
    return unwritten.trouble.map { .unwritable($0) }
  }

  /// Why a caller who was asked for stays where they are. One who has come in meanwhile is not left alone.
  func refusal(of caller: Arrivals.Caller, on pbx: PBXName, _ plan: TransferPlan) -> Refusal? {
    if let id = switchboard.transfer(ofCaller: caller.channel.id(on: pbx)) { return .channelAlreadyOurs(id) }
    if caller.isHere { return nil }
    if caller.hasHungUp || caller.hasLeft { return .channelGone }
    if caller.variables == .unreadable { return .asteriskAway }
    if let notAccepting { return notAccepting }
    guard case .refuse(let cause) = plan else { return nil }
    return cause == .disabled ? .notAcceptingNow("the conf file says enabled = no") : .noTarget
  }

  mutating func decide(
    _ decision: Decision,
    on id: TransferID,
    target: String?,
    by requester: String,
    at now: Moment
  ) throws(Refusal) -> TransferReport {
    let machine = try undecided(id)
    switch decision {
    case .cancel: post(.cancelRequested(by: requester), to: id, at: now)
    case .accept: post(.leg(try leg(of: machine, target) { $0.isAnswered }, .accepted(by: requester)), to: id, at: now)
    case .decline: post(.leg(try leg(of: machine, target) { _ in true }, .declined(by: requester)), to: id, at: now)
    }
    return report(of: id) ?? endReport(of: machine, by: requester, at: now)
  }

  /// A callback for which nobody is rung ends as soon as it is cancelled.
  private func endReport(of machine: TransferMachine, by requester: String, at now: Moment) -> TransferReport {
    var ended = machine
    _ = ended.apply(.cancelRequested(by: requester), at: now.steady)
    var report = TransferReport(ended)
    report.endedAt = now.steady
    return report
  }

  /// One of which somebody may still decide.
  func undecided(_ id: TransferID) throws(Refusal) -> TransferMachine {
    guard let machine = switchboard.machines[id] else { throw .alreadyEnded }
    switch machine.phase {
    case .merging, .connected, .returning: throw .alreadyDecided
    case .ended: throw .alreadyEnded
    case .requested, .held, .ringing, .briefing: return machine
    }
  }

  func leg(
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
  func knows(_ name: String) -> Bool {
    targets.contains { $0.name == name } || groups.contains { $0.name == name }
  }
}
