extension TransferMachine {
  /// The API has asked for a caller, and the application that has them is to let them go. Until they are here nothing is
  /// done to them, and one who does not come stays where they are. Can go to: goingOnHold, sayingGoodbye, returning, ended;
  /// connected after an outage.
  package struct Coming: Equatable, Sendable, Codable {
    package enum Prospect: Equatable, Sendable, Codable {
      case asked
      /// Asterisk has taken the order, and carries it out when the caller has heard what is being played to them.
      case granted
      /// They may come all the same, and go back then.
      case givenUp(Outcome.Cause)
    }

    /// How long whoever has asked for them waits for an answer.
    static let limit: Duration = .seconds(5)
    static let longest: Duration = .seconds(60)

    package fileprivate(set) var prospect = Prospect.asked
  }
}

extension TransferMachine.Coming: Stage {
  func callerCameIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    let noTimer: [TransferEffect] = [.cancelTimer(.coming)]
    guard case .givenUp(let cause) = prospect else { return noTimer + transfer.begin(at: now) }
    return noTimer + transfer.sendBack(transfer.failure(cause, at: now), by: transfer.wayBack, at: now)
  }

  /// It is told only of channels that are here.
  func callerBecameAnotherChannel(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    callerCameIn(&transfer, at: now)
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    become(.givenUp(.cancelled), &transfer)
    return []
  }

  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if command == .bringCaller, prospect == .asked { become(.granted, &transfer) }
    return []
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    guard command == .bringCaller else { return [] }
    switch failure {
    case .gone: return end(transfer.abandoned(nil, at: now), &transfer)
    case .conflict, .refused: return end(transfer.lost(nil, at: now), &transfer)
    case .unanswered: return []
    }
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard timer == .coming else { return [] }
    let longest = transfer.requestedAt + Self.longest
    guard now < longest else { return giveUp(&transfer, at: now) }
    if prospect == .asked { become(.givenUp(.error), &transfer) }
    return [.startTimer(.coming, at: longest)]
  }

  /// They have never left where they were.
  private func giveUp(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if case .givenUp(let cause) = prospect { return end(transfer.failure(cause, at: now), &transfer) }
    return end(transfer.lost(nil, at: now), &transfer)
  }

  /// Whoever has given the order may have got no answer, and gone on with the caller since.
  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    guard prospect == .asked else { return [] }
    if now < transfer.requestedAt + Self.limit { return [.bringCaller] }
    become(.givenUp(.error), &transfer)
    return []
  }

  private func become(_ prospect: Prospect, _ transfer: inout TransferMachine) {
    transfer.state = .coming(Self(prospect: prospect))
  }

  /// Nothing was made that would have to be cleared away.
  private func end(_ outcome: Outcome, _ transfer: inout TransferMachine) -> [TransferEffect] {
    transfer.state = .ended(TransferMachine.Ended(outcome: outcome))
    return [.cancelTimer(.coming)]
  }
}

extension TransferMachine {
  mutating func bringCaller(at now: WallTime) -> [TransferEffect] {
    state = .coming(Coming())
    return [.bringCaller, .startTimer(.coming, at: now + Coming.limit)]
  }

  /// What is to be expected of a caller who was asked for and is not here.
  package var prospect: Coming.Prospect? { if case .coming(let coming) = state { coming.prospect } else { nil } }
}
