import Foundation
import Synchronization

/// Stands between the service and the PBX's ARI, and fails as networks do.
package final class Proxy: Sendable {
  private struct Connection {
    /// What has been received from the PBX and not been passed on.
    struct Answer {
      var due: ContinuousClock.Instant
      var bytes: [UInt8]
    }

    var service: CInt
    var pbx: CInt
    var carriesEvents = false
    var isFrozen = false
    var hasEnded = false
    var answers: [Answer] = []
  }

  private struct State {
    var connections: [Connection] = []
    var delay: Duration = .zero
    var isStopped = false
  }

  private static let pace: CInt = 5
  private let listener: CInt
  private let port: Int
  private let pbxPort: Int
  private let state = Mutex(State())

  /// The proxy lives as long as the body.
  package static func with<R>(to lab: Lab, _ body: (Proxy) async throws -> R) async throws -> R {
    let proxy = try Proxy(lab.pbx.ports.http)
    Thread.detachNewThread { proxy.run() }
    defer { proxy.state.withLock { $0.isStopped = true } }
    return try await body(proxy)
  }

  package var url: String { "http://127.0.0.1:\(port)" }

  /// Ends the event stream as a PBX would that goes down. A new one can be made at once.
  package func cutEvents() { changeEvents { $0.hasEnded = true } }

  /// From now on nothing goes through the event stream, and neither side is told so. A new one can be made at once.
  package func freezeEvents() { changeEvents { $0.isFrozen = true } }

  /// The PBX notices, minutes later, that a frozen stream is none.
  package func endFrozen() {
    state.withLock { state in
      for index in state.connections.indices where state.connections[index].isFrozen {
        state.connections[index].hasEnded = true
      }
    }
  }

  /// Every answer to a command comes so much later.
  package func delayAnswers(by delay: Duration) { state.withLock { $0.delay = delay } }

  private func changeEvents(_ change: (inout Connection) -> Void) {
    state.withLock { state in
      for index in state.connections.indices where state.connections[index].carriesEvents {
        change(&state.connections[index])
      }
    }
  }

  private init(_ pbxPort: Int) throws {
    self.pbxPort = pbxPort
    let listener = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard withLoopback(0, { bind(listener, $0, $1) }) == 0, listen(listener, 128) == 0 else {
      throw LabError(.system, "proxy: errno \(errno)")
    }
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(listener, $0, &size) }
    }
    guard code == 0 else { throw LabError(.system, "proxy: errno \(errno)") }
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  private func run() {
    while !state.withLock({ $0.isStopped }) {
      let connections = state.withLock { $0.connections }
      let sockets = [listener] + connections.filter { !$0.isFrozen }.flatMap { [$0.service, $0.pbx] }
      var polled = sockets.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      poll(&polled, nfds_t(polled.count), Self.pace)
      let ready = Set(polled.filter { $0.revents != 0 }.map(\.fd))
      if ready.contains(listener) { accept() }
      state.withLock { pass(on: ready, &$0) }
    }
    state.withLock { state in
      for connection in state.connections { Self.close(connection) }
    }
    Glibc.close(listener)
  }

  private func accept() {
    let service = Glibc.accept(listener, nil, nil)
    guard service >= 0 else { return }
    // A child that held it would keep it open.
    _ = fcntl(service, F_SETFD, FD_CLOEXEC)
    let pbx = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    if withLoopback(pbxPort, { connect(pbx, $0, $1) }) == 0 {
      state.withLock { $0.connections.append(Connection(service: service, pbx: pbx)) }
    } else {
      for socket in [service, pbx] { Glibc.close(socket) }
    }
  }

  private func pass(on ready: Set<CInt>, _ state: inout State) {
    let now = ContinuousClock.now
    for index in state.connections.indices {
      if ready.contains(state.connections[index].service) { passCommand(&state.connections[index]) }
      if ready.contains(state.connections[index].pbx) {
        let delay = state.connections[index].carriesEvents ? .zero : state.delay
        take(from: &state.connections[index], due: now + delay)
      }
      passAnswers(&state.connections[index], at: now)
    }
    for connection in state.connections where connection.hasEnded { Self.close(connection) }
    state.connections.removeAll(where: \.hasEnded)
  }

  private func passCommand(_ connection: inout Connection) {
    let bytes = Self.read(connection.service)
    if bytes.starts(with: Array("GET /ari/events".utf8)) { connection.carriesEvents = true }
    connection.hasEnded = connection.hasEnded || bytes.isEmpty || !Self.write(bytes, to: connection.pbx)
  }

  private func take(from connection: inout Connection, due: ContinuousClock.Instant) {
    let bytes = Self.read(connection.pbx)
    if bytes.isEmpty { connection.hasEnded = true }
    connection.answers.append(Connection.Answer(due: due, bytes: bytes))
  }

  private func passAnswers(_ connection: inout Connection, at now: ContinuousClock.Instant) {
    while let answer = connection.answers.first, answer.due <= now, !connection.isFrozen {
      connection.answers.removeFirst()
      if !Self.write(answer.bytes, to: connection.service) { connection.hasEnded = true }
    }
  }

  /// Nothing at the end.
  private static func read(_ socket: CInt) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      count = max(0, recv(socket, buffer.baseAddress, buffer.count, 0))
    }
  }

  private static func write(_ bytes: [UInt8], to socket: CInt) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  private static func close(_ connection: Connection) {
    for socket in [connection.service, connection.pbx] { Glibc.close(socket) }
  }
}
