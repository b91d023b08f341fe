internal import Runtime
internal import Transfer
internal import Transport

/// All that the API can be asked.
struct APIRoutes: Sendable {
  let feed: EventFeed

  static let transferID = APIRoute.Parameter(
    name: "id",
    shape: .text(TextShape(1...32, .letterOrDigit)),
    explanation: "The transfer's id, from POST /v1/transfers or WT_TRANSFER_ID."
  )
  static let channel = APIRoute.Parameter(
    name: "channel",
    shape: .text(OrderShapes.channel),
    explanation: "Asterisk's unique id of the caller's channel."
  )

  var all: [APIRoute] {
    [begin, list, show] + Decision.allCases.map(decide) + [keep, context, forget, agents, availability, events]
      + MessageRoutes.all + CallbackRoutes.all + ToolRoutes.all + [
        BriefRoutes.post, CallTokenRoutes.make, TurnRoutes.report, MCPRoute.route, PlaygroundRoutes.simulate,
      ]
      + Self.stories
      + Self.reports + Self.signIn + Self.openPages
  }

  // MARK: Transfers

  private var begin: APIRoute {
    APIRoute(
      method: .post,
      path: "/v1/transfers",
      summary: "Transfer a caller",
      access: .anyOf([.transfer]),
      body: .needed(OrderShapes.transfer),
      takesForms: true,
      forCalls: .thatCall,
      answers: [.init(status: 201, explanation: "The transfer has begun.", content: .json(ReportShapes.transfer))],
      problems: [
        .channelGone, .channelInDialplan, .channelInBridge, .channelAlreadyOurs, .channelNotHandedOver, .alreadyEnded,
        .unknownTarget, .noTarget, .notAccepting, .asteriskAway,
      ]
    ) { call throws(Problem) in
      let report = try await call.begin()
      return .json(
        report.json(withContext: call.may(.read)),
        status: 201,
        headers: [("Location", "/v1/transfers/\(report.id)")]
      )
    }
  }

  private var list: APIRoute {
    APIRoute(
      method: .get,
      path: "/v1/transfers",
      summary: "Transfers, newest first",
      access: .anyOf([.read]),
      inQuery: TransferQuery.parameters,
      answers: [.init(status: 200, explanation: "One page of transfers.", content: .json(ReportShapes.transfers))],
      problems: [.notAccepting]
    ) { call throws(Problem) in
      // One more than is shown tells whether there is another page.
      var query = try TransferQuery(call.parameters)
      let limit = query.limit
      query.limit += 1
      let found = try await call.ask { [query] desk throws(Refusal) in try await desk.transfers(query) }
      let page = found.prefix(limit)
      let next = found.count > limit ? page.last.map { JSON.string($0.position.cursor) } : nil
      return .json(["transfers": .array(page.map { $0.json(withContext: false) }), "next": next ?? nil])
    }
  }

  private var show: APIRoute {
    APIRoute(
      method: .get,
      path: "/v1/transfers/{id}",
      summary: "One transfer",
      access: .anyOf([.read, .transfer]),
      inPath: [Self.transferID],
      forCalls: .thatCall,
      answers: [.init(status: 200, explanation: "The transfer.", content: .json(ReportShapes.transfer))],
      problems: [.unknownTransfer, .notAccepting],
      isConditional: true
    ) { call throws(Problem) in
      .json(try await call.transfer(try call.transfer()).json(withContext: call.may(.read)))
    }
  }

  private func decide(_ decision: Decision) -> APIRoute {
    let (summary, problems): (String, [Problem.Code]) =
      switch decision {
      case .accept: ("Accept, in place of the person's key", [.notRinging, .targetNeeded, .alreadyDecided])
      case .decline: ("Decline, in place of the person's key", [.notRinging, .targetNeeded, .alreadyDecided])
      case .cancel: ("Cancel: the caller goes back", [.alreadyDecided])
      }
    return APIRoute(
      method: .post,
      path: "/v1/transfers/{id}/\(decision.rawValue)",
      summary: summary,
      access: .anyOf([.transfer]),
      inPath: [Self.transferID],
      body: .optional(OrderShapes.decision),
      takesForms: true,
      forCalls: .thatCall,
      answers: [
        .init(status: 200, explanation: "Done. The transfer as it is now.", content: .json(ReportShapes.transfer))
      ],
      problems: problems + [.unknownTransfer, .alreadyEnded, .notAccepting, .asteriskAway]
    ) { call throws(Problem) in
      let id = try call.transfer()
      let report = try await call.decide(decision, on: id, target: call.body?.text("target"))
      return .json(report.json(withContext: call.may(.read)))
    }
  }

  // MARK: What is known of a caller

