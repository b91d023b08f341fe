package import Transfer
package import Transport
package import Web

/// A service in memory, which does what it is told or refuses what it is told to refuse.
package actor StageBackend: APIBackend {
  /// As much as a fuzzer may leave behind.
  private static let most = 500

  private var known: [TransferReport] = []
  private var contexts: [String: CallContext] = [:]
  private var messages: [TransferID: MessageReport] = [:]
  private var signedOff: Set<String> = []
  package internal(set) var callbacks: [CallbackReport] = []
  private var lastNumber = 0
  private var refusal: Refusal?
  private var told: [ServiceEvent] = []
  private var listeners: [AsyncStream<ServiceEvent>.Continuation] = []
  private let staysOpen: Bool
  package private(set) var orders: [TransferOrder] = []
  package internal(set) var briefs: [Brief] = []
  /// What was decided, and with whose token.
  package private(set) var decisions: [(decision: Decision, requester: String)] = []
  package private(set) var isReady = true
  package var figures = FiguresReport()
  /// Calls, and what they were about.
  package private(set) var counted: [(count: Int, topic: String)] = []

  private static let people = [("alice", "Alice"), ("bob", "Bob"), ("night-desk", "the night desk")]

  /// Streams of events end at once, or when the listener goes.
  package init(streamsStayOpen: Bool = false) {
    staysOpen = streamsStayOpen
  }

  package func refuseEverything(with refusal: Refusal?) { self.refusal = refusal }

  package func setReady(_ isReady: Bool) { self.isReady = isReady }

  package func put(_ report: TransferReport) {
    known.removeAll { $0.id == report.id }
    known.append(report)
  }

  /// A transfer in each phase, and the event of each.
  package func fill() {
    for (number, phase) in TransferMachine.Phase.allCases.enumerated() {
      guard let id = TransferID("p\(number)") else { continue }
      var context = CallContext { "about \($0.name)" }
      context.language = LanguageTag("pt-BR")
      context.facts = [.init(name: "Tier\u{2028}", value: "\u{1F3C6} gold", label: "Tier")]
      let isOver = phase == .ended
      if number < 3 { leaveMessage("p\(number)", at: 1_700_000_020_000 + Int64(number)) }
      put(
        TransferReport(
          id: id,
          phase: phase,
          requestedAt: WallTime(milliseconds: 1_700_000_000_000 + Int64(number)),
          endedAt: isOver ? WallTime(milliseconds: 1_700_000_009_999) : nil,
          channel: "1700000000.\(number)",
          callerNumber: number % 2 == 0 ? "" : "+15551234567",
          party: number % 2 == 0 ? nil : "alice",
          targets: [.ringing, .briefing, .merging, .connected].contains(phase) ? ["alice"] : [],
          outcome: isOver ? Outcome(result: .connected, cause: .completed, target: "alice", wait: .seconds(5)) : nil,
          context: context
        )
      )
      happen("phase", Self.event(id, phase))
    }
  }

  package func leaveMessage(_ id: String, at milliseconds: Int64) {
    guard let id = TransferID(id) else { return }
    messages[id] = Self.message(id, WallTime(milliseconds: milliseconds))
  }

  private static func event(_ id: TransferID, _ phase: TransferMachine.Phase) -> JSON {
    let caller: JSON = ["channel": "1700000000.1", "name": "Maria \"M\"\nSantos", "number": ""]
    let context: JSON = [
      "summary": "a\r\n\nb: c", "facts": [["name": "t", "label": "Tier", "value": "gold"]],
      "transcript": "A: Hi.\nB: Ho.",
    ]
    var data: [String: JSON] = ["caller": caller, "wait": 12.345, "topic": "billing", "party": "alice"]
    if phase == .ringing || phase == .ended { data["context"] = context }
    if phase == .ended || phase == .returning { data.merge(["result": "RETURNED", "cause": "NOANSWER"]) { $1 } }
    return [
      "transfer": .string("\(id)"), "phase": .string(phase.rawValue), "at": "2026-11-21T09:30:00.000Z",
      "data": .object(data),
    ]
  }

  package func happen(_ kind: String, _ data: JSON) {
    let event = ServiceEvent(id: Int64(told.count + 1), kind: kind, data: data)
    told.append(event)
    for listener in listeners { listener.yield(event) }
  }

  func checkMood() throws(Refusal) {
    if let refusal { throw refusal }
  }

  package func begin(_ order: TransferOrder) async throws(Refusal) -> TransferReport {
    try checkMood()
    if let ours = known.first(where: { $0.channel == order.channel && $0.phase != .ended }) {
      throw .channelAlreadyOurs(ours.id)
    }
    lastNumber += 1
    guard let id = TransferID("t\(lastNumber)") else { throw .notAcceptingNow("no id") }
    orders.append(order)
    if known.count >= Self.most { known.removeFirst() }
    let report = TransferReport(
      id: id,
      phase: .ringing,
      requestedAt: WallTime(milliseconds: 1_800_000_000_000 + Int64(lastNumber) * 1000),
      channel: order.channel,
      callerNumber: "+15551234567",
      party: order.target ?? "alice",
      targets: [order.target ?? "alice"],
      context: order.context
    )
    known.append(report)
    return report
  }

  package func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport] {
    try checkMood()
    let found = known.filter { report in
      query.phase.map { $0 == report.phase } ?? true && query.since.map { report.requestedAt >= $0 } ?? true
        && query.channel.map { $0 == report.channel } ?? true
    }
    let sorted = found.sorted { ($0.requestedAt, $0.id.description) > ($1.requestedAt, $1.id.description) }
    let rest = sorted.drop { report in
      guard let before = query.before else { return false }
      return (report.requestedAt, report.id.description) >= (before.requestedAt, before.id.description)
    }
    return Array(rest.prefix(query.limit))
  }

  package func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport {
    try checkMood()
    guard let report = known.first(where: { $0.id == id }) else { throw .unknownTransfer }
    return report
  }

  package func decide(
    _ decision: Decision,
    on id: TransferID,
    target: String?,
    by requester: String
  ) async throws(Refusal) -> TransferReport {
    var report = try await transfer(id)
    guard report.phase != .ended else { throw .alreadyEnded }
    if decision != .cancel, let target, !report.targets.contains(target) { throw .notRinging }
    decisions.append((decision, requester))
    switch decision {
    case .accept: report.phase = .connected
    case .decline, .cancel:
      report.phase = .ended
      report.endedAt = report.requestedAt + .seconds(5)
      let cause: Outcome.Cause = decision == .cancel ? .cancelled : .declined
      report.outcome = Outcome(result: .returned, cause: cause, target: report.party, wait: .seconds(5))
    }
    put(report)
    return report
  }

  package func messages(before place: TransferQuery.Position?, limit: Int) async throws(Refusal) -> [MessageReport] {
    try checkMood()
    let sorted = messages.values.sorted { ($0.at, $0.transfer.description) > ($1.at, $1.transfer.description) }
    let rest = sorted.drop { message in
      guard let place else { return false }
      return (message.at, message.transfer.description) >= (place.requestedAt, place.id.description)
    }
    return Array(rest.prefix(limit))
  }

  package func message(_ id: TransferID) async throws(Refusal) -> MessageReport {
    try checkMood()
    guard let message = messages[id] else { throw .unknownMessage }
    return message
  }

  package func sound(ofMessage id: TransferID) async throws(Refusal) -> [UInt8] {
    _ = try await message(id)
    return Array("RIFF".utf8)
  }

  package func markMessage(_ id: TransferID, isHeard: Bool) async throws(Refusal) -> MessageReport {
    let old = try await message(id)
    let new = Self.message(id, old.at, heardAt: isHeard ? WallTime(milliseconds: 1_800_000_000_000) : nil)
    messages[id] = new
    return new
  }

  package func deleteMessage(_ id: TransferID) async throws(Refusal) {
    _ = try await message(id)
    messages[id] = nil
  }

  private static func message(_ id: TransferID, _ time: WallTime, heardAt: WallTime? = nil) -> MessageReport {
    let isLong = id.description.hasSuffix("1")
    return MessageReport(
      transfer: id,
      at: time,
      length: isLong ? .milliseconds(12_000) : nil,
      callerName: isLong ? "Maria \"M\"\nSantos" : "",
      callerNumber: isLong ? "+15551234567" : "",
      topic: "billing",
      party: isLong ? "alice" : nil,
      heardAt: heardAt
    )
  }

  package func keep(_ context: CallContext, for channel: String) async throws(Refusal) {
    try checkMood()
    guard contexts.count < Self.most || contexts[channel] != nil else { throw .tooManyContexts }
    contexts[channel] = context
  }

  package func context(for channel: String) async throws(Refusal) -> CallContext {
    try checkMood()
    guard let context = contexts[channel] else { throw .unknownContext }
    return context
  }

  package func forgetContext(for channel: String) async throws(Refusal) {
    try checkMood()
    guard contexts.removeValue(forKey: channel) != nil else { throw .unknownContext }
  }

  package func agents() async -> [AgentReport] {
    Self.people.map { name, spokenName in
      let calls = known.filter { $0.targets.contains(name) && $0.phase != .ended }
        .map { AgentReport.Call(transfer: $0.id, phase: $0.phase) }
      return AgentReport(
        name: name,
        spokenName: spokenName,
        isAvailable: !signedOff.contains(name),
        device: calls.isEmpty ? .free : .ringing,
        calls: calls
      )
    }
  }

  package func setAvailability(_ isAvailable: Bool, of agent: String) async throws(Refusal) -> AgentReport {
    try checkMood()
    if isAvailable { signedOff.remove(agent) } else { signedOff.insert(agent) }
    guard let report = await agents().first(where: { $0.name == agent }) else {
      signedOff.remove(agent)
      throw .unknownAgent
    }
    return report
  }

  package func events(after id: Int64?) async throws(Refusal) -> AsyncStream<ServiceEvent> {
    try checkMood()
    let (stream, continuation) = AsyncStream.makeStream(
      of: ServiceEvent.self,
      bufferingPolicy: .bufferingOldest(1_000)
    )
    for event in told where id.map({ event.id > $0 }) ?? false { continuation.yield(event) }
    if staysOpen { listeners.append(continuation) } else { continuation.finish() }
    return stream
  }

  package func story(of id: TransferID) async throws(Refusal) -> JSON {
    ["transfer": .string(try await transfer(id).id.description), "steps": []]
  }

  package func briefing(of id: TransferID) async throws(Refusal) -> [UInt8] {
    _ = try await transfer(id)
    return Array("RIFF".utf8)
  }

  // MARK: Browsers

  private var links: [String: String] = [:]
  private var sessions: [String: BrowserSession] = [:]
  private var updates: [LiveUpdate] = []
  package private(set) var deskOrders: [(order: DeskOrder, agent: String)] = []

  package func makeLink(for agent: String) async throws(Refusal) -> AgentLink {
    try checkMood()
    guard Self.people.contains(where: { $0.0 == agent }) else { throw .unknownAgent }
    let secret = "link-\(links.count + 1)"
    links[secret] = agent
    return AgentLink(secret: secret, until: WallTime(milliseconds: 1_800_000_000_000))
  }

  package func endSessions(of agent: String) async throws(Refusal) {
    try checkMood()
    guard Self.people.contains(where: { $0.0 == agent }) else { throw .unknownAgent }
    links = links.filter { $0.value != agent }
    sessions = sessions.filter { $0.value.agent != agent }
  }

  package func signIn(withLink secret: String) async throws(Refusal) -> NewSession? {
    try checkMood()
    return links.removeValue(forKey: secret).map { signIn(.agent($0)) }
  }

  package func signIn(with token: AccessToken) async throws(Refusal) -> NewSession {
    try checkMood()
    return signIn(.token(token))
  }

  private func signIn(_ holder: BrowserSession.Holder) -> NewSession {
    let secret = "session-\(sessions.count + 1)"
    let session = BrowserSession(digest: secret, holder: holder)
    sessions[secret] = session
    return NewSession(secret: secret, session: session, lifetime: .seconds(60))
  }

  package func session(_ secret: String) async -> BrowserSession? { sessions[secret] }

  package func signOut(_ session: BrowserSession) async throws(Refusal) {
    try checkMood()
    sessions[session.digest] = nil
  }

  package func tell(_ update: LiveUpdate) { updates.append(update) }

  package func update(for viewer: Viewer, after revision: Int64?) async -> LiveUpdate? {
    updates.isEmpty ? nil : updates.removeFirst()
  }

  package func carryOut(_ order: DeskOrder, by agent: String) async throws(Refusal) {
    try checkMood()
    deskOrders.append((order, agent))
  }

  package func simulate(_ asked: SimulationAsked) async throws(Refusal) -> JSON {
    try checkMood()
    return [
      "route": ["rings alice: the call names it"], "chart": [],
      "steps": [["at": 0.5, "who": "alice", "text": "answers"]],
      "phases": [["phase": "requested", "at": 0, "seconds": 1.5]],
      "seconds": 1.5, "variables": [:], "events": [], "sounds": [], "complete": true,
    ]
  }

  package func readiness() async -> Readiness {
    Readiness(
      [
        .init("asterisk", isReady: isReady, state: isReady ? "connected" : "away"),
        .init("journal", isReady: true, state: "writable"),
      ],
      transfers: known.count { $0.phase != .ended }
    )
  }

  package func metrics() async -> String {
    "# TYPE warm_transfer_transfers gauge\nwarm_transfer_transfers \(known.count)\n"
  }
}

extension StageBackend {
  package func audit(_ query: AuditQuery) async throws(Refusal) -> AuditPage {
    try checkMood()
    let numbers = (1...5).filter { Int64($0) > query.after ?? 0 }
    let page = numbers.prefix(query.limit)
    return AuditPage(
      records: page.map { ["n": .integer(Int64($0)), "hash": "00", "previous": "00"] },
      next: page.last.map { Int64($0) } ?? query.after ?? 5,
      hasMore: numbers.count > query.limit
    )
  }

  package func figures(_ query: FiguresQuery) async throws(Refusal) -> FiguresAnswer {
    try checkMood()
    let end = query.to ?? WallTime(milliseconds: 1_800_000_000_000)
    let question = FiguresQuestion(
      from: query.from ?? end + .seconds(-30 * 86_400),
      to: end,
      by: query.by,
      repeatCallLimit: .seconds(7 * 86_400),
      now: end
    )
    return FiguresAnswer(question, query.by == nil ? FiguresReport() : figures)
  }

  package func countCalls(_ count: Int, about topic: String) async throws(Refusal) {
    try checkMood()
    counted.append((count, topic))
  }
}
