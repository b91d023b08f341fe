/// The whole of one transfer, as a value: what it is doing, and what is to be done when something happens to it.
///
/// No clock, no id made inside, no input or output. An event that no longer matters (a timer of a stage that has
/// passed, a key from a leg that was released) changes nothing.
package struct TransferMachine: Equatable, Sendable, Codable {
  static let mergeLimit: Duration = .seconds(3)
  /// How long the caller waits for a sentence that still has to be made.
  static let speechLimit: Duration = .seconds(3)
  static let playbackGrace: Duration = .seconds(3)
  /// How long after the hold timeout Asterisk acts by itself.
  static let deadMansGrace: Duration = .seconds(15)

  /// All that is known now, also what a dispatcher or a model has found out since the request was made.
  package internal(set) var request: TransferRequest
  package internal(set) var state = State.new(New())
  /// Their end has let go; that they have left is still to be told.
  private(set) var callerHasHungUp = false
  package internal(set) var requestedAt = WallTime(milliseconds: 0)
  /// Until then somebody is looked for.
  var holdUntil = WallTime(milliseconds: 0)
  /// What the caller has left, and somebody will hear.
  package internal(set) var message: CallersMessage?
  /// What the caller was promised: somebody sees to it.
  package internal(set) var promised: CallbackPromise?
  /// How many times the phone of a caller who is to be called back has rung.
  package internal(set) var callbackTries = 0
  /// Of a callback: the bridge in which they would have met.
  var hasMeetingPlace = false
  /// How much was said to the caller in questions and answers.
  var menuSounds = 0
  private(set) var spoken: [SpeechID: SpokenMedia] = [:]
  var phones = Phones()
  var chores = Chores()
  private var report = DialplanReport()

  package init(_ request: TransferRequest) {
    self.request = request
  }

  package mutating func apply(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    let noted = note(event)
    let repeated = lookAfterChores(event, at: now)
    let answered = forWhomThereIs(answer(event, at: now))
    return noted + chores.undertake(answered + repeated, at: now) + finish()
  }

  /// What is for a caller is for nobody where there is none yet.
  private func forWhomThereIs(_ effects: [TransferEffect]) -> [TransferEffect] {
    request.isCallback ? effects.filter { !$0.needsCaller } : effects
  }

  private mutating func answer(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    let stage = state.stage
    switch event {
    case .requested: return stage.requested(&self, at: now)
    case .ordered: return stage.ordered(&self, at: now)
    case .resumed: return chores.effects + stage.resumed(&self, at: now)
    case .asteriskRestarted:
      // There is no channel left that could hang up: what is released all the same is found to be gone.
      let cleared = stage.asteriskRestarted(&self, at: now)
      return chores.effects + cleared
    case .cancelRequested: return stage.cancelled(&self, at: now)
    case .granted(let name): return stage.granted(name, &self, at: now)
    case .passedOver(let name, let cause): return stage.passedOver(name, cause, &self, at: now)
    case .dispatched(let answer): return follow(answer, at: now)
    case .placeFound(let place, let wait): return stage.placeFound(place, wait, &self, at: now)
    case .summarized(let words): return brief(withSummary: words)
    case .summaryFailed: return []
    case .caller(let event): return request.isCallback ? [] : answer(event, stage, at: now)
    case .leg(let id, let event): return stage.leg(id, event, &self, at: now)
    case .speechReady(let speech, let media): return stage.speechReady(speech, media, &self, at: now)
    case .speechFailed(let speech, _): return stage.speechFailed(speech, &self, at: now)
    case .playbackEnded(let playback): return stage.playbackEnded(playback, &self, at: now)
    case .timerFired(.dispatch): return follow(.failed("no answer in time"), at: now)
    case .timerFired(.music): return stage.callerHearsMusic ? [.startMusic(policy.holdMusic)] : []
    case .timerFired(let timer): return stage.timerFired(timer, &self, at: now)
    case .commandFailed(let command, let failure): return stage.failed(command, failure, &self, at: now)
    case .commandSucceeded(let command): return stage.succeeded(command, &self, at: now)
    case .talkSeen(let caller, let legs): return stage.talkSeen(caller: caller, legs: legs, &self, at: now)
    case .conversationSeen(let leg): return stage.conversationSeen(with: leg, &self, at: now)
    case .callbackSeen(let person, let callee): return takeUpCallback(person: person, callee: callee, at: now)
    case .calledIn: return stage.callerCalledIn(&self, at: now)
    }
  }

  private mutating func answer(_ event: CallerEvent, _ stage: any Stage, at now: WallTime) -> [TransferEffect] {
    switch event {
    case .cameIn: stage.callerCameIn(&self, at: now)
    case .enteredHold: stage.callerEnteredHold(&self, at: now)
    case .strayed: stage.callerStrayed(&self, at: now)
    case .pressed(let key): stage.callerPressed(key, &self, at: now)
    case .recorded(let number, let recorded): stage.callerWasRecorded(number, recorded, &self, at: now)
    case .becameChannel: stage.callerBecameAnotherChannel(&self, at: now)
    case .moveFailed: stage.callerCouldNotBeMoved(&self, at: now)
    case .hungUp: stage.callerHungUp(&self, at: now)
    case .left: stage.callerLeft(&self, at: now)
    case .takenAway: stage.callerWasTakenAway(&self, at: now)
    }
  }

  /// What is true in every stage.
  private mutating func note(_ event: TransferEvent) -> [TransferEffect] {
    report.note(event)
    if case .speechReady(let speech, let media) = event { spoken[speech] = media }
    if event == .caller(.hungUp) { callerHasHungUp = true }
    if case .caller(.becameChannel(let channel)) = event {
      request.caller.channel = channel
      callerHasHungUp = false
    }
    guard case .leg(let id, .becameChannel(let channel)) = event else { return [] }
    phones.replace(id, by: channel)
    let isWanted = legs.contains { $0.id == id }
    // That of its first channel nothing was left was no proof.
    return [.releaseFormer(id)] + (isWanted ? [] : chores.phoneWasReplaced(id))
  }

  private mutating func lookAfterChores(_ event: TransferEvent, at now: WallTime) -> [TransferEffect] {
    // Music is asked for once more then.
    if event == .resumed { chores.musicMayBeginLate(at: now) }
    if case .leg(let id, .ended) = event { return chores.drop(.release(id)) }
    if case .leg(let id, .rang) = event { return releaseUnwanted(id) }
    if case .leg(let id, .answered) = event { return releaseUnwanted(id) }
    if case .timerFired(.again(let chore)) = event { return chores.again(chore) }
    if case .playbackEnded(.taken(let id)) = event { return chores.again(.release(id)) }
    if case .commandSucceeded(let effect) = event { return chores.succeeded(effect, at: now) }
    guard case .commandFailed(let effect, let failure) = event else { return [] }
    return chores.failed(effect, failure, callerHasLeft: callerHasLeft, at: now)
  }

  /// A phone shows itself that was given up before it could be seen, or that is not in a record which is behind.
  private mutating func releaseUnwanted(_ id: LegID) -> [TransferEffect] {
    if legs.contains(where: { $0.id == id }) || outcome != nil { return [] }
    phones.note(id)
    return [.release(id)]
  }

  /// It is another text than before.
  mutating func forget(_ speech: SpeechID) { spoken[speech] = nil }

  /// Nothing if the dialplan has been told already.
  func tell(_ outcome: Outcome) -> [TransferEffect] { report.told == outcome ? [] : [.writeOutcome(outcome)] }

  /// A version that made sure of less has ended it: what is left to do for this one was not, or has been done long ago.
  package mutating func endAsRecorded() {
    guard case .clearing(let clearing) = state else { return }
    chores = Chores()
    state = .ended(Ended(outcome: clearing.outcome))
  }

  private mutating func finish() -> [TransferEffect] {
    guard case .clearing(let clearing) = state, chores.isEmpty else { return [] }
    state = .ended(Ended(outcome: clearing.outcome))
    return [.discardSpeech]
  }
}

