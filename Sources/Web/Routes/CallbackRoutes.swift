internal import Transfer
internal import Transport

/// Callers who are to be called back.
enum CallbackRoutes {
  static let all = [add, list, show, cancel]

  private static let id = APIRoute.Parameter(
    name: "id",
    shape: .text(TextShape(1...32, .letterOrDigit)),
    explanation: "The callback's id, which is its transfer's."
  )

  private static let order = Shape.named(
    "CallbackOrder",
    .object(
      [
        .needed("number", .text(TextShape(3...64, .telephone)), "Digits, with or without a plus before them."),
        .optional(
          "target",
          .text(OrderShapes.target),
          "A target or group in the conf file. Default: the rules choose."
        ),
        .optional("not_before", .time, "Nobody is rung before. Default: as soon as somebody is free."),
      ] + OrderShapes.context
    )
  )

  private static let add = APIRoute(
    method: .post,
    path: "/v1/callbacks",
    summary: "Have a caller called back",
    access: .anyOf([.transfer]),
    body: .needed(order),
    answers: [.init(status: 201, explanation: "The callback is stored.", content: .json(CallbackReport.shape))],
    problems: [.noCallbacks, .callbackOpen, .unknownTarget, .noTarget, .notAccepting]
  ) { call throws(Problem) in
    guard let body = call.body else { throw Problem(.malformedJSON, "no body") }
    let order = CallbackOrder(
      number: body.text("number") ?? "",
      target: body.text("target"),
      notBefore: try body.time("not_before"),
      context: try body.context(),
      requestedBy: call.requester
    )
    let report = try await call.ask { desk throws(Refusal) in try await desk.callBack(order) }
    return .json(report.json, status: 201, headers: [("Location", "/v1/callbacks/\(report.id)")])
  }

  private static let list = APIRoute(
    method: .get,
    path: "/v1/callbacks",
    summary: "Open callbacks, oldest first",
    access: .anyOf([.read]),
    inQuery: TransferQuery.parameters.filter { $0.name == "limit" },
    answers: [
      .init(
        status: 200,
        explanation: "The oldest of them.",
        content: .json(
          .named(
            "Callbacks",
            .object([
              .needed("callbacks", .list(of: CallbackReport.shape, most: nil)),
              .needed("open", .integer(0...Int64.max), "Number of all open callbacks."),
            ])
          )
        )
      )
    ]
  ) { call throws(Problem) in
    let limit = try TransferQuery(call.parameters).limit
    let open = await call.desk.openCallbacks()
    return .json(["callbacks": .array(open.prefix(limit).map(\.json)), "open": .integer(Int64(open.count))])
  }

  private static let show = APIRoute(
    method: .get,
    path: "/v1/callbacks/{id}",
    summary: "One callback",
    access: .anyOf([.read, .transfer]),
    inPath: [id],
    answers: [.init(status: 200, explanation: "The callback.", content: .json(CallbackReport.shape))],
    problems: [.unknownCallback, .notAccepting]
  ) { call throws(Problem) in
    let id = try call.callback()
    return .json(try await call.ask { desk throws(Refusal) in try await desk.callback(id) }.json)
  }

  private static let cancel = APIRoute(
    method: .delete,
    path: "/v1/callbacks/{id}",
    summary: "Cancel a callback",
    access: .anyOf([.transfer, .admin]),
    inPath: [id],
    answers: [.init(status: 204, explanation: "Nobody is called back.", content: .nothing)],
    problems: [.unknownCallback, .alreadyDecided, .alreadyEnded, .notAccepting]
  ) { call throws(Problem) in
    let id = try call.callback()
    try await call.ask { desk throws(Refusal) in try await desk.cancelCallback(id, by: call.requester) }
    return HTTPServerReply(status: 204)
  }
}

extension APICall {
  fileprivate func callback() throws(Problem) -> TransferID {
    guard let id = parameters["id"].flatMap({ TransferID($0) }) else { throw Problem(Refusal.unknownCallback) }
    return id
  }
}

extension CheckedBody {
  fileprivate func time(_ name: String) throws(Problem) -> WallTime? {
    guard let text = text(name) else { return nil }
    guard let time = WallTime(rfc3339: text) else {
      throw Problem(Refusal.invalid(field: name, why: "is not a time such as 2026-11-21T09:30:00Z"))
    }
    return time
  }
}
