import Store
import Transfer
import Transport

/// What became of a test call.
package struct TestCallReport: Equatable, Sendable {
  private let target: String
  private let transfer: TransferID?
  private let finding: Finding
  private let steps: [String]

  init(_ target: String, _ finding: Finding, _ steps: [String] = [], of transfer: TransferID? = nil) {
    self.target = target
    self.finding = finding
    self.steps = steps
    self.transfer = transfer
  }

  init(_ target: String, _ summary: TransferSummary, _ steps: [String]) {
    self.init(target, Self.finding(for: summary.cause ?? .error, target), steps, of: summary.id)
  }

  package var isGood: Bool { finding.level != .fail }

  /// What is still to be said when the steps have been told.
  package func lines(fitting width: Int? = nil) -> [String] {
    let verdict = DoctorReport.lines(of: finding, finding.subject.count, width ?? .max)
    return verdict + (transfer.map { ["Every step: warm-transfer show \($0)"] } ?? [])
  }

  package var json: String {
    var members: [String: JSON] = [
      "target": .string(target), "level": .string(finding.level.rawValue.lowercased()), "text": .string(finding.text),
      "steps": .array(steps.map(JSON.string)),
    ]
    if !finding.mend.isEmpty { members["mend"] = .string(finding.mend) }
    if let transfer { members["transfer"] = .string("\(transfer)") }
    return JSON.object(members).serialized()
  }

  /// A call that was declined has shown all the same that the phone, the briefing and the keys work.
  static func finding(for cause: Outcome.Cause, _ target: String) -> Finding {
    let log = "The log says more: journalctl -u warm-transfer"
    return switch cause {
    case .completed: .ok("call", "\(target) took the call: ringing, briefing, keys and the join work")
    case .declined:
      .warn("call", "\(target) declined: everything worked but the join", mend: "Call again and press the accept key.")
    case .machine:
      .warn(
        "call",
        "the detector took what answered for a machine",
        mend: "If it was a person, set amd = off for this target, or raise amd_greeting and amd_max_words."
      )
    case .noAnswer:
      .fail(
        "call",
        "\(target) did not answer within ring_timeout",
        mend: "Did the phone ring? If so, raise ring_timeout."
      )
    case .busy: .fail("call", "\(target) is busy", mend: "Call again later, or look who is on the phone.")
    case .unreachable:
      .fail(
        "call",
        "\(target) cannot be reached: not registered, a wrong dial, the trunk is down, or signed off",
        mend: "Run: warm-transfer doctor, which says what Asterisk knows of it."
      )
    case .noAcknowledgement:
      .fail(
        "call",
        "\(target) answered, and pressed none of the keys",
        mend:
          "If a key was pressed, the phone or the trunk sends keys in another way than Asterisk expects: dtmf_mode in "
          + "pjsip.conf."
      )
    case .holdTimeout:
      .fail("call", "hold_timeout ran out", mend: "Raise hold_timeout above ring_timeout and the briefing.")
    case .noTarget, .disabled: .fail("call", "nobody was rung: \(cause.rawValue)", mend: "Run: warm-transfer doctor")
    case .optOut, .cancelled: .fail("call", "the call was called off: \(cause.rawValue)", mend: log)
    case .callerHangup: .fail("call", "the test caller was hung up before the end", mend: log)
    case .error: .fail("call", "the transfer failed", mend: log)
    }
  }
}
