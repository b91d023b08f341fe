extension TransferMachine {
  /// Nothing was done yet. Can go to: coming, goingOnHold, sayingGoodbye, returning, clearing; connected after an outage.
  package struct New: Equatable, Sendable, Codable {}

  /// The caller is answered and put on hold. Can go to: seeking, sayingGoodbye, returning, clearing; connected after an
  /// outage.
  package struct GoingOnHold: Equatable, Sendable, Codable {}
}

extension TransferMachine.New: Stage {
  func requested(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.requestedAt = now
    return transfer.begin(at: now)
  }

  func ordered(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.requestedAt = now
    return transfer.bringCaller(at: now)
  }
}

extension TransferMachine.GoingOnHold: Stage {
  /// Whichever comes first: the music does not wait for an event.
  func callerEnteredHold(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.seek(at: now)
  }

  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    command == .holdCaller ? transfer.seek(at: now) : []
  }

  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] {
    let isNeeded = command == .answerCaller || command == .openBridge || command == .holdCaller
    return isNeeded ? sendBack(.error, &transfer, at: now) : []
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    sendBack(.cancelled, &transfer, at: now)
  }

  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    timer == .hold ? sendBack(.holdTimeout, &transfer, at: now) : []
  }

  func planChanged(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    switch transfer.request.plan {
    case .ring(let party): transfer.prepareTakenMessage(party)
    case .turnAway(let message): transfer.turnAway(message, at: now)
    case .refuse(let cause): sendBack(cause, &transfer, at: now)
    case .ask: []
    }
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    [.openBridge, .holdCaller, transfer.armDeadMansSwitch] + transfer.missingPrompts()
  }

  private func sendBack(_ cause: Outcome.Cause, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  {
    transfer.sendBack(transfer.failure(cause, at: now), by: transfer.wayBack, at: now)
  }
}

extension TransferMachine {
  /// The caller is here.
  mutating func begin(at now: WallTime) -> [TransferEffect] {
    if let terms = request.callback { return beginCallback(terms, at: now) }
    switch request.plan {
    case .refuse(let cause): return sendBack(failure(cause, at: now), by: .dialplan, at: now)
    case .turnAway(let message): return answerCaller() + turnAway(message, at: now)
    case .ring(let party):
      guard !party.targets.isEmpty else { return sendBack(failure(.noTarget, at: now), by: .dialplan, at: now) }
      return hold(at: now) + prompts(party) + summary()
    case .ask(let question):
      return hold(at: now) + ask(question, at: now) + prompts(question.party) + summary()
    }
  }

  fileprivate func answerCaller() -> [TransferEffect] {
    request.caller.isAnswered || answerAwaitsPerson ? [] : [.answerCaller]
  }

  fileprivate mutating func hold(at now: WallTime) -> [TransferEffect] {
    state = .goingOnHold(GoingOnHold())
    holdUntil = now + policy.holdTimeout
    return [.tellReports] + answerCaller() + [.openBridge, .holdCaller]
      + (hasDialplansLimit ? [] : [armDeadMansSwitch]) + [.startTimer(.hold, at: holdUntil)]
  }

  var hasDialplansLimit: Bool { request.caller.dialplansLimit != nil }

  var armDeadMansSwitch: TransferEffect { .armDeadMansSwitch(longestStay) }

  private var longestStay: Duration { policy.holdTimeout + Self.deadMansGrace }

  /// The dialplan may know as well as we do how long this caller can be here. What it set has run since.
  private var dialplansLimitFits: Bool {
    guard let limit = request.caller.dialplansLimit else { return false }
    return (longestStay - .seconds(2)...longestStay).contains(limit)
  }

  /// The caller is on hold.
  fileprivate mutating func seek(at now: WallTime) -> [TransferEffect] {
    let announcement = spoken[.announcement]
    state = .seeking(Seeking(untried: party?.targets ?? [], callerHears: announcement.map { _ in .announcement }))
    // The music waits behind the announcement in Asterisk itself, so that no gap can open between the two.
    let sound: [TransferEffect] =
      (announcement.map { [.play($0, to: .caller, as: .announcement)] } ?? [])
      + [.startMusic(policy.holdMusic)] + comfortLater(now)
    guard hasDialplansLimit, !dialplansLimitFits else { return sound }
    // A caller who has a switch already hears something first; but Asterisk would keep the switch, and all that comes
    // after it, waiting until the announcement is over.
    return announcement == nil ? sound + [armDeadMansSwitch] : [armDeadMansSwitch] + sound
  }
}
