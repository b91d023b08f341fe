internal import CLinux
import Glibc

/// A thread of the system's own, for libraries that block or that want to be called from one thread only.
package enum NamedThread {
  private final class Start {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
      self.name = name
      self.body = body
    }
  }

  /// Linux keeps 15 bytes of a thread's name.
  private static let longestName = 15

  /// Starts a detached thread; whoever needs to know its end lets `body` say so.
  package static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    defer { pthread_attr_destroy(&attributes) }
    pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))

    let start = Unmanaged.passRetained(Start(name: String(name.prefix(longestName)), body: body))
    var thread = pthread_t()
    let code = pthread_create(&thread, &attributes, { NamedThread.run($0) }, start.toOpaque())
    guard code == 0 else {
      start.release()
      throw SystemError("start thread \(name)", code: code)
    }
  }

  private static func run(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let start = Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
    pthread_setname_np(pthread_self(), start.name)
    start.body()
    return nil
  }
}
