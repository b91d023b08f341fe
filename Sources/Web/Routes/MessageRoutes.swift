internal import Transfer
internal import Transport

/// What callers have left for those who could not be had.
enum MessageRoutes {
  static let all = [list, show, sound, mark, delete]

  private static let id = APIRoute.Parameter(
    name: "id",
    shape: .text(TextShape(1...32, .letterOrDigit)),
    explanation: "The message's id, which is its transfer's."
  )

  private static let text = Shape.text(.any)
  private static let message = Shape.named(
    "Message",
    .object([
      .needed("id", text, "The transfer's, too."), .needed("at", .time, "When it was left."),
      .needed("seconds", .orNull(.number(0...1e9)), "Its length; null if the service was not running when it ended."),
      .needed("caller_name", text), .needed("caller_number", text), .needed("topic", text),
      .needed("party", .orNull(text), "The target or group that was requested or chosen."),
      .needed("heard_at", .orNull(.time), "When it was marked as heard."),
    ])
  )

  private static let list = APIRoute(
    method: .get,
    path: "/v1/messages",
    summary: "Messages, newest first",
    access: .anyOf([.read]),
    inQuery: TransferQuery.parameters.filter { $0.name == "limit" || $0.name == "cursor" },
    answers: [
      .init(
        status: 200,
        explanation: "One page of messages.",
        content: .json(
          .named(
            "Messages",
            .object([
              .needed("messages", .list(of: message, most: nil)),
              .needed("next", .orNull(text), "Send it as cursor to get the next page."),
            ])
          )
        )
      )
    ],
    problems: [.notAccepting]
  ) { call throws(Problem) in
    let query = try TransferQuery(call.parameters)
    let found = try await call.ask { desk throws(Refusal) in
      try await desk.messages(before: query.before, limit: query.limit + 1)
    }
    let page = found.prefix(query.limit)
    let next = found.count > query.limit ? page.last.map { JSON.string($0.position.cursor) } : nil
    return .json(["messages": .array(page.map(\.json)), "next": next ?? .null])
  }

  private static let show = APIRoute(
    method: .get,
    path: "/v1/messages/{id}",
    summary: "One message",
    access: .anyOf([.read]),
    inPath: [id],
    answers: [.init(status: 200, explanation: "The message.", content: .json(message))],
    problems: [.unknownMessage, .notAccepting]
  ) { call throws(Problem) in
    let id = try call.message()
    return .json(try await call.ask { desk throws(Refusal) in try await desk.message(id) }.json)
  }

  private static let sound = APIRoute(
    method: .get,
    path: "/v1/messages/{id}/audio",
    summary: "What the caller said",
    access: .anyOf([.read]),
    inPath: [id],
    answers: [.init(status: 200, explanation: "WAVE, mono, 8 kHz.", content: .other("audio/wav"))],
    problems: [.unknownMessage, .notAccepting, .asteriskAway]
  ) { call throws(Problem) in
    let id = try call.message()
    let sound = try await call.ask { desk throws(Refusal) in try await desk.sound(ofMessage: id) }
    return HTTPServerReply(
      status: 200,
      headers: [("Content-Type", "audio/wav"), ("Cache-Control", "no-store")],
      body: .whole(sound)
    )
  }

  private static let mark = APIRoute(
    method: .put,
    path: "/v1/messages/{id}",
    summary: "Mark a message as heard, or as new",
    access: .anyOf([.transfer, .admin]),
    inPath: [id],
    body: .needed(.named("MessageMark", .object([.needed("heard", .flag)]))),
    answers: [.init(status: 200, explanation: "The message as it is now.", content: .json(message))],
    problems: [.unknownMessage, .notAccepting]
  ) { call throws(Problem) in
    let id = try call.message()
    let isHeard = call.body?.json["heard"]?.bool ?? true
    return .json(try await call.ask { desk throws(Refusal) in try await desk.markMessage(id, isHeard: isHeard) }.json)
  }

  private static let delete = APIRoute(
    method: .delete,
    path: "/v1/messages/{id}",
    summary: "Delete a message and its recording",
    access: .anyOf([.admin]),
    inPath: [id],
    answers: [.init(status: 204, explanation: "Deleted.", content: .nothing)],
    problems: [.unknownMessage, .notAccepting, .asteriskAway]
  ) { call throws(Problem) in
    let id = try call.message()
    try await call.ask { desk throws(Refusal) in try await desk.deleteMessage(id) }
    return HTTPServerReply(status: 204)
  }
}

extension APICall {
  fileprivate func message() throws(Problem) -> TransferID {
    guard let id = parameters["id"].flatMap({ TransferID($0) }) else { throw Problem(Refusal.unknownMessage) }
    return id
  }
}
