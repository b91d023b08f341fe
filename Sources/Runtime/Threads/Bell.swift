internal import CLinux
import Glibc

/// Wakes a thread that waits for sockets: its descriptor is readable from the first ring until it is silenced.
package final class Bell: Sendable {
  package let descriptor: CInt

  private init(adopting descriptor: CInt) {
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
  }

  package static func open() throws(SystemError) -> Bell {
    let descriptor = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemError("eventfd", code: errno) }
    return Bell(adopting: descriptor)
  }

  package func ring() {
    var one: UInt64 = 1
    // It fails only when it has been rung more often than anybody can count.
    _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
  }

  package func silence() {
    var count: UInt64 = 0
    _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
  }
}
