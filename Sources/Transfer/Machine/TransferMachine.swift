/// The whole of one transfer, as a value: what it is doing, and what is to be done when something happens to it.
///
/// No clock, no id made inside, no input or output. An event that no longer matters (a timer of a stage that has
/// passed, a key from a leg that was released) changes nothing.
package struct TransferMachine: Equatable, Sendable, Codable {
  static let mergeLimit: Duration = .seconds(3)
  static let retryPause: Duration = .seconds(2)
  /// How long the caller waits for a sentence that still has to be made.
  static let speechLimit: Duration = .seconds(3)
  static let playbackGrace: Duration = .seconds(3)
  /// How long after the hold timeout Asterisk acts by itself.
  static let deadMansGrace: Duration = .seconds(15)

  package internal(set) var request: TransferRequest
  package internal(set) var state = State.new
  package internal(set) var requestedAt = WallTime(milliseconds: 0)
  var spoken: [SpeechID: SpokenMedia] = [:]
  /// The target of every leg that was ever rung.
  var rung: [LegID: String] = [:]
  /// Channels that have taken the place of a leg's own.
  private var replacements: [LegID: String] = [:]
  /// Legs that became another channel while they were hung up: that the first one is gone is no proof.
  var slippery: Set<LegID> = []
  /// What the dialplan was told last, as far as is known.
  var toldOutcome: Outcome?
  /// What was begun and Asterisk has not confirmed, in that order.
  var chores: [Chore] = []

  package init(_ request: TransferRequest) {
    self.request = request
  }

  package mutating func apply(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    let noted = note(event)
    let repeated = settle(event)
    let decided = undertake(answer(event, at: now) + repeated, at: now)
    return noted + decided + finish()
  }

  private mutating func answer(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    switch event {
    case .resumed: resume(at: now)
    case .asteriskRestarted: loseEverybody(at: now)
    case .dispatched(let answer): follow(answer, at: now)
    case .timerFired(.dispatch): follow(.failed("no answer in time"), at: now)
    case .summarized(let words): brief(withSummary: words)
    case .requested, .cancelRequested, .granted, .passedOver, .caller, .leg, .speechReady, .speechFailed,
      .playbackEnded, .timerFired, .commandFailed, .commandSucceeded, .summaryFailed:
      decide(event, at: now)
    }
  }

  private mutating func decide(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    switch state {
    case .new: whileNew(event, at: now)
    case .goingOnHold: whileGoingOnHold(event, at: now)
    case .seeking(let seeking): whileSeeking(seeking, event, at: now)
    case .merging(let merging): whileMerging(merging, event, at: now)
    case .connected(let talk): whileConnected(talk, event, at: now)
    case .takingLeave(let leaving): whileTakingLeave(leaving, event, at: now)
    case .leaving(let leaving): whileLeaving(leaving, event, at: now)
    case .clearing, .ended: []
    }
  }

  /// What is true in every state.
  private mutating func note(_ event: TransferEvent) -> [TransferEffect] {
    switch event {
    case .speechReady(let id, let media):
      spoken[id] = media
      return []
    case .commandFailed(.writeOutcome, _), .resumed:
      toldOutcome = nil
      return []
    case .commandSucceeded(.writeOutcome(let outcome)):
      toldOutcome = outcome
      return []
    case .caller(.becameChannel(let channel)):
      request.caller.channel = channel
      toldOutcome = nil
      return []
    case .leg(let id, .becameChannel(let channel)):
      replacements[id] = channel
      guard chores.contains(.release(id)) else { return [.releaseFormer(id)] }
      slippery.insert(id)
      return [.releaseFormer(id), .release(id)]
    case .requested, .asteriskRestarted, .cancelRequested, .dispatched, .summarized, .summaryFailed, .granted,
      .passedOver, .caller, .leg,
      .speechFailed, .playbackEnded,
      .timerFired, .commandFailed, .commandSucceeded:
      return []
    }
  }
}

// MARK: - Onto hold

