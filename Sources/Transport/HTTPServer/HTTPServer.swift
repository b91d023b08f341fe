internal import Runtime

/// Where and within which limits our server serves.
package struct HTTPServerConfiguration: Sendable {
  package struct Identity: Sendable {
    /// PEM files; the first with the whole chain.
    package var certificateFile: String
    package var keyFile: String

    package init(certificateFile: String, keyFile: String) {
      self.certificateFile = certificateFile
      self.keyFile = keyFile
    }
  }

  /// A name or an address.
  package var host: String
  /// 0: whatever port is free.
  package var port: UInt16
  /// Nil: without TLS.
  package var identity: Identity?

  /// The request line and all header fields.
  package var largestHead = 16 * 1024
  package var largestBody = 1024 * 1024
  /// Of all connections together; who sends a large body beyond that is told to come later.
  package var mostHeldBytes = 64 * 1024 * 1024
  /// Of all connections together, of what they have not taken yet; beyond it those who have kept us waiting for longest
  /// are cut. Of one connection no more waits than one answer, or one part of a stream: nothing more is read of it.
  package var mostUnsentBytes = 64 * 1024 * 1024
  /// At once. Who comes then takes the place of the one for whom we have waited for longest: who asks slowly, is silent
  /// or does not take the answer. Where nobody is waited for they are turned away.
  package var maxConnections = 512
  /// The same for those from one address, so that nobody takes all places. Behind a proxy all have one address.
  package var maxConnectionsOfAnAddress = 256
  /// From a request's first byte to its last, and from the connection to the first byte.
  package var requestTime: Duration = .seconds(10)
  /// How long a connection may rest between two requests.
  package var idleTime: Duration = .seconds(60)
  /// How long a client may take for each 16 KB of an answer.
  package var writeTime: Duration = .seconds(20)
  /// How long those who are being answered are waited for at the end.
  package var drainTime: Duration = .seconds(5)
  /// The answer to what is no request that we take.
  package var refusal: @Sendable (HTTPServerRefusal) -> HTTPServerReply = { refusal in
    HTTPServerReply(
      status: refusal.status,
      headers: [("Content-Type", "text/plain; charset=utf-8")],
      body: .whole(Array((refusal.reason + "\n").utf8))
    )
  }

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}

package struct HTTPServerError: Error, Equatable, CustomStringConvertible {
  /// Few and fixed: a label for metrics.
  package enum Kind: String, Sendable {
    case address, tls, system
  }

  package let kind: Kind
  package let message: String

  init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  package var description: String { message }
}

/// A server for HTTP/1.1 and HTTP/1.0, with or without TLS, on one thread of its own.
///
/// libwebsockets carries the bytes: its loop, its timers, its TLS. The requests are read here (HTTPRequestParser and
/// HTTPSyntax, 342 lines), and not by its own HTTP server, which would bring HTTP/2 as well. Of thirty requests that
/// are hostile, odd or just unusual, this one answers all as RFC 9112 wants it; libwebsockets 4.1 does so with seven.
/// It serves two Content-Length that differ, and Content-Length beside Transfer-Encoding, and takes what follows for
/// another request, by which requests are smuggled past a proxy; it serves bare line feeds, no Host or two, a blank
/// before the colon and an unknown Expect; it does not answer Expect: 100-continue; and without a word it drops bodies
/// in chunks, heads and bodies that are too large, and malformed fields. libmicrohttpd has no HTTP/2 either, and would
/// be another library with a loop of its own. Browsers get HTTP/2, and more than six streams, from a proxy in front.
///
/// Requests of one connection are answered one by one, in their order; different connections do not wait for each
/// other. A client who goes away does not stop the handler, only a stream.
package struct HTTPServer: Sendable {
  package typealias Handler = @Sendable (HTTPServerRequest) async -> HTTPServerReply

  /// Where it listens, with the port that it got.
  package let address: String
  package let port: UInt16

  /// Serves while `body` runs. Then nobody new is let in, streams are cancelled, and those who are being answered are
  /// waited for.
  package static func withServer<R>(
    _ configuration: HTTPServerConfiguration,
    handler: @escaping Handler,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTPServer) async throws -> R
  ) async throws -> R {
    let listener = try ListeningSocket.open(host: configuration.host, port: configuration.port)
    let loop = try HTTPServerLoop.open(configuration, adopting: listener)
    return try await withThread(named: "http-server") {
      loop.run()
    } stop: {
      loop.stop()
    } _: {
      async let serving: Void = serve(loop.exchanges, handler)
      let result: Result<R, any Error>
      do {
        result = .success(try await body(HTTPServer(address: listener.address, port: listener.port)))
      } catch {
        result = .failure(error)
      }
      loop.stop()
      await serving
      return try result.get()
    }
  }

  private static func serve(_ exchanges: AsyncStream<HTTPExchange>, _ handler: @escaping Handler) async {
    await withDiscardingTaskGroup { group in
      for await exchange in exchanges {
        group.addTask { await exchange.answer(handler) }
      }
    }
  }
}
