internal import Runtime
import Synchronization

/// What all contexts of libwebsockets share.
enum WebSocketsLibrary {
  /// Held while a context is set up or torn down.
  static let lifecycle = Mutex(())

  /// Every context that can do TLS gives libwebsockets 4.1 a new index by which the check of a certificate finds its
  /// connection; a client's handshake that is going on meanwhile would look in the wrong place. So: one at a time.
  static let tlsHandshakes = Semaphore(value: 1)
}
