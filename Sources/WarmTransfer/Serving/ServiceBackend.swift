import ARI
import Store
import Runtime
import Settings
import Transfer
import Transport
import Web

/// What the API asks for, brought before those who can do it.
struct ServiceBackend: APIBackend {
  let coordinator: CoordinatorRunner
  /// That of every channel and every phone of which is said no other.
  let pbx: PBX
  let history: PastTransfers
  let reports: Reports
  let journal: JournalWriter
  let signIns: SignIns
  let callTokens: CallTokens
  let conversations = WatchedConversations()
  let log: Log
  let live: LiveView
  let speech: TransferSpeech
  let playground: Playground

  /// Nobody has to stay for the answer: what was begun goes on.
  func begin(_ order: TransferOrder) async throws(Refusal) -> TransferReport {
    if let id = await coordinator.transfer(of: ChannelID(order.channel, on: pbx.name)) { throw .channelAlreadyOurs(id) }
    let general = await coordinator.settings.general
    if let application = order.returnTo, general.isOwn(application) {
      throw .invalid(field: "return_to", why: "is this service's own app: each failed transfer would start another")
    }
    let channel = try await refusing { () async throws(ARIError) in try await pbx.client.channels.get(order.channel) }
    guard channel.application == "Stasis" else {
      let companions = try await refusing { () async throws(ARIError) in try await pbx.client.companions(of: channel.id)
      }
      throw companions.isEmpty ? .channelInDialplan : .channelInBridge
    }
    let application = channel.applicationData.split(separator: ",").first.map(String.init) ?? ""
    if general.isOwn(application) { throw .channelNotHandedOver("the channel is already in this service's app") }
    return try await coordinator.takeOver(channel, of: pbx.name, from: application, order)
  }

  func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport] {
    let underWay = await coordinator.reports
    let old = try await history.transfers(query)
    // One that has ended between the two looks is in both.
    let all = underWay.filter { now in query.takes(now) && !old.contains { $0.id == now.id } } + old
    let newestFirst = all.sorted { ($1.requestedAt, $1.id.description) < ($0.requestedAt, $0.id.description) }
    return Array(newestFirst.prefix(query.limit))
  }

  func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport {
    if let report = await coordinator.report(of: id) { return report }
    return try await history.transfer(id)
  }

  func decide(
    _ decision: Decision,
    on id: TransferID,
    target: String?,
    by requester: String
  ) async throws(Refusal) -> TransferReport {
    if await coordinator.report(of: id) == nil {
      _ = try await history.transfer(id)
      throw .alreadyEnded
    }
    return try await coordinator.decide(decision, on: id, target: target, by: requester)
  }

  func agents() async -> [AgentReport] { await coordinator.agents(on: pbx.name) }

  func setAvailability(_ isAvailable: Bool, of agent: String) async throws(Refusal) -> AgentReport {
    guard await agents().contains(where: { $0.name == agent }) else { throw .unknownAgent }
    let (device, state) = (DeviceState.sign(of: agent), isAvailable ? DeviceState.signedOn : DeviceState.signedOff)
    try await refusing { () async throws(ARIError) in try await pbx.client.deviceStates.set(device, to: state) }
    await coordinator.learn(.deviceStateChanged(device: device, state: state), from: pbx.name)
    guard let report = await agents().first(where: { $0.name == agent }) else { throw .unknownAgent }
    return report
  }

  func events(after id: Int64?) async throws(Refusal) -> AsyncStream<ServiceEvent> {
    let listener = EventListener(try await history.events(after: id))
    return AsyncStream(unfolding: { await listener.next() })
  }

  func simulate(_ asked: SimulationAsked) async throws(Refusal) -> JSON { try await playground.simulate(asked) }

  func readiness() async -> Web.Readiness { await Self.readiness(coordinator, pbx) }

  static func readiness(_ coordinator: CoordinatorRunner, _ pbx: PBX) async -> Web.Readiness {
    let trouble = await coordinator.journalTrouble
    let isStopping = await coordinator.isDraining
    let asterisk = await pbx.link.readiness
    return await Web.Readiness(
      [
        .init("service", isReady: !isStopping, state: isStopping ? "stopping" : "running"),
        .init("asterisk", isReady: asterisk == .ready, state: asterisk.inWords),
        .init("journal", isReady: trouble == nil, state: trouble ?? "writable"),
      ],
      transfers: coordinator.phases.count
    )
  }

  func refusing<Answer: Sendable>(
    _ ask: () async throws(ARIError) -> Answer
  ) async throws(Refusal) -> Answer {
    do throws(ARIError) {
      return try await ask()
    } catch {
      throw error.kind == .notFound ? .channelGone : .asteriskAway
    }
  }
}

// MARK: - What is known of a caller before a transfer

/// It is kept where the caller is: in Asterisk, as the variables that a dialplan sets. It outlives the service, goes
/// with the channel, and the dialplan can read it.
extension ServiceBackend {
  func keep(_ context: CallContext, for channel: String) async throws(Refusal) {
    try await write(CallerVariables(context), on: channel)
  }

  func context(for channel: String) async throws(Refusal) -> CallContext {
    _ = try await refusing { () async throws(ARIError) in try await pbx.client.channels.get(channel) }
    let variables = try await refusing { () async throws(ARIError) in
      try await pbx.client.variables(CallerVariables.names, of: channel)
    }
    let context = CallerVariables(variables).context
    guard context != CallContext() else { throw .unknownContext }
    return context
  }

  func forgetContext(for channel: String) async throws(Refusal) {
    try await write(CallerVariables(CallContext()), on: channel)
  }

  private func write(_ variables: CallerVariables, on channel: String) async throws(Refusal) {
    if let field = variables.tooLong { throw .tooLarge(field: field, limit: CallerVariables.longest) }
    let values = variables.values.map { (name: $0.key, value: $0.value) }
    try await refusing { () async throws(ARIError) in try await pbx.client.channels.set(values, on: channel) }
  }
}

extension Readiness {
  fileprivate var inWords: String {
    switch self {
    case .connecting: "connecting"
    case .ready: "connected"
    case .waiting(.wrongCredentials): "rejects the user name or password"
    case .waiting(.notAnARI): "no ARI at ari_url"
    case .waiting(.unreachable): "unreachable"
    case .waiting(.broken): "reconnecting"
    case .replaced: "another client took over the app"
    }
  }
}

extension TransferQuery {
  func takes(_ report: TransferReport) -> Bool {
    if let phase, report.phase != phase { return false }
    if let since, report.requestedAt < since { return false }
    if let channel, report.channel != channel { return false }
    guard let before else { return true }
    return (report.requestedAt, report.id.description) < (before.requestedAt, before.id.description)
  }
}
