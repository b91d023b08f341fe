import ARI
import Transfer

@testable import WarmTransfer

// MARK: - Who is called back

extension Break {
  static let aboutCallbacks: [Break] = [
    Break(
      name: "a caller who does not answer is rung once more in the same try",
      offends: [.calledOnce],
      follows: { step, _ in
        guard step.transfer.isCallback, step.before == .merging, step.after == .requested,
          case .leg(let leg, .ended) = step.event, leg.number > 1
        else { return [] }
        let origination = ARIChannels.Origination(
          endpoint: "PJSIP/1@out",
          channelID: AsteriskNames(transfer: step.transfer).leg(leg),
          arguments: ["agent", step.transfer.description, String(leg.number)],
          callerID: "",
          timeout: .seconds(5),
          variables: [:]
        )
        return [.originate(origination)]
      }
    ),
    Break(
      name: "a service that starts again calls nobody back",
      offends: [.endsOnce],
      takesUp: { coordinator in
        let now = Moment(steady: WallTime(milliseconds: 0), wall: WallTime(milliseconds: 0))
        for id in coordinator.switchboard.machines.keys.filter(\.isCallback) {
          coordinator.post(.cancelRequested(), to: id, at: now)
        }
      }
    ),
  ]
}
