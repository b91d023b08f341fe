internal import CLinux
internal import Glibc
internal import Synchronization

/// A serial executor on a thread of its own, for an actor whose work blocks: it takes nothing from the threads that
/// everything else runs on.
package final class ThreadExecutor: SerialExecutor {
  private struct Waiting {
    var jobs: [UnownedJob] = []
    var isClosed = false
  }

  private let waiting = Mutex(Waiting())
  private let arrivals = Semaphore()

  private init() {}

  /// The thread lives as long as the process. A nicer one leaves the processor to others: by so much more than the
  /// process's first thread does, whichever thread starts it. The pool's have priorities of their own, if they may.
  package init(ofTheProcess name: String, niceness: Int32 = 0) {
    let thread = Result { () throws(SystemError) in
      try NamedThread.start(name) { [self] in
        // Linux does this to the calling thread alone.
        if niceness != 0 {
          let first = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid()))
          setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, min(first + niceness, 19))
        }
        run()
      }
    }
    if case .failure(let error) = thread { precondition(false, "no thread for \(name): \(error)") }
  }

  /// The thread ends after `body`, when nobody may use it any more: a job that comes later would never be done.
  package static func withExecutor<R>(
    named name: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ThreadExecutor) async throws -> R
  ) async throws -> R {
    let executor = ThreadExecutor()
    return try await withThread(named: name) {
      executor.run()
    } stop: {
      executor.close()
    } _: {
      try await body(executor)
    }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    waiting.withLock { $0.jobs.append(job) }
    arrivals.signal()
  }

  private func close() {
    waiting.withLock { $0.isClosed = true }
    arrivals.signal()
  }

  private func run() {
    while true {
      arrivals.wait()
      let (job, isClosed) = waiting.withLock { waiting in
        (waiting.jobs.isEmpty ? nil : waiting.jobs.removeFirst(), waiting.isClosed)
      }
      if let job { job.runSynchronously(on: asUnownedSerialExecutor()) } else if isClosed { return }
    }
  }
}
