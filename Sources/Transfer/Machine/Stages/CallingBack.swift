extension TransferMachine {
  /// Somebody is there for a caller who is to be called back: the caller is rung while the person hears it ring, and the
  /// two are joined. Can go to: connected, resting, clearing.
  package struct CallingBack: Equatable, Sendable, Codable {
    private enum Join: Equatable, Sendable, Codable {
      case notYet
      case ordered
      /// Nobody has said whether they are joined, and Asterisk has been asked, for the how-manieth time.
      case lookedFor(Int)
    }

    private static let mostLooks = 5

    /// Nil when they have been told that the caller cannot be had.
    private var person: AgentLeg?
    /// The caller's phone.
    private var callee: AgentLeg
    private var join = Join.notYet
    private let target: String

    init(person: AgentLeg, callee: AgentLeg) {
      self.person = person
      self.callee = callee
      target = person.target.name
    }
  }
}

extension TransferMachine.CallingBack: Stage {
  var legs: [AgentLeg] { (person.map { [$0] } ?? []) + [callee] }

  // MARK: The two phones

  func leg(_ id: LegID, _ event: LegEvent, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if id == person?.id, case .ended = event { return personHasGone(&transfer, at: now) }
    guard id == callee.id else { return [] }
    guard join != .notYet else {
      let (request, spoken) = (transfer.request, transfer.spoken)
      return step(&transfer, at: now) { $0.apply(event, of: request, spoken, at: now) }
    }
    if event == .enteredTalk { return connect(&transfer, at: now) }
    guard case .ended = event else { return [] }
    return unreached(.noAcknowledgement, transfer.dismissGone(callee), &transfer, at: now)
  }

  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    speech.leg == callee.id ? step(&transfer, at: now) { $0.speechReady(speech, media, at: now) } : []
  }

  func speechFailed(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    speech.leg == callee.id ? step(&transfer, at: now) { $0.speechFailed(speech, at: now) } : []
  }

  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    playback.leg == callee.id ? step(&transfer, at: now) { $0.playbackEnded(playback, at: now) } : []
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if timer == .merge { return look(&transfer, at: now) }
    let spoken = transfer.spoken
    return timer.leg == callee.id ? step(&transfer, at: now) { $0.timerFired(timer, spoken, at: now) } : []
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    // It may be done all the same, and if not, it is seen.
    if command == .join(callee.id) { return look(&transfer, at: now) }
    if command == .lookIntoTalk, failure == .gone { return parted(&transfer, at: now) }
    let spoken = transfer.spoken
    guard command.leg == callee.id, join == .notYet else { return [] }
    return step(&transfer, at: now) { $0.commandFailed(command, spoken, at: now) }
  }

  /// Lets the caller's phone take a step and draws the consequence.
  private func step(_ transfer: inout TransferMachine, at now: WallTime, _ take: (inout AgentLeg) -> AgentLeg.Step)
    -> [TransferEffect]
  {
    var calling = self
    let step = take(&calling.callee)
    transfer.state = .callingBack(calling)
    switch step.verdict {
    case .undecided: return step.effects + calling.sayThatItIsAMachine(&transfer, at: now)
    case .accepted: return step.effects + calling.meet(&transfer, at: now)
    case .failed(let cause):
      let release = transfer.dismiss(calling.callee)
      // Who has a message knows that they were called.
      return step.effects
        + calling.unreached(cause, release, isDone: calling.callee.hasLeftMessage, &transfer, at: now)
    case .gone(let cause):
      return step.effects + calling.unreached(cause, transfer.dismissGone(calling.callee), &transfer, at: now)
    }
  }

  // MARK: They meet

  private func meet(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard let person else { return unreached(.error, transfer.dismiss(callee), &transfer, at: now) }
    become(.ordered, &transfer)
    return [
      .join(callee.id), .stopPlayback(.ringing(person.id)),
      .startTimer(.merge, at: now + TransferMachine.mergeLimit),
    ]
  }

  private func connect(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    person.map { transfer.connectCallback($0, callee, at: now) } ?? []
  }

  /// Events may be late while the two are talking already: before anything is torn down Asterisk is asked.
  private func look(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let looks = if case .lookedFor(let count) = join { count + 1 } else { 1 }
    guard join != .notYet else { return [] }
    guard looks <= Self.mostLooks else { return parted(&transfer, at: now) }
    become(.lookedFor(looks), &transfer)
    return [.lookIntoTalk, .startTimer(.merge, at: now + TransferMachine.mergeLimit)]
  }

  func talkSeen(caller: Bool, legs: Set<LegID>, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    guard case .lookedFor = join else { return [] }
    if legs.isSuperset(of: self.legs.map(\.id)) { return connect(&transfer, at: now) }
    return parted(&transfer, at: now)
  }

  // MARK: They do not

  private func parted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    unreached(.error, transfer.partFrom(callee, .callbackSorry, at: now), &transfer, at: now)
  }

  /// The person need not hear it ring while a message is left.
  private func sayThatItIsAMachine(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard callee.isAtMachine, let person else { return [] }
    var calling = self
    calling.person = nil
    transfer.state = .callingBack(calling)
    return farewell(to: person, &transfer, at: now)
  }

  private func farewell(to person: AgentLeg, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.stopPlayback(.ringing(person.id))] + transfer.partFrom(person, .callbackUnreached, at: now)
  }

  private func unreached(
    _ cause: Outcome.Cause,
    _ release: [TransferEffect],
    isDone: Bool = false,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    let parting = person.map { farewell(to: $0, &transfer, at: now) } ?? []
    let failure = TransferMachine.Failure(target: target, cause: cause)
    let rest =
      isDone
      ? transfer.endCallback(cause, target: target, at: now) : transfer.rest(after: failure, hasRung: true, at: now)
    return release + parting + [.cancelTimer(.merge)] + rest
  }

  private func personHasGone(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    var calling = self
    let gone = person.map { transfer.dismissGone($0) } ?? []
    calling.person = nil
    let release = callee.isAnswered ? transfer.partFrom(callee, .callbackSorry, at: now) : transfer.dismiss(callee)
    return gone + calling.unreached(.noAcknowledgement, release, &transfer, at: now)
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let parting = person.map { farewell(to: $0, &transfer, at: now) } ?? []
    return parting + transfer.endCallback(.cancelled, target: target, dismissing: [callee], at: now)
  }

  // MARK: After an outage

  /// A phone that is not there may have rung: it does not ring twice for one try.
  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if !callee.isKnownToExist { return unreached(.noAnswer, transfer.dismiss(callee), &transfer, at: now) }
    if join != .notYet { return [.join(callee.id), .startTimer(.merge, at: now + TransferMachine.mergeLimit)] }
    let (request, spoken) = (transfer.request, transfer.spoken)
    var calling = self
    let effects = calling.callee.resume(for: request, spoken, at: now)
    transfer.state = .callingBack(calling)
    return transfer.partingWords(for: legs) + effects
  }

  func asteriskRestarted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    unreached(.error, transfer.dismiss(callee), &transfer, at: now)
  }

  private func become(_ join: Join, _ transfer: inout TransferMachine) {
    var calling = self
    calling.join = join
    transfer.state = .callingBack(calling)
  }
}

