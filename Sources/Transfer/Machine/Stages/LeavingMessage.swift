extension TransferMachine {
  /// The caller leaves a message. Can go to: sayingGoodbye, returning, clearing; connected after an outage.
  package struct LeavingMessage: Equatable, Sendable, Codable {
    private enum Step: Equatable, Sendable, Codable {
      /// What they are to do is said; the end of the music waits behind the words.
      case prompting(PlaybackID?)
      /// They speak.
      case recording
      /// Nobody has said that the recording has ended, and Asterisk is asked.
      case looking
      /// Send, listen, or once more.
      case reviewing(Question)
      case listening(PlaybackID)
    }

    /// A word or two is no message.
    private static let shortest: Duration = .seconds(1)
    private static let recordingGrace: Duration = .seconds(5)
    /// Who says nothing twice does not want to.
    private static let mostPrompts = 2

    /// Where they leave none.
    package let outcome: Outcome
    private var step = Step.prompting(nil)
    private var prompts = 1
    /// The one that is made, or was made last.
    private var number = 0
    private var length: Duration?

    init(insteadOf outcome: Outcome) { self.outcome = outcome }
  }
}

extension TransferMachine.LeavingMessage: Stage {
  var callerHearsMusic: Bool {
    switch step {
    case .prompting(let playback): playback == nil
    case .recording, .looking: false
    case .reviewing, .listening: true
    }
  }

