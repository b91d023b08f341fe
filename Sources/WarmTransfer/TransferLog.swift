import Runtime
import Transfer

extension Log {
  /// What a step of a transfer tells the administrator: each change of phase, and how it ended.
  func record(_ step: Switchboard.Step) {
    debug("event", ["transfer": step.transfer, "event": step.event])
    if step.before != step.after {
      info("phase", ["transfer": step.transfer, "from": step.before.rawValue, "to": step.after.rawValue])
    }
    if case .leg(let leg, .detected(let detection)) = step.event {
      info(
        "answering machine detection",
        [
          "transfer": step.transfer, "leg": leg.number, "verdict": detection.verdict.rawValue,
          "cause": detection.cause,
        ]
      )
    }
    for signOff in step.signOffs {
      info("agent signed off after missed calls", ["agent": signOff.target, "missed": signOff.missed])
    }
    guard let outcome = step.outcome else { return }
    info(
      "transfer ended",
      [
        "transfer": step.transfer, "result": outcome.result.rawValue, "cause": outcome.cause.rawValue,
        "target": outcome.target ?? "", "wait": outcome.wait.milliseconds / 1_000,
      ]
    )
  }
}

extension TransferEvent: CustomStringConvertible {
  /// Short, and without what the caller said: for the debug log.
  package var description: String {
    switch self {
    case .requested: "requested"
    case .ordered: "ordered"
    case .resumed: "resumed"
    case .asteriskRestarted: "asteriskRestarted"
    case .cancelRequested: "cancelRequested"
    case .granted(let name): "granted.\(name)"
    case .passedOver(let name, let cause): "passedOver.\(name): \(cause.rawValue)"
    case .dispatched(.ring(let party, _)): "dispatched.\(party.name)"
    case .dispatched(.refuse): "dispatched.refused"
    case .dispatched(.failed(let reason)): "dispatched.failed: \(reason)"
    case .placeFound(let place, let wait): "placeFound.\(place ?? 0).\(wait?.milliseconds ?? 0)ms"
    case .summarized: "summarized"
    case .summaryFailed(let reason): "summaryFailed: \(reason)"
    case .caller(let event): "caller.\(event)"
    case .leg(let leg, let event): "leg\(leg.number).\(event)"
    case .speechReady(let speech, let media): "speechReady.\(speech).\(media.length.milliseconds)ms"
    case .speechFailed(let speech, let message): "speechFailed.\(speech): \(message)"
    case .playbackEnded(let playback): "playbackEnded.\(playback)"
    case .timerFired(let timer): "timerFired.\(timer)"
    case .commandFailed(_, let failure): "commandFailed: \(failure)"
    case .commandSucceeded: "commandSucceeded"
    case .talkSeen(let caller, let legs): "talkSeen: caller \(caller), legs \(legs.map(\.number).sorted())"
    case .conversationSeen(let leg): "conversationSeen.leg\(leg.number)"
    case .callbackSeen(let person, let callee): "callbackSeen.leg\(person.number).leg\(callee.number)"
    case .calledIn(let transfer): "calledIn.\(transfer)"
    }
  }
}
