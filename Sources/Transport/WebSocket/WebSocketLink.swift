internal import CWebSockets
internal import Runtime
import Synchronization

/// One connection's thread, and on it the context of libwebsockets from its making to its end.
final class WebSocketLink: Sendable {
  let buffer: MessageBuffer
  private let session: WebSocketSession
  private let ended = ThreadEnd()

  private init(_ session: WebSocketSession) {
    self.session = session
    buffer = session.buffer
  }

  static func open(_ configuration: WebSocketConfiguration) throws -> WebSocketLink {
    guard let url = URLParts(configuration.url) else {
      throw WebSocketError(.invalidURL, "not the URL of a WebSocket: \(configuration.url)")
    }
    let link = WebSocketLink(WebSocketSession(configuration, url))
    try NamedThread.start("websocket") {
      link.run()
      link.ended.signal()
    }
    return link
  }

  func established() async throws(WebSocketError) {
    let handshake = session.handshake
    let result = await withTaskCancellationHandler {
      await handshake.wait()
    } onCancel: {
      handshake.complete(.failure(WebSocketError(.cancelled, "cancelled while connecting")))
    }
    try result.get()
  }

  func close() async {
    session.requestClose()
    await ended.wait()
  }

  private func run() {
    if session.isSecure { WebSocketsLibrary.tlsHandshakes.wait() }
    var holdsHandshakes = session.isSecure
    func releaseHandshakes() {
      if holdsHandshakes { WebSocketsLibrary.tlsHandshakes.signal() }
      holdsHandshakes = false
    }
    defer { releaseHandshakes() }

    do throws(WebSocketError) {
      let context = try WebSocketsLibrary.lifecycle.withLock { _ throws(WebSocketError) in
        try WebSocketContext.open(session)
      }
      session.begin(context.raw)
      while !session.isOver {
        if !session.isConnecting { releaseHandshakes() }
        if lws_service(context.raw, 0) < 0 { session.end(WebSocketError(.system, "libwebsockets gave up")) }
      }
      session.forgetContext()
      WebSocketsLibrary.lifecycle.withLock { [context] _ in context.close() }
    } catch {
      session.end(error)
    }
  }
}

/// A context of libwebsockets for one client's connection.
struct WebSocketContext {
  let raw: OpaquePointer
  private let protocols: UnsafeMutablePointer<lws_protocols>

  static func open(_ session: WebSocketSession) throws(WebSocketError) -> WebSocketContext {
    let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
    // The second one, all zero, ends the list.
    protocols.initialize(repeating: lws_protocols(), count: 2)
    protocols[0].name = WebSocketSession.protocolName.cString
    protocols[0].callback = webSocketCallback
    protocols[0].rx_buffer_size = WebSocketSession.chunk
    guard let raw = create(session, protocols) else {
      protocols.deallocate()
      throw WebSocketError(.system, "libwebsockets does not start; is the CA file readable?")
    }
    return WebSocketContext(raw: raw, protocols: protocols)
  }

  func close() {
    lws_context_destroy(raw)
    protocols.deallocate()
  }

  private static func create(
    _ session: WebSocketSession,
    _ protocols: UnsafeMutablePointer<lws_protocols>
  ) -> OpaquePointer? {
    // What it has to say reaches us as callbacks; its own lines would go round our log.
    lws_set_log_level(0, nil)
    var information = lws_context_creation_info()
    // CONTEXT_PORT_NO_LISTEN
    information.port = -1
    information.protocols = UnsafePointer(protocols)
    information.user = Unmanaged.passUnretained(session).toOpaque()
    information.pt_serv_buf_size = UInt32(WebSocketSession.chunk)
    // -1 keeps the process's own user and group.
    information.uid = .init(truncatingIfNeeded: -1)
    information.gid = .init(truncatingIfNeeded: -1)
    guard session.isSecure else { return lws_create_context(&information) }

    information.options = wt_lws_global_tls()
    guard let file = session.caFile else { return lws_create_context(&information) }
    return file.withCString { file in
      information.client_ssl_ca_filepath = file
      return lws_create_context(&information)
    }
  }
}
