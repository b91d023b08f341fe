package import Transfer
internal import Transport

/// A made-up call, on which settings are tried.
package struct SimulationAsked: Equatable, Sendable {
  /// The text of a conf file; nil: the service's own.
  package var conf: String?
  package var context: CallContext
  package var target: String?
  package var callerNumber: String
  package var tries: Int
  /// By the clock of the settings; nil: now.
  package var moment: String?
  package var answers: String?
  /// In seconds.
  package var hangsUpAfter: Int?
  package var optsOutAfter: Int?

  package init(conf: String?, context: CallContext = CallContext()) {
    (self.conf, self.context, callerNumber, tries) = (conf, context, "", 0)
  }

  fileprivate init(_ body: CheckedBody, _ context: CallContext) {
    self.context = context
    conf = body.text("conf")
    target = body.text("target")
    callerNumber = body.text("caller_number") ?? ""
    tries = body.number("tries") ?? 0
    moment = body.text("at")
    answers = body.text("answer")
    hangsUpAfter = body.number("hang_up_after")
    optsOutAfter = body.number("opt_out_after")
  }
}

enum PlaygroundRoutes {
  /// In Unicode scalars.
  private static let longestConf = 128 * 1_024

  static let simulate = APIRoute(
    method: .post,
    path: "/v1/simulations",
    summary: "Try settings on a made-up call",
    access: .anyOf([.admin]),
    body: .needed(order),
    answers: [.init(status: 200, explanation: "What would have happened.", content: .json(report))],
    problems: [.notAccepting]
  ) { call throws(Problem) in
    guard let body = call.body else { throw Problem(.malformedJSON, "no body") }
    let asked = SimulationAsked(body, try body.context())
    return .json(try await call.ask { desk throws(Refusal) in try await desk.simulate(asked) })
  }

  private static let seconds = Shape.integer(0...7_200)
  private static let order = Shape.named(
    "SimulationOrder",
    .object(
      [
        .optional("conf", .text(TextShape(0...longestConf, .lines)), "A conf file. Default: the service's own."),
        .optional("target", .text(OrderShapes.target), "As WT_TARGET."),
        .optional("caller_number", .text(TextShape(0...64, .line)), "The caller's number."),
        .optional("tries", .integer(0...1_000), "As WT_TRIES."),
        .optional("at", .text(TextShape(0...32, .line)), "When, such as 2026-12-24 18:00. Default: now."),
        .optional(
          "answer",
          .text(TextShape(1...500, .line)),
          "What those do who are rung, separated by commas: accept, decline, repeat, silent, hangup, busy, reject, "
            + "noanswer, unreachable, machine."
        ),
        .optional("hang_up_after", seconds, "The caller hangs up then."),
        .optional("opt_out_after", seconds, "The caller presses opt_out_digits then."),
      ] + OrderShapes.context.filter { $0.name != "transcript" }
    )
  )

  private static let text = Shape.text(.any)
  private static let length = Shape.number(0...1e9)
  private static let step = Shape.object([
    .needed("at", length, "Seconds since the call came in."), .needed("who", text), .needed("text", text),
    .optional("words", text, "What they hear."), .optional("seconds", length, "For how long."),
  ])
  private static let phase = Shape.object([
    .needed("phase", text), .needed("at", length), .needed("seconds", length),
  ])
  private static let sound = Shape.object([
    .needed("who", text), .needed("file", text), .needed("seconds", length),
    .optional("wave", text, "A WAVE file in base64."),
  ])
  private static let report = Shape.named(
    "SimulationReport",
    .object([
      .needed("route", .list(of: text, most: nil), "Why the rules led where they did, line by line."),
      .needed("chart", .list(of: text, most: nil), "Who hears what when, as lines of text."),
      .needed("steps", .list(of: step, most: nil)), .needed("seconds", length),
      .needed("phases", .list(of: phase, most: nil), "How long each phase lasted."),
      .needed("variables", .anyObject, "What the dialplan would read."),
      .needed(
        "events",
        .list(of: .object([.needed("webhooks", .list(of: text, most: nil)), .needed("body", .anyObject)]), most: nil),
        "What webhooks would be sent."
      ),
      .needed("sounds", .list(of: sound, most: nil)),
      .needed("complete", .flag, "False: the limits of simulations were reached before the end."),
      .optional("result", text), .optional("cause", text), .optional("target", text), .optional("wait", length),
    ])
  )
}

extension CheckedBody {
  fileprivate func number(_ name: String) -> Int? { json[name]?.integer.map(Int.init) }
}
