/// How a transfer ended: what the dialplan reads in `WT_RESULT`, `WT_CAUSE`, `WT_TARGET` and `WT_WAIT`.
package struct Outcome: Equatable, Sendable, Codable {
  package enum Result: String, Sendable, Codable, CaseIterable {
    case connected = "CONNECTED"
    case returned = "RETURNED"
    case voicemail = "VOICEMAIL"
    case callback = "CALLBACK"
    case abandoned = "ABANDONED"
  }

  package enum Cause: String, Sendable, Codable, CaseIterable {
    case completed = "COMPLETED"
    case noAnswer = "NOANSWER"
    case busy = "BUSY"
    case unreachable = "UNREACHABLE"
    case declined = "DECLINED"
    case machine = "MACHINE"
    case noAcknowledgement = "NOACK"
    case holdTimeout = "HOLDTIMEOUT"
    case optOut = "OPTOUT"
    case cancelled = "CANCELLED"
    case noTarget = "NOTARGET"
    case disabled = "DISABLED"
    case error = "ERROR"
    case callerHangup = "CALLERHANGUP"

    /// Nobody could be had, or something broke: what the administrator has provided for that comes next. A caller who
    /// was refused, called off or asked to go back just goes back.
    package var leadsToFallback: Bool {
      switch self {
      case .noAnswer, .busy, .unreachable, .declined, .machine, .noAcknowledgement, .holdTimeout, .error: true
      case .completed, .optOut, .cancelled, .noTarget, .disabled, .callerHangup: false
      }
    }
  }

  package var result: Result
  package var cause: Cause
  /// The name of the target that was connected or rung last; nil when nobody was rung.
  package var target: String?
  /// From the request to the join, or to the end where there was none.
  package var wait: Duration

  package init(result: Result, cause: Cause, target: String?, wait: Duration) {
    self.result = result
    self.cause = cause
    self.target = target
    self.wait = wait
  }
}

/// Why Asterisk says that a channel has ended, as a Q.850 number.
package struct HangupCause: Hashable, Sendable, Codable {
  package let code: Int

  package static let normal = HangupCause(code: 16)
  package static let busy = HangupCause(code: 17)
  /// Nobody was listening when Asterisk said it.
  package static let unknown = HangupCause(code: 0)

  /// Somebody has picked up the call at another phone.
  package static let answeredElsewhere = HangupCause(code: 26)

  package init(code: Int) { self.code = code }

  /// What it means for somebody who was rung and never answered.
  package var beforeAnswer: Outcome.Cause {
    switch code {
    case 17: .busy
    case 21: .declined
    // 16 is also what is left of a leg that rang until Asterisk's own time limit.
    case 16, 18, 19, 26: .noAnswer
    default: .unreachable
    }
  }
}
