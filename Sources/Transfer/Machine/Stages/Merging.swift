extension TransferMachine {
  /// Somebody has accepted; the two are being joined. Can go to: connected, seeking, returning, sayingGoodbye, clearing.
  package struct Merging: Equatable, Sendable, Codable {
    private enum Join: Equatable, Sendable, Codable {
      case ordered
      /// The bridge was not there. Once more with another one.
      case orderedAgain
      case confirmed
    }

    private enum Look: Equatable, Sendable, Codable {
      case none
      /// The how-manieth.
      case awaited(Int)
    }

    /// Each as long after the one before as the first after the join.
    private static let mostLooks = 5

    package private(set) var leg: AgentLeg
    /// Where the search goes on if the join fails.
    private let seeking: Seeking
    private var join = Join.ordered
    private var look = Look.none

    init(leg: AgentLeg, seeking: Seeking) {
      self.leg = leg
      self.seeking = seeking
    }
  }
}

extension TransferMachine.Merging: Stage {
  var legs: [AgentLeg] { [leg] }
  var callerHearsMusic: Bool { true }

  // MARK: It succeeds

  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard command == .join(leg.id) else { return [] }
    let silence = silence(&transfer)
    var merging = self
    merging.join = .confirmed
    transfer.state = .merging(merging)
    return silence
  }

  func leg(_ id: LegID, _ event: LegEvent, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard id == leg.id else { return [] }
    // Whoever has let go before does not talk with them; that they have left is still to be told.
    if event == .enteredTalk {
      return transfer.callerHasHungUp ? [] : silence(&transfer) + transfer.connect(leg, at: now)
    }
    guard case .ended = event else { return [] }
    return fail(.noAcknowledgement, transfer.dismissGone(leg), &transfer, at: now)
  }

  /// Music ends after the join, not before: until then the caller would hear nothing at all.
  private func silence(_ transfer: inout TransferMachine) -> [TransferEffect] {
    join == .confirmed ? [] : transfer.answerJoinedCaller() + [.stopMusic]
  }

  // MARK: Nobody says whether it has

  /// Events may be late while the two are talking already: before anything is torn down Asterisk is asked.
  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    timer == .merge ? lookIntoTalk(&transfer, at: now) : []
  }

  private func lookIntoTalk(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let next = if case .awaited(let count) = look { count + 1 } else { 1 }
    guard next <= Self.mostLooks else { return giveUpLooking(&transfer, at: now) }
    var merging = self
    merging.look = .awaited(next)
    transfer.state = .merging(merging)
    return [.lookIntoTalk, .startTimer(.merge, at: now + TransferMachine.mergeLimit)]
  }

  /// Asterisk has said that it joined the two, and will not say more: who talks must not be parted for that.
  private func giveUpLooking(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if join == .confirmed { return transfer.connect(leg, at: now) }
    return fail(.error, transfer.dismiss(leg), &transfer, at: now)
  }

  func talkSeen(caller: Bool, legs: Set<LegID>, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    if look == .none { return [] }
    if caller, legs.contains(leg.id) { return silence(&transfer) + transfer.connect(leg, at: now) }
    let missing = caller ? [] : callerStrayed(&transfer, at: now)
    return missing + fail(.error, transfer.dismiss(leg), &transfer, at: now)
  }

  // MARK: It fails

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    if command == .lookIntoTalk, look != .none, failure == .gone {
      return fail(.error, transfer.dismiss(leg), &transfer, at: now)
    }
    guard command == .join(leg.id) else { return [] }
    switch (failure, join) {
    case (.unanswered, _): return lookIntoTalk(&transfer, at: now)
    case (.gone, .ordered):
      var merging = self
      merging.join = .orderedAgain
      transfer.state = .merging(merging)
      return [.openBridge, .holdCaller, .join(leg.id)]
    case (.gone, .orderedAgain), (.gone, .confirmed):
      return fail(.error, transfer.dismiss(leg), &transfer, at: now)
    // Most likely the person has just hung up, which is told next. If not, Asterisk is asked when the time is up.
    case (.conflict, _), (.refused, _): return []
    }
  }

  /// The person has gone in the instant of the join, or Asterisk would not join the two. The caller goes back on hold and
  /// the search goes on.
  private func fail(
    _ cause: Outcome.Cause,
    _ farewell: [TransferEffect],
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    let backOnHold: [TransferEffect] = [
      .cancelTimer(.merge),
      .startMusic(transfer.policy.holdMusic),
      .startTimer(.hold, at: transfer.holdUntil),
    ]
    let failure = TransferMachine.Failure(target: leg.target.name, cause: cause)
    return backOnHold + transfer.comfortLater(now) + farewell + seeking.goOn(after: failure, &transfer, at: now)
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let outcome = transfer.failure(.cancelled, target: leg.target.name, at: now)
    return transfer.sendBack(outcome, by: transfer.wayBack, dismissing: legs, at: now)
  }

  // MARK: Once more

  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.openBridge, .holdCaller]
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.join(leg.id), .startTimer(.merge, at: now + TransferMachine.mergeLimit)]
  }
}
