// The second half of the transfer's machine: the join, the conversation, and the way out.

// MARK: - Joining

extension TransferMachine {
  mutating func merge(_ leg: AgentLeg, leaving seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    var seeking = seeking
    let losers = seeking.legs
    let callerFallsSilent = seeking.hold.hears.map { [TransferEffect.stopPlayback($0)] } ?? []
    let talk: [TransferEffect] = seeking.lacksTalk ? [.openTalk] : []
    seeking.legs = []
    seeking.lacksTalk = false
    seeking.hold.hears = nil
    state = .merging(Merging(leg: leg, seeking: seeking))
    return callerFallsSilent + talk
      + [
        .join(leg.id), .cancelTimer(.hold), .cancelTimer(.comfort),
        .startTimer(.merge, at: now + Self.mergeLimit),
      ]
      + losers.flatMap { dismissLoser($0, at: now) }
  }

  private mutating func dismissLoser(_ leg: AgentLeg, at now: WallTime) -> [TransferEffect] {
    guard leg.isAnswered, let word = spoken[.taken] else { return dismiss(leg) }
    return dismissWithAWord(leg, word, at: now)
  }

  mutating func whileMerging(_ merging: Merging, _ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    var merging = merging
    let isAboutThisLeg = event.leg.map { $0 == merging.leg.id } ?? true
    guard isAboutThisLeg else { return [] }
    switch event {
    case .commandSucceeded(.join): return silence(&merging)
    // A command that was given up as lost has been carried out after all.
    case .caller(.enteredHold): return [.join(merging.leg.id)]
    case .caller(.enteredTalk):
      merging.callerEntered = true
      return silence(&merging) + entered(merging, at: now)
    case .leg(_, .enteredTalk):
      merging.legEntered = true
      return entered(merging, at: now)
    case .leg(_, .ended): return mergeFailed(merging, .noAcknowledgement, dismissGone(merging.leg), at: now)
    case .timerFired(.merge), .commandFailed(.join, _):
      return mergeFailed(merging, .error, dismiss(merging.leg), at: now)
    case .caller(.left): return clear(abandoned(at: now), dismissing: [merging.leg])
    case .caller(.takenAway): return clear(lost(lastTarget, at: now), dismissing: [merging.leg])
    case .cancelRequested:
      let outcome = failure(.cancelled, target: merging.leg.target.name, at: now)
      return leave(outcome, by: wayBack, dismissing: [merging.leg], at: now)
    case .requested, .resumed, .asteriskRestarted, .dispatched, .summarized, .summaryFailed, .granted, .passedOver,
      .caller, .leg, .speechReady, .speechFailed,
      .playbackEnded,
      .timerFired,
      .commandFailed, .commandSucceeded:
      return []
    }
  }

  /// Music ends after the join, not before: until then the caller would hear nothing at all.
  private mutating func silence(_ merging: inout Merging) -> [TransferEffect] {
    defer {
      merging.musicIsStopped = true
      state = .merging(merging)
    }
    return merging.musicIsStopped ? [] : [.stopMusic]
  }

  private mutating func entered(_ merging: Merging, at now: WallTime) -> [TransferEffect] {
    guard merging.callerEntered, merging.legEntered else {
      state = .merging(merging)
      return []
    }
    let talk = Talk(leg: merging.leg, wait: now - requestedAt)
    state = .connected(talk)
    let prompt = spoken[.mergePrompt].map { [TransferEffect.play($0, to: .talk, as: .mergePrompt)] } ?? []
    // Written now, so that the dialplan's exten h knows it too when the caller hangs up later.
    return prompt + [.liftDeadMansSwitch] + tell(completed(talk)) + [.closeHold, .cancelTimer(.merge)] + introduce()
  }

  /// The voice agent that brought the caller here.
  private func introduce() -> [TransferEffect] {
    guard let voiceAgent = request.voiceAgent else { return [] }
    return switch policy.voiceAgentLeg {
    case .hangUp: [.hangUpVoiceAgent(voiceAgent)]
    case .mute: [.admitVoiceAgent(voiceAgent, muted: true)]
    case .keep: [.admitVoiceAgent(voiceAgent, muted: false)]
    }
  }

