extension TransferMachine {
  /// The caller is to be called back, and says on which number. Can go to: seeking, sayingGoodbye, returning, clearing;
  /// connected after an outage.
  package struct ArrangingCallback: Equatable, Sendable, Codable {
    private enum Step: Equatable, Sendable, Codable {
      /// Whether it is this number.
      case confirming(Question, number: String, isOwn: Bool)
      /// They key one in.
      case keying(Question, typed: String)
    }

    private static let longestNumber = 20
    private static let mostNumbers = 3

    /// Where nothing comes of it.
    package let outcome: Outcome
    /// They have not given up waiting, and go on with it.
    private let goesOnWaiting: Bool
    private var step: Step
    private var numbers = 0

    init(insteadOf outcome: Outcome, goesOnWaiting: Bool) {
      self.outcome = outcome
      self.goesOnWaiting = goesOnWaiting
      step = .keying(Question(.callbackNumber), typed: "")
    }
  }
}

extension TransferMachine.ArrangingCallback: Stage {
  var callerHearsMusic: Bool { true }

  // MARK: What is asked

  fileprivate func begin(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard let own = transfer.request.callersNumber else { return askForNumber(&transfer, at: now) }
    return confirm(own, isOwn: true, &transfer, at: now)
  }

  private func confirm(_ number: TelephoneNumber, isOwn: Bool, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    let question = Question(.callbackConfirm)
    become(.confirming(question, number: number.description, isOwn: isOwn), &transfer)
    // Another number may have been said before.
    transfer.forget(.menu(.callbackConfirm))
    return [transfer.armForQuestion] + question.begin(for: transfer, number: number, at: now)
  }

