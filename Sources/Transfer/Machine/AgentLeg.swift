/// The call to one person who is rung for a caller, from the first ring to their decision.
package struct AgentLeg: Equatable, Sendable, Codable {
  package enum Stage: Equatable, Sendable, Codable {
    /// Asterisk has been told. Can go to: ringing, or as ringing.
    case dialing
    /// Can go to: screening, awaitingBriefing, hearing; or the leg ends.
    case ringing
    /// Not a word until the detector says who it is. Can go to: awaitingBriefing, hearing, waitingForSilence; or the
    /// leg ends.
    case screening
    /// Answered before the briefing was ready. Can go to: hearing, deciding, waitingForSilence; or the leg ends.
    case awaitingBriefing
    /// The briefing plays, for the how-manieth time. Can go to: hearing, deciding, waitingForSilence; or the leg ends.
    case hearing(Int)
    /// Has heard it. Can go to: hearing, waitingForSilence; or the leg ends.
    case deciding(afterHearing: Int)
    /// A machine speaks its greeting. Can go to: awaitingMessage, leavingMessage; or the leg ends.
    case waitingForSilence
    /// Can go to: leavingMessage; or the leg ends.
    case awaitingMessage
    /// The leg ends.
    case leavingMessage
  }

  /// What a step means for the transfer as a whole.
  package enum Verdict: Equatable {
    case undecided
    case accepted
    case failed(Outcome.Cause)
    /// Failed, and there is nothing left to hang up.
    case gone(Outcome.Cause)
  }

  package struct Step: Equatable {
    package var effects: [TransferEffect] = []
    package var verdict = Verdict.undecided
  }

  typealias Spoken = [SpeechID: SpokenMedia]

  /// Longer than any key sequence and any false start; what came before is of no more use.
  private static let keysRemembered = 2 * DigitSequence.longest
  /// Asterisk's own limit lies behind ours, for the case that we are not there to end the ringing.
  private static let asterisksOwnGrace: Duration = .seconds(5)
  private static let playbackGrace: Duration = .seconds(3)
  private static let pickUpGrace: Duration = .seconds(1)
  private static let detectorGrace: Duration = .seconds(2)
  private static let longestGreeting: Duration = .seconds(30)

  package let id: LegID
  package let target: Target
  package private(set) var stage = Stage.dialing
  /// Whether there is a copy of what the person says, for the detector.
  private(set) var hasEar = false
  private(set) var hears: PlaybackID?
  private var reminders = 0
  private var typed = ""

  package init(id: LegID, target: Target) {
    self.id = id
    self.target = target
  }

  package var isAnswered: Bool { stage != .dialing && stage != .ringing }

  /// Asterisk has shown that the phone's channel is there.
  package var isKnownToExist: Bool { stage != .dialing }

  private var policy: TransferPolicy { target.policy }

  func start(for request: TransferRequest, at now: WallTime) -> [TransferEffect] {
    let reminder = Briefing.reminder(for: target)
    return [
      .ring(id, dialString: target.dialString, policy.callerID, limit: policy.ringTimeout + Self.asterisksOwnGrace),
      .startTimer(.ring(id), at: now + policy.ringTimeout),
      prepareBriefing(of: request),
    ] + (reminder.isEmpty ? [] : [.prepareSpeech(.reminder(id), text: reminder, policy.voice)])
  }

  func prepareBriefing(of request: TransferRequest) -> TransferEffect {
    .prepareSpeech(.briefing(id), text: Briefing.text(of: request, for: target), policy.voice)
  }

  mutating func apply(_ event: LegEvent, of request: TransferRequest, _ spoken: Spoken, at now: WallTime) -> Step {
    switch event {
    case .rang:
      if stage == .dialing { stage = .ringing }
      return Step()
    case .answered: return answered(spoken, at: now)
    case .pressed(let key): return pressed(key, spoken, at: now)
    case .accepted: return isAnswered ? Step(effects: fallSilent(), verdict: .accepted) : Step()
    case .declined: return Step(verdict: .failed(.declined))
    case .earOpened: return Step(effects: hasEar ? [.detect(id, policy.detector)] : [])
    case .detected(let detection): return detected(detection, of: request, spoken, at: now)
    case .earClosed: return leaveItToTheKeys(spoken, at: now)
    case .greetingEnded: return greetingEnded(spoken, at: now)
    // The channel of whoever has picked it up comes a moment later, or has come.
    case .ended(.answeredElsewhere) where !isAnswered:
      return Step(effects: [.startTimer(.ring(id), at: now + Self.pickUpGrace)])
    case .ended(let cause): return Step(effects: timers(), verdict: .gone(endedCause(cause)))
    case .enteredTalk, .becameChannel: return Step()
    }
  }

  mutating func speechReady(_ speech: SpeechID, _ media: SpokenMedia, at now: WallTime) -> Step {
    switch (speech, stage) {
    case (.briefing, .awaitingBriefing): Step(effects: hear(media, time: 1, at: now))
    case (.message, .awaitingMessage): Step(effects: leaveMessage(media, at: now))
    case (.announcement, _), (.comfort, _), (.briefing, _), (.reminder, _), (.message, _), (.taken, _),
      (.mergePrompt, _), (.farewell, _):
      Step()
    }
  }

  mutating func speechFailed(_ speech: SpeechID, at now: WallTime) -> Step {
    switch (speech, stage) {
    // Nothing can be said: the keys still work.
    case (.briefing, .awaitingBriefing): Step(effects: decide(afterHearing: 1, at: now))
    case (.message, .waitingForSilence), (.message, .awaitingMessage): Step(verdict: .failed(.machine))
    case (.announcement, _), (.comfort, _), (.briefing, _), (.reminder, _), (.message, _), (.taken, _),
      (.mergePrompt, _), (.farewell, _):
      Step()
    }
  }

  mutating func playbackEnded(_ playback: PlaybackID, at now: WallTime) -> Step {
    if hears == playback { hears = nil }
    switch (playback, stage) {
    case (.briefing(_, let ended), .hearing(let hearing)) where ended == hearing:
      return Step(effects: decide(afterHearing: hearing, at: now))
    case (.message, .leavingMessage): return Step(verdict: .failed(.machine))
    case (.announcement, _), (.comfort, _), (.briefing, _), (.reminder, _), (.message, _), (.taken, _),
      (.mergePrompt, _), (.farewell, _):
      return Step()
    }
  }

  mutating func timerFired(_ timer: TimerID, _ spoken: Spoken, at now: WallTime) -> Step {
    switch (timer, stage) {
    case (.ring, .dialing), (.ring, .ringing): Step(verdict: .failed(.noAnswer))
    case (.hearing(_, let fired), .hearing(let hearing)) where fired == hearing:
      Step(effects: decide(afterHearing: hearing, at: now))
    case (.reminder(_, let fired), .deciding(afterHearing: let hearing)) where fired == hearing:
      Step(effects: remind(spoken))
    case (.accept(_, let fired), .deciding(afterHearing: let hearing)) where fired == hearing:
      Step(verdict: .failed(.noAcknowledgement))
    case (.screening, .screening): leaveItToTheKeys(spoken, at: now)
    case (.greeting, .waitingForSilence): greetingEnded(spoken, at: now)
    case (.message, .leavingMessage): Step(verdict: .failed(.machine))
    case (.ring, _), (.hearing, _), (.reminder, _), (.accept, _), (.screening, _), (.greeting, _), (.message, _),
      (.hold, _), (.dispatch, _), (.comfort, _), (.merge, _), (.farewell, _), (.leave, _), (.again, _):
      Step()
    }
  }

  mutating func commandFailed(_ effect: TransferEffect, _ spoken: Spoken, at now: WallTime) -> Step {
    switch effect {
    // A phone that rings was rung, whatever has become of the answer.
    case .ring: isKnownToExist ? Step() : Step(verdict: .failed(.unreachable))
    case .openEar, .detect: leaveItToTheKeys(spoken, at: now)
    case .awaitSilence: greetingEnded(spoken, at: now)
    case .play(_, _, as: let playback): playbackEnded(playback, at: now)
    case .answerCaller, .openHold, .holdCaller, .closeHold, .startMusic, .stopMusic, .askDispatcher, .summarize,
      .prepareSpeech, .discardSpeech,
      .stopPlayback, .closeEar, .release, .openTalk, .join, .closeTalk, .armDeadMansSwitch,
      .liftDeadMansSwitch, .admitVoiceAgent, .hangUpVoiceAgent, .releaseFormer, .tellReports, .writeOutcome,
      .returnCaller,
      .moveCaller, .hangUpCaller, .startTimer, .cancelTimer:
      Step()
    }
  }

  /// What must end before the leg can be joined with the caller, or can hear something else.
  func fallSilent() -> [TransferEffect] {
    (hears.map { [.stopPlayback($0)] } ?? []) + timers() + (hasEar ? [.closeEar(id)] : [])
  }

  /// The timers of the stage the leg is in are not wanted any more.
  func timers() -> [TransferEffect] {
    switch stage {
    case .dialing, .ringing: [.cancelTimer(.ring(id))]
    case .screening: [.cancelTimer(.screening(id))]
    case .awaitingBriefing, .awaitingMessage: []
    case .hearing(let hearing): [.cancelTimer(.hearing(id, hearing))]
    case .deciding(afterHearing: let hearing):
      [.cancelTimer(.accept(id, hearing: hearing)), .cancelTimer(.reminder(id, hearing: hearing))]
    case .waitingForSilence: [.cancelTimer(.greeting(id))]
    case .leavingMessage: [.cancelTimer(.message(id))]
    }
  }
}

