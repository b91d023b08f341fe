/// One caller who is to be passed on: who they are, what is known, and who may be rung for them.
package struct TransferRequest: Equatable, Sendable, Codable {
  package var id: TransferID
  package var caller: Caller
  package var context: CallContext
  /// The caller's side of it: hold time, music, announcement.
  package var policy: TransferPolicy
  package var plan: TransferPlan

  package init(id: TransferID, caller: Caller, context: CallContext, policy: TransferPolicy, plan: TransferPlan) {
    self.id = id
    self.caller = caller
    self.context = context
    self.policy = policy
    self.plan = plan
  }
}

package struct Caller: Equatable, Sendable, Codable {
  /// Asterisk's own id of the caller's channel.
  package var channel: String
  package var name: String
  package var number: String
  /// False for a caller who still hears ringing: nothing can be played to them before they are answered.
  package var isAnswered: Bool

  package init(channel: String, name: String, number: String, isAnswered: Bool) {
    self.channel = channel
    self.name = name
    self.number = number
    self.isAnswered = isAnswered
  }
}

/// What the voice agent knows and the person who answers must hear. Empty means not given.
package struct CallContext: Equatable, Sendable, Codable {
  package var topic = ""
  package var reason = ""
  package var summary = ""
  package var nextAction = ""
  package var transcript = ""
  package var facts: [Fact] = []

  package struct Fact: Equatable, Sendable, Codable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package init() {}
}

package enum TransferPlan: Equatable, Sendable, Codable {
  /// Ring these, one after the other.
  case ring([Target])
  /// Refused before the caller is touched.
  case refuse(Outcome.Cause)
}
