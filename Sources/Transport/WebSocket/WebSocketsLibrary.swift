internal import CWebSockets
import Synchronization

/// What all contexts of libwebsockets share.
enum WebSocketsLibrary {
  /// Held while a context is set up or torn down.
  private static let lifecycle = Mutex(())

  /// A context whose hosts are made afterwards, each with the TLS that it needs. What it calls finds the owner, which
  /// must outlive it, as the context's user.
  static func makeContext(for owner: AnyObject, readBuffer: UInt32, handshakeTime: Duration) -> OpaquePointer? {
    var information = lws_context_creation_info()
    information.options = wt_lws_explicit_vhosts()
    information.user = Unmanaged.passUnretained(owner).toOpaque()
    information.pt_serv_buf_size = readBuffer
    // For TLS as a server; libwebsockets counts in whole seconds.
    information.timeout_secs = UInt32(max(1, handshakeTime.milliseconds / 1000))
    _ = tls
    return create(information)
  }

  static func destroy(_ context: OpaquePointer) {
    let context = UInt(bitPattern: context)
    lifecycle.withLock { _ in lws_context_destroy(OpaquePointer(bitPattern: context)) }
  }

  /// Every context that sets up OpenSSL gives libwebsockets 4.1 a new index by which the check of a certificate finds
  /// its connection: a handshake that is going on meanwhile, on whatever thread, would look in the wrong place. So one
  /// context does it, once for the process and before any other, and the others leave it to their hosts to have TLS.
  private static let tls: Void = {
    // What it has to say reaches us as callbacks; its own lines would go round our log.
    lws_set_log_level(0, nil)
    var information = lws_context_creation_info()
    information.options = wt_lws_explicit_vhosts() | wt_lws_global_tls()
    if let context = create(information) { destroy(context) }
  }()

  private static func create(_ information: lws_context_creation_info) -> OpaquePointer? {
    var information = information
    // CONTEXT_PORT_NO_LISTEN
    information.port = -1
    // -1 keeps the process's own user and group.
    information.uid = .init(truncatingIfNeeded: -1)
    information.gid = .init(truncatingIfNeeded: -1)
    let context = lifecycle.withLock { _ in lws_create_context(&information).map(UInt.init(bitPattern:)) }
    return context.flatMap(OpaquePointer.init(bitPattern:))
  }
}
