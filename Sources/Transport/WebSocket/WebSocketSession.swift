internal import CWebSockets
internal import Runtime

/// One connection: what libwebsockets' callbacks tell of it.
// Sendable unchecked: called on the loop's thread only, but for what is constant, or a completion.
final class WebSocketSession: @unchecked Sendable {
  private enum Phase {
    /// Can go to: open, over.
    case connecting
    /// Can go to: closing, over.
    case open(awaitsPong: Bool, wantsPing: Bool)
    /// A close frame is on its way to the server. Can go to: over.
    case closing
    case over
  }

  static let protocolName: StaticString = "messages"
  private static let alpn: StaticString = "http/1.1"
  private static let closingTime: Duration = .milliseconds(250)

  let buffer: MessageBuffer
  let ended = ThreadEnd()
  private let handshake = Completion<Result<Void, WebSocketError>>()
  private let configuration: WebSocketConfiguration
  private let url: URLParts
  private let address: String
  private let connectTime: Duration

  private var phase = Phase.connecting
  private var connection: OpaquePointer?
  private var message: [UInt8] = []
  private var peerClose: (code: Int, reason: String)?

  init(_ configuration: WebSocketConfiguration, _ url: URLParts, _ address: String, within connectTime: Duration) {
    self.configuration = configuration
    self.url = url
    self.address = address
    self.connectTime = connectTime
    buffer = MessageBuffer(limit: configuration.bufferLimit, byteLimit: configuration.bufferByteLimit)
  }

  var isSecure: Bool { url.isSecure }
  var caFile: String? { configuration.tls.caFile }

  func established() async throws(WebSocketError) {
    let result = await withTaskCancellationHandler {
      await handshake.wait()
    } onCancel: {
      handshake.complete(.failure(WebSocketError(.cancelled, "cancelled while connecting")))
    }
    try result.get()
  }

  private var isOver: Bool {
    if case .over = phase { return true }
    return false
  }

  func end(_ error: WebSocketError) {
    phase = .over
    handshake.complete(.failure(error))
    buffer.finish(error)
    ended.signal()
  }

