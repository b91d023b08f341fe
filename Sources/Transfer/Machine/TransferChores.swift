/// What has to be made sure of.
extension TransferMachine {
  /// A chore is done when Asterisk says so, or has nothing left to do it to; until then it is taken up again.
  mutating func settle(_ event: TransferEvent) -> [TransferEffect] {
    switch event {
    case .leg(let id, .ended):
      return drop(.release(id))
    case .commandSucceeded(let effect):
      // A hang-up that was only asked for is none yet: the phone's end is told by an event of its own.
      guard let chore = Chore(effect) else { return [] }
      if case .release = chore { return [] }
      return drop(chore)
    // Hung up meanwhile, or in the dialplan.
    case .commandFailed(.liftDeadMansSwitch, .gone) where callerHasLeft,
      .commandFailed(.liftDeadMansSwitch, .conflict) where callerHasLeft:
      return drop(.liftDeadMansSwitch)
    case .commandFailed(.release(let id), .gone) where slippery.contains(id):
      slippery.remove(id)
      return []
    case .commandFailed(let effect, .gone):
      // What concerns the caller is done when it is done, or when they have left.
      guard let chore = Chore(effect), chore != .stopMusic, chore != .liftDeadMansSwitch else { return [] }
      return drop(chore)
    case .timerFired(.again(let chore)):
      return chores.contains(chore) ? [chore.effect] : []
    // A phone that was given up before it could be seen shows itself.
    case .leg(let id, .rang), .leg(let id, .answered):
      return rung[id] == nil || legs.contains { $0.id == id } ? [] : [.release(id)]
    case .playbackEnded(.taken(let id)):
      return chores.contains(.release(id)) ? [.release(id)] : []
    case .requested, .resumed, .asteriskRestarted, .cancelRequested, .dispatched, .summarized, .summaryFailed, .granted,
      .passedOver, .caller, .leg, .speechReady,
      .speechFailed,
      .playbackEnded, .timerFired, .commandFailed:
      return []
    }
  }

  /// What concerned the caller's channel is nobody's business when it is in other hands.
  mutating func letGoOfTheCaller() -> [TransferEffect] {
    drop(.stopMusic) + drop(.liftDeadMansSwitch)
  }

  private mutating func drop(_ chore: Chore) -> [TransferEffect] {
    guard let index = chores.firstIndex(of: chore) else { return [] }
    chores.remove(at: index)
    return [.cancelTimer(.again(chore))]
  }

  private mutating func begin(_ chore: Chore) {
    if !chores.contains(chore) { chores.append(chore) }
  }

  mutating func undertake(_ effects: [TransferEffect], at now: WallTime) -> [TransferEffect] {
    effects.flatMap { effect -> [TransferEffect] in
      if case .startMusic = effect { return drop(.stopMusic) + [effect] }
      guard let chore = Chore(effect) else { return [effect] }
      begin(chore)
      return [effect, .startTimer(.again(chore), at: now + Self.retryPause)]
    }
  }

  /// The leg goes when it has heard that somebody else was faster.
  mutating func dismissWithAWord(_ leg: AgentLeg, _ word: SpokenMedia, at now: WallTime) -> [TransferEffect] {
    begin(.release(leg.id))
    return leg.fallSilent() + [
      .play(word, to: .leg(leg.id), as: .taken(leg.id)),
      .startTimer(.again(.release(leg.id)), at: now + word.length + Self.playbackGrace),
    ]
  }

  mutating func finish() -> [TransferEffect] {
    guard case .clearing(let outcome) = state, chores.isEmpty else { return [] }
    state = .ended(outcome)
    return [.discardSpeech]
  }
}
