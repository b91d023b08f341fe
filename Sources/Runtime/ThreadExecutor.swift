internal import Glibc
internal import Synchronization

/// A serial executor on a thread of its own: a blocking call on it takes nothing from Swift's cooperative pool.
/// The thread lives as long as the process.
package final class ThreadExecutor: SerialExecutor {
  private let waiting = Mutex<[UnownedJob]>([])
  private let arrivals = Semaphore()

  /// A nicer thread is one that leaves the processor to others.
  package init(_ name: String, niceness: Int32 = 0) {
    let thread = Result { () throws(SystemError) in try NamedThread.start(name) { [self] in runForever(niceness) } }
    if case .failure(let error) = thread { precondition(false, "no thread for \(name): \(error)") }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    waiting.withLock { $0.append(unowned) }
    arrivals.signal()
  }

  private func runForever(_ niceness: Int32) -> Never {
    // Linux does this to the calling thread alone.
    if niceness != 0 { _ = nice(niceness) }
    while true {
      arrivals.wait()
      let job = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      job?.runSynchronously(on: asUnownedSerialExecutor())
    }
  }
}
