internal import CWebSockets
import Glibc
internal import Runtime
import Synchronization

/// The one thread of all WebSockets, with the context of libwebsockets on it: it runs while there is a connection.
///
/// A connection is a session, which the loop only carries to libwebsockets and back. One that others open to us would
/// be a session too, on a host that has a listener: nothing else here knows who has called whom.
// Sendable unchecked: the thread alone touches what changes; `inbox` is under a lock.
final class WebSocketLoop: @unchecked Sendable {
  private enum Order {
    case connect(WebSocketSession)
    case close(WebSocketSession)
  }

  private enum Inbox {
    /// The address of the context, when it is there: to wake it.
    case open([Order], wantsStop: Bool, context: UInt?)
    case closed
  }

  /// What a host of libwebsockets is made for.
  private enum Trust: Hashable {
    case none
    /// The system's authorities, or those of a file as it was at that time: a new one wants a new host.
    case authorities(file: String?, changed: Int)
  }

  private struct Users {
    let loop: WebSocketLoop
    var count: Int
  }

  private static let chunk = 64 * 1024
  /// Port 0 is no proxy. Without it libwebsockets would take one from the environment, which decides nothing.
  private static let noProxy: StaticString = "none:0"

  private static let running = Mutex<Users?>(nil)

  private let inbox = Mutex(Inbox.open([], wantsStop: false, context: nil))
  private let ended = ThreadEnd()
  private let protocols = UnsafeMutablePointer<lws_protocols>.allocate(capacity: 2)
  private var context: OpaquePointer?
  private var hosts: [Trust: OpaquePointer] = [:]
  private var sessions: [ObjectIdentifier: WebSocketSession] = [:]
  private var isStopping = false

  private init() {
    // The second one, all zero, ends the list.
    protocols.initialize(repeating: lws_protocols(), count: 2)
    protocols[0].name = WebSocketSession.protocolName.cString
    protocols[0].callback = webSocketCallback
    protocols[0].rx_buffer_size = Self.chunk
  }

  deinit {
    protocols.deallocate()
  }

  // MARK: Its users