// MARK: - The briefing and the keys

extension AgentLeg {
  private mutating func answered(_ spoken: Spoken, at now: WallTime) -> Step {
    guard !isAnswered else { return Step() }
    let ringingEnds = timers()
    hasEar = policy.machineDetection != .off
    let ear: [TransferEffect] = hasEar ? [.openEar(id)] : []
    switch policy.machineDetection {
    case .off, .parallel:
      // The sound first: everything else can wait, the person's ear cannot.
      return Step(effects: brief(spoken, at: now) + ear + ringingEnds)
    case .before:
      stage = .screening
      let limit = Duration.milliseconds(policy.detector.totalAnalysis) + Self.detectorGrace
      return Step(effects: ear + [.startTimer(.screening(id), at: now + limit)] + ringingEnds)
    }
  }

  private mutating func brief(_ spoken: Spoken, at now: WallTime) -> [TransferEffect] {
    guard let briefing = spoken[.briefing(id)] else {
      stage = .awaitingBriefing
      return []
    }
    return hear(briefing, time: 1, at: now)
  }

  private mutating func hear(_ briefing: SpokenMedia, time hearing: Int, at now: WallTime) -> [TransferEffect] {
    stage = .hearing(hearing)
    return say(briefing, as: .briefing(id, hearing: hearing))
      + [.startTimer(.hearing(id, hearing), at: now + briefing.length + Self.playbackGrace)]
  }