  private func askForNumber(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard numbers < Self.mostNumbers, !transfer.policy.callback.prefixes.isEmpty else {
      return giveUp(outcome, &transfer, at: now)
    }
    var arranging = self
    arranging.numbers += 1
    let question = Question(.callbackNumber)
    arranging.become(.keying(question, typed: ""), &transfer)
    return [transfer.armForQuestion] + question.begin(for: transfer, at: now)
  }

  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    ask(&transfer) { $0.speechReady(speech, &$1, at: now) }
  }

  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    ask(&transfer) { $0.playbackEnded(playback, $1, at: now) }
  }

  // MARK: What they answer

  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch step {
    case .confirming(_, let number, _): confirmed(key, number, &transfer, at: now)
    case .keying(_, let typed): keyed(key, after: typed, &transfer, at: now)
    }
  }

  private func confirmed(_ key: String, _ number: String, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    let sequences = CallbackKey.sequences + (transfer.policy.optOut.map { [$0] } ?? [])
    let (keys, effects) = ask(&transfer) { question, _ in question.pressed(key, among: sequences) }
    guard let keys else { return effects }
    switch CallbackKey(rawValue: keys.digits) {
    case .confirm: return effects + promise(number, &transfer, at: now)
    case .another: return effects + askForNumber(&transfer, at: now)
    case nil: return effects + giveUp(outcome, &transfer, at: now)
    }
  }

  /// `*` begins anew, `#` ends the number.
  private func keyed(_ key: String, after typed: String, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard case .keying(var question, _) = step else { return [] }
    let silence = question.end()
    if key == "#" { return silence + numberIsComplete(typed, &transfer, at: now) }
    let number = key == "*" ? "" : typed + key
    guard number.count <= Self.longestNumber else { return silence + askForNumber(&transfer, at: now) }
    become(.keying(question, typed: number), &transfer)
    return silence + [.startTimer(.question, at: now + transfer.policy.menu.patience)]
  }

  private func numberIsComplete(_ typed: String, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard let number = TelephoneNumber(typed), transfer.request.mayBeCalled(number) else {
      return askForNumber(&transfer, at: now)
    }
    return confirm(number, isOwn: false, &transfer, at: now)
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard timer == .question else { return [] }
    if case .keying(_, let typed) = step, !typed.isEmpty { return numberIsComplete(typed, &transfer, at: now) }
    if let effects = ask(&transfer, { $0.patienceIsOver(&$1, at: now) }) { return effects }
    // Whoever has asked to be called, and says nothing against their own number, is called on it. Nobody else is.
    guard case .confirming(_, let number, isOwn: true) = step else { return giveUp(outcome, &transfer, at: now) }
    return promise(number, &transfer, at: now)
  }

  // MARK: What comes of it

  private func promise(_ number: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let promised = transfer.promise(number)
    let way: TransferMachine.WayOut =
      transfer.policy.callback.afterPromise == .hangUp ? .hangUp : transfer.wayBack
    let words = transfer.words(of: .callbackPromised, number: TelephoneNumber(number))
    return promised + [.cancelTimer(.question)]
      + transfer.sayGoodbye(words, outcomeOfPromise, by: way, at: now)
  }

  private var outcomeOfPromise: Outcome {
    Outcome(result: .callback, cause: outcome.cause, target: outcome.target, wait: outcome.wait)
  }

  private func giveUp(_ outcome: Outcome, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let silence = fallSilent()
    if goesOnWaiting, now < transfer.holdUntil, outcome == self.outcome {
      return silence + transfer.seekOnceMore(until: transfer.holdUntil, at: now)
    }
    return silence + transfer.sendBack(outcome, by: transfer.wayBack, at: now)
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    giveUp(transfer.failure(.cancelled, target: outcome.target, at: now), &transfer, at: now)
  }

  /// They have asked for it, and there was nothing to be said against their own number.
  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard case .confirming(_, let number, isOwn: true) = step else {
      return transfer.clear(transfer.abandoned(outcome.target, at: now)) + [.cancelTimer(.question)]
    }
    let promised = transfer.promise(number)
    return transfer.clear(outcomeOfPromise) + promised + [.cancelTimer(.question)]
  }

  // MARK: What comes between

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if case .play(_, to: .caller, as: let playback) = command { return playbackEnded(playback, &transfer, at: now) }
    // They would hear nothing between the words.
    if case .startMusic = command { return cannotBeHeld(&transfer, at: now) }
    return command == .holdCaller ? cannotBeHeld(&transfer, at: now) : []
  }

  private func cannotBeHeld(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    fallSilent() + transfer.sendBack(outcome, by: transfer.wayBack, at: now)
  }

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { transfer.backOnHold }

  /// Nobody has listened for a while: they are asked anew.
  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let again =
      switch step {
      case .confirming: begin(&transfer, at: now)
      case .keying: askForNumber(&transfer, at: now)
      }
    return [.startMusic(transfer.policy.holdMusic)] + again
  }

  private func fallSilent() -> [TransferEffect] {
    switch step {
    case .confirming(var question, _, _), .keying(var question, _): question.end()
    }
  }

  private func ask<Answer>(
    _ transfer: inout TransferMachine,
    _ take: (inout Question, inout TransferMachine) -> Answer
  ) -> Answer {
    switch step {
    case .confirming(var question, let number, let isOwn):
      let answer = take(&question, &transfer)
      become(.confirming(question, number: number, isOwn: isOwn), &transfer)
      return answer
    case .keying(var question, let typed):
      let answer = take(&question, &transfer)
      become(.keying(question, typed: typed), &transfer)
      return answer
    }
  }

  private func become(_ step: Step, _ transfer: inout TransferMachine) {
    var arranging = self
    arranging.step = step
    transfer.state = .arrangingCallback(arranging)
  }
}

extension TransferMachine {
  /// To a caller who is on hold and hears music.
  mutating func arrangeCallback(insteadOf outcome: Outcome, goesOnWaiting: Bool = false, at now: WallTime)
    -> [TransferEffect]
  {
    ArrangingCallback(insteadOf: outcome, goesOnWaiting: goesOnWaiting).begin(&self, at: now)
  }

  fileprivate mutating func promise(_ number: String) -> [TransferEffect] {
    let promise = CallbackPromise(number: number)
    promised = promise
    return [.beginCallback(promise)]
  }
}
