internal import Transport

/// The Model Context Protocol, as it is now and as it was before, on one address.
enum MCPRoute {
  static let route = APIRoute(
    method: .post,
    path: "/mcp",
    summary: "Model Context Protocol: the tools of GET /v1/tools, for clients of that protocol",
    access: .anyOf([.transfer, .read]),
    unlistedHeaders: MCPRequest.headers,
    body: .needed(message),
    forCalls: .everything,
    isForForeignPages: false,
    answers: [
      .init(status: 200, explanation: "The answer.", content: .json(answer)),
      .init(status: 202, explanation: "A notification was taken.", content: .nothing),
      .init(status: 400, explanation: "An error, to a client of 2026-07-28 or later.", content: .json(answer)),
      .init(status: 404, explanation: "An unknown method, of such a client.", content: .json(answer)),
    ],
    problems: [.crossOriginRequest]
  ) { call throws(Problem) in
    guard let body = call.body else { throw Problem(.malformedJSON, "no body") }
    return await MCPAnswers(call: call).reply(to: MCPRequest(body.json, headers: call.parameters))
  }

  private static let message = Shape.named(
    "MCPRequest",
    .object([
      .needed("jsonrpc", .choice(["2.0"])),
      .optional("id", id, "Of a request; a notification has none."),
      .needed("method", .either([.choice(MCPMethod.allCases.map(\.rawValue)), .text(TextShape(1...128, .graphic))])),
      .optional("params", .anyObject),
    ])
  )
  private static let id = Shape.either([
    .text(TextShape(1...128, .line)), .integer(-Int64(1 << 53)...Int64(1 << 53)),
  ])
  private static let answer = Shape.named("MCPAnswer", .anyObject)
}
