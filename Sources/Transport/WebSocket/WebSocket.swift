internal import CWebSockets
internal import Runtime

package struct WebSocketConfiguration: Sendable {
  /// `ws`, `wss`, `http` or `https`.
  package var url: String
  package var headers: [(String, String)]
  package var maxMessage = 1024 * 1024
  /// Messages that may wait for the consumer. One more closes the connection as `consumerTooSlow`: nothing is ever
  /// dropped in silence.
  package var bufferLimit = 10_000
  /// The same in bytes, for messages of the largest size.
  package var bufferByteLimit = 64 * 1024 * 1024
  package var pingInterval: Duration = .seconds(10)
  package var pongTimeout: Duration = .seconds(5)
  package var connectTimeout: Duration = .seconds(5)
  package var tls = TLSConfiguration()

  package init(url: String, headers: [(String, String)] = []) {
    self.url = url
    self.headers = headers
  }
}

/// A client's connection to a WebSocket that is only listened to.
///
/// libwebsockets runs on one thread for all connections, which receives, puts fragments together and hands messages
/// over; it never waits for whoever consumes them, nor for a name, a connection or a handshake.
package enum WebSocket {
  /// Connects, runs `body` on the messages, and closes the connection when it returns.
  package static func withConnection<R>(
    _ configuration: WebSocketConfiguration,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (WebSocketMessages) async throws -> R
  ) async throws -> R {
    guard let url = URLParts(configuration.url) else {
      throw WebSocketError(.invalidURL, "not the URL of a WebSocket: \(configuration.url)")
    }
    let addresses = try await NameLookup.addresses(of: url.host, within: configuration.connectTimeout)
    return try await WebSocketLoop.withLoop { loop in
      let session = try await established(configuration, url, addresses, on: loop)
      do {
        let result = try await body(WebSocketMessages(buffer: session.buffer))
        await loop.close(session)
        return result
      } catch {
        await loop.close(session)
        throw error
      }
    }
  }

  /// At the first address that answers. Each gets its share of the time.
  private static func established(
    _ configuration: WebSocketConfiguration,
    _ url: URLParts,
    _ addresses: [String],
    on loop: WebSocketLoop
  ) async throws(WebSocketError) -> WebSocketSession {
    var failure = WebSocketError(.couldNotConnect, "\(url.host) has no address")
    for address in addresses {
      let time = configuration.connectTimeout / addresses.count
      let session = WebSocketSession(configuration, url, address, within: time)
      loop.connect(session)
      do throws(WebSocketError) {
        try await session.established()
        return session
      } catch {
        await loop.close(session)
        failure = error
      }
      guard failure.kind == .couldNotConnect || failure.kind == .connectTimedOut else { break }
    }
    throw failure
  }
}