  /// Ends what libwebsockets has no reason to end.
  private func cut(_ wsi: OpaquePointer?, _ error: WebSocketError) {
    end(error)
    if let wsi { lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC) }
  }

  func connectionIsGone() {
    connection = nil
    closed()
  }

  /// False where there is no connection of which anything more could be told.
  func begin(on host: OpaquePointer, of context: OpaquePointer) -> Bool {
    if isOver { return false }
    let begun = address.withCString { address in
      url.host.withCString { name in
        url.path.withCString { path in connect(context, host, address, name, path) }
      }
    }
    // A failure has been told by a callback already, or there was nothing to tell but this.
    if !begun, !isOver { end(WebSocketError(.couldNotConnect, "no connection could be begun")) }
    return begun
  }

  private func connect(
    _ context: OpaquePointer,
    _ host: OpaquePointer,
    _ address: UnsafePointer<CChar>,
    _ name: UnsafePointer<CChar>,
    _ path: UnsafePointer<CChar>
  ) -> Bool {
    var information = lws_client_connect_info()
    information.context = context
    information.vhost = host
    information.address = address
    information.host = name
    information.origin = nil
    information.port = CInt(url.port)
    information.path = path
    information.local_protocol_name = Self.protocolName.cString
    information.ietf_version_or_minus_one = -1
    information.ssl_connection = CInt(tlsFlags)
    information.opaque_user_data = Unmanaged.passUnretained(self).toOpaque()
    information.alpn = Self.alpn.cString
    connection = lws_client_connect_via_info(&information)
    guard let connection else { return false }
    setTimer(connection, connectTime)
    return true
  }

  private var tlsFlags: UInt32 {
    var flags = LCCSCF_HTTP_NO_FOLLOW_REDIRECT.rawValue | LCCSCF_PRIORITIZE_READS.rawValue
    if url.isSecure { flags |= LCCSCF_USE_SSL.rawValue }
    guard url.isSecure, !configuration.tls.verify else { return flags }
    return flags | LCCSCF_ALLOW_SELFSIGNED.rawValue | LCCSCF_SKIP_SERVER_CERT_HOSTNAME_CHECK.rawValue
      | LCCSCF_ALLOW_EXPIRED.rawValue | LCCSCF_ALLOW_INSECURE.rawValue
  }

  /// What libwebsockets is told: 0 to go on, -1 to close.
  func receive(_ reason: lws_callback_reasons, _ data: UnsafeMutableRawPointer?, _ count: Int, on wsi: OpaquePointer)
    -> CInt
  {
    switch reason {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: return appendHeaders(wsi, data, count)
    case LWS_CALLBACK_CLIENT_ESTABLISHED: return established(wsi)
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: connectionFailed(wsi, Self.text(data, count))
    case LWS_CALLBACK_CLIENT_RECEIVE: return receive(UnsafeRawBufferPointer(start: data, count: count), on: wsi)
    case LWS_CALLBACK_CLIENT_RECEIVE_PONG: pongReceived(wsi)
    case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE: peerClosing(UnsafeRawBufferPointer(start: data, count: count))
    case LWS_CALLBACK_CLIENT_CLOSED: closed()
    case LWS_CALLBACK_CLIENT_WRITEABLE: return writable(wsi)
    case LWS_CALLBACK_TIMER: timeIsOver(wsi)
    default: break
    }
    return 0
  }

  /// The consumer has gone.
  func closeAsAsked() {
    switch phase {
    case .connecting: cut(connection, WebSocketError(.cancelled, "closed while connecting"))
    case .open:
      guard let connection else { return }
      phase = .closing
      setTimer(connection, Self.closingTime)
      lws_callback_on_writable(connection)
    case .closing, .over: break
    }
  }

  private func appendHeaders(_ wsi: OpaquePointer, _ data: UnsafeMutableRawPointer?, _ count: Int) -> CInt {
    guard let cursor = data?.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self) else { return -1 }
    guard let end = cursor.pointee?.advanced(by: count) else { return -1 }
    for (name, value) in configuration.headers {
      guard (name + value).utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else { return -1 }
      let code = lws_add_http_header_by_name(wsi, name + ":", value, CInt(value.utf8.count), cursor, end)
      guard code == 0 else { return -1 }
    }
    return 0
  }

  private func established(_ wsi: OpaquePointer) -> CInt {
    guard case .connecting = phase else { return -1 }
    connection = wsi
    phase = .open(awaitsPong: false, wantsPing: false)
    setTimer(wsi, configuration.pingInterval)
    handshake.complete(.success(()))
    return 0
  }

  private func connectionFailed(_ wsi: OpaquePointer, _ reason: String) {
    if isOver { return }
    let status = Int(lws_http_client_http_response(wsi))
    if status >= 200 {
      end(WebSocketError(.refused(status: status), "the server answered \(status)"))
    } else if url.isSecure, reason.contains("tls") || reason.contains("SSL") || reason.contains("cert") {
      end(WebSocketError(.tls, reason))
    } else {
      end(WebSocketError(.couldNotConnect, reason.isEmpty ? "no connection" : reason))
    }
  }

  private func receive(_ bytes: UnsafeRawBufferPointer, on wsi: OpaquePointer) -> CInt {
    // What still comes after we have decided to close is nobody's any more.
    guard case .open = phase else { return 0 }
    guard message.count + bytes.count <= configuration.maxMessage else {
      end(WebSocketError(.messageTooLarge, "a message of more than \(configuration.maxMessage) bytes"))
      return -1
    }
    message.append(contentsOf: bytes)
    guard lws_is_final_fragment(wsi) != 0 else { return 0 }
    let whole = message
    message = []
    if buffer.append(whole) { return 0 }
    end(WebSocketError(.consumerTooSlow, "too many messages are waiting already"))
    return -1
  }

  private func pongReceived(_ wsi: OpaquePointer) {
    guard case .open(awaitsPong: true, let wantsPing) = phase else { return }
    phase = .open(awaitsPong: false, wantsPing: wantsPing)
    setTimer(wsi, configuration.pingInterval)
  }

  private func timeIsOver(_ wsi: OpaquePointer) {
    switch phase {
    case .connecting:
      cut(wsi, WebSocketError(.connectTimedOut, "no handshake within \(configuration.connectTimeout)"))
    case .open(awaitsPong: true, _):
      cut(wsi, WebSocketError(.pongMissing, "no answer to a ping within \(configuration.pongTimeout)"))
    case .open(awaitsPong: false, _):
      phase = .open(awaitsPong: true, wantsPing: true)
      setTimer(wsi, configuration.pongTimeout)
      lws_callback_on_writable(wsi)
    case .closing: cut(wsi, WebSocketError(.closed(code: nil), "the server did not confirm the end"))
    case .over: break
    }
  }

  private func writable(_ wsi: OpaquePointer) -> CInt {
    switch phase {
    case .open(let awaitsPong, wantsPing: true):
      phase = .open(awaitsPong: awaitsPong, wantsPing: false)
      return sendPing(wsi)
    case .closing:
      lws_close_reason(wsi, LWS_CLOSE_STATUS_NORMAL, nil, 0)
      return -1
    case .connecting, .open, .over: return 0
    }
  }

  private func sendPing(_ wsi: OpaquePointer) -> CInt {
    // libwebsockets writes the frame's head in front of the payload, of which there is none.
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: wt_lws_pre() + 1) { space in
      space.initialize(repeating: 0)
      guard let start = space.baseAddress else { return -1 }
      return lws_write(wsi, start + wt_lws_pre(), 0, LWS_WRITE_PING) < 0 ? -1 : 0
    }
  }

  private func peerClosing(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 2 else { return }
    let reason = String(decoding: bytes.dropFirst(2), as: UTF8.self)
    peerClose = (code: Int(bytes[0]) << 8 | Int(bytes[1]), reason: reason)
  }

  private func closed() {
    guard !isOver else { return }
    let reason = peerClose?.reason ?? ""
    let message = reason.isEmpty ? "the connection has ended" : reason
    end(WebSocketError(.closed(code: peerClose?.code), message))
  }

  private func setTimer(_ wsi: OpaquePointer, _ time: Duration) {
    lws_set_timer_usecs(wsi, lws_usec_t(max(1, time.milliseconds)) * 1000)
  }

  private static func text(_ data: UnsafeMutableRawPointer?, _ count: Int) -> String {
    String(decoding: UnsafeRawBufferPointer(start: data, count: data == nil ? 0 : count), as: UTF8.self)
  }
}
