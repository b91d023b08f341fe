extension TransferMachine {
  /// The caller hears music while somebody is found; one who is to be called back does something else. Can go to: merging,
  /// callingBack, choosing, leavingMessage, arrangingCallback, resting, sayingGoodbye, returning, clearing; connected
  /// after an outage.
  package struct Seeking: Equatable, Sendable, Codable {
    package private(set) var legs: [AgentLeg] = []
    /// Those who have not been rung yet.
    private(set) var untried: [Target]
    package private(set) var lastFailure: Failure?
    private var hold: Hold

    init(untried: [Target], callerHears playback: PlaybackID?) {
      self.untried = untried
      hold = Hold(hears: playback)
    }
  }

  /// The caller's side of the waiting.
  private struct Hold: Equatable, Sendable, Codable {
    /// What the caller hears instead of the music just now.
    var hears: PlaybackID?
    var comforts = 0
    var keys = KeyReader()
  }
}

extension TransferMachine.Seeking: Stage {
  var callerHearsMusic: Bool { true }

  // MARK: The caller's side

  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let offer = transfer.request.offersCallback ? transfer.policy.callback.offer : nil
    let sequences = [transfer.policy.optOut, offer].compactMap { $0 }
    var seeking = self
    let read = seeking.hold.keys.read(key, for: sequences)
    transfer.state = .seeking(seeking)
    guard let read else { return [] }
    if read == transfer.policy.optOut { return transfer.giveUp(.optOut, seeking, at: now) }
    return transfer.arrangeCallback(inPlaceOf: seeking, at: now)
  }

  func callerCalledIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.giveUp(.cancelled, self, at: now)
  }

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.backOnHold
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.giveUp(.cancelled, self, at: now)
  }

  private func comfort(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if transfer.policy.comfortTellsPlace { return [.findPlace] + transfer.comfortLater(now) }
    guard let comfort = transfer.spoken[.comfort] else { return transfer.comfortLater(now) }
    return say(comfort, &transfer) + transfer.comfortLater(now)
  }

  private func say(_ comfort: SpokenMedia, _ transfer: inout TransferMachine) -> [TransferEffect] {
    var seeking = self
    seeking.hold.comforts += 1
    return seeking.sayToCaller(comfort, as: .comfort(seeking.hold.comforts), &transfer)
  }

  /// The music goes on until the words are there.
  func placeFound(_ place: Int?, _ wait: Duration?, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard transfer.policy.comfortTellsPlace, let party = transfer.party else { return [] }
    let text = Briefing.comfort(of: party, for: transfer.request, place: place, wait: wait)
    return text.isEmpty ? [] : [.prepareSpeech(.comfort, text: text, transfer.policy.voice)]
  }

  /// The music goes on by itself where it was.
  private func sayToCaller(_ media: SpokenMedia, as playback: PlaybackID, _ transfer: inout TransferMachine)
    -> [TransferEffect]
  {
    var seeking = self
    seeking.hold.hears = playback
    transfer.state = .seeking(seeking)
    return [.play(media, to: .caller, as: playback)]
  }

  /// What the caller hears besides the music ends.
  mutating func callerFallsSilent() -> [TransferEffect] {
    defer { hold.hears = nil }
    return hold.hears.map { [.stopPlayback($0)] } ?? []
  }

  // MARK: Whom to ring

  func granted(_ name: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard let index = untried.firstIndex(where: { $0.name == name }) else { return [] }
    var seeking = self
    let leg = AgentLeg(id: transfer.phones.add(name), target: seeking.untried.remove(at: index))
    seeking.legs.append(leg)
    transfer.state = .seeking(seeking)
    return leg.start(for: transfer.request, at: now)
  }

  func passedOver(_ name: String, _ cause: Outcome.Cause, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    var seeking = self
    seeking.untried.removeAll { $0.name == name }
    seeking.lastFailure = .init(target: name, cause: cause)
    return seeking.goOn(&transfer, at: now)
  }

  func planChanged(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch transfer.request.plan {
    case .ring(let party):
      var seeking = self
      seeking.untried = party.targets
      return transfer.prepareTakenMessage(party) + seeking.goOn(&transfer, at: now)
    case .turnAway: return transfer.giveUp(.noTarget, self, at: now)
    case .refuse(let cause): return transfer.giveUp(cause, self, at: now)
    case .ask: return []
    }
  }

  /// A leg has failed: somebody else is being rung, or can still be, or the caller goes back.
  private func goOn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.state = .seeking(self)
    guard legs.isEmpty, untried.isEmpty else { return [] }
    return transfer.giveUp(lastFailure?.cause ?? .noTarget, self, at: now)
  }

  /// The join has failed, with the leg gone or released.
  func goOn(after failure: TransferMachine.Failure, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    var seeking = self
    seeking.lastFailure = failure
    return seeking.goOn(&transfer, at: now)
  }

  // MARK: The legs

  func leg(_ id: LegID, _ event: LegEvent, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let (request, spoken) = (transfer.request, transfer.spoken)
    return step(id, &transfer, at: now) { $0.apply(event, of: request, spoken, at: now) }
  }

  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    if speech == .announcement { return sayToCaller(media, as: .announcement, &transfer) }
    if speech == .comfort, transfer.policy.comfortTellsPlace { return say(media, &transfer) }
    return step(speech.leg, &transfer, at: now) { $0.speechReady(speech, media, at: now) }
  }

  func speechFailed(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    step(speech.leg, &transfer, at: now) { $0.speechFailed(speech, at: now) }
  }

  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard playback == hold.hears else {
      return step(playback.leg, &transfer, at: now) { $0.playbackEnded(playback, at: now) }
    }
    var seeking = self
    seeking.hold.hears = nil
    transfer.state = .seeking(seeking)
    return []
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if timer == .hold { return transfer.giveUp(.holdTimeout, self, at: now) }
    if timer == .comfort { return comfort(&transfer, at: now) }
    let spoken = transfer.spoken
    return step(timer.leg, &transfer, at: now) { $0.timerFired(timer, spoken, at: now) }
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if case .play(_, to: .caller, as: let playback) = command { return playbackEnded(playback, &transfer, at: now) }
    if case .startMusic = command { return transfer.giveUp(.error, self, at: now) }
    if command == .holdCaller { return transfer.giveUp(.error, self, at: now) }
    let spoken = transfer.spoken
    return step(command.leg, &transfer, at: now) { $0.commandFailed(command, spoken, at: now) }
  }

  /// Lets one leg take a step and draws the consequence. A leg that was released is not found, and is left alone.
  private func step(
    _ id: LegID?,
    _ transfer: inout TransferMachine,
    at now: WallTime,
    _ take: (inout AgentLeg) -> AgentLeg.Step
  ) -> [TransferEffect] {
    guard let index = legs.firstIndex(where: { $0.id == id }) else { return [] }
    var seeking = self
    let step = take(&seeking.legs[index])
    let leg = seeking.legs[index]
    switch step.verdict {
    case .undecided:
      transfer.state = .seeking(seeking)
      return step.effects
    case .accepted:
      seeking.legs.remove(at: index)
      return step.effects + seeking.merge(leg, &transfer, at: now)
    case .failed(let cause), .gone(let cause):
      seeking.legs.remove(at: index)
      seeking.lastFailure = .init(target: leg.target.name, cause: cause)
      let farewell = if case .gone = step.verdict { transfer.dismissGone(leg) } else { transfer.dismiss(leg) }
      return step.effects + farewell + seeking.goOn(&transfer, at: now)
    }
  }

  // MARK: The join

  private func merge(_ leg: AgentLeg, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var seeking = self
    let losers = legs
    let silence = seeking.callerFallsSilent()
    seeking.legs = []
    if transfer.request.isCallback {
      return transfer.callBack(with: leg, at: now) + [.cancelTimer(.hold)]
        + losers.flatMap { transfer.dismissLoser($0, at: now) }
    }
    transfer.state = .merging(.init(leg: leg, seeking: seeking))
    return silence
      + [
        .join(leg.id), .cancelTimer(.hold), .cancelTimer(.comfort),
        .startTimer(.merge, at: now + TransferMachine.mergeLimit),
      ]
      + losers.flatMap { transfer.dismissLoser($0, at: now) }
  }

  // MARK: After an outage

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var seeking = self
    let phones = seeking.legs.indices.flatMap { index in
      seeking.legs[index].resume(for: transfer.request, transfer.spoken, at: now)
    }
    transfer.state = .seeking(seeking)
    let expiry: [TransferEffect] =
      transfer.request.isCallback ? [.startTimer(.hold, at: transfer.holdUntil)] : []
    return [.startMusic(transfer.policy.holdMusic)] + phones + transfer.missingPrompts() + expiry
  }

  /// Nobody is lost with it who is to be called later.
  func asteriskRestarted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.request.isCallback
      ? transfer.giveUp(.error, self, at: now) : callerWasTakenAway(&transfer, at: now)
  }
}

