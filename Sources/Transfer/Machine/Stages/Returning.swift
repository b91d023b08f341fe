extension TransferMachine {
  /// The caller hears why they go back. Can go to: returning, clearing; connected after an outage.
  package struct SayingGoodbye: Equatable, Sendable, Codable {
    private enum Words: Equatable, Sendable, Codable {
      /// The music plays until they are made.
      case awaited
      /// The end of the music waits behind them in Asterisk.
      case heard
    }

    package let outcome: Outcome
    private let way: WayOut
    private var words = Words.awaited

    init(outcome: Outcome, way: WayOut) {
      self.outcome = outcome
      self.way = way
    }
  }

  /// The caller is on the way out of our hands. Can go to: clearing; connected after an outage.
  package struct Returning: Equatable, Sendable, Codable {
    private enum Whereabouts: Equatable, Sendable, Codable {
      case here
      /// Asterisk has said once that the caller is not there. Once may be a mistake.
      case doubted
      /// A caller who was sent on goes without that.
      case hungUp
    }

    package let outcome: Outcome
    fileprivate var way: WayOut
    private var caller = Whereabouts.here

    init(outcome: Outcome, way: WayOut, hasHungUp: Bool) {
      self.outcome = outcome
      self.way = way
      if hasHungUp { caller = .hungUp }
    }
  }

  /// The caller is out of our hands; what was made for them is taken away. Can go to: ended; connected after an outage.
  package struct Clearing: Equatable, Sendable, Codable {
    package let outcome: Outcome
  }

  /// Goes nowhere.
  package struct Ended: Equatable, Sendable, Codable {
    package let outcome: Outcome
  }

  /// Where a caller goes from us.
  package enum WayOut: Equatable, Sendable, Codable {
    case dialplan
    case application(String)
    case hangUp
  }
}

// MARK: - Words of farewell

extension TransferMachine.SayingGoodbye: Stage {
  var callerHearsMusic: Bool { words == .awaited }

  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard speech == .farewell else { return [] }
    var goodbye = self
    goodbye.words = .heard
    transfer.state = .sayingGoodbye(goodbye)
    // The end of the music waits behind the words in Asterisk itself: not a note is heard after them.
    return [
      .play(media, to: .caller, as: .farewell), .stopMusic,
      .startTimer(.farewell, at: now + media.length + TransferMachine.playbackGrace),
    ]
  }

  func speechFailed(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    speech == .farewell ? goOn(&transfer, at: now) : []
  }

  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    playback == .farewell ? goOn(&transfer, at: now) : []
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    timer == .farewell ? goOn(&transfer, at: now) : []
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if case .play(_, _, as: .farewell) = command { goOn(&transfer, at: now) } else { [] }
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { goOn(&transfer, at: now) }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { goOn(&transfer, at: now) }

  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.clear(transfer.isSettled ? outcome : transfer.abandoned(outcome.target, at: now))
  }

  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.clear(transfer.isSettled ? outcome : transfer.lost(outcome.target, at: now))
  }

  private func goOn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.sendBack(outcome, by: way, at: now)
  }
}

extension TransferMachine {
  /// Nobody could be had, or nobody is wanted any more: the caller is told, and goes.
  mutating func giveUp(_ cause: Outcome.Cause, _ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    if request.isCallback { return postpone(cause, seeking, at: now) }
    var seeking = seeking
    let outcome = failure(cause, target: seeking.legs.last?.target.name ?? seeking.lastFailure?.target, at: now)
    let silence = seeking.callerFallsSilent()
    let released = seeking.legs.flatMap { dismiss($0) } + [.cancelTimer(.hold), .cancelTimer(.comfort)]
    switch policy.failureOutcome(cause) {
    case .menu: return silence + released + offerChoice(insteadOf: outcome, at: now)
    case .message: return silence + released + takeMessage(insteadOf: outcome, at: now)
    // Where Asterisk does not do what it is told, nobody is kept on hold for questions.
    case .callback where request.offersCallback && cause != .error:
      return silence + released + arrangeCallback(insteadOf: outcome, at: now)
    case .returnToDialplan, .hangUp, .voicemail, .callback: break
    }
    let way = policy.failureOutcome(cause) == .hangUp ? WayOut.hangUp : wayBack
    return silence + released + sayGoodbye(farewell(cause), outcome, by: way, at: now)
  }

  /// Nobody could be had for a caller who is to be called back.
  private mutating func postpone(_ cause: Outcome.Cause, _ seeking: Seeking, at now: WallTime) -> [TransferEffect] {
    let target = seeking.legs.last?.target.name ?? seeking.lastFailure?.target
    if cause == .cancelled || cause == .holdTimeout {
      return endCallback(cause, target: target, dismissing: seeking.legs, at: now)
    }
    return seeking.legs.flatMap { dismiss($0) }
      + rest(after: Failure(target: target ?? "", cause: cause), hasRung: false, at: now)
  }

  /// To a caller who hears music.
  mutating func sayGoodbye(_ words: String, _ outcome: Outcome, by way: WayOut, at now: WallTime) -> [TransferEffect] {
    guard !words.isEmpty else { return sendBack(outcome, by: way, at: now) }
    state = .sayingGoodbye(SayingGoodbye(outcome: outcome, way: way))
    // Told while the music still plays: after the words nothing is to keep the caller.
    return [
      .prepareSpeech(.farewell, text: words, policy.voice), .startTimer(.farewell, at: now + Self.speechLimit),
    ] + tell(outcome)
  }