extension TransferMachine {
  private mutating func whileNew(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    guard event == .requested else { return [] }
    requestedAt = now
    switch request.plan {
    case .refuse(let cause): return leave(failure(cause, at: now), by: .dialplan, at: now)
    case .turnAway(let message):
      return (request.caller.isAnswered ? [] : [.answerCaller]) + turnAway(message, at: now)
    case .ring(let party):
      guard !party.targets.isEmpty else { return leave(failure(.noTarget, at: now), by: .dialplan, at: now) }
      return hold(at: now) + prompts(party) + summary()
    case .ask(let question): return hold(at: now) + ask(question, at: now) + prompts(question.party) + summary()
    }
  }

  private mutating func hold(at now: WallTime) -> [TransferEffect] {
    state = .goingOnHold
    return [.tellReports] + (request.caller.isAnswered ? [] : [.answerCaller]) + [.openHold, .holdCaller]
      + (hasDialplansLimit ? [] : [armDeadMansSwitch]) + [.startTimer(.hold, at: now + policy.holdTimeout)]
  }

  private mutating func whileGoingOnHold(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    switch event {
    // Whichever comes first: the music does not wait for an event.
    case .caller(.enteredHold), .commandSucceeded(.holdCaller):
      var seeking = Seeking(untried: party?.targets ?? [])
      // A caller who has a switch already hears something first; but Asterisk would keep the switch, and all that comes
      // after it, waiting until the announcement is over.
      let soothing = soothe(&seeking, at: now)
      let arming = hasDialplansLimit ? [armDeadMansSwitch] : []
      state = .seeking(seeking)
      return seeking.hold.hears == nil ? soothing + arming : arming + soothing
    case .caller(.left): return clear(abandoned(at: now))
    case .caller(.takenAway): return clear(lost(nil, at: now))
    case .cancelRequested: return leave(failure(.cancelled, at: now), by: wayBack, at: now)
    case .timerFired(.hold): return leave(failure(.holdTimeout, at: now), by: wayBack, at: now)
    case .commandFailed(.answerCaller, _), .commandFailed(.openHold, _), .commandFailed(.holdCaller, _):
      return leave(failure(.error, at: now), by: wayBack, at: now)
    case .requested, .resumed, .asteriskRestarted, .dispatched, .summarized, .summaryFailed, .granted, .passedOver,
      .caller, .leg, .speechReady, .speechFailed,
      .playbackEnded,
      .timerFired,
      .commandFailed, .commandSucceeded:
      return []
    }
  }

  private var hasDialplansLimit: Bool { request.caller.dialplansLimit != nil }

  var armDeadMansSwitch: TransferEffect { .armDeadMansSwitch(policy.holdTimeout + Self.deadMansGrace) }

  /// An empty text is one that the administrator does not want.
  func prompts(_ party: Party) -> [TransferEffect] {
    // Not the caller's to hear: it is said in the language of those who are rung.
    let colleagues = party.targets.first?.policy ?? policy
    return [
      (SpeechID.announcement, Briefing.announcement(of: party, for: request), policy.voice),
      (.mergePrompt, policy.mergePrompt.render([:]), policy.voice),
      (.comfort, policy.comfortInterval > .zero ? Briefing.comfort(of: party, for: request) : "", policy.voice),
      (.taken, party.strategy == .all ? colleagues.takenMessage.render([:]) : "", colleagues.voice),
    ]
    .filter { !$0.1.isEmpty }
    .map { .prepareSpeech($0.0, text: $0.1, $0.2) }
  }

  /// Music for a caller who is on hold; the announcement first, if it is there.
  private func soothe(_ seeking: inout Seeking, at now: WallTime) -> [TransferEffect] {
    guard let announcement = spoken[.announcement] else { return [.startMusic(policy.holdMusic)] + comfortLater(now) }
    seeking.hold.hears = .announcement
    // The music waits behind the announcement in Asterisk itself, so that no gap can open between the two.
    return [.play(announcement, to: .caller, as: .announcement), .startMusic(policy.holdMusic)] + comfortLater(now)
  }

  func comfortLater(_ now: WallTime) -> [TransferEffect] {
    policy.comfortInterval > .zero ? [.startTimer(.comfort, at: now + policy.comfortInterval)] : []
  }
}

