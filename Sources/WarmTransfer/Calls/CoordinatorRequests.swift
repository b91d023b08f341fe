import ARI
import Runtime
import Settings
import Transfer
import Web

/// What is asked of the coordinator from outside Asterisk, and what it tells of itself.
extension TransferCoordinator {
  func transfer(ofCaller channel: String) -> TransferID? { switchboard.transfer(ofCaller: channel) }

  var reports: [TransferReport] { switchboard.machines.values.map { TransferReport($0) } }

  func report(of id: TransferID) -> TransferReport? { switchboard.machines[id].map { TransferReport($0) } }

  var agents: [AgentReport] {
    settings.targets.map { AgentReport($0, switchboard.people, switchboard.machines) }
  }

  var phases: [TransferMachine.Phase] { switchboard.machines.values.map(\.phase) }

  /// Why nothing can be written just now; nil while all is well.
  var journalTrouble: String? { unwritten.trouble.map { "\($0)" } }

  /// A caller who is in another application comes into ours.
  func takeOver(
    _ channel: String,
    from application: String,
    _ order: TransferOrder
  ) async throws(Refusal) -> TransferReport {
    if isDraining { throw .notAcceptingNow("the service is stopping") }
    if let journalTrouble { throw .notAcceptingNow("the journal cannot be written: \(journalTrouble)") }
    if let target = order.target, !settings.knows(target) { throw .unknownTarget(target) }
    if let id = transfer(ofCaller: channel) { throw .channelAlreadyOurs(id) }
    if handovers[channel] != nil { throw .channelNotHandedOver("it is being handed over already") }
    var order = order
    if order.returnTo == nil, settings.transfer.returnTo.isEmpty { order.returnTo = application.orNil }
    let handover = await withCheckedContinuation { answer in
      handovers[channel] = Handover(order: order, answer: answer)
      start { await self.bring(channel) }
    }
    let id = try handover.get()
    // It may be over already, with a caller who has hung up.
    guard let report = report(of: id) else { throw .alreadyEnded }
    return report
  }

  private func bring(_ channel: String) async {
    do throws(ARIError) {
      try await ari.channels.move(channel, to: ari.configuration.application, arguments: [])
    } catch {
      let refusal: Refusal = error.kind == .notFound ? .channelGone : .channelNotHandedOver(error.description)
      return settle(channel, .failure(refusal))
    }
    do { try await Task.sleep(for: Handover.limit) } catch { log.debug("the service is stopping") }
    settle(channel, .failure(.channelNotHandedOver("it did not come in within \(Handover.limit)")))
  }

  /// Only the first word counts.
  func settle(_ channel: String, _ answer: Result<TransferID, Refusal>) {
    handovers.removeValue(forKey: channel)?.answer.resume(returning: answer)
  }

  func decide(_ decision: Decision, on id: TransferID, target: String?) throws(Refusal) -> TransferReport {
    guard let machine = switchboard.machines[id] else { throw .alreadyEnded }
    switch machine.phase {
    case .merging, .connected, .returning: throw .alreadyDecided
    case .ended: throw .alreadyEnded
    case .requested, .held, .ringing, .briefing: break
    }
    switch decision {
    case .cancel: post(.cancelRequested(), to: id)
    case .accept: post(.leg(try leg(of: machine, target) { $0.isAnswered }, .accepted()), to: id)
    case .decline: post(.leg(try leg(of: machine, target) { _ in true }, .declined()), to: id)
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

// MARK: - What is asked of Asterisk

extension TransferCoordinator {
  func lookIntoTalk(of transfer: TransferID) async {
    do throws(ARIError) {
      let bridges = try await ari.bridges.list()
      answered(.lookIntoTalk, nil, of: transfer)
      guard let machine = switchboard.machines[transfer] else { return }
      post(machine.talk(in: bridges), to: transfer)
    } catch {
      answered(.lookIntoTalk, CommandFailure(error), of: transfer)
    }
  }
}

extension Settings {
  fileprivate func knows(_ name: String) -> Bool {
    targets.contains { $0.name == name } || groups.contains { $0.name == name }
  }
}
