// For pollfd: libwebsockets brings the header, and Swift takes it for its own.
internal import CWebSockets
import Glibc
internal import Runtime

/// The thread of a server of lines: it waits for all sockets at once, and never for one of them.
// Sendable unchecked: after `open` only the thread touches what changes; the outbox is for the others.
final class LineServerLoop: @unchecked Sendable {
  /// How late somebody may be noticed who is silent.
  private static let check: CInt = 250
  private static let chunk = 16 * 1024

  let outbox: LineOutbox
  let connections: AsyncStream<LineConnection>
  private let delivery: AsyncStream<LineConnection>.Continuation
  private let listener: ListeningSocket
  private var acceptor: Acceptor
  private let limits: LineLimits
  private var wires: [UInt64: LineWire] = [:]
  private var lastID: UInt64 = 0

  private init(_ listener: ListeningSocket, _ limits: LineLimits, _ outbox: LineOutbox) {
    self.listener = listener
    acceptor = Acceptor(listener.accept)
    self.limits = limits
    self.outbox = outbox
    (connections, delivery) = AsyncStream.makeStream(
      bufferingPolicy: .bufferingOldest(max(1, limits.connections + limits.waitedFor))
    )
  }

  static func open(_ listener: ListeningSocket, _ limits: LineLimits) throws(SystemError) -> LineServerLoop {
    do throws(SystemError) {
      return LineServerLoop(listener, limits, try LineOutbox.open())
    } catch {
      close(listener.descriptor)
      throw error
    }
  }

  func run() {
    while true {
      let polled = poll()
      let orders = outbox.take()
      for order in orders.orders { carryOut(order) }
      if orders.isStopped { break }
      if polled.hasNewcomers { acceptor.acceptAll(at: .now) { letIn($0) } }
      for id in polled.talking { listen(to: id) }
      let now = ContinuousClock.now
      for id in wires.keys.sorted() { settle(id, at: now) }
    }
    for id in wires.keys.sorted() { hangUp(id) }
    close(listener.descriptor)
    delivery.finish()
  }

  private func poll() -> (hasNewcomers: Bool, talking: [UInt64]) {
    let ids = wires.keys.sorted()
    var sockets = [
      pollfd(fd: outbox.bell.descriptor, events: Int16(POLLIN), revents: 0),
      // A descriptor below zero is passed over.
      pollfd(fd: acceptor.isPausing(at: .now) ? -1 : listener.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    sockets += ids.compactMap { wires[$0]?.interest }
    // Nothing came, or a signal: the rounds are the same.
    guard Glibc.poll(&sockets, nfds_t(sockets.count), Self.check) > 0 else { return (false, []) }
    let talking = zip(ids, sockets.dropFirst(2)).filter { $0.1.revents != 0 }.map(\.0)
    return (sockets[1].revents != 0, talking)
  }

  private func letIn(_ newcomer: Newcomer) {
    let served = wires.values.filter { !$0.isWaitedFor }
    guard served.count < limits.connections,
      served.count(where: { $0.address == newcomer.address }) < limits.connectionsOfAnAddress
    else {
      close(newcomer.descriptor)
      return
    }
    lastID += 1
    let (lines, input) = AsyncStream.makeStream(
      of: String.self,
      bufferingPolicy: .bufferingOldest(limits.waitingLines)
    )
    wires[lastID] = LineWire(newcomer, input, deadline: .now + limits.patience)
    let connection = LineConnection(id: lastID, outbox: outbox, lines: lines)
    if case .enqueued = delivery.yield(connection) { return }
    hangUp(lastID)
  }

  private func listen(to id: UInt64) {
    guard wires[id]?.receive(Self.chunk, limits) == false else { return }
    hangUp(id)
  }

  private func carryOut(_ order: LineOutbox.Order) {
    switch order {
    case .send(let id, let bytes, .usually): wires[id]?.queue(bytes, deadline: .now + limits.patience)
    case .send(let id, let bytes, .asLongAsItTakes):
      guard let wire = wires[id] else { return }
      let waitedFor = wires.values.filter(\.isWaitedFor)
      guard waitedFor.count < limits.waitedFor,
        waitedFor.count(where: { $0.address == wire.address }) < limits.waitedForOfAnAddress
      else { return hangUp(id) }
      wires[id]?.queue(bytes, deadline: nil)
    case .close(let id): wires[id]?.isFinished = true
    }
  }

  private func settle(_ id: UInt64, at now: ContinuousClock.Instant) {
    guard let isAlive = wires[id]?.flush(limits) else { return }
    if !isAlive || wires[id]?.isDone == true || wires[id]?.isOverdue(at: now) == true { hangUp(id) }
  }

  private func hangUp(_ id: UInt64) {
    wires.removeValue(forKey: id)?.end()
  }
}
