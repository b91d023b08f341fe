import ARI
import Store
import Runtime
import Transfer
import Transport
import Web

/// What a dialplan may ask for by AGI(). Whoever connects has only the channel that they came with: what is set is set
/// by the commands of their own connection.
struct AGIScripts: Sendable {
  /// Of the shipped dialplan.
  private static let transferContext = "warm-transfer"

  let control: ServiceBackend
  let log: Log

  /// Until everything is said, they hang up, or they say something that is no AGI.
  func serve(_ connection: LineConnection) async {
    var lines = connection.lines.makeAsyncIterator()
    guard let request = await Self.request(from: &lines) else {
      return log.debug("a client connected that does not speak AGI")
    }
    for command in await commands(for: request) {
      guard let line = command.line else { return }
      let isLong = if case .gosub = command { true } else { false }
      connection.send(line, waiting: isLong ? .asLongAsItTakes : .usually)
      guard case .done = await Self.reply(from: &lines) else { return }
    }
  }

  private static func request(from lines: inout AsyncStream<String>.Iterator) async -> AGIRequest? {
    var read: [String] = []
    while let line = await lines.next(), read.count < AGIRequest.mostLines {
      if line.isEmpty { return AGIRequest(read) }
      read.append(line)
    }
    return nil
  }

  private static func reply(from lines: inout AsyncStream<String>.Iterator) async -> AGIReply? {
    while let line = await lines.next() {
      if let reply = AGIReply(line) { return reply }
    }
    return nil
  }
}

// MARK: - The scripts

extension AGIScripts {
  private func commands(for request: AGIRequest) async -> [AGICommand] {
    switch request.script {
    case "route": await route(request)
    case "status": await status(request)
    case "context": Self.context(of: request)
    case "transfer": Self.transfer(request)
    case "call": await call(request)
    default: [.set("WT_AGI", "no such script")]
    }
  }

  /// Who would be rung, and after how long, if the caller were handed over now.
  private func route(_ request: AGIRequest) async -> [AGICommand] {
    let outlook = await outlook(for: request)
    return [
      .set("WT_ROUTE", outlook.party), .set("WT_OPEN", outlook.cause == nil ? "1" : "0"),
      .set("WT_CAUSE", outlook.cause?.rawValue ?? ""), .set("WT_MESSAGE", outlook.message),
      .set("WT_WAIT_ESTIMATE", outlook.wait.map { String($0.milliseconds / 1_000) } ?? ""), .set("WT_AGI", "ok"),
    ]
  }

  private func outlook(for request: AGIRequest) async -> Outlook {
    do throws(ARIError) {
      let channel = try await control.pbx.client.channels.get(request.channel)
      let variables = try await control.pbx.client.variables(Arrival.variableNames, of: channel.id)
      return await control.coordinator.outlook(
        for: Arrival(channel: channel, arguments: request.arguments, variables: variables)
      )
    } catch {
      return Outlook(cause: .error)
    }
  }

  /// Of the transfer that is asked for, and of the service.
  private func status(_ request: AGIRequest) async -> [AGICommand] {
    let readiness = await control.readiness()
    let missing = readiness.parts.first { !$0.isReady }
    let count = await control.coordinator.phases.count
    let service: [AGICommand] = [
      .set("WT_STATUS", missing.map { "\($0.name): \($0.state)" } ?? "ready"), .set("WT_TRANSFERS", String(count)),
    ]
    guard let name = request["transfer"], !name.isEmpty else { return service + [.set("WT_AGI", "ok")] }
    guard let id = TransferID(name), let report = await report(of: id) else {
      return service + [.set("WT_AGI", "no such transfer")]
    }
    return service + [
      .set("WT_PHASE", report.phase.rawValue), .set("WT_RESULT", report.outcome?.result.rawValue ?? ""),
      .set("WT_CAUSE", report.outcome?.cause.rawValue ?? ""), .set("WT_AGI", "ok"),
    ]
  }

  private func report(of id: TransferID) async -> TransferReport? {
    do throws(Refusal) {
      return try await control.transfer(id)
    } catch {
      return nil
    }
  }

  /// What is known of the caller, for a transfer that comes later.
  private static func context(of request: AGIRequest) -> [AGICommand] {
    var context = CallContext { request[$0.name] }
    context.facts = request.named("fact.").map { .init(name: $0.name, value: $0.value) }
    // What is not given stays as it is.
    let given = CallerVariables(context).values.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
    let commands = given.map { AGICommand.set($0.key, $0.value) }
    if let tooLong = commands.first(where: { $0.line == nil }), case .set(let name, _) = tooLong {
      return [.set("WT_AGI", "too long: \(name)")]
    }
    return commands + [.set("WT_AGI", "ok")]
  }

  /// A voice agent has taken a call: it counts for the transfer rate.
  private func call(_ request: AGIRequest) async -> [AGICommand] {
    do throws(Refusal) {
      try await control.countCalls(1, about: String((request["topic"] ?? "").prefix(200)))
      return [.set("WT_AGI", "ok")]
    } catch {
      return [.set("WT_AGI", "not counted")]
    }
  }

  /// Comes back to the dialplan after AGI() when the transfer is over, as the Gosub does.
  private static func transfer(_ request: AGIRequest) -> [AGICommand] {
    let target = request["target"].map { [AGICommand.set("WT_TARGET", $0)] } ?? []
    return target + context(of: request) + [.gosub(context: transferContext)]
  }
}

/// What would become of a caller who is handed over now.
struct Outlook: Equatable, Sendable {
  /// The target or group; empty when nobody would be rung.
  var party = ""
  var wait: Duration?
  /// Why nobody would be rung.
  var cause: Outcome.Cause?
  /// What a rule would have them told.
  var message = ""
}

extension TransferCoordinator {
  func outlook(for arrival: Arrival, at now: WallTime) -> Outlook {
    if isDraining { return Outlook(cause: .disabled) }
    if unwritten.trouble != nil { return Outlook(cause: .error) }
    var random = SystemRandomNumberGenerator()
    let request = arrival.request(TransferID(from: &random), settings, at: now)
    return outlook(of: request.plan, usually: request.policy.expectedWait)
  }

  /// Of a call about which a web server would be asked it says what is done without an answer.
  private func outlook(of plan: TransferPlan, usually wait: Duration) -> Outlook {
    switch plan {
    case .ring(let party): Outlook(party: party.name, wait: switchboard.usualWait(for: party.name) ?? wait)
    case .ask(let question): outlook(of: question.fallback, usually: wait)
    case .refuse(let cause): Outlook(cause: cause)
    case .turnAway(let message): Outlook(cause: .noTarget, message: message)
    }
  }
}
