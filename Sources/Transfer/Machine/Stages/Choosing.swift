extension TransferMachine {
  /// Nobody could be had, and the caller says what comes next. Can go to: seeking, leavingMessage, sayingGoodbye,
  /// returning, clearing; connected after an outage.
  package struct Choosing: Equatable, Sendable, Codable {
    /// Where they choose nothing else.
    package let outcome: Outcome
    private var question = Question(.menu)

    init(insteadOf outcome: Outcome) { self.outcome = outcome }
  }
}

extension TransferMachine.Choosing: Stage {
  var callerHearsMusic: Bool { true }

  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    ask(&transfer) { $0.speechReady(speech, &$1, at: now) }
  }

  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    ask(&transfer) { $0.playbackEnded(playback, $1, at: now) }
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if case .play(_, to: .caller, as: let playback) = command { return playbackEnded(playback, &transfer, at: now) }
    // They would hear nothing between the words.
    if case .startMusic = command { return goBack(outcome, &transfer, at: now) }
    return command == .holdCaller ? goBack(outcome, &transfer, at: now) : []
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard timer == .question else { return [] }
    var answer = Question.Answer.none
    let effects = ask(&transfer) { question, transfer in
      let (found, effects) = question.patienceIsOver(&transfer, at: now)
      answer = found
      return effects
    }
    return answer == .unanswered ? effects + follow(transfer.policy.menu.withoutKey, &transfer, at: now) : effects
  }

  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let menu = transfer.policy.menu
    let optOut = transfer.policy.optOut
    var choice: CallerMenu.Choice?
    let effects = ask(&transfer) { question, _ in
      let (answer, effects) = question.pressed(key, among: Array(menu.keys.values) + (optOut.map { [$0] } ?? []))
      if case .keys(let keys) = answer { choice = menu.choice(of: keys) ?? .goBack }
      return effects
    }
    return choice.map { effects + follow($0, &transfer, at: now) } ?? effects
  }

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.openBridge, .holdCaller, .startMusic(transfer.policy.holdMusic)]
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    goBack(transfer.failure(.cancelled, target: outcome.target, at: now), &transfer, at: now)
  }

  /// Nobody has listened for a while: they are asked anew.
  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.startMusic(transfer.policy.holdMusic)] + transfer.offerChoice(insteadOf: outcome, at: now)
  }

  private func ask(
    _ transfer: inout TransferMachine,
    _ take: (inout Question, inout TransferMachine) -> [TransferEffect]
  ) -> [TransferEffect] {
    var choosing = self
    let effects = take(&choosing.question, &transfer)
    transfer.state = .choosing(choosing)
    return effects
  }

  private func follow(_ choice: CallerMenu.Choice, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    switch choice {
    case .message: transfer.takeMessage(insteadOf: outcome, at: now)
    case .wait: transfer.seekOnceMore(at: now)
    case .goBack: goBack(outcome, &transfer, at: now)
    }
  }

  private func goBack(_ outcome: Outcome, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var choosing = self
    let silence = choosing.question.end()
    return silence + transfer.sendBack(outcome, by: transfer.wayBack, at: now)
  }
}

extension TransferMachine {
  mutating func offerChoice(insteadOf outcome: Outcome, at now: WallTime) -> [TransferEffect] {
    let choosing = Choosing(insteadOf: outcome)
    state = .choosing(choosing)
    return [armForQuestion()] + Question(.menu).begin(for: self, at: now)
  }

  /// They wait for another hold time, with the place that they have.
  fileprivate mutating func seekOnceMore(at now: WallTime) -> [TransferEffect] {
    holdUntil = now + policy.holdTimeout
    state = .seeking(Seeking(untried: party?.targets ?? [], callerHears: nil))
    return [armDeadMansSwitch, .startTimer(.hold, at: holdUntil)] + comfortLater(now)
  }
}
