import ARI
import Transfer

/// The orders of one transfer on their way to Asterisk: one after the other, each with its commands one after the
/// other. Variables do not depend on each other and are sent at once.
struct CommandLane: Sendable {
  /// Far more than any transfer ever has waiting.
  static let limit = 512

  struct Finished: Sendable {
    let order: TransferEffect
    /// To the last of its requests.
    let answer: Result<AsteriskAnswer, ARIError>
  }

  /// Where the transfer is.
  let pbx: PBXName
  /// The first is the one whose turn it is.
  private(set) var orders: [TransferEffect] = []
  private var isBegun = false
  private var isWaitedFor = true
  /// Of the first order.
  private var unsent: ArraySlice<AsteriskRequest> = []
  private var unanswered = 0
  private var answer: Result<AsteriskAnswer, ARIError> = .success(.done)
  /// No order comes any more.
  private var isClosed = false

  init(to pbx: PBXName) {
    self.pbx = pbx
  }

  var isIdle: Bool { orders.isEmpty }
  var isDone: Bool { isClosed && isIdle }

  mutating func close() { isClosed = true }

  /// False when too many wait.
  mutating func add(_ order: TransferEffect) -> Bool {
    guard orders.count < Self.limit else { return false }
    orders.append(order)
    return true
  }

  /// The order whose turn has just come; its requests are wanted.
  mutating func nextOrder() -> TransferEffect? {
    guard !isBegun, let next = orders.first else { return nil }
    isBegun = true
    return next
  }

  mutating func begin(_ requests: [AsteriskRequest]) {
    unsent = requests[...]
    isWaitedFor = !mayBeOvertaken
  }

  /// The end of a sound keeps nobody waiting: Asterisk carries out what comes after it when the sound has ended. But what
  /// waits behind a sound that ends would be heard for an instant, if it were not stopped before that.
  private var mayBeOvertaken: Bool {
    guard case .stopPlayback(let playback)? = orders.first else { return false }
    guard case .stopPlayback(let next)? = orders.dropFirst().first else { return true }
    return next.leg != playback.leg
  }

  /// What is to be sent now, and whether the lane is told of the answer.
  mutating func nextRequests() -> (requests: [AsteriskRequest], isWaitedFor: Bool) {
    guard unanswered == 0, let first = unsent.first else { return ([], isWaitedFor) }
    let next = first.setsVariable ? unsent.prefix(while: \.setsVariable) : unsent.prefix(1)
    unsent = unsent.dropFirst(next.count)
    unanswered = isWaitedFor ? next.count : 0
    return (Array(next), isWaitedFor)
  }

  /// After a request that has failed no other is sent. Nothing hangs on a note.
  mutating func answered(_ request: AsteriskRequest, _ answer: Result<AsteriskAnswer, ARIError>) {
    unanswered -= 1
    guard case .success = self.answer else { return }
    switch answer {
    case .success: self.answer = answer
    case .failure where request.isNote: break
    case .failure:
      self.answer = answer
      unsent = []
    }
  }

  /// The order that is done, or has failed.
  mutating func takeFinished() -> Finished? {
    guard isBegun, unsent.isEmpty, unanswered == 0, !orders.isEmpty else { return nil }
    defer { (isBegun, answer) = (false, .success(.done)) }
    return Finished(order: orders.removeFirst(), answer: answer)
  }
}

extension AsteriskRequest {
  fileprivate var isNote: Bool { if case .command(let command) = self { command.isNote } else { false } }
  fileprivate var setsVariable: Bool { if case .command(let command) = self { command.setsVariable } else { false } }
}

extension TransferEffect {
  /// Carried out in its turn; timers, speech and reports go their own ways.
  var isOrder: Bool {
    switch self {
    case .startTimer, .cancelTimer, .prepareSpeech, .askDispatcher, .findPlace, .summarize, .tellReports, .keepMessage,
      .beginCallback:
      false
    case .bringCaller, .answerCaller, .openBridge, .holdCaller, .takeCallerOut, .startMusic, .stopMusic, .discardSpeech,
      .record, .stopRecording, .findRecording, .playRecording, .discardRecording,
      .play, .playRinging,
      .stopPlayback, .openSnoop, .detect, .awaitSilence, .closeSnoop, .ring, .release, .join, .lookIntoTalk,
      .closeBridge,
      .armDeadMansSwitch, .liftDeadMansSwitch, .admitVoiceAgent, .hangUpVoiceAgent, .releaseFormer, .writeOutcome,
      .returnCaller, .moveCaller, .hangUpCaller:
      true
    }
  }

  /// Whether the transfer wants to be told that it was done.
  var wantsConfirmation: Bool {
    switch self {
    case .bringCaller, .join, .holdCaller, .writeOutcome: true
    default: Chore(self) != nil
    }
  }
}