  // MARK: What they are to do

  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    if let effects = review(&transfer, { $0.speechReady(speech, &$1, at: now) }) { return effects }
    guard speech == .menu(.messagePrompt), step == .prompting(nil) else { return [] }
    let playback = transfer.nextMenuSound()
    become(.prompting(playback), &transfer)
    return [
      .play(media, to: .caller, as: playback), .stopMusic,
      .startTimer(.question, at: now + media.length + TransferMachine.playbackGrace),
    ]
  }

  func speechFailed(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    speech == .menu(.messagePrompt) && step == .prompting(nil) ? record(&transfer, at: now) : []
  }

  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if step == .prompting(playback) { return record(&transfer, at: now) }
    if step == .listening(playback) { return ask(&transfer, at: now) }
    return review(&transfer) { $0.playbackEnded(playback, $1, at: now) } ?? []
  }

  // MARK: The recording

  private func record(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var leaving = self
    leaving.number += 1
    leaving.length = nil
    leaving.step = .recording
    let silence: [TransferEffect] = callerHearsMusic ? [.stopMusic] : []
    transfer.state = .leavingMessage(leaving)
    let menu = transfer.policy.menu
    // Asterisk ends it; nobody is to be cut off because nobody hears of that.
    let limit = menu.longestMessage + Self.recordingGrace
    return silence + [
      .takeCallerOut, .armDeadMansSwitch(limit + TransferMachine.deadMansGrace * 2),
      .record(leaving.number, longest: menu.longestMessage, silence: menu.silenceAfterMessage),
      .startTimer(.recording, at: now + limit), .cancelTimer(.question),
    ]
  }

  func callerWasRecorded(_ number: Int, _ recorded: Recorded, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard number == self.number, step == .recording || step == .looking else { return [] }
    switch recorded {
    case .words(let length) where length >= Self.shortest: return listenTo(length, &transfer, at: now)
    case .words, .silence: return [.discardRecording(number)] + saidNothing(&transfer, at: now)
    case .failed: return giveUp(outcome, &transfer, at: now)
    }
  }

  private func listenTo(_ length: Duration?, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var leaving = self
    leaving.length = length
    // In a bridge the music goes on by itself after every word.
    return [.cancelTimer(.recording)] + transfer.backOnHold + leaving.ask(&transfer, at: now)
  }

  private func saidNothing(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard prompts < Self.mostPrompts else { return giveUp(outcome, &transfer, at: now) }
    var leaving = self
    leaving.prompts += 1
    return [.cancelTimer(.recording)] + transfer.backOnHold + leaving.prompt(&transfer, at: now)
  }

  // MARK: Send, listen, or once more

  private func ask(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let question = Question(.messageReview)
    become(.reviewing(question), &transfer)
    return [transfer.armForQuestion] + question.begin(for: transfer, at: now)
  }

  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if case .prompting(let playback?) = step {
      // They know what to do.
      return key == "#" ? [.stopPlayback(playback)] + record(&transfer, at: now) : []
    }
    if case .listening(let playback) = step { return [.stopPlayback(playback)] + ask(&transfer, at: now) }
    let pressed = review(&transfer) { question, _ in question.pressed(key, among: MessageKey.sequences) }
    guard let (keys, effects) = pressed else { return [] }
    switch keys.flatMap({ MessageKey(rawValue: $0.digits) }) {
    case nil: return effects
    case .send: return effects + send(&transfer, at: now)
    case .listen: return effects + listen(&transfer, at: now)
    case .again: return effects + [.discardRecording(number)] + prompt(&transfer, at: now)
    }
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch step {
    case .prompting: return timer == .question ? record(&transfer, at: now) : []
    case .recording: return timer == .recording ? look(&transfer, at: now) : []
    // Asterisk does not answer: what was said is perhaps there.
    case .looking: return timer == .recording ? [.findRecording(number)] : []
    case .listening: return timer == .question ? ask(&transfer, at: now) : []
    case .reviewing:
      guard timer == .question, let said = review(&transfer, { $0.patienceIsOver(&$1, at: now) }) else { return [] }
      // What was said is not lost for want of a key.
      return said ?? send(&transfer, at: now)
    }
  }

  private func listen(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let playback = transfer.nextMenuSound()
    become(.listening(playback), &transfer)
    let longest = (length ?? transfer.policy.menu.longestMessage) + TransferMachine.playbackGrace
    return [
      .armDeadMansSwitch(longest + TransferMachine.deadMansGrace), .playRecording(number, as: playback),
      .startTimer(.question, at: now + longest),
    ]
  }

  private func send(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let kept = keep(&transfer)
    let way: TransferMachine.WayOut = transfer.policy.menu.afterMessage == .hangUp ? .hangUp : transfer.wayBack
    let words = transfer.words(of: .messageSent)
    let sent = voicemail(transfer)
    return kept + [.cancelTimer(.question)] + transfer.sayGoodbye(words, sent, by: way, at: now)
  }

  private func keep(_ transfer: inout TransferMachine) -> [TransferEffect] {
    let message = CallersMessage(recording: number, length: length)
    transfer.message = message
    return [.keepMessage(message)]
  }

  private func voicemail(_ transfer: TransferMachine) -> Outcome {
    Outcome(result: .voicemail, cause: outcome.cause, target: outcome.target, wait: outcome.wait)
  }

  // MARK: What comes between

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if case .play(_, to: .caller, as: let playback) = command { return playbackEnded(playback, &transfer, at: now) }
    if case .playRecording(_, as: let playback) = command { return playbackEnded(playback, &transfer, at: now) }
    if case .startMusic = command { return cannotBeHeld(&transfer, at: now) }
    if command == .holdCaller { return cannotBeHeld(&transfer, at: now) }
    if case .record(number, _, _) = command, step == .recording {
      if case .unanswered = failure { return look(&transfer, at: now) }
      return giveUp(outcome, &transfer, at: now)
    }
    guard step == .looking, failure == .gone else { return [] }
    // It has ended, and nobody was told.
    if command == .stopRecording(number) { return [.findRecording(number)] }
    return command == .findRecording(number) ? saidNothing(&transfer, at: now) : []
  }

  /// They would hear nothing between the words.
  private func cannotBeHeld(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch step {
    case .reviewing, .listening: send(&transfer, at: now)
    case .prompting: giveUp(outcome, &transfer, at: now)
    case .recording, .looking: []
    }
  }

  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    command == .findRecording(number) && step == .looking ? listenTo(nil, &transfer, at: now) : []
  }

  /// It is stopped, and then it is told that it has ended; if it has ended already, it is looked for.
  private func look(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    become(.looking, &transfer)
    return [.stopRecording(number), .startTimer(.recording, at: now + Self.recordingGrace)]
  }

  /// Who hangs up in the middle leaves what was said. Of a recording that is still going on it is told before that they
  /// have left.
  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    end(transfer.abandoned(outcome.target, at: now), &transfer)
  }

  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    end(transfer.lost(outcome.target, at: now), &transfer)
  }

  private func end(_ otherwise: Outcome, _ transfer: inout TransferMachine) -> [TransferEffect] {
    switch step {
    case .reviewing, .listening:
      let kept = keep(&transfer)
      return kept + transfer.clear(voicemail(transfer)) + timers
    case .recording, .looking:
      // Nobody was told of its end: it is looked for, and if it is there, it is a message.
      return transfer.clear(otherwise) + [.findRecording(number)] + timers
    case .prompting: return transfer.clear(otherwise) + timers
    }
  }

  private var timers: [TransferEffect] { [.cancelTimer(.question), .cancelTimer(.recording)] }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    giveUp(transfer.failure(.cancelled, target: outcome.target, at: now), &transfer, at: now)
  }

  /// Of what was said nothing is kept.
  private func giveUp(_ outcome: Outcome, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let recorded: [TransferEffect] =
      switch step {
      case .prompting: []
      case .recording, .looking, .reviewing, .listening: [.discardRecording(number)]
      }
    return recorded + timers + transfer.sendBack(outcome, by: transfer.wayBack, at: now)
  }

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch step {
    case .recording, .looking: []
    case .prompting, .reviewing, .listening:
      [.openBridge, .holdCaller] + (callerHearsMusic ? [.startMusic(transfer.policy.holdMusic)] : [])
    }
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch step {
    case .prompting: transfer.backOnHold + prompt(&transfer, at: now)
    case .recording, .looking: look(&transfer, at: now)
    case .reviewing, .listening: transfer.backOnHold + ask(&transfer, at: now)
    }
  }

  private func become(_ step: Step, _ transfer: inout TransferMachine) {
    var leaving = self
    leaving.step = step
    transfer.state = .leavingMessage(leaving)
  }

  /// Nil where they are not asked just now.
  private func review<Answer>(
    _ transfer: inout TransferMachine,
    _ take: (inout Question, inout TransferMachine) -> Answer
  ) -> Answer? {
    guard case .reviewing(var question) = step else { return nil }
    let answer = take(&question, &transfer)
    become(.reviewing(question), &transfer)
    return answer
  }

  fileprivate func prompt(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var leaving = self
    leaving.step = .prompting(nil)
    transfer.state = .leavingMessage(leaving)
    let words = transfer.prepare(.messagePrompt)
    guard !words.isEmpty else { return leaving.record(&transfer, at: now) }
    return [transfer.armForQuestion] + words + [.startTimer(.question, at: now + TransferMachine.speechLimit)]
  }
}

extension TransferMachine {
  mutating func takeMessage(insteadOf outcome: Outcome, at now: WallTime) -> [TransferEffect] {
    LeavingMessage(insteadOf: outcome).prompt(&self, at: now)
  }
}

extension TransferMachine.Clearing {
  /// The caller has gone in the middle of a recording, of whose end nobody was told.
  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard case .findRecording(let number) = command, transfer.message == nil else { return [] }
    let message = CallersMessage(recording: number, length: nil)
    transfer.message = message
    return [.keepMessage(message)]
  }
}
