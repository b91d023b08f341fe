/// What can be seen of one transfer in Asterisk at one moment.
package struct Sighting: Equatable, Sendable {
  package enum CallersPlace: String, Sendable, CaseIterable {
    /// Hung up.
    case gone
    /// Not in our application: in the dialplan.
    case elsewhere
    /// In our application, in none of the transfer's bridges.
    case astray
    case hold, talk
  }

  package enum Phone: String, Sendable, CaseIterable {
    case gone, ringing
    /// Picked up.
    case up
    case talk
  }

  package var caller: CallersPlace
  /// A leg that is not named is gone.
  package var phones: [LegID: Phone]

  package init(caller: CallersPlace, phones: [LegID: Phone]) {
    self.caller = caller
    self.phones = phones
  }
}

/// What must have happened to a transfer while nobody was listening, found from what is there now: as ordinary events,
/// by two tables.
package enum Recovery {
  package static func events(for machine: TransferMachine, seeing sighting: Sighting) -> [TransferEvent] {
    guard !machine.callerHasLeft else { return [.resumed] }
    let caller = (callers[machine.phase]?[sighting.caller] ?? []).map(TransferEvent.caller)
    if caller.contains(.caller(.left)) || caller.contains(.caller(.takenAway)) { return caller + [.resumed] }
    let legs = machine.legs.flatMap { leg in
      (phones[Situation(of: leg, in: machine.phase)]?[sighting.phones[leg.id] ?? .gone] ?? [])
        .map { TransferEvent.leg(leg.id, $0) }
    }
    return caller + legs + [.resumed]
  }

  /// Where a caller is found, and what that means in each phase. What is not here means nothing.
  static let callers: [TransferMachine.Phase: [Sighting.CallersPlace: [CallerEvent]]] = [
    .requested: [.gone: [.left], .elsewhere: [.takenAway], .hold: [.enteredHold]],
    .held: [.gone: [.left], .elsewhere: [.takenAway], .astray: [.strayed]],
    .ringing: [.gone: [.left], .elsewhere: [.takenAway], .astray: [.strayed]],
    .briefing: [.gone: [.left], .elsewhere: [.takenAway], .astray: [.strayed]],
    .merging: [.gone: [.left], .elsewhere: [.takenAway], .talk: [.enteredTalk]],
    .connected: [.gone: [.left], .elsewhere: [.takenAway], .hold: [.enteredHold]],
    .returning: [.gone: [.left], .elsewhere: [.takenAway]],
  ]

  /// What is known of a person's phone.
  enum Situation: CaseIterable {
    case dialing, ringing, answered, joining, talking

    init(of leg: AgentLeg, in phase: TransferMachine.Phase) {
      switch phase {
      case .connected: self = .talking
      case .merging: self = .joining
      case .requested, .held, .ringing, .briefing, .returning, .ended:
        self = leg.isAnswered ? .answered : leg.isKnownToExist ? .ringing : .dialing
      }
    }
  }

  /// How a phone is found. One that was never seen and is not there was not rung yet, or cannot be told from that.
  static let phones: [Situation: [Sighting.Phone: [LegEvent]]] = [
    .dialing: [.ringing: [.rang], .up: [.rang, .answered], .talk: [.rang, .answered]],
    .ringing: [.gone: [.ended(.unknown)], .up: [.answered], .talk: [.answered]],
    .answered: [.gone: [.ended(.unknown)]],
    .joining: [.gone: [.ended(.unknown)], .talk: [.enteredTalk]],
    .talking: [.gone: [.ended(.unknown)]],
  ]
}

// MARK: - Taking up again what may not have been done

extension TransferMachine {
  /// Everything here does no harm if it was done already.
  mutating func resume(at now: WallTime) -> [TransferEffect] {
    let duties = chores.map(\.effect)
    switch state {
    case .new, .ended: return []
    case .goingOnHold:
      return duties + [.openHold, .holdCaller, armDeadMansSwitch]
        + missingPrompts()
    case .seeking(let seeking): return duties + resume(seeking, at: now)
    case .merging(let merging):
      return duties + [.join(merging.leg.id), .startTimer(.merge, at: now + Self.mergeLimit)]
    case .connected(let talk): return duties + [.liftDeadMansSwitch] + tell(completed(talk)) + [.closeHold]
    case .takingLeave(let leaving): return duties + leave(leaving.outcome, by: leaving.way, at: now)
    case .leaving(let leaving): return duties + tell(leaving.outcome) + depart(leaving, at: now)
    case .clearing: return duties
    }
  }

  private func resume(_ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    let phones = seeking.legs.flatMap { leg -> [TransferEffect] in
      let isThere = leg.isKnownToExist && spoken[.briefing(leg.id)] != nil
      if isThere { return [] }
      return leg.start(for: request, at: now).filter { effect in
        if case .prepareSpeech(let speech, _, _) = effect { return spoken[speech] == nil }
        return !leg.isKnownToExist
      }
    }
    return [.startMusic(policy.holdMusic)] + phones + missingPrompts()
  }

  private func missingPrompts() -> [TransferEffect] {
    (party.map(prompts) ?? []).filter { effect in
      if case .prepareSpeech(let speech, _, _) = effect { spoken[speech] == nil } else { true }
    }
  }
}

// MARK: - Another Asterisk

extension TransferMachine {
  /// There is no channel left that could hang up, and no bridge that could be closed: what is released all the same is
  /// found to be gone.
  mutating func loseEverybody(at now: WallTime) -> [TransferEffect] {
    let cleared = clearAfterLoss(at: now)
    return chores.map(\.effect) + cleared
  }

  private mutating func clearAfterLoss(at now: WallTime) -> [TransferEffect] {
    switch state {
    case .new, .clearing, .ended: return []
    case .goingOnHold, .seeking, .merging: return clear(lost(lastTarget, at: now), dismissing: legs)
    case .connected(let talk): return clear(completed(talk), dismissing: [talk.leg])
    case .takingLeave(let leaving): return clear(lost(leaving.outcome.target, at: now))
    case .leaving(let leaving):
      let hadTalked = leaving.outcome.result == .connected
      return clear(hadTalked ? leaving.outcome : lost(leaving.outcome.target, at: now))
    }
  }
}
