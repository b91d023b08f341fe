package import Runtime
package import Transport

/// The event stream of our application, for as long as the service lives: connected again whenever it is lost,
/// with pauses that grow and differ, so that a restarted Asterisk is not stormed.
package struct ARIEventFeed: Sendable {
  package enum Item: Sendable {
    case event(ARIEvent)
    /// A frame that made no sense. The stream goes on.
    case unreadable(String)
    case lost(Loss, retryIn: Duration)
  }

  package enum Loss: Equatable, Sendable {
    case wrongCredentials
    /// The address answers, but there is no ARI behind it.
    case notAnARI
    case unreachable(String)
    case broken(String)
  }

  /// Between two measurements of the lag: a burst of events does not wait for its being measured.
  private static let lagPause: Duration = .milliseconds(100)

  private let configuration: WebSocketConfiguration

  package init(_ configuration: ARIConfiguration) {
    let application = PercentEncoding.encode(configuration.application)
    var socket = WebSocketConfiguration(
      url: configuration.url + "/ari/events?app=" + application,
      headers: [("Authorization", configuration.authorization)]
    )
    socket.tls = configuration.tls
    // Whoever presses a key meanwhile is not heard.
    socket.pingInterval = .seconds(4)
    socket.pongTimeout = .seconds(4)
    self.configuration = socket
  }

  /// Runs until the task is cancelled, or until another client takes over the application: two of the same name
  /// would take it from each other for ever.
  ///
  /// `look` is called before each connection, while nobody is told of anything. `prepare` is called on each new
  /// connection, while its events wait: what happened before is only to be had by listing. If it throws, the connection
  /// is given up and made again. `note` is told how old events are, by their own time, when they have been handled: now
  /// and then.
  package func run(
    isolation: isolated (any Actor)? = #isolation,
    lookingBefore look: @Sendable () async -> Void = {},
    preparing prepare: @Sendable () async throws -> Void,
    noting note: @Sendable (Duration) -> Void = { _ in },
    _ handle: (Item) async -> Void
  ) async {
    var backoff = Backoff(first: .milliseconds(250), cap: .seconds(4))
    while !Task.isCancelled {
      let loss: Loss
      await look()
      do {
        try await WebSocket.withConnection(configuration) { messages in
          try await prepare()
          backoff.reset()
          try await Self.deliver(messages, to: handle, noting: note)
        }
        return
      } catch {
        loss = Loss(error)
      }
      if Task.isCancelled { return }
      let pause = backoff.next(jitter: .random(in: 0..<1))
      await handle(.lost(loss, retryIn: pause))
      do { try await Task.sleep(for: pause) } catch { return }
    }
  }

  /// On one connection, which is not made anew, while the body lasts.
  package func withEvents<Answer>(_ body: (ARIEvents) async throws -> Answer) async throws -> Answer {
    try await WebSocket.withConnection(configuration) { try await body(ARIEvents(messages: $0)) }
  }

  /// Returns when the application was taken over.
  private static func deliver(
    _ messages: WebSocketMessages,
    isolation: isolated (any Actor)? = #isolation,
    to handle: (Item) async -> Void,
    noting note: @Sendable (Duration) -> Void
  ) async throws {
    var lastNoted = ContinuousClock.now
    for try await message in messages {
      let (json, event): (JSON, ARIEvent)
      do {
        json = try JSON(parsing: message)
        event = try ARIEvent(json)
      } catch {
        await handle(.unreadable("\(error)"))
        continue
      }
      await handle(.event(event))
      if event == .applicationReplaced { return }
      if .now - lastNoted >= lagPause, let lag = lag(of: json, at: .now()) {
        lastNoted = .now
        note(lag)
      }
    }
  }

  /// Asterisk writes `2026-11-21T09:30:00.123+0100`.
  package static func lag(of event: JSON, at now: Timestamp) -> Duration? {
    let text = event["timestamp"]?.string ?? ""
    let numbers = [text.dropFirst(20).prefix(3), text.dropFirst(24).prefix(2), text.dropFirst(26)]
    let isWhole =
      text.utf8.count == 28 && text.dropFirst(19).first == "." && "+-".contains(text.dropFirst(23).prefix(1))
    guard isWhole, let begin = Timestamp(date: String(text.prefix(19))), let milliseconds = Int64(numbers[0]),
      let hours = Int64(numbers[1]), let minutes = Int64(numbers[2])
    else { return nil }
    let offset = (hours * 60 + minutes) * 60_000 * (text.dropFirst(23).first == "-" ? -1 : 1)
    // Two machines may have two clocks.
    return .milliseconds(max(0, now.milliseconds - (begin.milliseconds + milliseconds - offset)))
  }
}

extension ARIEventFeed.Loss {
  init(_ error: any Error) {
    guard let error = error as? WebSocketError else {
      self = .broken("\(error)")
      return
    }
    switch error.kind {
    case .refused(status: 401), .refused(status: 403): self = .wrongCredentials
    case .refused: self = .notAnARI
    case .invalidURL, .couldNotConnect, .connectTimedOut, .tls, .system: self = .unreachable(error.description)
    case .closed, .pongMissing, .messageTooLarge, .consumerTooSlow, .cancelled: self = .broken(error.description)
    }
  }
}
