import Glibc
import Synchronization

/// Runs an actor on one thread of its own, so that a C library which blocks never holds a thread of Swift's pool.
///
/// The thread ends when the executor is released; an actor keeps its executor, so nothing can be enqueued after that.
package final class DedicatedThreadExecutor: SerialExecutor {
  private let queue: JobQueue

  /// Stops the program if the system has no thread left to give: nothing could be done without it.
  package init(name: String) {
    let queue = JobQueue()
    do {
      try NamedThread.start(name) { queue.run() }
    } catch {
      fatalError("\(error)")
    }
    self.queue = queue
  }

  deinit {
    queue.close()
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    queue.append(JobQueue.Entry(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
  }

  package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
    UnownedSerialExecutor(ordinary: self)
  }
}

/// Lives as long as its thread, which may be longer than the executor: the last job may release the executor.
private final class JobQueue: Sendable {
  struct Entry {
    let job: UnownedJob
    let executor: UnownedSerialExecutor
  }

  private struct State {
    var entries: [Entry] = []
    var isClosed = false
  }

  private let state = Mutex(State())
  private let wakeUps = Semaphore()

  func append(_ entry: Entry) {
    state.withLock { $0.entries.append(entry) }
    wakeUps.signal()
  }

  func close() {
    state.withLock { $0.isClosed = true }
    wakeUps.signal()
  }

  func run() {
    while true {
      wakeUps.wait()
      let (entries, isClosed) = state.withLock { state in
        defer { state.entries.removeAll(keepingCapacity: true) }
        return (state.entries, state.isClosed)
      }
      for entry in entries { entry.job.runSynchronously(on: entry.executor) }
      if isClosed, entries.isEmpty { return }
    }
  }
}
