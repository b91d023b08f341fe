/// The whole of one transfer, as a value: what it is doing, and what is to be done when something happens to it.
///
/// No clock, no id made inside, no input or output. An event that no longer matters (a timer of a stage that has
/// passed, a key from a leg that was released) changes nothing.
package struct TransferMachine: Equatable, Sendable, Codable {
  private static let mergeLimit: Duration = .seconds(5)
  private static let retryPause: Duration = .seconds(2)

  package let request: TransferRequest
  package private(set) var state = State.new
  private var requestedAt = WallTime(milliseconds: 0)
  private var legsRung = 0
  private var spoken: [SpeechID: SpokenMedia] = [:]

  package init(_ request: TransferRequest) {
    self.request = request
  }

  package mutating func apply(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    if case .speechReady(let id, let media) = event { spoken[id] = media }
    switch state {
    case .new: return whileNew(event, at: now)
    case .goingOnHold: return whileGoingOnHold(event, at: now)
    case .seeking(let seeking): return whileSeeking(seeking, event, at: now)
    case .merging(let merging): return whileMerging(merging, event, at: now)
    case .connected(let talk): return whileConnected(talk, event, at: now)
    case .leaving(let leaving): return whileLeaving(leaving, event, at: now)
    case .ended: return []
    }
  }
}

// MARK: - Onto hold

extension TransferMachine {
  private mutating func whileNew(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    guard event == .requested else { return [] }
    requestedAt = now
    switch request.plan {
    case .refuse(let cause):
      return leave(failure(cause), at: now)
    case .ring(let targets):
      guard let first = targets.first else { return leave(failure(.noTarget), at: now) }
      state = .goingOnHold
      return (request.caller.isAnswered ? [] : [.answerCaller]) + [
        .openHold,
        .holdCaller,
        .startTimer(.hold, at: now + policy.holdTimeout),
      ] + prompts(first)
    }
  }

  private mutating func whileGoingOnHold(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    switch event {
    case .caller(.enteredHold):
      var seeking = Seeking(waiting: targets)
      let effects = soothe(&seeking) + ringNext(&seeking, at: now)
      state = .seeking(seeking)
      return effects
    case .caller(.left): return end(abandoned(at: now))
    case .cancelRequested: return leave(failure(.cancelled, at: now), at: now)
    case .timerFired(.hold): return leave(failure(.holdTimeout, at: now), at: now)
    case .commandFailed(.answerCaller, _), .commandFailed(.openHold, _), .commandFailed(.holdCaller, _):
      return leave(failure(.error, at: now), at: now)
    case .requested, .caller(.enteredTalk), .leg, .speechReady, .speechFailed, .playbackEnded, .timerFired,
      .commandFailed:
      return []
    }
  }

  /// An empty text is one that the administrator does not want.
  private func prompts(_ target: Target) -> [TransferEffect] {
    [
      (SpeechID.announcement, Briefing.announcement(for: target, policy: policy)),
      (.mergePrompt, policy.mergePrompt.render([:])),
    ]
    .filter { !$0.1.isEmpty }
    .map { .prepareSpeech($0.0, text: $0.1, policy.voice) }
  }

  /// Music for a caller who is on hold; the announcement first, if it is there.
  private func soothe(_ seeking: inout Seeking) -> [TransferEffect] {
    guard let announcement = spoken[.announcement] else { return [.startMusic(policy.holdMusic)] }
    seeking.callerHears = .announcement
    // The music waits behind the announcement in Asterisk itself, so that no gap can open between the two.
    return [.play(announcement, to: .caller, as: .announcement), .startMusic(policy.holdMusic)]
  }
}

// MARK: - Finding somebody

extension TransferMachine {
  private mutating func whileSeeking(
    _ seeking: Seeking,
    _ event: TransferEvent,
    at now: WallTime
  ) -> [TransferEffect] {
    var seeking = seeking
    switch event {
    case .leg(let id, let event):
      let briefing = spoken[.briefing(id)]
      return step(id, in: seeking, at: now) { $0.apply(event, briefing: briefing, at: now) }
    case .speechReady(.briefing(let id), let media):
      return step(id, in: seeking, at: now) { .init(effects: $0.briefingReady(media, at: now)) }
    case .speechFailed(.briefing(let id), _):
      return step(id, in: seeking, at: now) { .init(effects: $0.briefingFailed(at: now)) }
    case .playbackEnded(.briefing(let id, let hearing)),
      .commandFailed(.play(_, _, as: .briefing(let id, let hearing)), _):
      return step(id, in: seeking, at: now) { .init(effects: $0.playbackEnded(hearing: hearing, at: now)) }
    case .timerFired(.ring(let id)), .timerFired(.hearing(let id, _)), .timerFired(.accept(let id, _)):
      guard case .timerFired(let timer) = event else { return [] }
      return step(id, in: seeking, at: now) { $0.timerFired(timer, at: now) }
    case .commandFailed(.ring(let id, _, _, _), _):
      return step(id, in: seeking, at: now) { .init(effects: $0.release(), verdict: .failed(.unreachable)) }

    case .speechReady(.announcement, let media):
      seeking.callerHears = .announcement
      state = .seeking(seeking)
      return [.play(media, to: .caller, as: .announcement)]
    case .playbackEnded(.announcement), .commandFailed(.play(_, to: .caller, _), _):
      seeking.callerHears = nil
      state = .seeking(seeking)
      return []

    case .caller(.left): return end(abandoned(at: now), releasing: seeking.legs)
    case .cancelRequested: return giveUp(.cancelled, seeking, at: now)
    case .timerFired(.hold): return giveUp(.holdTimeout, seeking, at: now)
    case .commandFailed(.holdCaller, _), .commandFailed(.startMusic, _): return giveUp(.error, seeking, at: now)
    case .requested, .caller(.enteredHold), .caller(.enteredTalk), .speechReady(.mergePrompt, _), .speechFailed,
      .playbackEnded(.mergePrompt), .timerFired(.merge), .timerFired(.liftSwitch), .timerFired(.leave),
      .commandFailed:
      return []
    }
  }