/// What the dialplan was told last, as far as is known.
private struct DialplanReport: Equatable, Sendable, Codable {
  private(set) var told: Outcome?

  mutating func note(_ event: TransferEvent) {
    if case .commandSucceeded(.writeOutcome(let outcome)) = event { told = outcome }
    if case .commandFailed(.writeOutcome, _) = event { told = nil }
    if case .caller(.becameChannel) = event { told = nil }
    if event == .resumed { told = nil }
  }
}

// MARK: - What the stages have in common

extension TransferMachine {
  /// Whom this transfer waits for, to be granted one by one.
  package var wish: Wish? {
    guard case .seeking(let seeking) = state, let party, !seeking.untried.isEmpty else { return nil }
    guard party.strategy == .all || seeking.legs.isEmpty else { return nil }
    return Wish(
      candidates: seeking.untried,
      strategy: party.strategy,
      priority: request.priority,
      since: request.waitingSince ?? requestedAt,
      hours: request.callback?.hours ?? []
    )
  }

  /// The names of the targets whose phones this transfer has, also of those who are only just being released.
  package var people: [String] { Set(legs.map(\.id) + chores.releases).compactMap(phones.target) }

  /// What the caller was told for whom they wait.
  package var partyName: String { party?.spokenName ?? "" }

  /// The sound of it is there.
  package func isReady(_ speech: SpeechID) -> Bool { spoken[speech] != nil }

