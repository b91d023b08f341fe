extension TransferMachine {
  /// A caller is to be called back, and nobody is rung for them just now: it is too early, or a try has come to nothing.
  /// Can go to: seeking, clearing.
  package struct Resting: Equatable, Sendable, Codable {
    package let until: WallTime
    package let lastFailure: Failure?
  }
}

extension TransferMachine.Resting: Stage {
  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    if timer == .callback { return transfer.seekForCallback(at: now) }
    return timer == .hold ? transfer.endCallback(.holdTimeout, target: lastFailure?.target, at: now) : []
  }

  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.endCallback(.cancelled, target: lastFailure?.target, at: now)
  }

  func callerCalledIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    cancelled(&transfer, at: now)
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.timersOfRest(until: until)
  }

  func asteriskRestarted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    resumed(&transfer, at: now)
  }
}

extension TransferMachine {
  mutating func beginCallback(_ terms: CallbackTerms, at now: WallTime) -> [TransferEffect] {
    rest(until: max(now, terms.notBefore ?? now), after: nil, at: now)
  }

  /// The next try comes later, if there is one.
  mutating func rest(after failure: Failure, hasRung: Bool, at now: WallTime) -> [TransferEffect] {
    guard let terms = request.callback else { return [] }
    if hasRung { callbackTries += 1 }
    let wakes = now + terms.pause
    guard callbackTries < terms.tries else { return endCallback(failure.cause, target: failure.target, at: now) }
    guard wakes < terms.expiresAt else { return endCallback(.holdTimeout, target: failure.target, at: now) }
    return rest(until: wakes, after: failure, at: now)
  }

  private mutating func rest(until moment: WallTime, after failure: Failure?, at now: WallTime) -> [TransferEffect] {
    state = .resting(Resting(until: moment, lastFailure: failure))
    // Somebody may still hear in it why they are hung up.
    let bridge = hasMeetingPlace ? chores.postpone(.closeBridge, until: min(moment, now + Chores.longestDelay)) : []
    return bridge + timersOfRest(until: moment)
  }

  fileprivate func timersOfRest(until moment: WallTime) -> [TransferEffect] {
    guard let terms = request.callback else { return [] }
    return [.startTimer(.callback, at: moment), .startTimer(.hold, at: terms.expiresAt)]
  }

  /// Into the line, with the place that the caller has.
  fileprivate mutating func seekForCallback(at now: WallTime) -> [TransferEffect] {
    state = .seeking(Seeking(untried: party?.targets ?? [], callerHears: nil))
    holdUntil = request.callback?.expiresAt ?? now
    guard case .ask(let question) = request.plan else { return missingPrompts() }
    return ask(question, at: now) + missingPrompts()
  }

  mutating func endCallback(
    _ cause: Outcome.Cause,
    target: String?,
    dismissing legs: [AgentLeg] = [],
    at now: WallTime
  ) -> [TransferEffect] {
    let outcome = Outcome(result: .returned, cause: cause, target: target, wait: callbackWait(until: now))
    return clear(outcome, dismissing: legs) + [.cancelTimer(.callback), .cancelTimer(.hold), .cancelTimer(.merge)]
  }

  /// From when they came into the line.
  func callbackWait(until now: WallTime) -> Duration { now - (request.waitingSince ?? requestedAt) }
}
