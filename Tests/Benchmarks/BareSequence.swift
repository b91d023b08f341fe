import ARI
import Lab
import Transport

/// The shortest program that makes a transfer: the same commands as the service's, one after the other, with nothing
/// kept, checked or written down between them. It shares a process with the observer, which sleeps most of the time.
actor BareSequence {
  static let application = "bare"

  private let ari: ARIClient
  private let endpoint: String
  /// The sound that a person is told, without its ending.
  private let briefing: String
  /// By the time of the key.
  private let isBriefingOver: Bool
  /// What still plays to the caller then.
  private let announcement: String?
  private(set) var isReady = false
  private(set) var failure: ARIError?
  private var callers: [String] = []

  init(
    _ lab: Lab,
    over http: HTTPClient,
    endpoint: String,
    briefing: String,
    isBriefingOver: Bool,
    announcement: String?
  ) {
    self.isBriefingOver = isBriefingOver
    ari = ARIClient(ARIConfiguration(lab, application: Self.application), over: http)
    self.endpoint = endpoint
    self.briefing = briefing
    self.announcement = announcement
  }

  func run() async {
    await ARIEventFeed(ari.configuration).run(preparing: { try await self.prepare() }, { await self.take($0) })
  }

  private func prepare() async throws(ARIError) {
    try await ari.applications.filter(allowing: ARIEvent.kinds)
    isReady = true
  }

  private func take(_ item: ARIEventFeed.Item) async {
    do throws(ARIError) {
      switch item {
      case .event(let event): try await take(event)
      case .unreadable, .lost: isReady = false
      }
    } catch {
      failure = error
    }
  }

  private func take(_ event: ARIEvent) async throws(ARIError) {
    switch event {
    case .stasisStart(let channel, ["agent"], _): try await brief(channel.id)
    case .stasisStart(let caller, _, _): try await hold(caller)
    case .digitReceived("1", let channel): try await join(channel.id)
    case .stasisEnd(let channel):
      guard let name = callers.firstIndex(of: channel.id).map(Self.name) else { return }
      try await ari.channels.hangUp(name + "-agent-1")
      try await ari.bridges.destroy(name + "-hold")
      try await ari.bridges.destroy(name + "-talk")
    default: break
    }
  }

  private func hold(_ caller: ARIChannel) async throws(ARIError) {
    let name = Self.name(callers.count)
    callers.append(caller.id)
    try await ari.bridges.create(name + "-hold", .holding)
    try await ari.bridges.add([caller.id], to: name + "-hold")
    try await ari.channels.startMusic(caller.id, class: "default")
    if let announcement {
      try await ari.channels.play("sound:" + announcement, to: caller.id, as: name + "-announcement")
    }
    try await ari.channels.originate(
      .init(
        endpoint: endpoint,
        channelID: name + "-agent-1",
        arguments: ["agent"],
        callerID: "\"Caller\" <\(caller.callerNumber)>"
      )
    )
  }

  private func brief(_ agent: String) async throws(ARIError) {
    try await ari.channels.play("sound:" + briefing, to: agent, as: agent + "-briefing")
    try await ari.bridges.create(agent.dropLast("-agent-1".count) + "-talk", .proxied)
  }

  private func join(_ agent: String) async throws(ARIError) {
    guard let caller = callers.last else { return }
    if !isBriefingOver { try await ari.playbacks.stop(agent + "-briefing") }
    if announcement != nil { try await ari.playbacks.stop(agent.dropLast("-agent-1".count) + "-announcement") }
    try await ari.bridges.add([caller, agent], to: agent.dropLast("-agent-1".count) + "-talk")
    try await ari.channels.stopMusic(caller)
  }

  private static func name(_ call: Int) -> String { "bare-\(call)" }
}