// MARK: - Finding somebody

extension TransferMachine {
  private mutating func whileSeeking(
    _ seeking: Seeking,
    _ event: TransferEvent,
    at now: WallTime
  ) -> [TransferEffect] {
    switch event {
    case .granted(let name): return ring(name, seeking, at: now)
    case .passedOver(let name, let cause): return passOver(name, cause, seeking, at: now)
    case .caller(.left), .caller(.takenAway), .caller(.pressed), .cancelRequested, .timerFired(.hold),
      .timerFired(.comfort):
      return callersSide(seeking, event, at: now)
    case .speechReady(.announcement, let media):
      return sayToCaller(media, as: .announcement, seeking)
    case .playbackEnded(let playback) where playback == seeking.hold.hears,
      .commandFailed(.play(_, to: .caller, as: let playback), _) where playback == seeking.hold.hears:
      var seeking = seeking
      seeking.hold.hears = nil
      state = .seeking(seeking)
      return []
    case .caller(.strayed): return [.openHold, .holdCaller, .startMusic(policy.holdMusic)]
    case .commandFailed(.holdCaller, _), .commandFailed(.startMusic, _): return giveUp(.error, seeking, at: now)
    case .commandFailed(.openTalk, _):
      var seeking = seeking
      seeking.lacksTalk = true
      state = .seeking(seeking)
      return []
    case .requested, .resumed, .asteriskRestarted, .dispatched, .summarized, .summaryFailed, .caller, .leg,
      .speechReady, .speechFailed, .playbackEnded,
      .timerFired, .commandFailed,
      .commandSucceeded:
      return legsSide(seeking, event, at: now)
    }
  }

  private mutating func callersSide(
    _ seeking: Seeking,
    _ event: TransferEvent,
    at now: WallTime
  ) -> [TransferEffect] {
    switch event {
    case .caller(.left): return clear(abandoned(at: now), dismissing: seeking.legs)
    case .caller(.takenAway): return clear(lost(lastTarget, at: now), dismissing: seeking.legs)
    case .caller(.pressed(let key)): return callerPressed(key, seeking, at: now)
    case .cancelRequested: return giveUp(.cancelled, seeking, at: now)
    case .timerFired(.hold): return giveUp(.holdTimeout, seeking, at: now)
    case .timerFired(.comfort):
      guard let comfort = spoken[.comfort] else { return comfortLater(now) }
      var seeking = seeking
      seeking.hold.comforts += 1
      return sayToCaller(comfort, as: .comfort(seeking.hold.comforts), seeking) + comfortLater(now)
    case .requested, .resumed, .asteriskRestarted, .dispatched, .summarized, .summaryFailed, .granted, .passedOver,
      .caller, .leg, .speechReady, .speechFailed,
      .playbackEnded,
      .timerFired,
      .commandFailed, .commandSucceeded:
      return []
    }
  }

  /// The music goes on by itself where it was.
  private mutating func sayToCaller(
    _ media: SpokenMedia,
    as playback: PlaybackID,
    _ seeking: Seeking
  ) -> [TransferEffect] {
    var seeking = seeking
    seeking.hold.hears = playback
    state = .seeking(seeking)
    return [.play(media, to: .caller, as: playback)]
  }

  private mutating func callerPressed(_ key: String, _ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    guard let optOut = policy.optOut else { return [] }
    var seeking = seeking
    seeking.hold.typed = String((seeking.hold.typed + key).suffix(DigitSequence.longest))
    state = .seeking(seeking)
    return seeking.hold.typed.hasSuffix(optOut.digits) ? giveUp(.optOut, seeking, at: now) : []
  }

