internal import CWebSockets
import Glibc
internal import Runtime
import Synchronization

/// The server's thread, the context of libwebsockets on it, and the connections.
// Sendable unchecked: after `open` only the thread touches what changes; the outbox is for the others.
final class HTTPServerLoop: @unchecked Sendable {
  private static let protocolName: StaticString = "http"
  private static let alpn: StaticString = "http/1.1"
  private static let readBuffer: UInt32 = 16 * 1024
  /// CONTEXT_PORT_NO_LISTEN_SERVER: we listen ourselves.
  private static let noPort: CInt = -2
  private static let smallRequest = 64 * 1024

  let outbox = HTTPOutbox()
  /// Each connection waits for one answer at most, so there is room for all.
  let exchanges: AsyncStream<HTTPExchange>
  private let delivery: AsyncStream<HTTPExchange>.Continuation
  private let configuration: HTTPServerConfiguration
  private let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)

  private let socket: ListeningSocket
  private var acceptor: Acceptor
  private var context: OpaquePointer?
  private var host: OpaquePointer?
  private var listener: OpaquePointer?
  private var connections: [OpaquePointer: HTTPConnection] = [:]
  private var wires: [HTTPConnection.ID: OpaquePointer] = [:]
  private var lastID: HTTPConnection.ID = 0
  /// Who is being let in.
  private var arriving = PeerAddress.unknown
  private var isStopping = false

  private init(_ configuration: HTTPServerConfiguration, _ socket: ListeningSocket) {
    self.configuration = configuration
    self.socket = socket
    acceptor = Acceptor(socket.accept)
    (exchanges, delivery) = AsyncStream.makeStream(
      of: HTTPExchange.self,
      bufferingPolicy: .bufferingOldest(max(1, configuration.maxConnections))
    )
    // The second one, all zero, ends the list.
    protocols.initialize(repeating: lws_protocols(), count: 2)
    protocols[0].name = Self.protocolName.cString
    protocols[0].callback = httpServerCallback
  }

  deinit {
    protocols.deallocate()
  }

  static func open(
    _ configuration: HTTPServerConfiguration,
    adopting socket: ListeningSocket
  ) throws(HTTPServerError) -> HTTPServerLoop {
    let loop = HTTPServerLoop(configuration, socket)
    let context = WebSocketsLibrary.makeContext(
      for: loop,
      readBuffer: readBuffer,
      handshakeTime: configuration.requestTime
    )
    guard let context, loop.makeHost(in: context) else {
      if let context { WebSocketsLibrary.destroy(context) }
      close(socket.descriptor)
      guard let identity = configuration.identity else {
        throw HTTPServerError(.system, "libwebsockets does not start")
      }
      let files = "\(identity.certificateFile) and \(identity.keyFile)"
      throw HTTPServerError(.tls, "no TLS with \(files): are both readable, and do they belong together?")
    }
    loop.context = context
    loop.listener = loop.adopt(socket.descriptor, as: LWS_ADOPT_RAW_FILE_DESC.rawValue)
    loop.outbox.open(context)
    return loop
  }

  private func makeHost(in context: OpaquePointer) -> Bool {
    var information = lws_context_creation_info()
    information.port = Self.noPort
    information.protocols = UnsafePointer(protocols)
    guard let identity = configuration.identity else {
      host = lws_create_vhost(context, &information)
      return host != nil
    }
    information.options = wt_lws_global_tls()
    information.alpn = Self.alpn.cString
    host = identity.certificateFile.withCString { certificate in
      identity.keyFile.withCString { key in
        information.ssl_cert_filepath = certificate
        information.ssl_private_key_filepath = key
        return lws_create_vhost(context, &information)
      }
    }
    return host != nil
  }

  private func adopt(_ descriptor: CInt, as kind: UInt32) -> OpaquePointer? {
    var information = lws_adopt_desc_t()
    information.vh = host
    information.type = lws_adoption_type(kind)
    information.fd.sockfd = descriptor
    information.vh_prot_name = Self.protocolName.cString
    return lws_adopt_descriptor_vhost_via_info(&information)
  }

  func run() {
    while !(isStopping && connections.isEmpty) {
      if lws_service(context, 0) < 0 { break }
    }
    outbox.close()
    for connection in connections.values { connection.ended() }
    connections = [:]
    if let context { WebSocketsLibrary.destroy(context) }
    context = nil
    delivery.finish()
  }

  func stop() { outbox.requestStop() }

  /// What libwebsockets is told: 0 to go on, -1 to close.
  func receive(_ reason: lws_callback_reasons, _ data: UnsafeMutableRawPointer?, _ count: Int, on wsi: OpaquePointer)
    -> CInt
  {
    switch reason {
    case LWS_CALLBACK_EVENT_WAIT_CANCELLED: wokenUp()
    case LWS_CALLBACK_RAW_RX_FILE: acceptAll()
    case LWS_CALLBACK_RAW_ADOPT: begin(wsi)
    case LWS_CALLBACK_RAW_RX: received(UnsafeRawBufferPointer(start: data, count: count), on: wsi)
    case LWS_CALLBACK_RAW_WRITEABLE: connections[wsi]?.writable()
    case LWS_CALLBACK_RAW_CLOSE: end(wsi)
    case LWS_CALLBACK_TIMER:
      if wsi == listener { lws_rx_flow_control(wsi, 1) } else { connections[wsi]?.timeIsOver() }
    default: break
    }
    return 0
  }

  private func received(_ bytes: UnsafeRawBufferPointer, on wsi: OpaquePointer) {
    guard let connection = connections[wsi] else { return }
    connection.received(bytes)
    // Small ones are bounded by the number of connections.
    guard connection.heldBytes > Self.smallRequest, connection.isReading else { return }
    let all = connections.values.reduce(0) { $0 + $1.heldBytes }
    if all > configuration.mostHeldBytes { connection.refuse(HTTPServerRefusal(503, "too much is sent at once")) }
  }

  // MARK: Connections come and go

  private func acceptAll() {
    if isStopping { return }
    let now = ContinuousClock.now
    acceptor.acceptAll(at: now) { letIn($0) }
    guard acceptor.isPausing(at: now) else { return }
    lws_rx_flow_control(listener, 0)
    lws_set_timer_usecs(listener, lws_usec_t(Acceptor.pauseWithoutRoom.milliseconds) * 1_000)
  }

  private func letIn(_ newcomer: Newcomer) {
    guard makeRoom(for: newcomer.address) else {
      close(newcomer.descriptor)
      return
    }
    let isSecure = configuration.identity != nil
    let kind = LWS_ADOPT_SOCKET.rawValue | (isSecure ? LWS_ADOPT_ALLOW_SSL.rawValue : 0)
    // It calls `begin` before it returns, and closes the socket where it fails.
    arriving = newcomer.address
    _ = adopt(newcomer.descriptor, as: kind)
  }

  private func makeRoom(for address: PeerAddress) -> Bool {
    let living = connections.values.filter { !$0.isOver }
    let neighbours = living.filter { $0.address == address }
    if neighbours.count >= configuration.maxConnectionsOfAnAddress { return cutLongest(of: neighbours) }
    return living.count < configuration.maxConnections || cutLongest(of: living)
  }

  /// Closes the one for whom we have waited for longest; false where we wait for none of them.
  private func cutLongest(of connections: [HTTPConnection]) -> Bool {
    let waiting = connections.compactMap { connection in connection.waitsSince.map { (connection, $0) } }
    guard let longest = waiting.min(by: { $0.1 < $1.1 }) else { return false }
    longest.0.close()
    return true
  }

  private func boundUnsentBytes() {
    var all = connections.values.filter { !$0.isOver && $0.unsentBytes > 0 }
    while all.reduce(0, { $0 + $1.unsentBytes }) > configuration.mostUnsentBytes, cutLongest(of: all) {
      all = all.filter { !$0.isOver }
    }
  }

  private func begin(_ wsi: OpaquePointer) {
    lastID += 1
    let client = Self.client(of: wsi)
    let connection = HTTPConnection(lastID, on: wsi, from: arriving, configuration) {
      [unowned self] request, connection in
      var request = request
      request.client = client
      let exchange = HTTPExchange(request: request, connection: connection.id, outbox: outbox)
      if case .enqueued = delivery.yield(exchange) { return }
      connection.close()
    }
    connections[wsi] = connection
    wires[lastID] = wsi
  }

  private static func client(of wsi: OpaquePointer) -> String {
    // As long as an IPv6 address with its zone gets.
    var text = [CChar](repeating: 0, count: 128)
    lws_get_peer_simple(wsi, &text, text.count)
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  private func end(_ wsi: OpaquePointer) {
    guard let connection = connections.removeValue(forKey: wsi) else { return }
    wires[connection.id] = nil
    connection.ended()
    // libwebsockets may be on its way to a poll that nothing would end any more.
    if isStopping, connections.isEmpty, let context { lws_cancel_service(context) }
  }

  // MARK: What others want

  private func wokenUp() {
    let contents = outbox.take()
    for (message, id) in contents.messages {
      if let connection = wires[id].flatMap({ connections[$0] }) {
        connection.take(message)
      } else {
        HTTPOutbox.refuse(message)
      }
    }
    if !contents.messages.isEmpty { boundUnsentBytes() }
    if contents.wantsStop, !isStopping { beginStopping() }
  }

  private func beginStopping() {
    isStopping = true
    if let listener { lws_set_timeout(listener, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC) }
    for connection in connections.values { connection.stop() }
    delivery.finish()
  }
}

private func httpServerCallback(
  _ wsi: OpaquePointer?,
  _ reason: lws_callback_reasons,
  _ user: UnsafeMutableRawPointer?,
  _ data: UnsafeMutableRawPointer?,
  _ count: Int
) -> CInt {
  // The loop stands at the context: the callback which tells of a wake-up belongs to no connection.
  guard let wsi, let context = lws_get_context(wsi), let pointer = lws_context_user(context) else { return 0 }
  return Unmanaged<HTTPServerLoop>.fromOpaque(pointer).takeUnretainedValue().receive(reason, data, count, on: wsi)
}
