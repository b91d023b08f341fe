import ARI
import Foundation
import Lab
import Synchronization
import Transport

/// A third ARI client, which sees every channel and does nothing: the times of both kinds of transfers come from here.
final class Observer: Sendable {
  /// One transfer as the observer saw it. `nil` is what it has not seen.
  struct Passage {
    var answered: ContinuousClock.Instant?
    var briefing: ContinuousClock.Instant?
    var key: ContinuousClock.Instant?
    var entered: [ContinuousClock.Instant] = []

    /// From the key to the second of the two in the talk bridge.
    var join: Duration? { key.flatMap { key in entered.count < 2 ? nil : entered[1] - key } }
    var reaction: Duration? { answered.flatMap { answered in briefing.map { $0 - answered } } }
  }

  private struct Frame {
    var at: ContinuousClock.Instant
    var bytes: [UInt8]
  }

  private static let application = "observer"
  private static let kinds = [
    "StasisStart", "ChannelStateChange", "ChannelDtmfReceived", "ChannelEnteredBridge", "PlaybackStarted",
  ]
  private let isConnected = Atomic(false)
  private let frames = Mutex<[Frame]>([])

  static func with(_ lab: Lab, _ http: HTTPClient, _ body: (Observer) async throws -> Void) async throws {
    let observer = Observer()
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await observer.watch(lab) }
      while !observer.isConnected.load(ordering: .relaxed) { try await Task.sleep(for: .milliseconds(10)) }
      let configuration = ARIConfiguration(lab, application: application)
      try await ARIClient(configuration, over: http).applications.filter(allowing: kinds)
      try await body(observer)
      group.cancelAll()
    }
  }

  private func watch(_ lab: Lab) async throws {
    let credentials = Data("\(lab.ariUsername):\(lab.ariPassword)".utf8).base64EncodedString()
    let configuration = WebSocketConfiguration(
      url: lab.ariURL + "/ari/events?app=\(Self.application)&subscribeAll=true",
      headers: [("Authorization", "Basic " + credentials)]
    )
    try await WebSocket.withConnection(configuration) { messages in
      isConnected.store(true, ordering: .relaxed)
      // Only the time is taken now: reading the frames would take time from what is measured.
      for try await message in messages {
        let frame = Frame(at: .now, bytes: message)
        frames.withLock { $0.append(frame) }
      }
    }
  }

  /// The transfers seen since the last call of this, by their names.
  func passages() throws -> [String: Passage] {
    let seen = frames.withLock { frames in
      defer { frames = [] }
      return frames
    }
    var passages: [String: Passage] = [:]
    for frame in seen { Self.note(try JSON(parsing: frame.bytes), frame.at, in: &passages) }
    return passages
  }

  private static func note(_ event: JSON, _ at: ContinuousClock.Instant, in passages: inout [String: Passage]) {
    let channel = event["channel"]
    let agent = transfer(channel?["id"]?.string, "-agent-1")
    switch event["type"]?.string {
    case "ChannelStateChange", "StasisStart":
      guard let agent, channel?["state"]?.string == "Up" else { return }
      if passages[agent]?.answered == nil { passages[agent, default: Passage()].answered = at }
    case "PlaybackStarted":
      guard let agent = transfer(event["playback"]?["target_uri"]?.string, "-agent-1") else { return }
      let name = String(agent.dropFirst("channel:".count))
      if passages[name]?.briefing == nil { passages[name, default: Passage()].briefing = at }
    case "ChannelDtmfReceived":
      guard let agent, event["digit"]?.string == "1" else { return }
      passages[agent, default: Passage()].key = at
    case "ChannelEnteredBridge":
      guard let name = transfer(event["bridge"]?["id"]?.string, "-talk") else { return }
      passages[name, default: Passage()].entered.append(at)
    default: break
    }
  }

  /// Both kinds name what they make after the transfer.
  private static func transfer(_ name: String?, _ suffix: String) -> String? {
    guard let name, name.hasSuffix(suffix) else { return nil }
    return String(name.dropLast(suffix.count))
  }
}

extension ARIConfiguration {
  init(_ lab: Lab, application: String) {
    self.init(url: lab.ariURL, username: lab.ariUsername, password: lab.ariPassword, application: application)
  }
}
