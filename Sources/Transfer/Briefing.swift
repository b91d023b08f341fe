/// The words of a transfer: what the caller is told, and what the person who answers is told about the caller.
package enum Briefing {
  package static func announcement(for target: Target, policy: TransferPolicy) -> String {
    policy.announcement.render([
      .target: target.spokenName,
      .wait: spoken(policy.expectedWait),
    ])
  }

  package static func text(of request: TransferRequest, for target: Target) -> String {
    let context = request.context
    let keys = target.policy.keys
    return target.policy.briefing.render([
      .target: target.spokenName,
      .topic: context.topic,
      .reason: context.reason,
      .summary: context.summary,
      .nextAction: context.nextAction,
      .callerName: request.caller.name,
      .callerNumber: request.caller.number,
      .acceptDigits: spoken(keys.accept),
      .declineDigits: spoken(keys.decline),
      .repeatDigits: spoken(keys.repeat),
    ])
  }

  /// `90` seconds are "2 minutes": nobody waits by the second.
  static func spoken(_ wait: Duration) -> String {
    let seconds = max(1, wait.milliseconds / 1_000)
    if seconds == 1 { return "1 second" }
    if seconds <= 60 { return "\(seconds) seconds" }
    let minutes = (seconds + 59) / 60
    return "\(minutes) minutes"
  }

  static func spoken(_ keys: DigitSequence) -> String {
    keys.digits.map { key in
      switch key {
      case "*": "star"
      case "#": "pound"
      default: String(key)
      }
    }
    .joined(separator: " ")
  }
}
