internal import Runtime
internal import Transfer
internal import Transport

extension APIRoutes {
  private static let agent = APIRoute.Parameter(
    name: "name",
    shape: .text(OrderShapes.target),
    explanation: "A target of the conf file."
  )

  /// With which agents come to their screen.
  static let signIn: [APIRoute] = [
    APIRoute(
      method: .post,
      path: "/v1/agents/{name}/tokens",
      summary: "Make a link with which an agent signs in to the desk, once",
      access: .anyOf([.admin]),
      inPath: [agent],
      answers: [.init(status: 201, explanation: "The link.", content: .json(ReportShapes.agentLink))],
      problems: [.unknownAgent, .notAccepting]
    ) { call throws(Problem) in
      let name = call.parameters["name"] ?? ""
      let link = try await call.ask { desk throws(Refusal) in try await desk.makeLink(for: name) }
      return .json(link.json, status: 201)
    },
    APIRoute(
      method: .delete,
      path: "/v1/agents/{name}/tokens",
      summary: "End every link and every signed-in browser of an agent",
      access: .anyOf([.admin]),
      inPath: [agent],
      answers: [.init(status: 204, explanation: "Ended.", content: .nothing)],
      problems: [.unknownAgent, .notAccepting]
    ) { call throws(Problem) in
      let name = call.parameters["name"] ?? ""
      try await call.ask { desk throws(Refusal) in try await desk.endSessions(of: name) }
      return HTTPServerReply(status: 204)
    },
  ]
}

extension ReportShapes {
  static let agentLink = Shape.named(
    "AgentLink",
    .object([
      .needed("token", .text(.any), "Shown once."),
      .needed("path", .text(.any), "Behind the service's address: the link to send to the agent."),
      .needed("expires_at", .time),
    ])
  )
}

extension AgentLink {
  var json: JSON {
    [
      "token": .string(secret), "path": .string(path),
      "expires_at": .string(Timestamp(milliseconds: until.milliseconds).description),
    ]
  }
}
