import Store
import Transfer

/// The last call of a target: what there is to write down about it, and how long nobody rings them again.
struct WrappingUp: Equatable, Sendable {
  /// How long they may still say how it went.
  static let longestForm: Duration = .seconds(3_600)

  /// Calls that ended earlier are of no interest any more.
  static func start(at now: WallTime) -> WallTime { now + .milliseconds(-longestForm.milliseconds) }

  let target: String
  let transfer: TransferID
  let callerName: String
  let callerNumber: String
  let endedAt: WallTime
  /// They are not rung before.
  let until: WallTime

  init(after talk: TransferMachine.Talk, _ machine: TransferMachine, at now: WallTime) {
    target = talk.leg.target.name
    transfer = machine.request.id
    callerName = machine.request.caller.name
    callerNumber = machine.request.caller.number
    endedAt = now
    until = now + talk.leg.target.policy.wrapUpTime
  }

  /// One that ended under a service before this one.
  init(_ conversation: Conversation, lasting wrapUpTime: Duration) {
    target = conversation.target
    transfer = conversation.transfer
    callerName = conversation.callerName
    callerNumber = conversation.callerNumber
    endedAt = conversation.endedAt
    until = conversation.endedAt + wrapUpTime
  }
}

extension TransferMachine {
  /// While the two talk.
  var talk: Talk? { if case .connected(let talk) = state { talk } else { nil } }
}
