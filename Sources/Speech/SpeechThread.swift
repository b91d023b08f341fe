internal import Glibc
internal import Synchronization

/// A serial executor on a thread of its own: a blocking call on it takes nothing from Swift's cooperative pool.
/// The thread lives as long as the process.
final class SpeechThread: SerialExecutor {
  /// espeak-ng keeps its state in globals, so a process has exactly one thread that may call it, however many
  /// synthesizers there are.
  static let ofTheLibrary = SpeechThread()

  private let waiting = Mutex<[UnownedJob]>([])
  // Proof: set once in init, and every sem_* call on it is safe from any thread.
  nonisolated(unsafe) private let signal = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  private init() {
    sem_init(signal, 0, 0)
    var thread = pthread_t()
    let context = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(
      &thread,
      nil,
      { context in
        if let context { Unmanaged<SpeechThread>.fromOpaque(context).takeUnretainedValue().runForever() }
        return nil
      },
      context
    )
    precondition(failure == 0, "no thread for speech: error \(failure)")
    pthread_detach(thread)
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let unowned = UnownedJob(job)
    waiting.withLock { $0.append(unowned) }
    sem_post(signal)
  }

  private func runForever() -> Never {
    // Linux does this to the calling thread alone. Speech has seconds; whoever waits for a key has milliseconds.
    _ = nice(5)
    while true {
      guard sem_wait(signal) == 0 else { continue }
      let job = waiting.withLock { $0.isEmpty ? nil : $0.removeFirst() }
      job?.runSynchronously(on: asUnownedSerialExecutor())
    }
  }
}