  private func farewell(_ cause: Outcome.Cause) -> String {
    if answerAwaitsPerson { return "" }
    return switch request.plan {
    case .turnAway(let message): message
    case .ring, .ask, .refuse: party.map { Briefing.farewell(cause, of: $0, for: request) } ?? ""
    }
  }

  /// Nobody is rung at all, and the caller is not on hold yet.
  mutating func turnAway(_ message: String, at now: WallTime) -> [TransferEffect] {
    let outcome = failure(.noTarget, at: now)
    guard !message.isEmpty, !answerAwaitsPerson else { return sendBack(outcome, by: wayBack, at: now) }
    state = .sayingGoodbye(SayingGoodbye(outcome: outcome, way: wayBack))
    // A service that dies now leaves somebody behind who was never put on hold.
    let arming: [TransferEffect] = hasDialplansLimit ? [] : [armDeadMansSwitch]
    return arming + [
      .startMusic(policy.holdMusic), .prepareSpeech(.farewell, text: message, policy.voice),
      .startTimer(.farewell, at: now + Self.speechLimit), .cancelTimer(.hold),
    ]
  }
}

extension TransferMachine {
  /// What was to be done for the caller is done: whatever becomes of them now, it has not failed.
  var isSettled: Bool { message != nil || promised != nil }
}

// MARK: - The way back

extension TransferMachine.Returning: Stage {
  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let isPerhapsInAnotherApplication = way != .hangUp && transfer.wayBack != .dialplan && caller != .hungUp
    let lift: [TransferEffect] = transfer.isTouched && isPerhapsInAnotherApplication ? [.liftDeadMansSwitch] : []
    let hasAbandoned = caller == .hungUp && outcome.result != .connected && !transfer.isSettled
    return transfer.clear(hasAbandoned ? transfer.abandoned(outcome.target, at: now) : outcome) + lift
  }

  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    callerLeft(&transfer, at: now)
  }

  func asteriskRestarted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let isSo = outcome.result == .connected || transfer.isSettled
    return transfer.clear(isSo ? outcome : transfer.lost(outcome.target, at: now))
  }

  func callerHungUp(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    become(.hungUp, &transfer)
    return []
  }

  func callerBecameAnotherChannel(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if caller == .doubted { become(.here, &transfer) }
    return resumed(&transfer, at: now)
  }

  /// Nobody is there to take the caller: the dialplan always is.
  func callerCouldNotBeMoved(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var returning = self
    returning.way = .dialplan
    transfer.state = .returning(returning)
    return transfer.liftBeforeDeparture(by: .dialplan) + returning.depart(at: now)
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if case .moveCaller = command { return callerCouldNotBeMoved(&transfer, at: now) }
    // Not in our application any more: that is where we wanted them.
    let hasGone = command == .returnCaller && failure.isAboutAbsence || command == .hangUpCaller && failure == .gone
    guard hasGone else { return [] }
    if caller != .here { return callerLeft(&transfer, at: now) }
    become(.doubted, &transfer)
    return []
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    timer == .leave ? depart(at: now) : []
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.tell(outcome) + depart(at: now)
  }

  private func become(_ whereabouts: Whereabouts, _ transfer: inout TransferMachine) {
    var returning = self
    returning.caller = whereabouts
    transfer.state = .returning(returning)
  }

  fileprivate func depart(at now: WallTime) -> [TransferEffect] {
    let departure: TransferEffect =
      switch way {
      case .dialplan: .returnCaller
      case .application(let application): .moveCaller(to: application, outcome)
      case .hangUp: .hangUpCaller
      }
    return [departure, .startTimer(.leave, at: now + Chores.pause)]
  }
}

extension TransferMachine {
  mutating func sendBack(
    _ outcome: Outcome,
    by way: WayOut,
    dismissing legs: [AgentLeg] = [],
    at now: WallTime
  ) -> [TransferEffect] {
    let returning = Returning(outcome: outcome, way: way, hasHungUp: callerHasHungUp)
    // The caller hears music until everything is ready for them.
    let silence: [TransferEffect] = state.stage.callerHearsMusic ? [.stopMusic] : []
    let voiceAgent = voiceAgentLeaves()
    state = .returning(returning)
    return tell(outcome) + liftBeforeDeparture(by: way) + silence + returning.depart(at: now)
      + legs.flatMap { dismiss($0) }
      + voiceAgent
      + [.cancelTimer(.hold), .cancelTimer(.comfort), .cancelTimer(.farewell), .cancelTimer(.merge)]
  }

  /// A service that dies between the two would leave the caller in Asterisk for ever. So the dialplan lifts its own
  /// switch when it has its caller back, and for another application it is done afterwards. What is left are dialplans
  /// that have none.
  fileprivate func liftBeforeDeparture(by way: WayOut) -> [TransferEffect] {
    guard isTouched, way == .dialplan, request.caller.dialplansLimit == nil else { return [] }
    return [.liftDeadMansSwitch]
  }
}

// MARK: - The end

extension TransferMachine.Clearing: Stage {
  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
}

extension TransferMachine.Ended: Stage {
  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }

  func conversationSeen(with leg: LegID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
}

extension TransferMachine {
  /// Whoever keeps the timers lets go of all of them when a transfer has ended.
  mutating func clear(_ outcome: Outcome, dismissing legs: [AgentLeg] = []) -> [TransferEffect] {
    let voiceAgent = voiceAgentLeaves()
    state = .clearing(Clearing(outcome: outcome))
    let hasBridge = request.isCallback ? hasMeetingPlace : isTouched
    let bridges: [TransferEffect] = hasBridge ? [.closeBridge] : []
    return chores.callerLeft() + legs.flatMap { dismiss($0) } + voiceAgent + bridges
  }
}
