internal import Transport
import Synchronization

/// `/v1/events` as server-sent events: each with its id, by which a client that comes back is told what it missed.
struct EventFeed: Sendable {
  /// Where some proxies would take a silent connection for a dead one.
  static let heartbeat: Duration = .seconds(15)
  /// Each keeps a connection.
  static let standardMost = 100

  private final class Open: Sendable {
    let count = Mutex(0)
  }

  private let open = Open()
  private let most: Int
  private let pause: @Sendable () async throws -> Void

  /// `pause` lies between two heartbeats.
  init(
    most: Int = standardMost,
    pause: @escaping @Sendable () async throws -> Void = { try await Task.sleep(for: EventFeed.heartbeat) }
  ) {
    self.most = most
    self.pause = pause
  }

  func reply(_ events: AsyncStream<ServiceEvent>) throws(Problem) -> HTTPServerReply {
    let isRoom = open.count.withLock { $0 < most }
    guard isRoom else {
      throw Problem(.tooManyStreams, "too many event streams are open", headers: ["Retry-After": "5"])
    }
    return HTTPServerReply(
      status: 200,
      headers: [("Content-Type", "text/event-stream"), ("Cache-Control", "no-store")],
      body: .stream { writer in
        open.count.withLock { $0 += 1 }
        await tell(events, to: writer)
        open.count.withLock { $0 -= 1 }
      }
    )
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