  /// The person has gone in the instant of the join, or Asterisk would not join the two. The caller goes back on hold
  /// and the search goes on.
  private mutating func mergeFailed(
    _ merging: Merging,
    _ cause: Outcome.Cause,
    _ farewell: [TransferEffect],
    at now: WallTime
  ) -> [TransferEffect] {
    var seeking = merging.seeking
    seeking.lastFailure = Failure(target: merging.leg.target.name, cause: cause)
    let backOnHold: [TransferEffect] = [
      .cancelTimer(.merge),
      .holdCaller,
      .startMusic(policy.holdMusic),
      .startTimer(.hold, at: requestedAt + policy.holdTimeout),
    ]
    return backOnHold + comfortLater(now) + farewell + goOn(seeking, at: now)
  }
}

// MARK: - Talking

extension TransferMachine {
  mutating func whileConnected(_ talk: Talk, _ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    let outcome = completed(talk)
    switch event {
    // A command that was given up as lost has been carried out after all.
    case .caller(.enteredHold): return [.join(talk.leg.id), .stopMusic]
    case .caller(.left), .caller(.takenAway): return clear(outcome, dismissing: [talk.leg])
    case .cancelRequested: return leave(outcome, by: wayBack, dismissing: [talk.leg], at: now)
    case .leg(talk.leg.id, .ended):
      let way: WayOut = talk.leg.target.policy.afterCall == .hangUp ? .hangUp : wayBack
      return leave(outcome, by: way, at: now)
    case .requested, .resumed, .asteriskRestarted, .dispatched, .summarized, .summaryFailed, .granted, .passedOver,
      .caller, .leg, .speechReady, .speechFailed,
      .playbackEnded,
      .timerFired,
      .commandFailed, .commandSucceeded:
      return []
    }
  }

  /// What is left of a voice agent that stayed with the two.
  private func voiceAgentLeaves() -> [TransferEffect] {
    guard case .connected = state, policy.voiceAgentLeg != .hangUp else { return [] }
    return request.voiceAgent.map { [.hangUpVoiceAgent($0)] } ?? []
  }
}

// MARK: - The way out

extension TransferMachine {
  /// Nobody could be had, or nobody is wanted any more: the caller is told, and goes.
  mutating func giveUp(_ cause: Outcome.Cause, _ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    let target = seeking.legs.last?.target.name ?? seeking.lastFailure?.target
    let leaving = Leaving(outcome: failure(cause, target: target, at: now), way: wayOut(after: cause))
    let silence = seeking.hold.hears.map { [TransferEffect.stopPlayback($0)] } ?? []
    let released = seeking.legs.flatMap { dismiss($0) } + [.cancelTimer(.hold), .cancelTimer(.comfort)]
    let words = farewell(cause)
    guard !words.isEmpty else { return silence + released + leave(leaving.outcome, by: leaving.way, at: now) }
    state = .takingLeave(leaving)
    // Told while the music still plays: after the words nothing is to keep the caller.
    return [
      .prepareSpeech(.farewell, text: words, policy.voice), .startTimer(.farewell, at: now + Self.speechLimit),
    ] + silence + released + tell(leaving.outcome)
  }

  /// Nothing if the dialplan has been told already.
  func tell(_ outcome: Outcome) -> [TransferEffect] {
    toldOutcome == outcome ? [] : [.writeOutcome(outcome)]
  }

  private func farewell(_ cause: Outcome.Cause) -> String {
    switch request.plan {
    case .turnAway(let message): message
    case .ring, .ask, .refuse: party.map { Briefing.farewell(cause, of: $0, for: request) } ?? ""
    }
  }

