/// The call to one person who is rung for a caller, from the first ring to their decision.
package struct AgentLeg: Equatable, Sendable, Codable {
  package enum Stage: Equatable, Sendable, Codable {
    /// Can go to: awaitingBriefing, hearing; or the leg ends.
    case ringing
    /// Answered before the briefing was ready. Can go to: hearing, deciding; or the leg ends.
    case awaitingBriefing
    /// The briefing plays, for the how-manieth time. Can go to: hearing, deciding; or the leg ends.
    case hearing(Int)
    /// Has heard it. Can go to: hearing; or the leg ends.
    case deciding(afterHearing: Int)
  }

  /// What a step means for the transfer as a whole.
  package enum Verdict: Equatable {
    case undecided
    case accepted
    case failed(Outcome.Cause)
  }

  package struct Step: Equatable {
    package var effects: [TransferEffect]
    package var verdict = Verdict.undecided
  }

  /// Longer than any key sequence and any false start; what came before is of no more use.
  private static let keysRemembered = 2 * DigitSequence.longest
  /// Asterisk's own limit lies behind ours, for the case that we are not there to end the ringing.
  private static let asterisksOwnGrace: Duration = .seconds(5)
  private static let playbackGrace: Duration = .seconds(3)

  package let id: LegID
  package let target: Target
  package private(set) var stage = Stage.ringing
  private var typed = ""

  package init(id: LegID, target: Target) {
    self.id = id
    self.target = target
  }

  package var isAnswered: Bool { stage != .ringing }

  package func start(for request: TransferRequest, at now: WallTime) -> [TransferEffect] {
    let policy = target.policy
    return [
      .ring(
        id,
        dialString: target.dialString,
        policy.callerID,
        limit: policy.ringTimeout + Self.asterisksOwnGrace
      ),
      .startTimer(.ring(id), at: now + policy.ringTimeout),
      .prepareSpeech(.briefing(id), text: Briefing.text(of: request, for: target), policy.voice),
    ]
  }

  package mutating func apply(_ event: LegEvent, briefing: SpokenMedia?, at now: WallTime) -> Step {
    switch event {
    case .rang, .enteredTalk:
      return Step(effects: [])
    case .answered:
      guard stage == .ringing else { return Step(effects: []) }
      return answered(briefing: briefing, at: now)
    case .pressed(let key):
      guard isAnswered else { return Step(effects: []) }
      return pressed(key, briefing: briefing, at: now)
    case .ended(let cause):
      return Step(effects: timers(), verdict: .failed(isAnswered ? .noAcknowledgement : cause.beforeAnswer))
    }
  }

  /// The briefing is there. Nothing changes for somebody whose phone still rings.
  package mutating func briefingReady(_ media: SpokenMedia, at now: WallTime) -> [TransferEffect] {
    stage == .awaitingBriefing ? hear(media, time: 1, at: now) : []
  }

  /// Nothing can be said: the keys still work.
  package mutating func briefingFailed(at now: WallTime) -> [TransferEffect] {
    stage == .awaitingBriefing ? decide(afterHearing: 1, at: now) : []
  }

  package mutating func playbackEnded(hearing: Int, at now: WallTime) -> [TransferEffect] {
    stage == .hearing(hearing) ? decide(afterHearing: hearing, at: now) : []
  }

  package mutating func timerFired(_ timer: TimerID, at now: WallTime) -> Step {
    switch timer {
    case .ring where stage == .ringing:
      return Step(effects: release(), verdict: .failed(.noAnswer))
    case .hearing(_, let hearing) where stage == .hearing(hearing):
      return Step(effects: decide(afterHearing: hearing, at: now))
    case .accept(_, let hearing) where stage == .deciding(afterHearing: hearing):
      return Step(effects: release(), verdict: .failed(.noAcknowledgement))
    case .ring, .hearing, .accept, .hold, .merge, .liftSwitch, .leave:
      return Step(effects: [])
    }
  }

  /// The leg is not needed any more, whatever it was doing.
  package func release() -> [TransferEffect] {
    timers() + [.release(id)]
  }

  /// What must end before the leg can be joined with the caller.
  package func fallSilent() -> [TransferEffect] {
    if case .hearing(let hearing) = stage {
      return [.stopPlayback(.briefing(id, hearing: hearing))] + timers()
    }
    return timers()
  }

  private mutating func answered(briefing: SpokenMedia?, at now: WallTime) -> Step {
    let ringingEnds = timers()
    guard let briefing else {
      stage = .awaitingBriefing
      return Step(effects: ringingEnds)
    }
    // The sound first: everything else can wait, the person's ear cannot.
    return Step(effects: hear(briefing, time: 1, at: now) + ringingEnds)
  }

  private mutating func pressed(_ key: String, briefing: SpokenMedia?, at now: WallTime) -> Step {
    typed = String((typed + key).suffix(Self.keysRemembered))
    guard let meaning = target.policy.keys.meaning(of: typed) else { return Step(effects: []) }
    typed = ""
    switch meaning {
    case .accept: return Step(effects: fallSilent(), verdict: .accepted)
    case .decline: return Step(effects: release(), verdict: .failed(.declined))
    case .repeat: return Step(effects: hearAgain(briefing, at: now))
    }
  }

  private mutating func hearAgain(_ briefing: SpokenMedia?, at now: WallTime) -> [TransferEffect] {
    guard let briefing else { return [] }
    switch stage {
    case .ringing, .awaitingBriefing:
      return []
    case .hearing(let hearing), .deciding(afterHearing: let hearing):
      return fallSilent() + hear(briefing, time: hearing + 1, at: now)
    }
  }

  private mutating func hear(_ briefing: SpokenMedia, time hearing: Int, at now: WallTime) -> [TransferEffect] {
    stage = .hearing(hearing)
    return [
      .play(briefing, to: .leg(id), as: .briefing(id, hearing: hearing)),
      .startTimer(.hearing(id, hearing), at: now + briefing.length + Self.playbackGrace),
    ]
  }

  private mutating func decide(afterHearing hearing: Int, at now: WallTime) -> [TransferEffect] {
    let hearingEnds = timers()
    stage = .deciding(afterHearing: hearing)
    return hearingEnds + [.startTimer(.accept(id, hearing: hearing), at: now + target.policy.acceptTimeout)]
  }

  /// The timer of the stage the leg is in is not wanted any more.
  private func timers() -> [TransferEffect] {
    switch stage {
    case .ringing: [.cancelTimer(.ring(id))]
    case .awaitingBriefing: []
    case .hearing(let hearing): [.cancelTimer(.hearing(id, hearing))]
    case .deciding(afterHearing: let hearing): [.cancelTimer(.accept(id, hearing: hearing))]
    }
  }
}
