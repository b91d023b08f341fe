/// A phase that a transfer has come to, and what those are told of it who follow the transfer from outside.
package struct PhaseChange: Equatable, Sendable {
  package var phase: TransferMachine.Phase
  /// Who is rung, briefed or connected; from the way back on: who was connected or rung last.
  package var target: String?
  /// How it ends, from the way back on.
  package var result: Outcome.Result?
  package var cause: Outcome.Cause?
  /// How long the caller has waited until now, or had waited when they were joined.
  package var wait: Duration
  /// Who was signed off with this call, the last of several in a row that they have missed.
  package var signedOff: String?

  package init(
    _ phase: TransferMachine.Phase,
    target: String? = nil,
    result: Outcome.Result? = nil,
    cause: Outcome.Cause? = nil,
    wait: Duration,
    signedOff: String? = nil
  ) {
    self.phase = phase
    self.target = target
    self.result = result
    self.cause = cause
    self.wait = wait
    self.signedOff = signedOff
  }
}

extension TransferMachine {
  /// What this event, which the machine has applied, has changed. That a transfer begins is a change of its own.
  /// That somebody was signed off with it is told also where the phase is the same.
  package func changes(
    by event: TransferEvent,
    from before: Phase,
    at now: WallTime,
    signingOff target: String? = nil
  ) -> [PhaseChange] {
    let begins = event == .requested || event == .ordered ? [PhaseChange(.requested, wait: .zero)] : []
    guard before != phase || target != nil else { return begins }
    var change = change(at: now)
    change.signedOff = target
    return begins + [change]
  }

  private func change(at now: WallTime) -> PhaseChange {
    switch state {
    case .new, .coming, .goingOnHold, .seeking, .merging, .resting, .callingBack:
      return PhaseChange(
        phase,
        target: (legs.first(where: \.isAnswered) ?? legs.last)?.target.name,
        wait: now - requestedAt
      )
    case .connected(let talk): return PhaseChange(phase, target: talk.leg.target.name, wait: talk.wait)
    case .choosing(let choosing): return PhaseChange(phase, choosing.outcome)
    case .leavingMessage(let leaving): return PhaseChange(phase, leaving.outcome)
    case .arrangingCallback(let arranging): return PhaseChange(phase, arranging.outcome)
    case .sayingGoodbye(let goodbye): return PhaseChange(phase, goodbye.outcome)
    case .returning(let returning): return PhaseChange(phase, returning.outcome)
    case .clearing(let clearing): return PhaseChange(phase, clearing.outcome)
    case .ended(let end): return PhaseChange(phase, end.outcome)
    }
  }
}

extension PhaseChange {
  package init(_ phase: TransferMachine.Phase, _ outcome: Outcome) {
    self.init(phase, target: outcome.target, result: outcome.result, cause: outcome.cause, wait: outcome.wait)
  }
}
