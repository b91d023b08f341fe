import Glibc

/// Keeps a folder to one process, for as long as that lives: the lock goes with it, however it ends.
package enum FolderLock {
  package struct Taken: Error, CustomStringConvertible {
    package let folder: String
    package var description: String { "\(folder) is in use by another warm-transfer; each needs a folder of its own" }
  }

  package static func withLock<R>(
    on folder: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: () async throws -> R
  ) async throws -> R {
    // The folder itself is locked: that works on a full disk too, and leaves no file behind.
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(path: folder, reason: .system(code: errno)) }
    defer { close(descriptor) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      if code == EWOULDBLOCK { throw Taken(folder: folder) }
      throw SystemError("lock \(folder)", code: code)
    }
    return try await body()
  }
}
