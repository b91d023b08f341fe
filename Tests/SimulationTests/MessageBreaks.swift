import Transfer

@testable import WarmTransfer

// MARK: - What callers leave

extension Break {
  static let aboutMessages: [Break] = [
    Break(
      name: "a message is thrown away when its caller hangs up",
      offends: [.nothingIsLeft],
      follows: { step, _ in
        guard step.event == .caller(.left) || step.event == .caller(.hungUp) else { return [] }
        let names = AsteriskNames(transfer: step.transfer)
        return (1...2).map { .discardRecording(names.recording($0)) }
      }
    ),
    Break(
      name: "what was said before it was said anew stays in Asterisk",
      offends: [.nothingIsLeft],
      asks: leavingOut { if case .discardRecording = $0 { true } else { false } }
    ),
    Break(
      name: "who is asked something keeps the dialplan's limit",
      offends: [.endsInTime, .callerSurvives, .callerHearsSomething],
      asks: leavingOut { command in
        guard case .set(let variables, _) = command else { return false }
        return variables.contains { $0.name == AsteriskNames.deadMansSwitch && $0.value != "0" }
      }
    ),
  ]
}
