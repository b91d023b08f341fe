/// Whether somebody who was rung was there.
package enum Reaction: Equatable, Sendable {
  /// They did not answer, a machine did, or no key was pressed.
  case missed
  /// They have taken the call, or declined it.
  case present
}

extension TransferMachine {
  /// What those have made of the call who were rung before the last event, where it says something of them: a busy or
  /// dead phone does not, nor a call that ended before they could take it.
  package func reactions(since before: [AgentLeg]) -> [(target: Target, reaction: Reaction)] {
    let takers = legs.filter { leg in leg.isAccepted && before.contains { $0.id == leg.id && !$0.isAccepted } }
    let gone = before.filter { leg in !legs.contains { $0.id == leg.id } && leg.target.name == failure?.target }
    return takers.map { ($0.target, .present) }
      + gone.compactMap { leg in failure?.cause.reaction.map { (leg.target, $0) } }
  }

  /// The last that has failed, or what has come of it.
  private var failure: Failure? {
    switch state {
    case .seeking(let seeking): seeking.lastFailure
    case .choosing(let choosing): choosing.outcome.failure
    case .leavingMessage(let leaving): leaving.outcome.failure
    case .arrangingCallback(let arranging): arranging.outcome.failure
    case .resting(let resting): resting.lastFailure
    case .sayingGoodbye(let goodbye): goodbye.outcome.failure
    case .returning(let returning): returning.outcome.failure
    case .clearing(let clearing): clearing.outcome.failure
    case .new, .coming, .goingOnHold, .merging, .connected, .callingBack, .ended: nil
    }
  }
}

extension Outcome {
  fileprivate var failure: TransferMachine.Failure? { target.map { .init(target: $0, cause: cause) } }
}

extension Outcome.Cause {
  fileprivate var reaction: Reaction? {
    switch self {
    case .noAnswer, .machine, .noAcknowledgement: .missed
    case .declined: .present
    case .completed, .busy, .unreachable, .holdTimeout, .optOut, .cancelled, .noTarget, .disabled, .error,
      .callerHangup:
      nil
    }
  }
}
