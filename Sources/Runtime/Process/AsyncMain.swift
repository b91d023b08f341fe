import Synchronization

/// Runs asynchronous work to its end from a `main` that is not asynchronous itself.
///
/// An asynchronous `main` gives the first thread to libdispatch, which waits on it with every signal let through: one
/// that all other threads block would end the process there, before anybody could read it.
package func runToEnd(_ body: @escaping @Sendable () async -> Int32) -> Int32 {
  let ended = Semaphore()
  let code = Mutex<Int32>(0)
  // Owned by this call, which returns only after it.
  Task.detached {
    let result = await body()
    code.withLock { $0 = result }
    ended.signal()
  }
  ended.wait()
  return code.withLock { $0 }
}
