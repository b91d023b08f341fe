// For pollfd: libwebsockets brings the header, and Swift takes it for its own.
internal import CWebSockets
import Glibc

/// One connection as the thread sees it.
struct LineWire {
  private let descriptor: CInt
  let address: PeerAddress
  private let input: AsyncStream<String>.Continuation
  /// Nil: whoever is there may be silent.
  private var deadline: ContinuousClock.Instant?
  private var received: [UInt8] = []
  private var unsent: [UInt8] = []
  /// Nothing more is to be said, but what is unsent.
  var isFinished = false

  init(_ newcomer: Newcomer, _ input: AsyncStream<String>.Continuation, deadline: ContinuousClock.Instant) {
    descriptor = newcomer.descriptor
    address = newcomer.address
    self.input = input
    self.deadline = deadline
  }

  var interest: pollfd {
    pollfd(fd: descriptor, events: Int16(POLLIN) | (unsent.isEmpty ? 0 : Int16(POLLOUT)), revents: 0)
  }

  /// Whether they take as long as it takes.
  var isWaitedFor: Bool { deadline == nil }
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
