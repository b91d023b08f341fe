internal import Runtime
internal import Transfer
internal import Transport

extension APIRoutes {
  /// What is counted and kept of transfers that are over.
  static let reports: [APIRoute] = [audit, figures, plot, calls]

  // MARK: The audit trail

  private static let auditLimits = 1...500
  private static let standardLimit = 100

  private static let audit = APIRoute(
    method: .get,
    path: "/v1/audit",
    summary: "The audit trail, one record a transfer, oldest first",
    access: .anyOf([.read]),
    inQuery: [
      .init(
        name: "since",
        shape: .time,
        explanation: "Only records since this time, such as 2026-11-21T09:30:00Z. Ignored with a cursor."
      ),
      .init(
        name: "cursor",
        shape: .integer(0...Int64.max),
        explanation: "The value of next of an earlier answer: only what has come after it."
      ),
      .init(
        name: "limit",
        shape: .integer(Int64(auditLimits.lowerBound)...Int64(auditLimits.upperBound)),
        explanation: "Page size. Default: \(standardLimit)."
      ),
    ],
    answers: [.init(status: 200, explanation: "One page of records.", content: .json(ReportShapes.audit))],
    problems: [.notAccepting]
  ) { call throws(Problem) in
    let query = AuditQuery(
      since: try call.time("since"),
      after: try call.integer("cursor", in: 0...Int.max).map { Int64($0) },
      limit: try call.integer("limit", in: auditLimits) ?? standardLimit
    )
    let page = try await call.ask { desk throws(Refusal) in try await desk.audit(query) }
    return .json([
      "records": .array(page.records), "next": .string("\(page.next)"), "has_more": .bool(page.hasMore),
    ])
  }

  // MARK: Figures

  private static let figuresTime: [APIRoute.Parameter] = [
    .init(name: "from", shape: .time, explanation: "Transfers requested since then. Default: 30 days before to."),
    .init(name: "to", shape: .time, explanation: "Transfers requested before then. Default: now."),
    .init(
      name: "by",
      shape: .choice(FiguresQuestion.Grouping.allCases.map(\.rawValue)),
      explanation: "Also for each of these, by the clock of the conf file's timezone."
    ),
  ]

  private static let figures = APIRoute(
    method: .get,
    path: "/v1/figures",
    summary: "Transfer rate, first-call resolution, handle time, abandonment",
    access: .anyOf([.read]),
    inQuery: figuresTime,
    answers: [.init(status: 200, explanation: "The figures.", content: .json(ReportShapes.figures))],
    problems: [.notAccepting]
  ) { call throws(Problem) in
    .json(try await call.figures().json)
  }

  private static let plot = APIRoute(
    method: .get,
    path: "/v1/figures/plots/{plot}",
    summary: "One of the figures as a picture",
    access: .anyOf([.read]),
    inPath: [
      .init(
        name: "plot",
        shape: .choice(FiguresPlot.allCases.map(\.rawValue)),
        explanation: "Which one."
      )
    ],
    inQuery: figuresTime,
    answers: [.init(status: 200, explanation: "SVG.", content: .other("image/svg+xml"))],
    problems: [.notAccepting]
  ) { call throws(Problem) in
    guard let plot = call.parameters["plot"].flatMap({ FiguresPlot(rawValue: $0) }) else {
      throw Problem(.unknownPath, "the plots are \(FiguresPlot.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return HTTPServerReply(
      status: 200,
      headers: [
        ("Content-Type", "image/svg+xml"), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'"),
      ],
      body: .whole(Array(plot.chart(of: try await call.figures()).svg.utf8))
    )
  }

  // MARK: Calls

  private static let calls = APIRoute(
    method: .post,
    path: "/v1/calls",
    summary: "Count calls that a voice agent has taken, for the transfer rate",
    access: .anyOf([.transfer]),
    body: .optional(OrderShapes.calls),
    answers: [.init(status: 204, explanation: "Counted.", content: .nothing)],
    problems: [.notAccepting]
  ) { call throws(Problem) in
    let count = call.body?.json["count"]?.integer.map { Int($0) } ?? 1
    let topic = call.body?.text("topic") ?? ""
    try await call.ask { desk throws(Refusal) in try await desk.countCalls(count, about: topic) }
    return HTTPServerReply(status: 204)
  }
}

extension APICall {
  /// As the parameters ask for them.
  func figures() async throws(Problem) -> FiguresAnswer {
    var query = FiguresQuery(from: try time("from"), to: try time("to"))
    if let text = parameters["by"] {
      guard let grouping = FiguresQuestion.Grouping(rawValue: text) else {
        let names = FiguresQuestion.Grouping.allCases.map(\.rawValue).joined(separator: ", ")
        throw Problem(.invalidParameter, "by must be one of \(names)")
      }
      query.by = grouping
    }
    return try await ask { [query] desk throws(Refusal) in try await desk.figures(query) }
  }

  fileprivate func time(_ name: String) throws(Problem) -> WallTime? {
    guard let text = parameters[name] else { return nil }
    guard let time = WallTime(rfc3339: text) else {
      throw Problem(.invalidParameter, "\(name) is not a time such as 2026-11-21T09:30:00Z")
    }
    return time
  }

  fileprivate func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
    guard let text = parameters[name] else { return nil }
    guard let number = Int(text), text.utf8.allSatisfy({ (48...57).contains($0) }), range.contains(number) else {
      throw Problem(
        .invalidParameter,
        "\(name) must be a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return number
  }
}
