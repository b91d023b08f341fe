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
  private let limits: LineLimits
  private var wires: [UInt64: LineWire] = [:]
  private var lastID: UInt64 = 0

  private init(_ listener: ListeningSocket, _ limits: LineLimits, _ outbox: LineOutbox) {
    self.listener = listener
    self.limits = limits
    self.outbox = outbox
    (connections, delivery) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(max(1, limits.connections)))
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
      if polled.hasNewcomers { acceptAll() }
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
      pollfd(fd: outbox.bell, events: Int16(POLLIN), revents: 0),
      pollfd(fd: listener.descriptor, events: Int16(POLLIN), revents: 0),
    ]
    sockets += ids.compactMap { wires[$0]?.interest }
    // Nothing came, or a signal: the rounds are the same.
    guard Glibc.poll(&sockets, nfds_t(sockets.count), Self.check) > 0 else { return (false, []) }
    let talking = zip(ids, sockets.dropFirst(2)).filter { $0.1.revents != 0 }.map(\.0)
    return (sockets[1].revents != 0, talking)
  }

  private func acceptAll() {
    while case .connection(let descriptor) = listener.accept() {
      guard wires.count < limits.connections else {
        close(descriptor)
        continue
      }
      lastID += 1
      let (lines, input) = AsyncStream.makeStream(
        of: String.self,
        bufferingPolicy: .bufferingOldest(limits.waitingLines)
      )
      wires[lastID] = LineWire(descriptor, input, deadline: .now + limits.patience)
      delivery.yield(LineConnection(id: lastID, outbox: outbox, lines: lines))
    }
  }

  private func listen(to id: UInt64) {
    guard wires[id]?.receive(Self.chunk, limits) == false else { return }
    hangUp(id)
  }

  private func carryOut(_ order: LineOutbox.Order) {
    switch order {
    case .send(let id, let bytes, let waiting):
      let deadline: ContinuousClock.Instant? = waiting == .usually ? .now + limits.patience : nil
      wires[id]?.queue(bytes, deadline: deadline)
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

/// One connection as the thread sees it.
private struct LineWire {
  private let descriptor: CInt
  private let input: AsyncStream<String>.Continuation
  /// Nil: whoever is there may be silent.
  private var deadline: ContinuousClock.Instant?
  private var received: [UInt8] = []
  private var unsent: [UInt8] = []
  /// Nothing more is to be said, but what is unsent.
  var isFinished = false

  init(_ descriptor: CInt, _ input: AsyncStream<String>.Continuation, deadline: ContinuousClock.Instant) {
    self.descriptor = descriptor
    self.input = input
    self.deadline = deadline
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
  }

  var interest: pollfd {
    pollfd(fd: descriptor, events: Int16(POLLIN) | (unsent.isEmpty ? 0 : Int16(POLLOUT)), revents: 0)
  }

  var isDone: Bool { isFinished && unsent.isEmpty }

  func isOverdue(at now: ContinuousClock.Instant) -> Bool { deadline.map { $0 <= now } ?? false }

  /// Whether the other side is still there and within the limits.
  mutating func receive(_ count: Int, _ limits: LineLimits) -> Bool {
    var chunk = [UInt8](repeating: 0, count: count)
    let length = recv(descriptor, &chunk, count, 0)
    if length < 0 { return errno == EAGAIN || errno == EINTR }
    guard length > 0 else { return false }
    received += chunk[..<length]
    while let end = received.firstIndex(of: UInt8(ascii: "\n")) {
      guard end <= limits.line, deliver(received[..<end]) else { return false }
      received.removeFirst(end + 1)
    }
    return received.count <= limits.line
  }

  private func deliver(_ line: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
    if case .enqueued = input.yield(text) { return true }
    return false
  }

  mutating func queue(_ bytes: [UInt8], deadline: ContinuousClock.Instant?) {
    unsent += bytes
    self.deadline = deadline
  }

  /// Whether the other side takes what is sent.
  mutating func flush(_ limits: LineLimits) -> Bool {
    while !unsent.isEmpty {
      let count = send(descriptor, unsent, unsent.count, CInt(MSG_NOSIGNAL))
      if count < 0 { return (errno == EAGAIN || errno == EINTR) && unsent.count <= limits.unsent }
      unsent.removeFirst(count)
    }
    return true
  }

  func end() {
    input.finish()
    close(descriptor)
  }
}
