internal import Runtime
internal import Transfer
package import Transport

/// What we say ourselves. Each shape stands beside what makes a value of it.
enum ReportShapes {
  private static let text = Shape.text(.any)
  private static let phase = Shape.named("Phase", .choice(TransferMachine.Phase.allCases.map(\.rawValue)))

  static let problem = Shape.named(
    "Problem",
    .object([
      .needed("type", text), .needed("title", text), .needed("status", .integer(400...599)),
      .needed("code", .choice(Problem.Code.allCases.map(\.rawValue)), "Stable."),
      .needed("detail", text, "For people; may change."),
      .optional("field", text, "The member of the body that is wrong."),
      .optional("transfer", text, "The transfer that the channel is in."),
      .optional("target", text, "The name that is not in the conf file."),
      .optional("say", text, "Where no transfer has begun: a sentence that a voice agent can say to the caller."),
      .optional("callback", text, "The callback that this number has already."),
    ])
  )

  static let context = Shape.named(
    "Context",
    .object(
      CallContext.fields.map { field in
        switch field.content {
        case .facts: .needed(field.name, facts)
        case .line, .lines, .turns, .language: .needed(field.name, .orNull(text))
        }
      }
    )
  )
  private static let facts = Shape.list(
    of: .object([.needed("name", text), .needed("label", text), .needed("value", text)]),
    most: nil
  )

  /// In an event what is not known is left out.
  private static let eventContext = Shape.named(
    "EventContext",
    .object(
      CallContext.fields.map { field in
        switch field.content {
        case .facts: .optional(field.name, facts)
        case .line, .lines, .turns, .language: .optional(field.name, text)
        }
      }
    )
  )

  /// What webhooks are sent too.
  static let phaseEvent = Shape.named(
    "PhaseEvent",
    .object([
      .needed("transfer", text), .needed("phase", phase), .needed("at", .time),
      .needed(
        "data",
        .object([
          .needed("caller", .object([.needed("channel", text), .needed("name", text), .needed("number", text)])),
          .optional("topic", text), .optional("party", text, "The target or group that was requested or chosen."),
          .optional("target", text, "Who is rung, briefed or connected; at the end, who was last."),
          .optional("result", result, "With returning and ended."),
          .optional("cause", cause, "With returning and ended."),
          .needed("wait", .number(0...1e12), "Seconds the caller has waited."),
          .optional("signed_off", text, "Who was signed off: this call was the last of several that they missed."),
          .optional("context", eventContext, "With ringing, connected and ended."),
        ])
      ),
    ])
  )

  /// One event of the stream, as a browser's EventSource takes it apart.
  static let serviceEvent = Shape.named(
    "Event",
    .object([
      .needed("id", .text(TextShape(1...19, .digits)), "Send it as Last-Event-ID when you reconnect."),
      .needed("event", .choice(["phase"])), .needed("data", .document(phaseEvent)),
    ])
  )

  static let outcome = Shape.object([
    .needed("result", result, "As WT_RESULT."),
    .needed("cause", cause, "As WT_CAUSE."),
    .needed("target", .orNull(text), "As WT_TARGET."),
    .needed("wait", .number(0...1e12), "Seconds, as WT_WAIT."),
  ])
  private static let result = Shape.choice(Outcome.Result.allCases.map(\.rawValue))
  private static let cause = Shape.choice(Outcome.Cause.allCases.map(\.rawValue))

  static let transfer = Shape.named(
    "Transfer",
    .object([
      .needed("id", text), .needed("phase", phase),
      .needed("requested_at", .time), .needed("ended_at", .orNull(.time)),
      .needed("channel", text), .needed("caller_number", text),
      .needed("party", .orNull(text), "The target or group that was requested or chosen."),
      .needed("targets", .list(of: text, most: nil), "The targets being rung, briefed or connected now."),
      .needed("outcome", .orNull(outcome)),
      .optional("place", .integer(1...Int64.max), "Place in the waiting line, while the caller waits. 1 is the next."),
      .optional("estimated_wait", .number(0...1e12), "Seconds until the caller will probably be connected."),
      .optional("say", text, "A sentence that a voice agent can say to the caller, in the caller's language."),
      .optional("unreadable", text, "Why the record of this transfer cannot be read."),
      .optional("context", context, "Only for tokens with the scope read, and only for a single transfer."),
    ])
  )

