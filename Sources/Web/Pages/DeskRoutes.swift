internal import Transfer
internal import Transport

extension WebPages {
  private static let longestReason = 200
  private static let longestNote = 2_000
  private static let transfer = Shape.Member.needed("transfer", .text(TextShape(1...32, .letterOrDigit)))

  private static let decision = Shape.object([
    transfer, .needed("decision", .choice(["accept", "decline", "repeat"])),
    .optional("reason", .text(TextShape(0...longestReason, .line))),
  ])
  private static let wrapUp = Shape.object([
    transfer, .optional("result", .orNull(.choice(WrapUp.Answer.allCases.map(\.rawValue)))),
    .optional("note", .text(TextShape(0...longestNote, .lines))),
  ])

  /// What an agent does on their screen. Each is an order like one by key or by the API, of this agent alone.
  static let desk: [Route] = [
    Route(method: .post, path: "/desk/decision") { call throws(Problem) in
      let agent = try await call.agent()
      let body = try call.body(decision)
      let transfer = try Self.transfer(in: body)
      let order: DeskOrder =
        switch body["decision"]?.string {
        case "accept": .accept(transfer)
        case "repeat": .hearAgain(transfer)
        default: .decline(transfer, reason: body["reason"]?.string ?? "")
        }
      return try await call.carryOut(order, by: agent)
    },
    Route(method: .post, path: "/desk/availability") { call throws(Problem) in
      let agent = try await call.agent()
      let isAvailable = try call.body(OrderShapes.availability)["available"]?.bool ?? true
      return try await call.carryOut(.setAvailable(isAvailable), by: agent)
    },
    Route(method: .post, path: "/desk/wrap-up") { call throws(Problem) in
      let agent = try await call.agent()
      let body = try call.body(wrapUp)
      let answer = body["result"]?.string.flatMap { WrapUp.Answer(rawValue: $0) }
      let note = body["note"]?.string ?? ""
      return try await call.carryOut(.wrapUp(try Self.transfer(in: body), answer, note: note), by: agent)
    },
  ]

  private static func transfer(in body: JSON) throws(Problem) -> TransferID {
    guard let id = body["transfer"]?.string.flatMap({ TransferID($0) }) else { throw Problem(Refusal.unknownTransfer) }
    return id
  }
}

extension PageCall {
  fileprivate func carryOut(_ order: DeskOrder, by agent: String) async throws(Problem) -> HTTPServerReply {
    try await ask { backend throws(Refusal) in try await backend.carryOut(order, by: agent) }
    return HTTPServerReply(status: 204)
  }
}
