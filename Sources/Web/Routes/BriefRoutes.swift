internal import Runtime
package import Transfer
internal import Transport

/// What is known of a call that a platform is about to send here.
enum BriefRoutes {
  private static let kept = Shape.named(
    "Brief",
    .object([
      .needed("token", .text(.any), "For one call."),
      .needed("extension", .text(.any), "What the platform dials: wt- and the token."),
      .needed("expires_at", .time, "The call must arrive before this time."),
    ])
  )

  static let post = APIRoute(
    method: .post,
    path: "/v1/briefs",
    summary: "Leave a brief for a call that is about to arrive",
    access: .anyOf([.transfer]),
    body: .needed(OrderShapes.brief),
    answers: [.init(status: 201, explanation: "Stored. Dial the extension to use it.", content: .json(kept))],
    problems: [.unknownTarget, .tooManyContexts, .notAccepting]
  ) { call throws(Problem) in
    let brief = Brief(
      target: call.body?.text("target"),
      priority: call.body?.json["priority"]?.integer.map { Int($0) },
      context: try call.body?.context() ?? CallContext(),
      postedBy: call.requester
    )
    let kept = try await call.ask { desk throws(Refusal) in try await desk.keep(brief) }
    return .json(
      [
        "token": .string(kept.token.description), "extension": .string(kept.token.dialled),
        "expires_at": .string(Timestamp(milliseconds: kept.until.milliseconds).description),
      ],
      status: 201
    )
  }
}

/// What the API asks of the service about briefs.
package protocol BriefsBackend: Sendable {
  func keep(_ brief: Brief) async throws(Refusal) -> KeptBrief
}

package struct KeptBrief: Equatable, Sendable {
  package let token: BriefToken
  package let until: WallTime

  package init(token: BriefToken, until: WallTime) {
    self.token = token
    self.until = until
  }
}