  static let transfers = Shape.named(
    "Transfers",
    .object([
      .needed("transfers", .list(of: transfer, most: nil)),
      .needed("next", .orNull(text), "Send it as cursor to get the next page."),
    ])
  )

  static let agent = Shape.named(
    "Agent",
    .object([
      .needed("name", text), .needed("spoken_name", text),
      .needed("available", .flag, "False if signed off."),
      .optional("missed_calls", .integer(1...Int64.max), "Signed off after missing this many calls in a row."),
      .needed(
        "device",
        .choice(AgentReport.Device.allCases.map(\.rawValue)),
        "State of the phone, as Asterisk knows it."
      ),
      .needed(
        "calls",
        .list(of: .object([.needed("transfer", text), .needed("phase", phase)]), most: nil),
        "Transfers this target is rung, briefed or connected for."
      ),
    ])
  )
  static let agents = Shape.named("Agents", .object([.needed("agents", .list(of: agent, most: nil))]))

  static let health = Shape.named("Health", .object([.needed("status", .choice(["alive"]))]))
  static let readiness = Shape.named(
    "Readiness",
    .object([
      .needed("ready", .flag),
      .needed(
        "parts",
        .list(
          of: .object([
            .needed("name", text), .needed("ready", .flag), .needed("state", text, "For people; may change."),
          ]),
          most: nil
        )
      ),
      .needed("transfers", .integer(0...Int64.max), "Number of transfers in progress."),
    ])
  )
}

extension TransferReport {
  package func json(withContext: Bool) -> JSON {
    var members: [String: JSON] = [
      "id": .string(id.description), "phase": .string(phase.rawValue), "requested_at": requestedAt.json,
      "ended_at": endedAt?.json ?? nil, "channel": .string(channel), "caller_number": .string(callerNumber),
      "party": .text(party), "targets": .array(targets.map(JSON.string)), "outcome": outcome?.json ?? nil,
    ]
    if let place { members["place"] = .integer(Int64(place)) }
    if let estimatedWait { members["estimated_wait"] = .real(Double(estimatedWait.milliseconds) / 1000) }
    if let say { members["say"] = .string(say) }
    if let unreadable { members["unreadable"] = .string(unreadable) }
    if withContext { members["context"] = context.json }
    return .object(members)
  }
}

extension CallContext {
  var json: JSON {
    let members = Self.fields.map { field -> (String, JSON) in
      switch field.content {
      case .line, .lines, .turns, .language: (field.name, self[field].isEmpty ? nil : .string(self[field]))
      case .facts: (field.name, .array(facts.map(\.json)))
      }
    }
    return .object(Dictionary(members) { first, _ in first })
  }
}

extension CallContext.Fact {
  fileprivate var json: JSON { ["name": .string(name), "label": .string(label), "value": .string(value)] }
}

extension AgentReport {
  package var json: JSON {
    let calls = calls.map { call -> JSON in
      ["transfer": .string(call.transfer.description), "phase": .string(call.phase.rawValue)]
    }
    var members: [String: JSON] = [
      "name": .string(name), "spoken_name": .string(spokenName), "available": .bool(isAvailable),
      "device": .string(device.rawValue), "calls": .array(calls),
    ]
    if let missedCalls { members["missed_calls"] = .integer(Int64(missedCalls)) }
    return .object(members)
  }
}

extension Readiness {
  var json: JSON {
    let parts = parts.map { part -> JSON in
      ["name": .string(part.name), "ready": .bool(part.isReady), "state": .string(part.state)]
    }
    return ["ready": .bool(isReady), "parts": .array(parts), "transfers": .integer(Int64(transfers))]
  }
}

extension Outcome {
  var json: JSON {
    [
      "result": .string(result.rawValue), "cause": .string(cause.rawValue), "target": .text(target),
      "wait": .real(Double(wait.milliseconds) / 1000),
    ]
  }
}

extension WallTime {
  var json: JSON { .string(Timestamp(milliseconds: milliseconds).description) }
}

extension JSON {
  static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
}