  private mutating func say(_ media: SpokenMedia, as playback: PlaybackID) -> [TransferEffect] {
    hears = playback
    return [.play(media, to: .leg(id), as: playback)]
  }

  private mutating func decide(afterHearing hearing: Int, at now: WallTime) -> [TransferEffect] {
    let hearingEnds = timers()
    stage = .deciding(afterHearing: hearing)
    return hearingEnds + [
      .startTimer(.reminder(id, hearing: hearing), at: now + policy.acceptTimeout / 2),
      .startTimer(.accept(id, hearing: hearing), at: now + policy.acceptTimeout),
    ]
  }

  private mutating func remind(_ spoken: Spoken) -> [TransferEffect] {
    guard hears == nil, let reminder = spoken[.reminder(id)] else { return [] }
    reminders += 1
    return say(reminder, as: .reminder(id, reminders))
  }

  private mutating func pressed(_ key: String, _ spoken: Spoken, at now: WallTime) -> Step {
    guard isAnswered else { return Step() }
    typed = String((typed + key).suffix(Self.keysRemembered))
    guard let meaning = policy.keys.meaning(of: typed) else {
      let isWrong = policy.hintsAtWrongKeys && !policy.keys.mayMeanSomething(typed)
      if isWrong, case .deciding = stage { return Step(effects: remind(spoken)) }
      return Step()
    }
    typed = ""
    switch meaning {
    case .accept: return Step(effects: fallSilent(), verdict: .accepted)
    case .decline: return Step(verdict: .failed(.declined))
    case .repeat: return Step(effects: hearAgain(spoken, at: now))
    }
  }