  /// Lets one leg take a step and draws the consequence. A leg that was released is not found, and is left alone.
  private mutating func step(
    _ id: LegID,
    in seeking: Seeking,
    at now: WallTime,
    _ take: (inout AgentLeg) -> AgentLeg.Step
  ) -> [TransferEffect] {
    guard let index = seeking.legs.firstIndex(where: { $0.id == id }) else { return [] }
    var seeking = seeking
    let wasAnswered = seeking.legs[index].isAnswered
    let step = take(&seeking.legs[index])
    let leg = seeking.legs[index]
    switch step.verdict {
    case .undecided:
      state = .seeking(seeking)
      return step.effects + (leg.isAnswered && !wasAnswered ? [.openTalk] : [])
    case .accepted:
      seeking.legs.remove(at: index)
      return step.effects + merge(leg, leaving: seeking, at: now)
    case .failed(let cause):
      seeking.legs.remove(at: index)
      seeking.lastFailure = Failure(target: leg.target.name, cause: cause)
      return step.effects + goOn(seeking, at: now)
    }
  }

  private mutating func ringNext(_ seeking: inout Seeking, at now: WallTime) -> [TransferEffect] {
    guard !seeking.waiting.isEmpty else { return [] }
    let target = seeking.waiting.removeFirst()
    legsRung += 1
    let leg = AgentLeg(id: LegID(legsRung), target: target)
    seeking.legs.append(leg)
    return leg.start(for: request, at: now)
  }

  /// A leg has failed: somebody else is still being rung, or is rung next, or the caller goes back.
  private mutating func goOn(_ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    var seeking = seeking
    let effects = seeking.legs.isEmpty ? ringNext(&seeking, at: now) : []
    guard !seeking.legs.isEmpty else {
      return giveUp(seeking.lastFailure?.cause ?? .noTarget, seeking, at: now)
    }
    state = .seeking(seeking)
    return effects
  }

  private mutating func giveUp(_ cause: Outcome.Cause, _ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    let target = seeking.legs.last?.target.name ?? seeking.lastFailure?.target
    let falls = seeking.callerHears.map { [TransferEffect.stopPlayback($0)] } ?? []
    let way: AfterCall = policy.onFailure == .hangUp ? .hangUp : .returnToDialplan
    return falls + leave(failure(cause, target: target, at: now), by: way, releasing: seeking.legs, at: now)
  }
}

// MARK: - Joining

extension TransferMachine {
  private mutating func merge(_ leg: AgentLeg, leaving seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    var seeking = seeking
    let losers = seeking.legs.flatMap { $0.release() }
    let callerFallsSilent = seeking.callerHears.map { [TransferEffect.stopPlayback($0)] } ?? []
    seeking.legs = []
    seeking.callerHears = nil
    state = .merging(Merging(leg: leg, seeking: seeking))
    return callerFallsSilent
      // Music ends after the join, not before: until then the caller would hear nothing at all.
      + [.join(leg.id), .stopMusic, .cancelTimer(.hold), .startTimer(.merge, at: now + Self.mergeLimit)]
      + losers
  }

  private mutating func whileMerging(
    _ merging: Merging,
    _ event: TransferEvent,
    at now: WallTime
  ) -> [TransferEffect] {
    var merging = merging
    let isAboutThisLeg = event.leg.map { $0 == merging.leg.id } ?? true
    guard isAboutThisLeg else { return [] }
    switch event {
    case .caller(.enteredTalk):
      merging.callerEntered = true
      return entered(merging, at: now)
    case .leg(_, .enteredTalk):
      merging.legEntered = true
      return entered(merging, at: now)
    case .leg(_, .ended): return mergeFailed(merging, .noAcknowledgement, at: now)
    case .timerFired(.merge), .commandFailed(.join, _): return mergeFailed(merging, .error, at: now)
    case .caller(.left): return end(abandoned(at: now), releasing: [merging.leg])
    case .cancelRequested:
      let outcome = failure(.cancelled, target: merging.leg.target.name, at: now)
      return leave(outcome, releasing: [merging.leg], at: now)
    case .requested, .caller(.enteredHold), .leg, .speechReady, .speechFailed, .playbackEnded, .timerFired,
      .commandFailed:
      return []
    }
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
    return prompt + [.liftDeadMansSwitch, .writeOutcome(completed(talk)), .closeHold, .cancelTimer(.merge)]
  }

