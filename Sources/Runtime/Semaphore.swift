import Glibc

/// The system's counting semaphore: what a thread of our own sleeps on.
// Sendable unchecked: sem_post and sem_wait are made for any thread, and the pointer never changes.
final class Semaphore: @unchecked Sendable {
  private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

  init() {
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func signal() {
    sem_post(semaphore)
  }

  func wait() {
    while sem_wait(semaphore) != 0 {
      // Interrupted by a signal's handler: not our turn yet.
    }
  }
}