  /// Nobody is rung at all, and the caller is not on hold yet.
  mutating func turnAway(_ message: String, at now: WallTime) -> [TransferEffect] {
    let leaving = Leaving(outcome: failure(.noTarget, at: now), way: wayBack)
    guard !message.isEmpty else { return leave(leaving.outcome, by: leaving.way, at: now) }
    state = .takingLeave(leaving)
    return [
      .startMusic(policy.holdMusic), .prepareSpeech(.farewell, text: message, policy.voice),
      .startTimer(.farewell, at: now + Self.speechLimit), .cancelTimer(.hold),
    ]
  }

  mutating func whileTakingLeave(_ leaving: Leaving, _ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    switch event {
    case .speechReady(.farewell, let words):
      var leaving = leaving
      leaving.musicIsStopped = true
      state = .takingLeave(leaving)
      // The end of the music waits behind the words in Asterisk itself: not a note is heard after them.
      return [
        .play(words, to: .caller, as: .farewell), .stopMusic,
        .startTimer(.farewell, at: now + words.length + Self.playbackGrace),
      ]
    case .speechFailed(.farewell, _), .playbackEnded(.farewell), .timerFired(.farewell), .cancelRequested,
      .commandFailed(.play(_, _, as: .farewell), _):
      return leave(leaving.outcome, by: leaving.way, at: now)
    case .caller(.left): return clear(abandoned(leaving, at: now))
    case .caller(.takenAway): return clear(lost(leaving.outcome.target, at: now))
    case .requested, .resumed, .asteriskRestarted, .dispatched, .summarized, .summaryFailed, .granted, .passedOver,
      .caller, .leg, .speechReady, .speechFailed,
      .playbackEnded,
      .timerFired,
      .commandFailed, .commandSucceeded:
      return []
    }
  }

  mutating func leave(
    _ outcome: Outcome,
    by way: WayOut,
    dismissing legs: [AgentLeg] = [],
    at now: WallTime
  ) -> [TransferEffect] {
    let leaving = Leaving(outcome: outcome, way: way)
    // The caller hears music until everything is ready for them.
    let silence: [TransferEffect] = callerHearsMusic ? [.stopMusic] : []
    let voiceAgent = voiceAgentLeaves()
    state = .leaving(leaving)
    return tell(outcome) + liftBeforeDeparture(by: way) + silence + depart(leaving, at: now)
      + legs.flatMap { dismiss($0) }
      + voiceAgent
      + [.cancelTimer(.hold), .cancelTimer(.comfort), .cancelTimer(.farewell), .cancelTimer(.merge)]
  }

  /// A service that dies between the two would leave the caller in Asterisk for ever. So the dialplan lifts its own
  /// switch when it has its caller back, and for another application it is done afterwards. What is left are dialplans
  /// that have none.
  private func liftBeforeDeparture(by way: WayOut) -> [TransferEffect] {
    guard isTouched, way == .dialplan, request.caller.dialplansLimit == nil else { return [] }
    return [.liftDeadMansSwitch]
  }

  private mutating func departed(_ leaving: Leaving, at now: WallTime) -> [TransferEffect] {
    let isPerhapsInAnotherApplication = leaving.way != .hangUp && wayBack != .dialplan && !leaving.hasHungUp
    let lift: [TransferEffect] = isTouched && isPerhapsInAnotherApplication ? [.liftDeadMansSwitch] : []
    return clear(outcome(of: leaving, at: now)) + lift
  }

  func depart(_ leaving: Leaving, at now: WallTime) -> [TransferEffect] {
    let departure: TransferEffect =
      switch leaving.way {
      case .dialplan: .returnCaller
      case .application(let application): .moveCaller(to: application, leaving.outcome)
      case .hangUp: .hangUpCaller
      }
    return [departure, .startTimer(.leave, at: now + Self.retryPause)]
  }

