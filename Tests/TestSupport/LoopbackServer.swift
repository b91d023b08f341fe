import Foundation
import Runtime
import Synchronization

/// A server on 127.0.0.1 and a free port, whose every connection is served by `script` on a thread of its own.
package final class LoopbackServer: Sendable {
  package typealias Script = @Sendable (ServerConnection) throws -> Void

  package let port: UInt16
  private let listener: CInt
  private let identity: ServerIdentity?
  private let script: Script

  private struct State {
    var connections: [CInt] = []
    var threads: [ThreadEnd] = []
    var accepted = 0
    var isStopped = false
  }

  private let state = Mutex(State())

  /// How many connections have been made to it.
  package var accepted: Int { state.withLock { $0.accepted } }

  package func url(_ scheme: String, _ path: String = "/") -> String { "\(scheme)://127.0.0.1:\(port)\(path)" }

  package static func run<R>(
    identity: ServerIdentity? = nil,
    script: @escaping Script,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (LoopbackServer) async throws -> R
  ) async throws -> R {
    let server = try LoopbackServer(identity, script)
    try server.start("accept") { server.acceptAll() }
    do {
      let result = try await body(server)
      await server.stop()
      return result
    } catch {
      await server.stop()
      throw error
    }
  }

  private init(_ identity: ServerIdentity?, _ script: @escaping Script) throws {
    (listener, port) = try LoopbackSocket.listen()
    self.identity = identity
    self.script = script
  }

  private func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws {
    let end = ThreadEnd()
    try NamedThread.start(name) {
      body()
      end.signal()
    }
    state.withLock { $0.threads.append(end) }
  }

  private func acceptAll() {
    while true {
      let socket = accept(listener, nil, nil)
      guard socket >= 0 else { return }
      let isStopped = state.withLock { state in
        state.accepted += 1
        state.connections.append(socket)
        return state.isStopped
      }
      if isStopped { shutdown(socket, CInt(SHUT_RDWR)) }
      do {
        try start("connection") { self.serve(socket) }
      } catch {
        forget(socket)
      }
    }
  }

  private func serve(_ socket: CInt) {
    defer { forget(socket) }
    do {
      try script(try ServerConnection(socket, identity))
    } catch {
      // The peer went away, or the test ended: what matters is what the client makes of it.
    }
  }

  private func forget(_ socket: CInt) {
    state.withLock { state in
      state.connections.removeAll { $0 == socket }
      _ = close(socket)
    }
  }

  private func stop() async {
    state.withLock { state in
      state.isStopped = true
      for socket in state.connections { shutdown(socket, CInt(SHUT_RDWR)) }
    }
    shutdown(listener, CInt(SHUT_RDWR))
    while let thread = state.withLock({ $0.threads.popLast() }) { await thread.wait() }
    close(listener)
  }
}

package enum LoopbackSocket {
  package static func listen(backlog: CInt = 512) throws -> (socket: CInt, port: UInt16) {
    let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw SystemError("socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, size) == 0 && Glibc.listen(socket, backlog) == 0
          ? getsockname(socket, address, &size) : -1
      }
    }
    guard code == 0 else { throw SystemError("listen", code: errno) }
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  /// A port where nobody listens.
  package static func closedPort() throws -> UInt16 {
    let (socket, port) = try listen()
    close(socket)
    return port
  }

  static func connect(_ socket: CInt, to port: UInt16, from address: String? = nil) throws {
    if let address { try call("bind", Glibc.bind, socket, address, 0) }
    try call("connect", Glibc.connect, socket, "127.0.0.1", port)
  }

  private static func call(
    _ name: String,
    _ function: (CInt, UnsafePointer<sockaddr>?, socklen_t) -> CInt,
    _ socket: CInt,
    _ host: String,
    _ port: UInt16
  ) throws {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    inet_pton(AF_INET, host, &address.sin_addr)
    let code = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        function(socket, address, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw SystemError(name, code: errno) }
  }
}
