import Runtime
import Transfer
import Transport
import Web

// What is shown in browsers, as they take it. All times are by the service's steady clock, in milliseconds, like the
// `now` that comes with them: what is counted down there is counted down right on a machine whose clock is wrong.

extension TransferOverview {
  var json: JSON {
    [
      "id": .string(report.id.description), "phase": .string(report.phase.rawValue),
      "requested_at": report.requestedAt.live, "limit": limit.live, "patience": .integer(patience.milliseconds),
      "connected_at": connectedAt.live, "caller_name": .string(report.context.callerName),
      "caller_number": .string(report.callerNumber), "topic": .string(report.context.topic),
      "party": .string(partyName.isEmpty ? report.party ?? "" : partyName),
      "targets": .array(report.targets.map(JSON.string)), "place": report.place.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}

/// Whoever is to be called back.
struct CallbacksOverview: Sendable {
  private static let most = 20

  /// The oldest of them.
  private(set) var shown: ArraySlice<CallbackReport> = []
  private var count = 0
  private var areOffered = false

  init() {}

  init(_ open: [CallbackReport], areOffered: Bool) {
    shown = open.prefix(Self.most)
    count = open.count
    self.areOffered = areOffered
  }

  var json: JSON { ["open": .integer(Int64(count)), "offered": .bool(areOffered)] }
}

extension CallbackReport {
  var liveJSON: JSON {
    [
      "id": .string(id.description), "caller_name": .string(callerName), "caller_number": .string(number),
      "topic": .string(topic), "party": .text(party), "state": .string(state.rawValue),
      "tries": .integer(Int64(tries)), "next_try_at": nextTryAt.live, "waiting_since": waitingSince.live,
      "place": place.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}

/// One of the board's agents.
struct AgentOverview: Sendable {
  let report: AgentReport
  /// Until then nobody rings them.
  let wrappingUpUntil: WallTime?

  var json: JSON {
    var members = report.json.object ?? [:]
    members["wrapping_up_until"] = wrappingUpUntil.live
    return .object(members)
  }
}

extension AgentView {
  private static let shippedLanguages = ["en", "de", "es", "fr", "pt"]

  func json(linking links: [String: String]) -> JSON {
    let language = target.policy.language?.broadening.map(\.description).first(where: Self.shippedLanguages.contains)
    return [
      "name": .string(report.name), "spoken_name": .string(report.spokenName), "language": .text(language),
      "available": .bool(report.isAvailable), "device": .string(report.device.rawValue),
      "is_wrapping_up": .bool(isWrappingUp), "calls": .array(calls.map { $0.json(linking: links) }),
      "last_call": wrappingUp.map(\.json) ?? .null,
      "missed_calls": report.missedCalls.map { .integer(Int64($0)) } ?? .null,
    ]
  }
}

extension WrappingUp {
  fileprivate var json: JSON {
    [
      "transfer": .string(transfer.description), "caller_name": .string(callerName),
      "caller_number": .string(callerNumber), "ended_at": endedAt.live, "until": until.live,
    ]
  }
}

extension AgentView.Call {
  fileprivate func json(linking links: [String: String]) -> JSON {
    [
      "transfer": .string(transfer.description), "phase": .string(state), "is_callback": .bool(isCallback),
      "caller_name": .string(caller.name),
      "caller_number": .string(caller.number), "party": .string(party), "topic": .string(context.topic),
      "reason": .string(context.reason), "summary": .string(context.summary),
      "next_action": .string(context.nextAction), "language": .text(context.language?.description),
      "transcript": .string(context.transcript), "briefing": .string(briefing),
      "facts": .array(context.facts.map { $0.json(linking: links) }), "requested_at": requestedAt.live,
      "connected_at": connectedAt.live, "deadline": deadline.live, "patience": .integer(patience.milliseconds),
      "can_repeat": .bool(canRepeat),
      "keys": [
        "accept": .string(keys.accept.description), "decline": .string(keys.decline.description),
        "repeat": .string(keys.repeat.description),
      ],
    ]
  }

  /// As this agent has it: others may be further with the same caller.
  private var state: String {
    switch stage {
    case .dialing, .ringing: "ringing"
    case .screening, .awaitingBriefing, .hearing, .deciding: "briefing"
    case .waitingForSilence, .awaitingMessage, .leavingMessage: "machine"
    case .accepted: phase == .merging ? "joining" : "connected"
    }
  }

  private var canRepeat: Bool {
    switch stage {
    case .hearing, .deciding: isBriefingReady
    case .dialing, .ringing, .screening, .awaitingBriefing, .waitingForSilence, .awaitingMessage, .leavingMessage,
      .accepted:
      false
    }
  }
}

extension CallContext.Fact {
  fileprivate func json(linking links: [String: String]) -> JSON {
    let link = links[name].flatMap { $0.isEmpty ? nil : $0.replacing("{value}", with: PercentEncoding.encode(value)) }
    return ["name": .string(name), "label": .string(label), "value": .string(value), "link": .text(link)]
  }
}

extension WallTime {
  fileprivate var live: JSON { .integer(milliseconds) }
}

extension WallTime? {
  fileprivate var live: JSON { map { .integer($0.milliseconds) } ?? .null }
}

extension JSON {
  fileprivate static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}