  mutating func whileLeaving(_ leaving: Leaving, _ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    var leaving = leaving
    switch event {
    case .caller(.left), .caller(.takenAway): return departed(leaving, at: now)
    case .caller(.becameChannel):
      leaving.isDoubted = false
      state = .leaving(leaving)
      return tell(leaving.outcome) + depart(leaving, at: now)
    case .caller(.hungUp):
      leaving.hasHungUp = true
      state = .leaving(leaving)
      return []
    case .commandFailed(.returnCaller, .gone), .commandFailed(.hangUpCaller, .gone),
      // Not in our application any more: that is where we wanted them.
      .commandFailed(.returnCaller, .conflict):
      if leaving.isDoubted { return departed(leaving, at: now) }
      leaving.isDoubted = true
      state = .leaving(leaving)
      return []
    case .commandFailed(.moveCaller, _), .caller(.moveFailed):
      // Nobody is there to take the caller: the dialplan always is.
      leaving.way = .dialplan
      state = .leaving(leaving)
      return liftBeforeDeparture(by: .dialplan) + depart(leaving, at: now)
    case .timerFired(.leave):
      return depart(leaving, at: now)
    case .requested, .resumed, .asteriskRestarted, .cancelRequested, .dispatched, .summarized, .summaryFailed, .granted,
      .passedOver, .caller, .leg, .speechReady,
      .speechFailed,
      .playbackEnded, .timerFired, .commandFailed, .commandSucceeded:
      return []
    }
  }

  /// Whoever keeps the timers lets go of all of them when a transfer has ended.
  mutating func clear(_ outcome: Outcome, dismissing legs: [AgentLeg] = []) -> [TransferEffect] {
    let voiceAgent = voiceAgentLeaves()
    state = .clearing(outcome)
    let bridges: [TransferEffect] = isTouched ? [.closeHold, .closeTalk] : []
    return letGoOfTheCaller() + legs.flatMap { dismiss($0) } + voiceAgent + bridges
  }

  private func wayOut(after cause: Outcome.Cause) -> WayOut {
    policy.onFailure == .hangUp && cause.leadsToFallback ? .hangUp : wayBack
  }

  private var callerHearsMusic: Bool {
    switch state {
    case .seeking, .merging: true
    case .takingLeave(let leaving): !leaving.musicIsStopped
    case .new, .goingOnHold, .connected, .leaving, .clearing, .ended: false
    }
  }
}

// MARK: - How it ended

extension TransferMachine {
  func failure(_ cause: Outcome.Cause, target: String? = nil, at now: WallTime) -> Outcome {
    let result: Outcome.Result =
      switch policy.onFailure {
      case .voicemail where cause.leadsToFallback: .voicemail
      case .callback where cause.leadsToFallback: .callback
      case .voicemail, .callback, .returnToDialplan, .hangUp: .returned
      }
    return Outcome(result: result, cause: cause, target: target, wait: now - requestedAt)
  }

  func abandoned(at now: WallTime) -> Outcome {
    Outcome(result: .abandoned, cause: .callerHangup, target: lastTarget, wait: now - requestedAt)
  }

  private func outcome(of leaving: Leaving, at now: WallTime) -> Outcome {
    leaving.hasHungUp && leaving.outcome.result != .connected ? abandoned(leaving, at: now) : leaving.outcome
  }

  /// The caller has gone by themselves before they could be sent.
  private func abandoned(_ leaving: Leaving, at now: WallTime) -> Outcome {
    Outcome(result: .abandoned, cause: .callerHangup, target: leaving.outcome.target, wait: now - requestedAt)
  }

  /// No fallback: the caller is where the service cannot reach them, or nowhere.
  func lost(_ target: String?, at now: WallTime) -> Outcome {
    Outcome(result: .returned, cause: .error, target: target, wait: now - requestedAt)
  }

  func completed(_ talk: Talk) -> Outcome {
    Outcome(result: .connected, cause: .completed, target: talk.leg.target.name, wait: talk.wait)
  }

  var lastTarget: String? {
    if case .seeking(let seeking) = state, seeking.legs.isEmpty { return seeking.lastFailure?.target }
    return legs.last?.target.name
  }
}