  /// The person has gone in the instant of the join, or Asterisk would not join the two. The caller goes back on hold and the search goes on.
  private mutating func mergeFailed(
    _ merging: Merging,
    _ cause: Outcome.Cause,
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
    return backOnHold + merging.leg.release() + goOn(seeking, at: now)
  }
}

// MARK: - Talking, and the end

extension TransferMachine {
  private mutating func whileConnected(_ talk: Talk, _ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    let outcome = completed(talk)
    switch event {
    case .caller(.left): return end(outcome, releasing: [talk.leg])
    case .cancelRequested: return leave(outcome, releasing: [talk.leg], at: now)
    case .leg(talk.leg.id, .ended): return leave(outcome, by: talk.leg.target.policy.afterCall, at: now)
    case .commandFailed(.liftDeadMansSwitch, _): return [.startTimer(.liftSwitch, at: now + Self.retryPause)]
    case .timerFired(.liftSwitch): return [.liftDeadMansSwitch]
    case .commandFailed(.stopMusic, _): return [.stopMusic]
    case .requested, .caller(.enteredHold), .caller(.enteredTalk), .leg, .speechReady, .speechFailed, .playbackEnded,
      .timerFired, .commandFailed:
      return []
    }
  }

  private mutating func leave(
    _ outcome: Outcome,
    by way: AfterCall = .returnToDialplan,
    releasing legs: [AgentLeg] = [],
    at now: WallTime
  ) -> [TransferEffect] {
    let leaving = Leaving(outcome: outcome, way: way)
    // The caller hears music until everything is ready for them.
    let silence: [TransferEffect] = callerHearsMusic ? [.stopMusic] : []
    state = .leaving(leaving)
    return [.writeOutcome(outcome)] + silence + depart(leaving, at: now) + legs.flatMap { $0.release() }
      + [.cancelTimer(.hold), .cancelTimer(.liftSwitch)]
  }

  private func depart(_ leaving: Leaving, at now: WallTime) -> [TransferEffect] {
    let departure: TransferEffect =
      switch leaving.way {
      case .returnToDialplan: .returnCaller
      case .hangUp: .hangUpCaller
      }
    return [departure, .startTimer(.leave, at: now + Self.retryPause)]
  }

  private mutating func whileLeaving(
    _ leaving: Leaving,
    _ event: TransferEvent,
    at now: WallTime
  ) -> [TransferEffect] {
    switch event {
    case .caller(.left), .commandFailed(.returnCaller, .gone), .commandFailed(.hangUpCaller, .gone):
      return end(leaving.outcome)
    case .timerFired(.leave):
      return depart(leaving, at: now)
    case .requested, .cancelRequested, .caller(.enteredHold), .caller(.enteredTalk), .leg, .speechReady, .speechFailed,
      .playbackEnded, .timerFired, .commandFailed:
      return []
    }
  }

  /// Whoever keeps the timers lets go of all of them when a transfer has ended.
  private mutating func end(_ outcome: Outcome, releasing legs: [AgentLeg] = []) -> [TransferEffect] {
    state = .ended(outcome)
    return legs.flatMap { $0.release() } + [.closeHold, .closeTalk, .discardSpeech]
  }

  private func failure(_ cause: Outcome.Cause, target: String? = nil, at now: WallTime? = nil) -> Outcome {
    Outcome(result: .returned, cause: cause, target: target, wait: now.map { $0 - requestedAt } ?? .zero)
  }

  private func completed(_ talk: Talk) -> Outcome {
    Outcome(result: .connected, cause: .completed, target: talk.leg.target.name, wait: talk.wait)
  }

  private func abandoned(at now: WallTime) -> Outcome {
    Outcome(result: .abandoned, cause: .callerHangup, target: lastTarget, wait: now - requestedAt)
  }
}

// MARK: - What the states have in common

extension TransferMachine {
  private var lastTarget: String? {
    if case .seeking(let seeking) = state, seeking.legs.isEmpty { return seeking.lastFailure?.target }
    return legs.last?.target.name
  }

  private var targets: [Target] {
    if case .ring(let targets) = request.plan { targets } else { [] }
  }

  private var policy: TransferPolicy { request.policy }

  private var callerHearsMusic: Bool {
    switch state {
    case .seeking, .merging: true
    case .new, .goingOnHold, .connected, .leaving, .ended: false
    }
  }
}
