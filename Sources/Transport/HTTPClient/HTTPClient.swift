internal import CCurl
internal import Runtime

/// Requests over a bounded pool of kept-alive connections.
///
/// libcurl's multi interface runs on one thread; `send` puts the request into that thread's inbox and wakes it, and
/// the thread resumes the caller. Nothing else is between a request and its socket.
package final class HTTPClient: Sendable {
  package struct Configuration: Sendable {
    /// Asterisk lets ten new connections wait; one more is tried again after a second.
    package var maxConnections = 10
    /// Requests that wait for a connection; one more is refused at once as overloaded.
    package var maxWaiting = 10_000
    package var connectTimeout: Duration = .seconds(2)
    package var timeout: Duration = .seconds(5)
    /// Connections that lay idle for longer are not used again. In whole seconds.
    package var maxIdle: Duration = .seconds(10)
    package var maxBody = 8 * 1024 * 1024
    package var credentials: Credentials?
    package var tls = TLSConfiguration()
    package var userAgent = "warm-transfer"

    package init() {}
  }

  package struct Credentials: Sendable {
    package var username: String
    package var password: String

    package init(username: String, password: String) {
      self.username = username
      self.password = password
    }
  }

  private let inbox: HTTPInbox
  private let configuration: Configuration

  private init(inbox: HTTPInbox, configuration: Configuration) {
    self.inbox = inbox
    self.configuration = configuration
  }

  /// The client lives as long as `body`. What is still under way afterwards fails as closed.
  package static func withClient<R>(
    _ configuration: Configuration = Configuration(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTPClient) async throws -> R
  ) async throws -> R {
    try await withClient(configuration, driving: { curl_multi_perform($0, $1) }, body)
  }

  static func withClient<R>(
    _ configuration: Configuration,
    driving drive: @escaping HTTPEngine.Drive,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTPClient) async throws -> R
  ) async throws -> R {
    let inbox = try HTTPInbox.open()
    let engine = try HTTPEngine.open(configuration, inbox, drive)
    return try await withThread(named: "http") {
      engine.run()
    } stop: {
      inbox.close()
    } _: {
      try await body(HTTPClient(inbox: inbox, configuration: configuration))
    }
  }

  /// What the body begins to send leaves together, and its thread is woken once for it.
  package func together(_ body: () -> Void) {
    inbox.hold()
    defer { inbox.release() }
    body()
  }

  /// A response of any status is a response. Cancelling the task aborts the transfer.
  package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
    let id = inbox.makeID()
    let deadline = ContinuousClock.now + (request.timeout ?? configuration.timeout)
    let result = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        inbox.submit(HTTPTransfer(id: id, request: request, deadline: deadline, continuation: continuation))
      }
    } onCancel: {
      inbox.cancel(id)
    }
    return try result.get()
  }
}
