internal import Runtime

/// How much a server of lines takes from whoever connects.
package struct LineLimits: Sendable {
  /// At once, of those who are being served; one more is turned away.
  package var connections = 512
  /// Of them from one address.
  package var connectionsOfAnAddress = 256
  /// Those of whom we wait for something that takes as long as it takes, such as a conversation. They do not count
  /// above; one more is closed.
  package var waitedFor = 4_096
  package var waitedForOfAnAddress = 2_048
  /// Bytes of one line.
  package var line = 8 * 1024
  /// Lines that wait to be read.
  package var waitingLines = 256
  /// Bytes that wait to be sent.
  package var unsent = 64 * 1024
  /// From the connection, or from what we sent last, to all that we wait for.
  package var patience: Duration = .seconds(5)

  package init() {}
}

/// A server for protocols made of lines, on a thread of its own. Who sends too long a line, too many, or nothing, is
/// cut off.
package struct LineServer: Sendable {
  package typealias Handler = @Sendable (LineConnection) async -> Void

  /// Where it listens, with the port that it got.
  package let address: String
  package let port: UInt16

  /// Serves while `body` runs; then every connection is closed, and the handlers are waited for.
  package static func withServer<R>(
    host: String,
    port: UInt16,
    limits: LineLimits = LineLimits(),
    handler: @escaping Handler,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (LineServer) async throws -> R
  ) async throws -> R {
    let listener = try ListeningSocket.open(host: host, port: port)
    let loop = try LineServerLoop.open(listener, limits)
    return try await withThread(named: "lines") {
      loop.run()
    } stop: {
      loop.outbox.stop()
    } _: {
      async let serving: Void = serve(loop.connections, handler)
      let result: Result<R, any Error>
      do {
        result = .success(try await body(LineServer(address: listener.address, port: listener.port)))
      } catch {
        result = .failure(error)
      }
      loop.outbox.stop()
      await serving
      return try result.get()
    }
  }

  private static func serve(_ connections: AsyncStream<LineConnection>, _ handler: @escaping Handler) async {
    await withDiscardingTaskGroup { group in
      for await connection in connections {
        group.addTask {
          await handler(connection)
          connection.close()
        }
      }
    }
  }
}

/// One who has connected, for one handler.
package struct LineConnection: Sendable {
  let id: UInt64
  let outbox: LineOutbox
  /// Without their ends. No more come when the connection has been closed, by whomever.
  package let lines: AsyncStream<String>

  /// The next answer has to come within the usual patience, or, if none is asked for, when it comes.
  package func send(_ line: String, waiting: Waiting = .usually) {
    outbox.put(.send(id, Array((line + "\n").utf8), waiting))
  }

  package func close() {
    outbox.put(.close(id))
  }

  package enum Waiting: Sendable {
    case usually
    case asLongAsItTakes
  }
}
