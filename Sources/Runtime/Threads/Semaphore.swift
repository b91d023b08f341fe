import Glibc

/// A counting semaphore: what a thread of our own sleeps on. Made of a condition, since the system's own semaphore
/// waits by the wall clock, which may be set back.
// Sendable unchecked: the pointers never change, and the count is touched with the mutex held alone.
package final class Semaphore: @unchecked Sendable {
  private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let isSignalled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var count: Int

  package init(value: Int = 0) {
    count = value
    pthread_mutex_init(mutex, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(isSignalled, &attributes)
    pthread_condattr_destroy(&attributes)
  }

  deinit {
    pthread_cond_destroy(isSignalled)
    pthread_mutex_destroy(mutex)
    isSignalled.deallocate()
    mutex.deallocate()
  }

  package func signal() {
    pthread_mutex_lock(mutex)
    count += 1
    // Whoever is woken takes the mutex next.
    pthread_cond_signal(isSignalled)
    pthread_mutex_unlock(mutex)
  }

  package func wait() {
    pthread_mutex_lock(mutex)
    while count == 0 { pthread_cond_wait(isSignalled, mutex) }
    count -= 1
    pthread_mutex_unlock(mutex)
  }

  /// Whether it was our turn in that time.
  package func wait(atMost limit: Duration) -> Bool {
    var deadline = Self.deadline(in: limit)
    pthread_mutex_lock(mutex)
    defer { pthread_mutex_unlock(mutex) }
    while count == 0 {
      if pthread_cond_timedwait(isSignalled, mutex, &deadline) == ETIMEDOUT { break }
    }
    guard count > 0 else { return false }
    count -= 1
    return true
  }

  private static func deadline(in wait: Duration) -> timespec {
    var deadline = timespec()
    clock_gettime(CLOCK_MONOTONIC, &deadline)
    let (seconds, attoseconds) = max(.zero, wait).components
    let nanoseconds = deadline.tv_nsec + Int(attoseconds / 1_000_000_000)
    deadline.tv_sec += Int(seconds) + nanoseconds / 1_000_000_000
    deadline.tv_nsec = nanoseconds % 1_000_000_000
    return deadline
  }
}
