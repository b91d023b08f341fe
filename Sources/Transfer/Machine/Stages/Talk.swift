extension TransferMachine {
  /// Caller and person talk. Can go to: returning, clearing.
  package struct Talk: Equatable, Sendable, Codable {
    package let leg: AgentLeg
    /// How long the caller had waited.
    package let wait: Duration
    /// The phone of a caller who was called back.
    package var callee: AgentLeg?

    var outcome: Outcome { Outcome(result: .connected, cause: .completed, target: leg.target.name, wait: wait) }
  }
}

extension TransferMachine.Talk: Stage {
  var legs: [AgentLeg] { [leg] + (callee.map { [$0] } ?? []) }

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.openBridge, .holdCaller, .join(leg.id), .stopMusic]
  }

  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.clear(outcome, dismissing: legs)
  }

  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    callerLeft(&transfer, at: now)
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard callee == nil else { return transfer.clear(outcome, dismissing: legs) }
    return transfer.sendBack(outcome, by: transfer.wayBack, dismissing: legs, at: now)
  }

  func leg(_ id: LegID, _ event: LegEvent, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard case .ended = event else { return [] }
    if let callee, id == leg.id || id == callee.id {
      return transfer.clear(outcome, dismissing: legs.filter { $0.id != id })
    }
    guard id == leg.id else { return [] }
    return transfer.sendBack(outcome, by: leg.target.policy.afterCall == .hangUp ? .hangUp : transfer.wayBack, at: now)
  }

  func conversationSeen(with leg: LegID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    legs.contains { $0.id == leg } ? [] : transfer.takeUpConversation(with: leg, at: now)
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.tellOfTalk(outcome, at: now)
  }
}

extension TransferMachine {
  mutating func connect(_ leg: AgentLeg, at now: WallTime) -> [TransferEffect] {
    var leg = leg
    let end = leg.end()
    return sayMergePrompt + beginTalk(leg, at: now) + end
  }

  /// As everybody else is joined; of the caller's channel nothing is to be told.
  mutating func connectCallback(_ person: AgentLeg, _ callee: AgentLeg, at now: WallTime) -> [TransferEffect] {
    var (person, callee) = (person, callee)
    let ends = person.end() + callee.end()
    state = .connected(Talk(leg: person, wait: callbackWait(until: now), callee: callee))
    return sayMergePrompt + [.cancelTimer(.merge)] + ends
  }

  /// The record is behind: these two are talking with each other.
  mutating func takeUpCallback(person: LegID, callee: LegID, at now: WallTime) -> [TransferEffect] {
    guard let terms = request.callback, !state.stage.legs.contains(where: { $0.id == callee && $0.isAccepted }) else {
      return []
    }
    let others = legs.filter { $0.id != person && $0.id != callee }
    let target = legs.first { $0.id == person }?.target ?? guessTarget(of: person)
    phones.note(person, of: target.name)
    phones.noteCallee(callee)
    let calledOff = chores.drop(.release(person)) + chores.drop(.release(callee)) + chores.drop(.closeBridge)
    state = .connected(
      Talk(
        leg: .inConversation(id: person, target: target),
        wait: callbackWait(until: now),
        callee: .inConversation(id: callee, target: terms.callee)
      )
    )
    let timers: [TimerID] = [.hold, .callback, .merge, .dispatch]
    return calledOff + timers.map { .cancelTimer($0) } + others.flatMap { dismiss($0) }
  }

  private var sayMergePrompt: [TransferEffect] {
    spoken[.mergePrompt].map { [.play($0, to: .talk, as: .mergePrompt)] } ?? []
  }

  private mutating func beginTalk(_ leg: AgentLeg, at now: WallTime) -> [TransferEffect] {
    let talk = Talk(leg: leg, wait: now - requestedAt)
    state = .connected(talk)
    // Written now, so that the dialplan's exten h knows it too when the caller hangs up later.
    return tellOfTalk(talk.outcome, at: now) + [.cancelTimer(.merge)] + introduce()
  }

  /// With the outcome the dead-man's switch is lifted. Where that fails, it is lifted alone.
  fileprivate mutating func tellOfTalk(_ outcome: Outcome, at now: WallTime) -> [TransferEffect] {
    let told = tell(outcome)
    return told.isEmpty ? [.liftDeadMansSwitch] : told + chores.postpone(.liftDeadMansSwitch, until: now + Chores.pause)
  }

  /// The record is behind: it went on while nothing could be written. What the two hear is not touched, what the record
  /// had begun for them is called off, and whoever else is rung is released.
  mutating func takeUpConversation(with id: LegID, at now: WallTime) -> [TransferEffect] {
    let others = legs.filter { $0.id != id }
    let target = guessTarget(of: id)
    var leg = legs.first { $0.id == id } ?? .inConversation(id: id, target: target)
    phones.note(id, of: target.name)
    let calledOff = chores.drop(.release(id)) + chores.drop(.closeBridge) + leg.fallSilent()
    let timers: [TimerID] = [.hold, .comfort, .dispatch, .farewell, .leave]
    return calledOff + answerJoinedCaller() + beginTalk(.inConversation(id: id, target: leg.target), at: now) + [
      .stopMusic
    ]
      + timers.map { .cancelTimer($0) } + others.flatMap { dismiss($0) }
  }

  /// Exact where the phone is in the record, or only one person was left to be rung; else who would have come next.
  private func guessTarget(of id: LegID) -> Target {
    let all = party?.targets ?? []
    if let name = phones.target(of: id), let target = all.first(where: { $0.name == name }) { return target }
    let untried = if case .seeking(let seeking) = state { seeking.untried } else { all }
    let place = id.number - 1 - phones.all.count { $0 < id }
    if untried.indices.contains(place) { return untried[place] }
    return untried.last ?? all.last
      ?? Target(name: party?.name ?? "", spokenName: party?.spokenName ?? "", dialString: "", policy: policy)
  }

  /// The voice agent that brought the caller here.
  private func introduce() -> [TransferEffect] {
    guard let voiceAgent = request.voiceAgent else { return [] }
    return [admission(of: voiceAgent)?.effect ?? .hangUpVoiceAgent(voiceAgent)]
  }

  /// What is left of a voice agent that stayed with the two.
  mutating func voiceAgentLeaves() -> [TransferEffect] {
    guard case .connected = state, let voiceAgent = request.voiceAgent, let admission = admission(of: voiceAgent) else {
      return []
    }
    return chores.drop(admission) + [.hangUpVoiceAgent(voiceAgent)]
  }

  private func admission(of voiceAgent: String) -> Chore? {
    switch policy.voiceAgentLeg {
    case .hangUp: nil
    case .mute: .admitVoiceAgent(voiceAgent, muted: true)
    case .keep: .admitVoiceAgent(voiceAgent, muted: false)
    }
  }
}