extension TransferMachine {
  mutating func callBack(with person: AgentLeg, at now: WallTime) -> [TransferEffect] {
    guard let terms = request.callback else { return [] }
    let callee = AgentLeg.callee(id: phones.addCallee(), target: terms.callee)
    state = .callingBack(CallingBack(person: person, callee: callee))
    let kept = chores.drop(.closeBridge)
    hasMeetingPlace = true
    return kept + [.openBridge, .join(person.id), .playRinging(to: person.id)]
      + callee.start(for: request, at: now) + partingWords(for: [person, callee])
  }

  fileprivate func partingWords(for legs: [AgentLeg]) -> [TransferEffect] {
    legs.compactMap { leg in
      let sentence: MenuSentence = leg.isCallee ? .callbackSorry : .callbackUnreached
      let words = (leg.target.policy.menu.sentences[sentence] ?? .empty).render([:])
      return words.isEmpty || spoken[.menu(sentence)] != nil
        ? nil : .prepareSpeech(.menu(sentence), text: words, leg.target.policy.voice)
    }
  }

  /// They hear why before they are hung up.
  fileprivate mutating func partFrom(_ leg: AgentLeg, _ sentence: MenuSentence, at now: WallTime) -> [TransferEffect] {
    guard let words = spoken[.menu(sentence)] else { return dismiss(leg) }
    var leg = leg
    return leg.fallSilent() + release(leg.id, afterHearing: words, at: now)
  }
}