  private mutating func hearAgain(_ spoken: Spoken, at now: WallTime) -> [TransferEffect] {
    guard let briefing = spoken[.briefing(id)] else { return [] }
    switch stage {
    case .hearing(let hearing), .deciding(afterHearing: let hearing):
      let silence = hears.map { [TransferEffect.stopPlayback($0)] } ?? []
      return silence + timers() + hear(briefing, time: hearing + 1, at: now)
    case .dialing, .ringing, .screening, .awaitingBriefing, .waitingForSilence, .awaitingMessage, .leavingMessage:
      return []
    }
  }
}

// MARK: - Answering machines

extension AgentLeg {
  private mutating func detected(
    _ detection: Detection,
    of request: TransferRequest,
    _ spoken: Spoken,
    at now: WallTime
  ) -> Step {
    guard hasEar else { return Step() }
    switch (detection.verdict, stage) {
    case (.human, _), (.notSure, _):
      return leaveItToTheKeys(spoken, at: now)
    case (.machine, .screening), (.machine, .awaitingBriefing), (.machine, .hearing), (.machine, .deciding):
      let message = Briefing.voicemailMessage(of: request, for: target)
      guard !message.isEmpty else { return Step(verdict: .failed(.machine)) }
      let silence = (hears.map { [TransferEffect.stopPlayback($0)] } ?? []) + timers()
      stage = .waitingForSilence
      return Step(
        effects: silence + [
          .awaitSilence(id),
          .prepareSpeech(.message(id), text: message, policy.voice),
          .startTimer(.greeting(id), at: now + Self.longestGreeting),
        ]
      )
    case (.machine, _):
      return Step()
    }
  }

  /// No machine, or nobody knows: it is left to the key.
  private mutating func leaveItToTheKeys(_ spoken: Spoken, at now: WallTime) -> Step {
    guard hasEar else { return Step() }
    if stage == .waitingForSilence { return greetingEnded(spoken, at: now) }
    let earCloses = closeEar()
    guard stage == .screening else { return Step(effects: earCloses) }
    let screeningEnds = timers()
    return Step(effects: brief(spoken, at: now) + screeningEnds + earCloses)
  }

  private mutating func greetingEnded(_ spoken: Spoken, at now: WallTime) -> Step {
    guard stage == .waitingForSilence else { return Step() }
    let waitingEnds = timers() + closeEar()
    guard let message = spoken[.message(id)] else {
      stage = .awaitingMessage
      return Step(effects: waitingEnds)
    }
    return Step(effects: leaveMessage(message, at: now) + waitingEnds)
  }

  private mutating func leaveMessage(_ message: SpokenMedia, at now: WallTime) -> [TransferEffect] {
    stage = .leavingMessage
    return say(message, as: .message(id))
      + [.startTimer(.message(id), at: now + message.length + Self.playbackGrace)]
  }

  private mutating func closeEar() -> [TransferEffect] {
    defer { hasEar = false }
    return hasEar ? [.closeEar(id)] : []
  }

  private func endedCause(_ cause: HangupCause) -> Outcome.Cause {
    switch stage {
    case .dialing, .ringing: cause.beforeAnswer
    case .waitingForSilence, .awaitingMessage, .leavingMessage: .machine
    case .screening, .awaitingBriefing, .hearing, .deciding: .noAcknowledgement
    }
  }
}
