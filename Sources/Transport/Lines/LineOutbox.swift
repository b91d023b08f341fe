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

  /// Rings when there is something new.
  let bell: Bell
  private let contents = Mutex(Contents())

  private init(_ bell: Bell) {
    self.bell = bell
  }

  static func open() throws(SystemError) -> LineOutbox { LineOutbox(try Bell.open()) }

  func put(_ order: Order) {
    contents.withLock { $0.orders.append(order) }
    bell.ring()
  }

  func stop() {
    contents.withLock { $0.isStopped = true }
    bell.ring()
  }

  func take() -> Contents {
    bell.silence()
    return contents.withLock { contents in
      defer { contents.orders = [] }
      return contents
    }
  }
}
