internal import Transport

/// `/v1/events` as server-sent events: each with its id, by which a client that comes back is told what it missed.
struct EventFeed: Sendable {
  /// Where some proxies would take a silent connection for a dead one.
  static let heartbeat: Duration = .seconds(15)
  /// Each keeps a connection.
  static let standardMost = 100

  private let open: OpenStreams
  private let pause: @Sendable () async throws -> Void

  /// `pause` lies between two heartbeats.
  init(
    most: Int = standardMost,
    pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: EventFeed.heartbeat) }
  ) {
    open = OpenStreams(most: most)
    self.pause = pause
  }

  func reply(_ events: AsyncStream<ServiceEvent>) throws(Problem) -> HTTPServerReply {
    try open.reply { writer in await tell(events, to: writer) }
  }

  private func tell(_ events: AsyncStream<ServiceEvent>, to writer: HTTPBodyWriter) async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask {
        do {
          try await writer.write("retry: 2000\n\n")
          for await event in events { try await writer.write(event.text) }
        } catch {
          // Who has gone, or does not keep up, comes back with the last id that they saw.
        }
      }
      group.addTask {
        do {
          while true {
            try await pause()
            try await writer.write(": alive\n\n")
          }
        } catch {
          // The same, or the events have ended.
        }
      }
      await group.next()
      group.cancelAll()
    }
  }
}

extension ServiceEvent {
  /// A line each; JSON has no line ends of its own.
  var text: String {
    let name = kind.filter { !$0.isNewline }
    return "id: \(id)\nevent: \(name)\ndata: \(data.serialized())\n\n"
  }
}