  /// The first user starts the thread; the last one ends it and waits for its end.
  static func withLoop<R>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (WebSocketLoop) async throws -> R
  ) async throws -> R {
    let loop = try join()
    do {
      let result = try await body(loop)
      await loop.leave()
      return result
    } catch {
      await loop.leave()
      throw error
    }
  }

  private static func join() throws -> WebSocketLoop {
    try running.withLock { users in
      if let loop = users?.loop {
        users?.count += 1
        return loop
      }
      let loop = WebSocketLoop()
      try NamedThread.start("websockets") {
        loop.run()
        loop.ended.signal()
      }
      users = Users(loop: loop, count: 1)
      return loop
    }
  }

  private func leave() async {
    let isLast = Self.running.withLock { users in
      // One that broke has been put aside, and ends by itself.
      guard let now = users, now.loop === self else { return false }
      users = now.count > 1 ? Users(loop: self, count: now.count - 1) : nil
      return users == nil
    }
    guard isLast else { return }
    change { _, wantsStop in wantsStop = true }
    await ended.wait()
  }

  func connect(_ session: WebSocketSession) {
    if !change({ orders, _ in orders.append(.connect(session)) }) { session.end(Self.broken) }
  }

  /// Returns when it is closed, which takes no longer than the close frame may take.
  func close(_ session: WebSocketSession) async {
    if !change({ orders, _ in orders.append(.close(session)) }) { session.end(Self.broken) }
    await session.ended.wait()
  }

  private static let broken = WebSocketError(.system, "libwebsockets gave up")

  @discardableResult
  private func change(_ body: (inout [Order], inout Bool) -> Void) -> Bool {
    inbox.withLock { inbox in
      guard case .open(var orders, var wantsStop, let context) = inbox else { return false }
      body(&orders, &wantsStop)
      inbox = .open(orders, wantsStop: wantsStop, context: context)
      // The one call that is made for other threads, and under the lock, so that the context is still there.
      if let context = context.flatMap(OpaquePointer.init(bitPattern:)) { lws_cancel_service(context) }
      return true
    }
  }

  // MARK: The thread

  private func run() {
    let hour: Duration = .seconds(3_600)
    context = WebSocketsLibrary.makeContext(for: self, readBuffer: UInt32(Self.chunk), handshakeTime: hour)
    if let context {
      let address = UInt(bitPattern: context)
      inbox.withLock { inbox in
        guard case .open(let orders, let wantsStop, _) = inbox else { return }
        inbox = .open(orders, wantsStop: wantsStop, context: address)
      }
      // Not when libwebsockets tells of a wake-up: that it tells to hosts, of which there may be none yet.
      repeat { carryOut() } while !isStopping && lws_service(context, 0) >= 0
    }
    Self.running.withLock { if $0?.loop === self { $0 = nil } }
    let left: [Order] = inbox.withLock { inbox in
      guard case .open(let orders, _, _) = inbox else { return [] }
      inbox = .closed
      return orders
    }
    for case .connect(let session) in left { session.end(Self.broken) }
    for session in sessions.values { session.end(Self.broken) }
    if let context { WebSocketsLibrary.destroy(context) }
    context = nil
    sessions = [:]
  }

  private func carryOut() {
    let orders: [Order] = inbox.withLock { inbox in
      guard case .open(let orders, let wantsStop, let context) = inbox else { return [] }
      inbox = .open([], wantsStop: wantsStop, context: context)
      isStopping = wantsStop
      return orders
    }
    for order in orders {
      switch order {
      case .connect(let session): begin(session)
      case .close(let session): session.closeAsAsked()
      }
    }
  }

  private func begin(_ session: WebSocketSession) {
    guard let context, let host = host(for: session) else {
      return session.end(WebSocketError(.system, "no TLS; is the CA file readable?"))
    }
    sessions[ObjectIdentifier(session)] = session
    if !session.begin(on: host, of: context) { forget(session) }
  }

  fileprivate func forget(_ session: WebSocketSession) {
    sessions[ObjectIdentifier(session)] = nil
  }

  private func host(for session: WebSocketSession) -> OpaquePointer? {
    let trust = Self.trust(of: session)
    if let host = hosts[trust] { return host }
    var information = lws_context_creation_info()
    // CONTEXT_PORT_NO_LISTEN
    information.port = -1
    information.protocols = UnsafePointer(protocols)
    information.http_proxy_address = Self.noProxy.cString
    var host: OpaquePointer?
    switch trust {
    case .none: host = lws_create_vhost(context, &information)
    case .authorities(nil, _):
      information.options = wt_lws_global_tls()
      host = lws_create_vhost(context, &information)
    case .authorities(let file?, _):
      information.options = wt_lws_global_tls()
      host = file.withCString { file in
        information.client_ssl_ca_filepath = file
        return lws_create_vhost(context, &information)
      }
    }
    hosts[trust] = host
    return host
  }

  private static func trust(of session: WebSocketSession) -> Trust {
    guard session.isSecure else { return .none }
    guard let file = session.caFile else { return .authorities(file: nil, changed: 0) }
    var status = stat()
    // Where it cannot be looked at, it cannot be read either, and that is said then.
    guard stat(file, &status) == 0 else { return .authorities(file: file, changed: 0) }
    return .authorities(file: file, changed: status.st_mtim.tv_sec)
  }
}

private func webSocketCallback(
  _ wsi: OpaquePointer?,
  _ reason: lws_callback_reasons,
  _ user: UnsafeMutableRawPointer?,
  _ data: UnsafeMutableRawPointer?,
  _ count: Int
) -> CInt {
  // What is told to hosts belongs to no connection.
  guard let wsi, let pointer = lws_get_opaque_user_data(wsi), let context = lws_get_context(wsi),
    let owner = lws_context_user(context)
  else { return 0 }
  let loop = Unmanaged<WebSocketLoop>.fromOpaque(owner).takeUnretainedValue()
  let session = Unmanaged<WebSocketSession>.fromOpaque(pointer).takeUnretainedValue()
  if reason == LWS_CALLBACK_WSI_DESTROY {
    session.connectionIsGone()
    loop.forget(session)
    return 0
  }
  return session.receive(reason, data, count, on: wsi)
}

extension StaticString {
  /// Lives as long as the program.
  var cString: UnsafePointer<CChar> {
    UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
