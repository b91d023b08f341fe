internal import CWebSockets
internal import Runtime
import Synchronization

/// One connection's context of libwebsockets, and the thread that serves it.
// Sendable unchecked: the pointer never changes; all but lws_cancel_service, which is made for other threads, is called
// on the link's own thread, and `context` outlives both that thread and every caller of `close`.
final class WebSocketLink: @unchecked Sendable {
  /// libwebsockets and OpenSSL set up and tear down what all contexts share.
  private static let lifecycle = Mutex(())

  let buffer: MessageBuffer
  private let session: WebSocketSession
  private let context: OpaquePointer
  private let protocols: UnsafeMutablePointer<lws_protocols>
  private let handshake: Handshake
  private let ended = ThreadEnd()

  private init(
    adopting context: OpaquePointer,
    _ protocols: UnsafeMutablePointer<lws_protocols>,
    _ session: WebSocketSession
  ) {
    self.context = context
    self.protocols = protocols
    self.session = session
    buffer = session.buffer
    handshake = session.handshake
  }

  deinit {
    Self.lifecycle.withLock { _ in lws_context_destroy(context) }
    protocols.deinitialize(count: 2)
    protocols.deallocate()
  }

  static func open(_ configuration: WebSocketConfiguration) throws -> WebSocketLink {
    guard let url = URLParts(configuration.url) else {
      throw WebSocketError(.invalidURL, "not the URL of a WebSocket: \(configuration.url)")
    }
    let session = WebSocketSession(configuration, url)
    let link = try create(session, configuration.tls, isSecure: url.isSecure)
    try NamedThread.start("websocket") {
      link.serve()
      link.ended.signal()
    }
    return link
  }

  private static func create(
    _ session: WebSocketSession,
    _ tls: TLSConfiguration,
    isSecure: Bool
  ) throws(WebSocketError) -> WebSocketLink {
    let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
    protocols.initialize(repeating: lws_protocols(), count: 2)
    protocols[0].name = WebSocketSession.protocolName.cString
    protocols[0].callback = webSocketCallback
    protocols[0].rx_buffer_size = WebSocketSession.chunk

    var information = lws_context_creation_info()
    // CONTEXT_PORT_NO_LISTEN
    information.port = -1
    information.protocols = UnsafePointer(protocols)
    information.user = Unmanaged.passUnretained(session).toOpaque()
    information.pt_serv_buf_size = UInt32(WebSocketSession.chunk)
    // -1 keeps the process's own user and group.
    information.uid = .init(truncatingIfNeeded: -1)
    information.gid = .init(truncatingIfNeeded: -1)
    if isSecure { information.options = wt_lws_global_tls() }

    var context: OpaquePointer?
    lifecycle.withLock { _ in
      // What it has to say reaches us as callbacks; its own lines would go round our log.
      lws_set_log_level(0, nil)
      guard isSecure, let file = tls.caFile else { return context = lws_create_context(&information) }
      file.withCString { file in
        information.client_ssl_ca_filepath = file
        context = lws_create_context(&information)
      }
    }
    guard let context else {
      protocols.deallocate()
      throw WebSocketError(.system, "libwebsockets does not start; is the CA file readable?")
    }
    return WebSocketLink(adopting: context, protocols, session)
  }

  func established() async throws(WebSocketError) {
    let result = await withTaskCancellationHandler {
      await handshake.wait()
    } onCancel: {
      handshake.complete(.failure(WebSocketError(.cancelled, "cancelled while connecting")))
    }
    try result.get()
  }

  func close() async {
    session.requestClose()
    lws_cancel_service(context)
    await ended.wait()
  }

  private func serve() {
    session.connect(context)
    while !session.isOver {
      if lws_service(context, 0) < 0 { session.end(WebSocketError(.system, "libwebsockets gave up")) }
    }
  }
}