  /// The channel that stands for the leg, where it is not the one that was made for it.
  package func replacement(of leg: LegID) -> String? { phones.channel(of: leg) }

  /// Every leg that was ever rung, also those that are long gone.
  package var phonesRung: [LegID] { phones.all }

  /// The phone is not wanted any more, whatever it was doing.
  func dismiss(_ leg: AgentLeg) -> [TransferEffect] { dismissGone(leg) + [.release(leg.id)] }

  /// The phone has gone by itself.
  func dismissGone(_ leg: AgentLeg) -> [TransferEffect] {
    var leg = leg
    return leg.end()
  }

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

  /// An empty text is one that the administrator does not want.
  func prompts(_ party: Party) -> [TransferEffect] {
    // Not the caller's to hear: it is said in the language of those who are rung.
    let colleagues = party.targets.first?.policy ?? policy
    return [
      (SpeechID.announcement, Briefing.announcement(of: party, for: request), policy.voice),
      (.mergePrompt, policy.mergePrompt.render([:]), policy.voice),
      (.comfort, hasSteadyComfort ? Briefing.comfort(of: party, for: request) : "", policy.voice),
      (.taken, party.strategy == .all ? colleagues.takenMessage.render([:]) : "", colleagues.voice),
    ]
    .filter { !$0.1.isEmpty }
    .map { .prepareSpeech($0.0, text: $0.1, $0.2) }
  }

  /// Into the bridge, wherever they are, with music.
  var backOnHold: [TransferEffect] { [.openBridge, .holdCaller, .startMusic(policy.holdMusic)] }

  func missingPrompts() -> [TransferEffect] { (party.map(prompts) ?? []).filter { !$0.prepares(anyOf: spoken) } }

  /// One that says the same each time is spoken in advance.
  private var hasSteadyComfort: Bool { policy.comfortInterval > .zero && !policy.comfortTellsPlace }

  func comfortLater(_ now: WallTime) -> [TransferEffect] {
    policy.comfortInterval > .zero ? [.startTimer(.comfort, at: now + policy.comfortInterval)] : []
  }
}

// MARK: - How it ended

extension TransferMachine {
  func failure(_ cause: Outcome.Cause, target: String? = nil, at now: WallTime) -> Outcome {
    let result: Outcome.Result =
      switch policy.failureOutcome(cause) {
      case .voicemail: .voicemail
      // Nobody has promised it yet; without a way to call them it is the dialplan's to do.
      case .callback: request.offersCallback ? .returned : .callback
      case .returnToDialplan, .hangUp, .menu, .message: .returned
      }
    return Outcome(result: result, cause: cause, target: target, wait: now - requestedAt)
  }

  func abandoned(_ target: String?, at now: WallTime) -> Outcome {
    Outcome(result: .abandoned, cause: .callerHangup, target: target, wait: now - requestedAt)
  }

  /// No fallback: the caller is where the service cannot reach them, or nowhere.
  func lost(_ target: String?, at now: WallTime) -> Outcome {
    Outcome(result: .returned, cause: .error, target: target, wait: now - requestedAt)
  }

  var lastTarget: String? {
    if case .seeking(let seeking) = state, seeking.legs.isEmpty { return seeking.lastFailure?.target }
    return legs.last?.target.name
  }
}
