package import Transfer
internal import Transport

/// What a voice agent's report of a turn is answered with.
package struct TurnAnswer: Equatable, Sendable {
  package var decision: TriggerDecision
  /// What the service has handed over itself.
  package var transfer: TransferReport?
  /// Why it could not.
  package var refusal: Refusal?

  package init(_ decision: TriggerDecision, transfer: TransferReport? = nil, refusal: Refusal? = nil) {
    (self.decision, self.transfer, self.refusal) = (decision, transfer, refusal)
  }
}

package protocol TurnsBackend: Sendable {
  func report(_ turn: Turn, on channel: String) async throws(Refusal) -> TurnAnswer
}

/// What a voice agent reports of its conversation, and when that needs a person.
enum TurnRoutes {
  static let report = APIRoute(
    method: .post,
    path: "/v1/calls/{channel}/turns",
    summary: "Report a turn of a conversation; the conf file's triggers say whether it needs a person",
    access: .anyOf([.transfer]),
    inPath: [APIRoutes.channel],
    body: .optional(turn),
    takesForms: true,
    forCalls: .thatCall,
    answers: [.init(status: 200, explanation: "What to do.", content: .json(answer))],
    problems: [.channelGone, .notAccepting]
  ) { call throws(Problem) in
    let channel = try call.channel(orElse: .channelGone)
    let turn = Turn(call.body?.json ?? [:])
    return .json(try await call.ask { desk throws(Refusal) in try await desk.report(turn, on: channel) }.json)
  }

  private static let turn = Shape.named(
    "Turn",
    .object([
      .optional("speaker", .choice(Turn.Speaker.allCases.map(\.rawValue)), "Who spoke. Default: caller."),
      .optional("text", .text(OrderShapes.turn), "What was said."),
      .optional("language", .text(OrderShapes.language), "Such as en or pt-BR."),
      .optional("failed", .flag, "The voice agent could not help with it."),
      .optional("confidence", .number(0...1), "How surely the voice agent has understood it."),
      .optional("sentiment", .number(-1...1), "The caller's mood, from -1 to 1."),
      .optional("topic", .text(TextShape(0...200, .line)), "What it is about."),
    ])
  )

  private static let answer = Shape.named(
    "TurnAnswer",
    .object([
      .needed("transfer", .flag, "The caller is to be handed over, or has been."),
      .needed("offer", .flag, "The caller is to be asked whether they want a person."),
      .needed("why", .text(.any), "In words."),
      .needed("trigger", .orNull(.text(.any)), "The section of the conf file that decided."),
      .needed("target", .orNull(.text(.any)), "To be named as target."),
      .needed("reason", .orNull(.text(.any)), "To be named as reason."),
      .needed("id", .orNull(.text(.any)), "The transfer that the service has begun."),
      .optional("say", .text(.any), "What the voice agent may say to the caller."),
      .optional(
        "code",
        .text(.any),
        "Why the service could not hand over: the code of POST /v1/transfers. Do it yourself."
      ),
    ])
  )
}

extension Turn {
  fileprivate init(_ json: JSON) {
    self.init(json["speaker"]?.string.flatMap(Speaker.init) ?? .caller, json["text"]?.string ?? "")
    language = json["language"]?.string.flatMap { LanguageTag($0) }
    hasFailed = json["failed"]?.bool
    confidence = json["confidence"]?.number
    sentiment = json["sentiment"]?.number
    topic = json["topic"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension TurnAnswer {
  fileprivate var json: JSON {
    let trigger = decision.trigger
    let text = { (text: String?) in text.flatMap { $0.isEmpty ? nil : JSON.string($0) } ?? .null }
    var members: [String: JSON] = [
      "transfer": .bool(trigger.map { $0.action != .offer } ?? false), "offer": .bool(trigger?.action == .offer),
      "why": .string(decision.why), "trigger": text(trigger?.name), "target": text(trigger?.target),
      "reason": text(trigger?.reason), "id": text(transfer?.id.description),
    ]
    if let refusal { members["code"] = .string(Problem(refusal).code.rawValue) }
    let say = trigger.flatMap { $0.say.isEmpty ? nil : $0.say } ?? transfer?.say
    if let say { members["say"] = .string(say) }
    return .object(members)
  }
}
