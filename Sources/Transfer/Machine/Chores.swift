/// What has to be made sure of, or somebody's channel is left over, a voice agent talks on to nobody, or music plays into
/// a conversation: it is repeated until Asterisk has done it, or says that there is nothing left to do.
package enum Chore: Hashable, Sendable, Codable {
  case release(LegID)
  case closeSnoop(LegID)
  case closeBridge
  case discardRecording(Int)
  /// Of a caller who has gone while it was made.
  case findRecording(Int)
  case beginCallback(CallbackPromise)
  case stopMusic
  case answerCaller
  case liftDeadMansSwitch
  case admitVoiceAgent(String, muted: Bool)
  case hangUpVoiceAgent(String)

  private enum CodingKeys: String, CodingKey {
    case release, discardRecording, findRecording, beginCallback, stopMusic, answerCaller, liftDeadMansSwitch,
      admitVoiceAgent,
      hangUpVoiceAgent
    case closeBridge = "closeTalk"
    case closeSnoop = "closeEar"
  }

  package init?(_ effect: TransferEffect) {
    switch effect {
    case .release(let leg): self = .release(leg)
    case .closeSnoop(let leg): self = .closeSnoop(leg)
    case .closeBridge: self = .closeBridge
    case .discardRecording(let number): self = .discardRecording(number)
    case .findRecording(let number): self = .findRecording(number)
    case .beginCallback(let promise): self = .beginCallback(promise)
    case .stopMusic: self = .stopMusic
    case .answerCaller: self = .answerCaller
    case .liftDeadMansSwitch: self = .liftDeadMansSwitch
    case .admitVoiceAgent(let agent, let muted): self = .admitVoiceAgent(agent, muted: muted)
    case .hangUpVoiceAgent(let agent): self = .hangUpVoiceAgent(agent)
    case .bringCaller, .openBridge, .holdCaller, .takeCallerOut, .startMusic, .askDispatcher, .findPlace,
      .summarize,
      .prepareSpeech, .record, .stopRecording, .playRecording, .keepMessage,
      .discardSpeech,
      .play, .playRinging, .stopPlayback, .openSnoop, .detect, .awaitSilence, .ring, .join, .lookIntoTalk,
      .armDeadMansSwitch, .releaseFormer, .tellReports, .writeOutcome,
      .returnCaller, .moveCaller, .hangUpCaller, .startTimer, .cancelTimer:
      return nil
    }
  }

  var effect: TransferEffect {
    switch self {
    case .release(let leg): .release(leg)
    case .closeSnoop(let leg): .closeSnoop(leg)
    case .closeBridge: .closeBridge
    case .discardRecording(let number): .discardRecording(number)
    case .findRecording(let number): .findRecording(number)
    case .beginCallback(let promise): .beginCallback(promise)
    case .stopMusic: .stopMusic
    case .answerCaller: .answerCaller
    case .liftDeadMansSwitch: .liftDeadMansSwitch
    case .admitVoiceAgent(let agent, let muted): .admitVoiceAgent(agent, muted: muted)
    case .hangUpVoiceAgent(let agent): .hangUpVoiceAgent(agent)
    }
  }

  /// The same is not asked of a voice agent that has gone its own way: it is in the dialplan, where nobody joins it.
  fileprivate func isVain(after failure: CommandFailure) -> Bool {
    if case .admitVoiceAgent = self { failure.isAboutAbsence } else { failure == .gone && !concernsCaller }
  }

  /// It is done when it is done, or when the caller is in other hands: that they cannot be found once may be a mistake.
  private var concernsCaller: Bool {
    switch self {
    case .stopMusic, .answerCaller, .liftDeadMansSwitch: true
    case .release, .closeSnoop, .closeBridge, .discardRecording, .findRecording, .beginCallback, .admitVoiceAgent,
      .hangUpVoiceAgent:
      false
    }
  }
}

/// The chores that were begun and that Asterisk has not confirmed, in that order.
struct Chores: Equatable, Sendable, Codable {
  static let pause: Duration = .seconds(2)
  static let longestDelay: Duration = .seconds(15)

  private struct Item: Equatable, Sendable, Codable {
    let chore: Chore
    /// The phone became another channel while it was hung up: that the first one is gone proves nothing.
    var wasReplaced = false
  }

