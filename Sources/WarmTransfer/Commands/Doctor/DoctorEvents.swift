import ARI
import Synchronization
import Transport

/// What the doctor's own channels, bridges and sounds have told so far.
final class DoctorEvents: Sendable {
  private struct Seen {
    var playbacks: [String: String] = [:]
    var inside: Set<String> = []
    var recordings = 0
  }

  private static let most = 1_000
  private let seen = Mutex(Seen())

  /// Until the connection ends or the task is cancelled.
  func follow(_ events: ARIEvents) async throws {
    for try await event in events {
      seen.withLock { seen in
        guard seen.playbacks.count + seen.inside.count < Self.most else { return }
        switch event {
        case .playbackFinished(let playback): seen.playbacks[playback.id] = playback.state
        case .stasisStart(let channel, _, _): seen.inside.insert(channel.id)
        case .recordingFinished: seen.recordings += 1
        default: break
        }
      }
    }
  }

  /// `done` or `failed`; nil while it lasts.
  func end(ofPlayback id: String) -> String? { seen.withLock { $0.playbacks[id] } }

  func hasEntered(_ channel: String) -> Bool { seen.withLock { $0.inside.contains(channel) } }

  /// How many have ended: until then not all of one is in its file.
  var recordingsEnded: Int { seen.withLock { $0.recordings } }

  private static let pace: Duration = .milliseconds(20)

  /// What is looked for, once it is there; nil when the time is over.
  func wait<Value>(_ limit: Duration, for look: () -> Value?) async throws -> Value? {
    let deadline = ContinuousClock.now + limit
    while true {
      if let value = look() { return value }
      guard ContinuousClock.now < deadline else { return nil }
      try await Task.sleep(for: Self.pace)
    }
  }
}

/// A connection to Asterisk's events under a name that nobody else has, so that no service loses its own.
struct DoctorConnection: Sendable {
  /// Everything that is made here begins with it.
  let name: String
  let ari: ARIClient
  let events = DoctorEvents()

  static func with<Result: Sendable>(
    _ settings: ARIConfiguration,
    over http: HTTPClient,
    _ body: @escaping @Sendable (DoctorConnection) async throws -> Result
  ) async throws -> Result {
    let name = "warm-transfer-doctor-" + Secrets.hexadecimal(try Secrets.random(4))
    var configuration = settings
    configuration.application = name
    let connection = DoctorConnection(name: name, ari: ARIClient(configuration, over: http))
    return try await ARIEventFeed(configuration).withEvents { events in
      try await withThrowingTaskGroup(of: Result?.self) { group in
        group.addTask {
          try await connection.events.follow(events)
          return nil
        }
        group.addTask { try await body(connection) }
        defer { group.cancelAll() }
        while let result = try await group.next() {
          if let result { return result }
        }
        throw CancellationError()
      }
    }
  }
}