  private var keep: APIRoute {
    APIRoute(
      method: .put,
      path: "/v1/contexts/{channel}",
      summary: "Store what is known of a caller, for a later transfer",
      access: .anyOf([.transfer]),
      inPath: [Self.channel],
      body: .optional(OrderShapes.callerContext),
      takesForms: true,
      forCalls: .thatCall,
      answers: [.init(status: 204, explanation: "Stored.", content: .nothing)],
      problems: [.tooManyContexts, .channelGone, .notAccepting, .asteriskAway]
    ) { call throws(Problem) in
      let channel = try call.channel(orElse: .channelGone)
      let context = try call.body?.context() ?? CallContext()
      try await call.ask { desk throws(Refusal) in try await desk.keep(context, for: channel) }
      return HTTPServerReply(status: 204)
    }
  }

  private var context: APIRoute {
    APIRoute(
      method: .get,
      path: "/v1/contexts/{channel}",
      summary: "What is stored for a caller",
      access: .anyOf([.read]),
      inPath: [Self.channel],
      forCalls: .thatCall,
      answers: [.init(status: 200, explanation: "The context.", content: .json(ReportShapes.context))],
      problems: [.unknownContext, .channelGone, .notAccepting, .asteriskAway]
    ) { call throws(Problem) in
      let channel = try call.channel(orElse: .unknownContext)
      return .json(try await call.ask { desk throws(Refusal) in try await desk.context(for: channel) }.json)
    }
  }

  private var forget: APIRoute {
    APIRoute(
      method: .delete,
      path: "/v1/contexts/{channel}",
      summary: "Delete what is stored for a caller",
      access: .anyOf([.transfer]),
      inPath: [Self.channel],
      forCalls: .thatCall,
      answers: [.init(status: 204, explanation: "Deleted.", content: .nothing)],
      problems: [.unknownContext, .channelGone, .notAccepting, .asteriskAway]
    ) { call throws(Problem) in
      let channel = try call.channel(orElse: .unknownContext)
      try await call.ask { desk throws(Refusal) in try await desk.forgetContext(for: channel) }
      return HTTPServerReply(status: 204)
    }
  }

  // MARK: People

  private var agents: APIRoute {
    APIRoute(
      method: .get,
      path: "/v1/agents",
      summary: "The targets, and what they are doing",
      access: .anyOf([.read]),
      answers: [.init(status: 200, explanation: "All targets.", content: .json(ReportShapes.agents))]
    ) { call throws(Problem) in
      .json(["agents": .array(await call.desk.agents().map(\.json))])
    }
  }

  private var availability: APIRoute {
    APIRoute(
      method: .put,
      path: "/v1/agents/{name}",
      summary: "Sign a target on or off",
      access: .anyOf([.admin]),
      inPath: [.init(name: "name", shape: .text(OrderShapes.target), explanation: "A target of the conf file.")],
      body: .needed(OrderShapes.availability),
      answers: [.init(status: 200, explanation: "The target as it is now.", content: .json(ReportShapes.agent))],
      problems: [.unknownAgent, .notAccepting, .asteriskAway]
    ) { call throws(Problem) in
      let name = call.parameters["name"] ?? ""
      let isAvailable = call.body?.json["available"]?.bool ?? true
      return .json(
        try await call.ask { desk throws(Refusal) in try await desk.setAvailability(isAvailable, of: name) }.json
      )
    }
  }

  // MARK: Events

  private var events: APIRoute {
    APIRoute(
      method: .get,
      path: "/v1/events",
      summary: "Every change of phase, as server-sent events",
      access: .anyOf([.read]),
      inHeader: [
        .init(
          name: "Last-Event-ID",
          shape: .integer(0...Int64.max),
          explanation: "Id of the last event received: the stream begins after it."
        )
      ],
      answers: [
        .init(status: 200, explanation: "A stream that stays open.", content: .events(ReportShapes.serviceEvent))
      ],
      problems: [.tooManyStreams, .notAccepting]
    ) { call throws(Problem) in
      let last = call.parameters["Last-Event-ID"]
      let id = last.flatMap { Int64($0) }
      guard last == nil || id.map({ $0 >= 0 }) == true else {
        throw Problem(.invalidParameter, "Last-Event-ID must be a whole number")
      }
      return try feed.reply(try await call.ask { desk throws(Refusal) in try await desk.events(after: id) })
    }
  }
}

extension HTTPServerReply {
  static func json(
    _ json: JSON,
    status: Int = 200,
    headers: [(name: String, value: String)] = []
  ) -> HTTPServerReply {
    HTTPServerReply(
      status: status,
      headers: [("Content-Type", "application/json"), ("Cache-Control", "no-store")] + headers,
      body: .whole(Array(json.serialized().utf8))
    )
  }
}