extension TransferMachine {
  /// Somebody else was faster. Whoever has answered hears so before their phone is hung up.
  fileprivate mutating func dismissLoser(_ leg: AgentLeg, at now: WallTime) -> [TransferEffect] {
    guard leg.isAnswered, let word = spoken[.taken] else { return dismiss(leg) }
    var leg = leg
    return leg.fallSilent() + release(leg.id, afterHearing: word, at: now)
  }

  mutating func release(_ leg: LegID, afterHearing words: SpokenMedia, at now: WallTime) -> [TransferEffect] {
    [.play(words, to: .leg(leg), as: .taken(leg))]
      + chores.postpone(.release(leg), until: now + words.length + Self.playbackGrace)
  }

  /// They would rather be called than wait. Whoever hears the briefing already is there before that is settled.
  fileprivate mutating func arrangeCallback(inPlaceOf seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    guard !seeking.legs.contains(where: \.isAnswered) else { return [] }
    var seeking = seeking
    let outcome = failure(.optOut, target: seeking.legs.last?.target.name ?? seeking.lastFailure?.target, at: now)
    let silence = seeking.callerFallsSilent()
    return silence + seeking.legs.flatMap { dismiss($0) } + [.cancelTimer(.hold), .cancelTimer(.comfort)]
      + arrangeCallback(insteadOf: outcome, goesOnWaiting: true, at: now)
  }
}
