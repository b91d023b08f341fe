import Glibc

/// The system's counting semaphore: what a thread of our own sleeps on.
// Sendable unchecked: sem_post and sem_wait are made for any thread, and the pointer never changes.
package final class Semaphore: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  package init(value: UInt32 = 0) {
    sem_init(semaphore, 0, value)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  package func signal() {
    sem_post(semaphore)
  }

  package func wait() {
    while sem_wait(semaphore) != 0 {
      // Interrupted by a signal's handler: not our turn yet.
    }
  }
}