  private mutating func legsSide(_ seeking: Seeking, _ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    guard let id = event.leg else { return [] }
    let (request, spoken) = (request, spoken)
    return step(id, in: seeking, at: now) { leg in
      switch event {
      case .leg(_, let event): leg.apply(event, of: request, spoken, at: now)
      case .speechReady(let speech, let media): leg.speechReady(speech, media, at: now)
      case .speechFailed(let speech, _): leg.speechFailed(speech, at: now)
      case .playbackEnded(let playback): leg.playbackEnded(playback, at: now)
      case .timerFired(let timer): leg.timerFired(timer, spoken, at: now)
      case .commandFailed(let effect, _): leg.commandFailed(effect, spoken, at: now)
      case .requested, .resumed, .asteriskRestarted, .cancelRequested, .dispatched, .summarized, .summaryFailed,
        .granted, .passedOver, .caller,
        .commandSucceeded:
        AgentLeg.Step()
      }
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
    let nobodyHadAnswered = !seeking.legs.contains(where: \.isAnswered)
    let step = take(&seeking.legs[index])
    let leg = seeking.legs[index]
    switch step.verdict {
    case .undecided:
      state = .seeking(seeking)
      return step.effects + (leg.isAnswered && nobodyHadAnswered ? [.openTalk] : [])
    case .accepted:
      seeking.legs.remove(at: index)
      return step.effects + merge(leg, leaving: seeking, at: now)
    case .failed(let cause), .gone(let cause):
      seeking.legs.remove(at: index)
      seeking.lastFailure = Failure(target: leg.target.name, cause: cause)
      let farewell = if case .gone = step.verdict { dismissGone(leg) } else { dismiss(leg) }
      return step.effects + farewell + goOn(seeking, at: now)
    }
  }

  private mutating func ring(_ name: String, _ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    guard let index = seeking.untried.firstIndex(where: { $0.name == name }) else { return [] }
    var seeking = seeking
    let leg = AgentLeg(id: LegID(rung.count + 1), target: seeking.untried.remove(at: index))
    rung[leg.id] = name
    seeking.legs.append(leg)
    state = .seeking(seeking)
    return leg.start(for: request, at: now)
  }

  private mutating func passOver(
    _ name: String,
    _ cause: Outcome.Cause,
    _ seeking: Seeking,
    at now: WallTime
  ) -> [TransferEffect] {
    var seeking = seeking
    seeking.untried.removeAll { $0.name == name }
    seeking.lastFailure = Failure(target: name, cause: cause)
    return goOn(seeking, at: now)
  }

  /// A leg has failed: somebody else is being rung, or can still be, or the caller goes back.
  mutating func goOn(_ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    state = .seeking(seeking)
    guard seeking.legs.isEmpty, seeking.untried.isEmpty else { return [] }
    return giveUp(seeking.lastFailure?.cause ?? .noTarget, seeking, at: now)
  }
}

// MARK: - What the states have in common

extension TransferMachine {
  /// Whom this transfer waits for, to be granted one by one.
  package var wish: Wish? {
    guard case .seeking(let seeking) = state, let party, !seeking.untried.isEmpty else { return nil }
    guard party.strategy == .all || seeking.legs.isEmpty else { return nil }
    return Wish(candidates: seeking.untried, strategy: party.strategy, since: requestedAt)
  }

  /// The names of the targets whose phones this transfer has, also of those who are only just being released.
  package var people: [String] {
    let going = chores.compactMap { if case .release(let leg) = $0 { leg } else { nil } }
    return Set(legs.map(\.id) + going).compactMap { rung[$0] }
  }

  /// The channel that stands for the leg, where it is not the one that was made for it.
  package func replacement(of leg: LegID) -> String? { replacements[leg] }

  /// The phone is not wanted any more, whatever it was doing.
  func dismiss(_ leg: AgentLeg) -> [TransferEffect] { dismissGone(leg) + [.release(leg.id)] }

  /// The phone has gone by itself.
  func dismissGone(_ leg: AgentLeg) -> [TransferEffect] { leg.timers() + (leg.hasEar ? [.closeEar(leg.id)] : []) }

  var party: Party? {
    switch request.plan {
    case .ring(let party): party
    case .ask(let question): question.party
    case .refuse, .turnAway: nil
    }
  }

  /// Something may have been made for the caller.
  var isTouched: Bool {
    if case .refuse = request.plan { false } else { true }
  }

  var policy: TransferPolicy { request.policy }
  var wayBack: WayOut { policy.returnTo.isEmpty ? .dialplan : .application(policy.returnTo) }
}
