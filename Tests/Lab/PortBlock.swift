import Foundation

/// A block of ports that no other run of the lab uses. The first is held as long as the block lives, and falls back to
/// the system with the process that holds it. All blocks lie below the range that Linux gives to outgoing connections.
final class PortBlock: Sendable {
  static let size = 2800
  private static let blocks = (0..<8).map { 10_000 + $0 * size }

  let first: Int
  private let claim: Int32

  static func claim() throws -> PortBlock {
    for first in blocks {
      guard let socket = boundSocket(SOCK_DGRAM, port: first) else { continue }
      guard isFree(first) else {
        close(socket)
        continue
      }
      return PortBlock(first: first, claim: socket)
    }
    throw LabError(.noFreePorts, "all \(blocks.count) blocks of ports are in use")
  }

  private init(first: Int, claim: Int32) {
    self.first = first
    self.claim = claim
  }

  deinit { close(claim) }

  func ports(of name: AsteriskInstance.Name) -> InstancePorts {
    let start = first + 1 + (name == .pbx ? 0 : 10)
    let rtp = first + 100 + (name == .pbx ? 0 : 1350)
    return InstancePorts(manager: start, http: start + 1, sip: start + 2, rtp: rtp...(rtp + 1299))
  }

  private static func isFree(_ first: Int) -> Bool {
    (first + 1...first + 20).allSatisfy { port in
      [SOCK_STREAM, SOCK_DGRAM].allSatisfy { kind in
        guard let socket = boundSocket(kind, port: port) else { return false }
        close(socket)
        return true
      }
    }
  }

  private static func boundSocket(_ kind: __socket_type, port: Int) -> Int32? {
    let made = socket(AF_INET, Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { return nil }
    if kind == SOCK_STREAM {
      // Connections of the last run that are still in TIME_WAIT do not matter; Asterisk ignores them too.
      var on: Int32 = 1
      setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    }
    guard withLoopback(port, { bind(made, $0, $1) }) == 0 else {
      close(made)
      return nil
    }
    return made
  }
}

struct InstancePorts: Sendable {
  var manager: Int
  var http: Int
  var sip: Int
  var rtp: ClosedRange<Int>
}

func withLoopback<R>(_ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> R) -> R {
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(port).bigEndian
  address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
  return withUnsafePointer(to: address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
  }
}
