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

  /// Starts a detached thread, for what outlives its starter. Whoever waits for the end uses `withThread`.
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

/// Runs `work` on a thread of its own beside `body`. After `body`, however it ends, `stop` tells the thread to end, and
/// it is waited for: it uses what the caller is about to release.
package func withThread<R>(
  named name: String,
  _ work: @escaping @Sendable () -> Void,
  stop: @escaping @Sendable () -> Void,
  isolation: isolated (any Actor)? = #isolation,
  _ body: () async throws -> R
) async throws -> R {
  let end = ThreadEnd()
  try NamedThread.start(name) {
    work()
    end.signal()
  }
  do {
    let result = try await body()
    stop()
    await end.wait()
    return result
  } catch {
    stop()
    await end.wait()
    throw error
  }
}
