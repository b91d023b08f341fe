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
/// libwebsockets runs on a thread of the connection's own, which receives, puts fragments together and hands messages
/// over; it never waits for whoever consumes them.
package final class WebSocket: Sendable {
  /// Connects, runs `body` on the messages, and closes the connection when it returns.
  package static func withConnection<R>(
    _ configuration: WebSocketConfiguration,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (WebSocketMessages) async throws -> R
  ) async throws -> R {
    let link = try WebSocketLink.open(configuration)
    do {
      try await link.established()
      let result = try await body(WebSocketMessages(buffer: link.buffer))
      await link.close()
      return result
    } catch {
      await link.close()
      throw error
    }
  }
}
