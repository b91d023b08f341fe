import Glibc
import Testing

@testable import Runtime

@Suite struct ThreadExecutorTests {
  private actor Worker {
    private let executor: ThreadExecutor
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ executor: ThreadExecutor) { self.executor = executor }

    var niceness: Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
  }

  /// A new thread has the priority of the one that starts it, which may have another than the process.
  @Test(.timeLimit(.minutes(1)))
  func aNicerThreadIsNicerThanTheProcess() async throws {
    let made = Completion<ThreadExecutor>()
    try NamedThread.start("nicer") {
      setpriority(
        __priority_which_t(PRIO_PROCESS.rawValue),
        0,
        getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) + 3
      )
      made.complete(ThreadExecutor(ofTheProcess: "niceness", niceness: 7))
    }
    let worker = Worker(await made.wait())
    let process = getpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(getpid()))
    #expect(await worker.niceness == min(process + 7, 19))
  }
}
