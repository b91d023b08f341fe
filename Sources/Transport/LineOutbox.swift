internal import CLinux
import Glibc
internal import Runtime
internal import Synchronization

/// What handlers have for the thread of a server of lines.
final class LineOutbox: Sendable {
  enum Order: Sendable {
    case send(UInt64, [UInt8], LineConnection.Waiting)
    case close(UInt64)
  }

  struct Contents {
    var orders: [Order] = []
    var isStopped = false
  }

  /// Readable when there is something new.
  let bell: CInt
  private let contents = Mutex(Contents())

  private init(adopting bell: CInt) {
    self.bell = bell
  }

  deinit {
    close(bell)
  }

  static func open() throws(SystemError) -> LineOutbox {
    let bell = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
    guard bell >= 0 else { throw SystemError("eventfd", code: errno) }
    return LineOutbox(adopting: bell)
  }

  func put(_ order: Order) {
    contents.withLock { $0.orders.append(order) }
    ring()
  }

  func stop() {
    contents.withLock { $0.isStopped = true }
    ring()
  }

  func take() -> Contents {
    var count: UInt64 = 0
    _ = read(bell, &count, MemoryLayout<UInt64>.size)
    return contents.withLock { contents in
      defer { contents.orders = [] }
      return contents
    }
  }

  private func ring() {
    var one: UInt64 = 1
    // It fails only when the bell has been rung more often than anybody can count.
    _ = write(bell, &one, MemoryLayout<UInt64>.size)
  }
}
