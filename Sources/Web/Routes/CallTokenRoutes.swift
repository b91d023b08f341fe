internal import Runtime
internal import Transfer
internal import Transport

enum CallTokenRoutes {
  static let make = APIRoute(
    method: .post,
    path: "/v1/calls/{channel}/tokens",
    summary: "Make a token with which a voice agent may ask for this one call",
    access: .anyOf([.transfer]),
    inPath: [APIRoutes.channel],
    answers: [.init(status: 201, explanation: "The token.", content: .json(shape))],
    problems: [.channelGone, .notAccepting, .asteriskAway]
  ) { call throws(Problem) in
    let channel = try call.channel(orElse: .channelGone)
    let token = try await call.ask { desk throws(Refusal) in try await desk.makeCallToken(for: channel) }
    return .json(token.json, status: 201)
  }

  private static let shape = Shape.named(
    "CallToken",
    .object([
      .needed("token", .text(.any), "Shown once. Send it as X-WT-Call, or as the bearer token."),
      .needed("channel", .text(.any)), .needed("expires_at", .time),
    ])
  )
}

extension CallToken {
  fileprivate var json: JSON {
    [
      "token": .string(secret), "channel": .string(channel),
      "expires_at": .string(Timestamp(milliseconds: until.milliseconds).description),
    ]
  }
}
