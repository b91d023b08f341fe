/// The call to one person who is rung for a caller, from the first ring to their decision.
package struct AgentLeg: Equatable, Sendable, Codable {
  package enum Stage: Equatable, Sendable, Codable {
    /// Asterisk has been told. Can go to: ringing, or as ringing.
    case dialing
    /// Can go to: screening, awaitingBriefing, hearing; or the leg ends.
    case ringing
    /// Not a word until the detector says who it is. Can go to: awaitingBriefing, hearing, waitingForSilence, accepted;
    /// or the leg ends.
    case screening
    /// Answered before the briefing was ready. Can go to: hearing, deciding, waitingForSilence, accepted; or the leg ends.
    case awaitingBriefing
    /// The briefing plays, for the how-manieth time. Can go to: hearing, deciding, waitingForSilence, accepted; or the leg
    /// ends.
    case hearing(Int)
    /// Has heard it. Can go to: hearing, waitingForSilence, accepted; or the leg ends.
    case deciding(afterHearing: Int)
    /// A machine speaks its greeting. Can go to: awaitingMessage, leavingMessage, accepted; or the leg ends.
    case waitingForSilence
    /// Can go to: leavingMessage, accepted; or the leg ends.
    case awaitingMessage
    /// Can go to: accepted; or the leg ends.
    case leavingMessage
    /// The caller is theirs. Keys mean nothing any more. The leg ends.
    case accepted
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

  /// Asterisk's own limit lies behind ours, for the case that we are not there to end the ringing.
  private static let asterisksOwnGrace: Duration = .seconds(5)
  private static let playbackGrace: Duration = .seconds(3)
  private static let pickUpGrace: Duration = .seconds(1)
  private static let detectorGrace: Duration = .seconds(2)
  private static let longestGreeting: Duration = .seconds(30)

  package let id: LegID
  package let target: Target
  package private(set) var stage: Stage
  private var snoop = Snoop()
  private var playbacks = Playbacks()
  private var keys = KeyReader()
  private var reminders = 0
  /// The phone of a caller who is called back: whoever answers it is not asked for a key.
  package let isCallee: Bool

  package init(id: LegID, target: Target) {
    self.init(id: id, target: target, stage: .dialing)
  }

  static func callee(id: LegID, target: Target) -> AgentLeg {
    AgentLeg(id: id, target: target, stage: .dialing, isCallee: true)
  }

  private init(id: LegID, target: Target, stage: Stage, isCallee: Bool = false) {
    self.isCallee = isCallee
    self.id = id
    self.target = target
    self.stage = stage
  }

  /// One of whose call nothing is known but that it is a conversation.
  static func inConversation(id: LegID, target: Target) -> AgentLeg {
    AgentLeg(id: id, target: target, stage: .accepted)
  }

  package var isAnswered: Bool { stage != .dialing && stage != .ringing }

  var isAccepted: Bool { stage == .accepted }

  /// A machine has answered, and is to hear a message.
  var isAtMachine: Bool { stage == .waitingForSilence || stage == .awaitingMessage || stage == .leavingMessage }

  var hasLeftMessage: Bool { stage == .leavingMessage }

  /// Asterisk has shown that the phone's channel is there.
  package var isKnownToExist: Bool { stage != .dialing }

  private var policy: TransferPolicy { target.policy }

  func start(for request: TransferRequest, at now: WallTime) -> [TransferEffect] {
    [
      .ring(id, dialString: target.dialString, policy.callerID, limit: policy.ringTimeout + Self.asterisksOwnGrace),
      .startTimer(.ring(id), at: now + policy.ringTimeout),
    ] + prepareWords(of: request)
  }

  private func prepareWords(of request: TransferRequest) -> [TransferEffect] {
    if isCallee, policy.briefing == .empty { return [] }
    let reminder = Briefing.reminder(for: target)
    return [prepareBriefing(of: request)]
      + (reminder.isEmpty ? [] : [.prepareSpeech(.reminder(id), text: reminder, policy.voice)])
  }

  func prepareBriefing(of request: TransferRequest) -> TransferEffect {
    .prepareSpeech(.briefing(id), text: Briefing.text(of: request, for: target), policy.voice)
  }

  /// Nobody listened for a while. A phone that was never seen was perhaps never rung, and whoever is to decide has perhaps
  /// pressed a key in vain.
  mutating func resume(for request: TransferRequest, _ spoken: Spoken, at now: WallTime) -> [TransferEffect] {
    if !isKnownToExist { return start(for: request, at: now).filter { !$0.prepares(anyOf: spoken) } }
    let missing = spoken[.briefing(id)] == nil ? prepareWords(of: request).filter { !$0.prepares(anyOf: spoken) } : []
    return missing + remindAfterOutage(spoken, at: now)
  }

  mutating func apply(_ event: LegEvent, of request: TransferRequest, _ spoken: Spoken, at now: WallTime) -> Step {
    switch event {
    case .rang:
      if stage == .dialing { stage = .ringing }
      return Step()
    case .answered: return answered(spoken, at: now)
    case .pressed(let key): return pressed(key, spoken, at: now)
    case .accepted: return isAnswered ? accept() : Step()
    case .declined: return Step(verdict: .failed(.declined))
    case .briefingRequested: return Step(effects: hearAgain(spoken, at: now))
    case .snoopOpened: return Step(effects: snoop.isOpen ? [.detect(id, policy.detector)] : [])
    case .detected(let detection): return detected(detection, of: request, spoken, at: now)
    case .snoopClosed: return leaveItToTheKeys(spoken, at: now)
    case .greetingEnded: return greetingEnded(spoken, at: now)
    // The channel of whoever has picked it up comes a moment later, or has come.
    case .ended(.answeredElsewhere) where !isAnswered:
      return Step(effects: [.startTimer(.ring(id), at: now + Self.pickUpGrace)])
    case .ended(let cause): return Step(effects: timers(), verdict: .gone(endedCause(cause)))
    case .enteredTalk, .becameChannel: return Step()
    }
  }

  mutating func speechReady(_ speech: SpeechID, _ media: SpokenMedia, at now: WallTime) -> Step {
    if speech == .briefing(id), stage == .awaitingBriefing { return Step(effects: hear(media, time: 1, at: now)) }
    if speech == .message(id), stage == .awaitingMessage { return Step(effects: leaveMessage(media, at: now)) }
    return Step()
  }

  mutating func speechFailed(_ speech: SpeechID, at now: WallTime) -> Step {
    // Nothing can be said: the keys still work.
    if speech == .briefing(id), stage == .awaitingBriefing { return heard(1, at: now) }
    let waitsForMessage = stage == .waitingForSilence || stage == .awaitingMessage
    return speech == .message(id) && waitsForMessage ? Step(verdict: .failed(.machine)) : Step()
  }

  mutating func playbackEnded(_ playback: PlaybackID, at now: WallTime) -> Step {
    playbacks.ended(playback)
    if case .hearing(let hearing) = stage, playback == .briefing(id, hearing: hearing) {
      return heard(hearing, at: now)
    }
    return playback == .message(id) && stage == .leavingMessage ? Step(verdict: .failed(.machine)) : Step()
  }

  mutating func timerFired(_ timer: TimerID, _ spoken: Spoken, at now: WallTime) -> Step {
    switch stage {
    case .dialing, .ringing: timer == .ring(id) ? Step(verdict: .failed(.noAnswer)) : Step()
    case .screening: timer == .screening(id) ? leaveItToTheKeys(spoken, at: now) : Step()
    case .hearing(let hearing):
      timer == .hearing(id, hearing) ? heard(hearing, at: now) : Step()
    case .deciding(afterHearing: let hearing):
      if timer == .reminder(id, hearing: hearing) {
        Step(effects: remind(spoken))
      } else {
        timer == .accept(id, hearing: hearing) ? Step(verdict: .failed(.noAcknowledgement)) : Step()
      }
    case .waitingForSilence: timer == .greeting(id) ? greetingEnded(spoken, at: now) : Step()
    case .leavingMessage: timer == .message(id) ? Step(verdict: .failed(.machine)) : Step()
    case .awaitingBriefing, .awaitingMessage, .accepted: Step()
    }
  }

  mutating func commandFailed(_ effect: TransferEffect, _ spoken: Spoken, at now: WallTime) -> Step {
    // A phone that rings was rung, whatever has become of the answer.
    if case .ring = effect { return isKnownToExist ? Step() : Step(verdict: .failed(.unreachable)) }
    if case .play(_, _, as: let playback) = effect { return playbackEnded(playback, at: now) }
    if case .detect = effect { return leaveItToTheKeys(spoken, at: now) }
    if effect == .openSnoop(id) { return leaveItToTheKeys(spoken, at: now) }
    return effect == .awaitSilence(id) ? greetingEnded(spoken, at: now) : Step()
  }

  /// What must end before the leg can be joined with the caller, or can hear something else.
  mutating func fallSilent() -> [TransferEffect] { playbacks.stop() + end() }

  /// It is over with this leg: nothing of it is waited for any more.
  mutating func end() -> [TransferEffect] { timers() + snoop.close(on: id) }

  /// The timers of the stage the leg is in are not wanted any more.
  private func timers() -> [TransferEffect] {
    switch stage {
    case .dialing, .ringing: [.cancelTimer(.ring(id))]
    case .screening: [.cancelTimer(.screening(id))]
    case .awaitingBriefing, .awaitingMessage, .accepted: []
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
    if isCallee, policy.briefing == .empty {
      let accepted = accept()
      return Step(effects: accepted.effects + ringingEnds, verdict: accepted.verdict)
    }
    switch policy.machineDetection {
    case .off: return Step(effects: brief(spoken, at: now) + ringingEnds)
    // The sound first: everything else can wait, the person's ear cannot.
    case .parallel: return Step(effects: brief(spoken, at: now) + snoop.open(on: id) + ringingEnds)
    case .before:
      stage = .screening
      return Step(effects: snoop.open(on: id) + [.startTimer(.screening(id), at: now + verdictLimit)] + ringingEnds)
    }
  }

  /// The detector has said something by then, or never will.
  private var verdictLimit: Duration { .milliseconds(policy.detector.totalAnalysis) + Self.detectorGrace }

  /// What need not have ended before the two can talk ends when they do.
  private mutating func accept() -> Step {
    guard stage != .accepted else { return Step() }
    let silence = playbacks.stop() + timers()
    stage = .accepted
    return Step(effects: silence, verdict: .accepted)
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
    return say(hearing > 1 ? briefing.repeated : briefing, as: .briefing(id, hearing: hearing))
      + [.startTimer(.hearing(id, hearing), at: now + briefing.length + Self.playbackGrace)]
  }

  private mutating func say(_ media: SpokenMedia, as playback: PlaybackID) -> [TransferEffect] {
    playbacks.add(playback)
    return [.play(media, to: .leg(id), as: playback)]
  }

  /// They know what there is to know.
  private mutating func heard(_ hearing: Int, at now: WallTime) -> Step {
    guard isCallee else { return Step(effects: decide(afterHearing: hearing, at: now)) }
    guard snoop.isOpen else { return accept() }
    // Nobody is joined with a machine: a greeting that is shorter than its detection waits for it.
    let hearingEnds = timers()
    stage = .screening
    return Step(effects: hearingEnds + [.startTimer(.screening(id), at: now + verdictLimit)])
  }

  private mutating func decide(afterHearing hearing: Int, at now: WallTime) -> [TransferEffect] {
    let hearingEnds = timers()
    stage = .deciding(afterHearing: hearing)
    return hearingEnds + timeToDecide(afterHearing: hearing, at: now)
  }

  private func timeToDecide(afterHearing hearing: Int, at now: WallTime) -> [TransferEffect] {
    [
      .startTimer(.reminder(id, hearing: hearing), at: now + policy.acceptTimeout / 2),
      .startTimer(.accept(id, hearing: hearing), at: now + policy.acceptTimeout),
    ]
  }

  private mutating func remind(_ spoken: Spoken) -> [TransferEffect] {
    guard playbacks.isSilent, let reminder = spoken[.reminder(id)] else { return [] }
    return say(reminder: reminder)
  }

  private mutating func say(reminder: SpokenMedia) -> [TransferEffect] {
    reminders += 1
    return say(reminder, as: .reminder(id, reminders))
  }

  /// The briefing is not stopped: it is the only thing that says what the call is about. Asterisk plays the reminder behind
  /// it, or at once where it has ended unnoticed. Whoever has heard all of it gets the time to decide anew, and where the
  /// administrator wants no reminder, the briefing.
  private mutating func remindAfterOutage(_ spoken: Spoken, at now: WallTime) -> [TransferEffect] {
    if case .hearing = stage { return spoken[.reminder(id)].map { say(reminder: $0) } ?? [] }
    guard case .deciding(afterHearing: let hearing) = stage else { return [] }
    guard let reminder = spoken[.reminder(id)] else { return hearAgain(spoken, at: now) }
    return say(reminder: reminder) + timeToDecide(afterHearing: hearing, at: now)
  }

  private mutating func pressed(_ key: String, _ spoken: Spoken, at now: WallTime) -> Step {
    guard isAnswered, stage != .accepted, !isCallee else { return Step() }
    guard let meaning = keys.read(key, for: policy.keys.sequences).flatMap(policy.keys.meaning) else {
      let isWrong = policy.hintsAtWrongKeys && !keys.mayMeanSomething
      if isWrong, case .deciding = stage { return Step(effects: remind(spoken)) }
      return Step()
    }
    switch meaning {
    case .accept: return accept()
    case .decline: return Step(verdict: .failed(.declined))
    case .repeat: return Step(effects: hearAgain(spoken, at: now))
    }
  }

  private mutating func hearAgain(_ spoken: Spoken, at now: WallTime) -> [TransferEffect] {
    guard let briefing = spoken[.briefing(id)] else { return [] }
    switch stage {
    case .hearing(let hearing), .deciding(afterHearing: let hearing):
      return playbacks.stop() + timers() + hear(briefing, time: hearing + 1, at: now)
    case .dialing, .ringing, .screening, .awaitingBriefing, .waitingForSilence, .awaitingMessage, .leavingMessage,
      .accepted:
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
    guard snoop.isOpen else { return Step() }
    guard detection.verdict == .machine else { return leaveItToTheKeys(spoken, at: now) }
    switch stage {
    case .screening, .awaitingBriefing, .hearing, .deciding: return machineAnswered(request, at: now)
    case .dialing, .ringing, .waitingForSilence, .awaitingMessage, .leavingMessage, .accepted: return Step()
    }
  }

  private mutating func machineAnswered(_ request: TransferRequest, at now: WallTime) -> Step {
    let message = Briefing.voicemailMessage(of: request, for: target)
    guard !message.isEmpty else { return Step(verdict: .failed(.machine)) }
    let silence = playbacks.stop() + timers()
    stage = .waitingForSilence
    return Step(
      effects: silence + [
        .awaitSilence(id),
        .prepareSpeech(.message(id), text: message, policy.voice),
        .startTimer(.greeting(id), at: now + Self.longestGreeting),
      ]
    )
  }

  /// No machine, or nobody knows: it is left to the key.
  private mutating func leaveItToTheKeys(_ spoken: Spoken, at now: WallTime) -> Step {
    guard snoop.isOpen else { return Step() }
    if stage == .waitingForSilence { return greetingEnded(spoken, at: now) }
    let closing = snoop.close(on: id)
    guard stage == .screening else { return Step(effects: closing) }
    if isCallee {
      let accepted = accept()
      return Step(effects: accepted.effects + closing, verdict: accepted.verdict)
    }
    let screeningEnds = timers()
    return Step(effects: brief(spoken, at: now) + screeningEnds + closing)
  }

  private mutating func greetingEnded(_ spoken: Spoken, at now: WallTime) -> Step {
    guard stage == .waitingForSilence else { return Step() }
    let waitingEnds = end()
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

  private func endedCause(_ cause: HangupCause) -> Outcome.Cause {
    switch stage {
    case .dialing, .ringing: cause.beforeAnswer
    case .waitingForSilence, .awaitingMessage, .leavingMessage: .machine
    case .screening, .awaitingBriefing, .hearing, .deciding, .accepted: .noAcknowledgement
    }
  }
}
