extension TransferMachine {
  /// Nobody could be had, and the caller says what comes next. Can go to: seeking, leavingMessage, sayingGoodbye,
  /// returning, clearing, arrangingCallback; connected after an outage.
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
    return ask(&transfer) { $0.patienceIsOver(&$1, at: now) }
      ?? follow(transfer.policy.menu.withoutKey, &transfer, at: now)
  }

  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let choices = transfer.request.choices
    let sequences = Array(choices.values) + (transfer.policy.optOut.map { [$0] } ?? [])
    let (keys, effects) = ask(&transfer) { question, _ in question.pressed(key, among: sequences) }
    return effects + (keys.map { follow(choice(of: $0, among: choices), &transfer, at: now) } ?? [])
  }

  /// What is no choice is the key with which callers always go back.
  private func choice(of keys: DigitSequence, among choices: [CallerMenu.Choice: DigitSequence]) -> CallerMenu.Choice {
    choices.first { $0.value == keys }?.key ?? .goBack
  }

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.backOnHold
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    goBack(transfer.failure(.cancelled, target: outcome.target, at: now), &transfer, at: now)
  }

  /// Nobody has listened for a while: they are asked anew.
  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.startMusic(transfer.policy.holdMusic)] + transfer.offerChoice(insteadOf: outcome, at: now)
  }

  private func ask<Answer>(
    _ transfer: inout TransferMachine,
    _ take: (inout Question, inout TransferMachine) -> Answer
  ) -> Answer {
    var choosing = self
    let answer = take(&choosing.question, &transfer)
    transfer.state = .choosing(choosing)
    return answer
  }

  private func follow(_ choice: CallerMenu.Choice, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    switch choice {
    case .message: transfer.takeMessage(insteadOf: outcome, at: now)
    case .wait: transfer.seekOnceMore(until: now + transfer.policy.holdTimeout, at: now)
    case .callback where transfer.request.offersCallback: transfer.arrangeCallback(insteadOf: outcome, at: now)
    case .callback: goBack(outcome, &transfer, at: now)
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
    state = .choosing(Choosing(insteadOf: outcome))
    return [armForQuestion] + Question(.menu).begin(for: self, at: now)
  }

  /// They wait on, with the place that they have.
  mutating func seekOnceMore(until moment: WallTime, at now: WallTime) -> [TransferEffect] {
    holdUntil = moment
    state = .seeking(Seeking(untried: party?.targets ?? [], callerHears: nil))
    return [.armDeadMansSwitch(moment - now + Self.deadMansGrace), .startTimer(.hold, at: holdUntil)]
      + comfortLater(now)
  }
}
