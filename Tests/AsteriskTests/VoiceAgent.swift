import ARI
import Lab
import Transport

/// A voice agent as a second ARI application, which callers of the exten `voice-agent` enter. It talks to them with a leg
/// of its own, whose tone is `.voiceAgentTone`, and hands them over when the test says so.
actor VoiceAgent {
  static let application = "voice-agent"
  static let patience: Duration = .seconds(20)

  /// A caller, the voice agent's own leg and the bridge of the two.
  struct Conversation: Sendable {
    let number: String
    let caller: String
    let leg: String
    let bridge: String
  }

  private struct Arrival {
    var channel: ARIChannel
    var arguments: [String]
  }

  private let lab: Lab
  private let ari: ARIClient
  private var isConnected = false
  private var arrivals: [Arrival] = []
  /// Channels that could not be moved, and those that have left, in the order in which Asterisk said so.
  private var refusals: [String] = []
  private var departures: [String] = []
  private var conversations: [Conversation] = []

  /// It is there as long as the body runs; afterwards its legs and bridges are gone.
  static func with<R: Sendable>(_ lab: Lab, _ body: (VoiceAgent) async throws -> R) async throws -> R {
    try await HTTPClient.withClient { http in
      let agent = VoiceAgent(lab, over: http)
      return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { await agent.listen() }
        try await agent.wait("its own application") { $0.isConnected }
        let result: R
        do {
          result = try await body(agent)
        } catch {
          try await agent.leave()
          throw error
        }
        try await agent.leave()
        group.cancelAll()
        return result
      }
    }
  }

  private init(_ lab: Lab, over http: HTTPClient) {
    self.lab = lab
    ari = ARIClient(
      ARIConfiguration(
        url: lab.ariURL,
        username: lab.ariUsername,
        password: lab.ariPassword,
        application: Self.application
      ),
      over: http
    )
  }

  /// Takes the caller of that number, who is on the way or there already.
  func talk(to number: String) async throws -> Conversation {
    let leg = "ai\(number)"
    let caller = try await arrival(1, "caller \(number)") { $0.callerNumber == number && $0.id != leg }.channel.id
    try await ari.channels.originate(
      .init(endpoint: "PJSIP/voice-agent-\(leg)@trunk", channelID: leg)
    )
    _ = try await arrival(1, "leg for \(number)") { $0.id == leg }
    let conversation = Conversation(number: number, caller: caller, leg: leg, bridge: "\(leg)-bridge")
    try await ari.bridges.create(conversation.bridge, .proxied)
    try await ari.bridges.add([caller, leg], to: conversation.bridge)
    conversations.append(conversation)
    return conversation
  }

  func handOver(
    _ conversation: Conversation,
    to application: String = "warm-transfer",
    _ arguments: [String] = []
  ) async throws {
    try await ari.channels.move(conversation.caller, to: application, arguments: arguments)
  }

  /// The same while the other application may be down: the caller stays where they are until it can be done.
  func handOverWhenPossible(_ conversation: Conversation, _ arguments: [String]) async throws {
    let caller = conversation.caller
    while !departures.contains(caller) {
      let refused = refusals.count { $0 == caller }
      try await handOver(conversation, arguments)
      try await wait("what became of handing over \(conversation.number)") {
        $0.departures.contains(caller) || $0.refusals.count { $0 == caller } > refused
      }
    }
  }

  /// The arguments with which the caller has come back.
  func returned(_ conversation: Conversation, within limit: Duration = patience) async throws -> [String] {
    try await arrival(2, "return of \(conversation.number)", within: limit) { $0.id == conversation.caller }.arguments
  }

  /// What is left of the caller's dead-man's switch, in seconds.
  func limit(of conversation: Conversation) async throws -> String {
    try await ari.channels.variables(["TIMEOUT(absolute)"], of: conversation.caller)["TIMEOUT(absolute)"] ?? ""
  }

  /// Talks on with a caller who has come back.
  func goOn(_ conversation: Conversation) async throws {
    try await ari.bridges.add([conversation.caller], to: conversation.bridge)
  }

  /// Hangs up its own leg, as a voice agent does that has nothing more to say.
  func hangUp(_ conversation: Conversation) async throws {
    try await ari.channels.hangUp(conversation.leg)
  }

  /// Nothing of it is left, whether or not somebody has ended it already.
  func leave(_ conversation: Conversation) async throws {
    let bridges = try await ari.bridges.list().map(\.id)
    if try await ari.channels.list().contains(where: { $0.id == conversation.leg }) { try await hangUp(conversation) }
    if bridges.contains(conversation.bridge) { try await ari.bridges.destroy(conversation.bridge) }
  }

  func isInBridge(_ conversation: Conversation) async throws -> Bool {
    try await ari.bridges.list().contains { $0.id == conversation.bridge && $0.channels.contains(conversation.leg) }
  }

  private func listen() async {
    await ARIEventFeed(ari.configuration).run(preparing: { await self.connected() }, { take($0) })
  }

  private func connected() { isConnected = true }

  private func take(_ item: ARIEventFeed.Item) {
    guard case .event(let event) = item else { return }
    switch event {
    case .stasisStart(let channel, let arguments, _): arrivals.append(Arrival(channel: channel, arguments: arguments))
    case .stasisEnd(let channel): departures.append(channel.id)
    case .applicationMoveFailed(let channel): refusals.append(channel.id)
    default: break
    }
  }

  private func leave() async throws {
    for conversation in conversations { try await leave(conversation) }
  }

  /// The channel's first entering of the application, or its second.
  private func arrival(
    _ count: Int,
    _ what: String,
    within limit: Duration = patience,
    of fits: @escaping @Sendable (ARIChannel) -> Bool
  ) async throws -> Arrival {
    try await wait(what, within: limit) { $0.arrivals.filter { fits($0.channel) }.count >= count }
    return arrivals.filter { fits($0.channel) }[count - 1]
  }

  private func wait(
    _ what: String,
    within limit: Duration = patience,
    until isSo: @Sendable (isolated VoiceAgent) -> Bool
  ) async throws {
    let deadline = ContinuousClock.now + limit
    while !isSo(self) {
      guard ContinuousClock.now < deadline else {
        throw LabError(.timedOut, "the voice agent did not see: \(what)")
      }
      try await Task.sleep(for: .milliseconds(10))
    }
  }
}