  private var items: [Item] = []
  /// Music was asked for more than once, and what was asked first may still be done: until then it is stopped again.
  private var lateMusicUntil: WallTime?
  /// The same of its end: until then it is started again.
  private var lateSilenceUntil: WallTime?

  var isEmpty: Bool { items.isEmpty }
  /// Phones that are still to be hung up.
  var releases: [LegID] { items.compactMap { if case .release(let leg) = $0.chore { leg } else { nil } } }
  var effects: [TransferEffect] { items.map(\.chore.effect) }

  func contains(_ chore: Chore) -> Bool { items.contains { $0.chore == chore } }

  /// The effects, each chore among them with the timer that repeats it.
  mutating func undertake(_ effects: [TransferEffect], at now: WallTime) -> [TransferEffect] {
    effects.flatMap { effect -> [TransferEffect] in
      if case .startMusic = effect { return drop(.stopMusic) + [effect] + musicAgain(at: now) }
      guard let chore = Chore(effect) else { return [effect] }
      begin(chore)
      return [effect, .startTimer(.again(chore), at: now + Self.pause)]
    }
  }

  /// The phone is hung up when that time has come, or earlier.
  mutating func postpone(_ chore: Chore, until moment: WallTime) -> [TransferEffect] {
    begin(chore)
    return [.startTimer(.again(chore), at: moment)]
  }

  mutating func drop(_ chore: Chore) -> [TransferEffect] {
    guard contains(chore) else { return [] }
    items.removeAll { $0.chore == chore }
    return [.cancelTimer(.again(chore))]
  }

  /// What concerned the caller's channel is nobody's business when it is in other hands.
  mutating func callerLeft() -> [TransferEffect] {
    drop(.stopMusic) + drop(.answerCaller) + drop(.liftDeadMansSwitch)
  }

  /// Another channel is the phone that is not wanted any more: it has to be hung up too.
  mutating func phoneWasReplaced(_ leg: LegID) -> [TransferEffect] {
    if let index = items.firstIndex(where: { $0.chore == .release(leg) }) { items[index].wasReplaced = true }
    return [.release(leg)]
  }

  private func musicAgain(at now: WallTime) -> [TransferEffect] {
    guard let until = lateSilenceUntil, now < until else { return [] }
    return [.startTimer(.music, at: now + Self.pause)]
  }

  mutating func musicMayBeginLate(at now: WallTime) { lateMusicUntil = now + Self.longestDelay }

  func again(_ chore: Chore) -> [TransferEffect] { contains(chore) ? [chore.effect] : [] }

  /// A hang-up that was only asked for is none yet: the phone's end is told by an event of its own.
  mutating func succeeded(_ effect: TransferEffect, at now: WallTime) -> [TransferEffect] {
    if case .startMusic = effect { musicMayBeginLate(at: now) }
    if effect == .stopMusic, let until = lateMusicUntil, now < until, contains(.stopMusic) {
      return [.startTimer(.again(.stopMusic), at: now + Self.pause)]
    }
    if case .writeOutcome(let outcome) = effect, outcome.result == .connected { return drop(.liftDeadMansSwitch) }
    guard let chore = Chore(effect) else { return [] }
    if case .release = chore { return [] }
    return drop(chore)
  }

  mutating func failed(
    _ effect: TransferEffect,
    _ failure: CommandFailure,
    callerHasLeft: Bool,
    at now: WallTime
  ) -> [TransferEffect] {
    if effect == .stopMusic, case .unanswered = failure { lateSilenceUntil = now + Self.longestDelay }
    guard let chore = Chore(effect) else { return [] }
    // Hung up meanwhile, or in the dialplan.
    if chore == .liftDeadMansSwitch, callerHasLeft { return failure.isAboutAbsence ? drop(chore) : [] }
    guard chore.isVain(after: failure) else { return [] }
    if let index = items.firstIndex(where: { $0.chore == chore && $0.wasReplaced }) {
      items[index].wasReplaced = false
      return []
    }
    return drop(chore)
  }

  private mutating func begin(_ chore: Chore) {
    if !contains(chore) { items.append(Item(chore: chore)) }
  }
}

extension CommandFailure {
  /// The channel is not there, or not in our application.
  var isAboutAbsence: Bool {
    switch self {
    case .gone, .conflict: true
    case .refused, .unanswered: false
    }
  }
}
