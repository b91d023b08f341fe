internal import Transfer
internal import Transport

// What is asked for one caller, by whichever way it comes: a request of its own, or the tool of a model.
extension APICall {
  func begin() async throws(Problem) -> TransferReport {
    guard let body else { throw Problem(.malformedJSON, "no body") }
    let order = TransferOrder(
      channel: body.text("channel") ?? "",
      target: body.text("target"),
      returnTo: body.text("return_to"),
      priority: body.json["priority"]?.integer.map { Int($0) },
      context: try body.context(),
      requestedBy: requester
    )
    try check(callOn: order.channel)
    do throws(Problem) {
      return try await ask { desk throws(Refusal) in try await desk.begin(order) }
    } catch {
      var problem = error
      problem.members["say"] = await desk.apology(in: order.context.language).map(JSON.string)
      throw problem
    }
  }

  func transfer(_ id: TransferID) async throws(Problem) -> TransferReport {
    let report = try await ask { desk throws(Refusal) in try await desk.transfer(id) }
    try check(callOn: report.channel)
    return report
  }

  func decide(_ decision: Decision, on id: TransferID, target: String? = nil) async throws(Problem) -> TransferReport {
    if onlyCall != nil { _ = try await transfer(id) }
    return try await ask { desk throws(Refusal) in
      try await desk.decide(decision, on: id, target: target, by: requester)
    }
  }

  /// What cannot be the id of a transfer is the id of none.
  func transfer() throws(Problem) -> TransferID {
    guard let id = parameters["id"].flatMap({ TransferID($0) }) else { throw Problem(Refusal.unknownTransfer) }
    return id
  }

  /// The one in the path.
  func channel(orElse code: Problem.Code) throws(Problem) -> String {
    let channel = parameters["channel"] ?? ""
    do throws(Misfit) {
      try OrderShapes.channel.check(channel, at: "channel")
    } catch {
      throw Problem(code, "not a channel id")
    }
    try check(callOn: channel)
    return channel
  }
}
