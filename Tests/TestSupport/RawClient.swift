import Foundation
import Runtime

/// A client that says and hears bytes.
package final class RawClient: Sendable {
  private let socket: CInt

  package init(_ port: UInt16) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    let code = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { throw SystemError("connect", code: errno) }
  }

  deinit { close(socket) }

  package func say(_ text: String) {
    let bytes = Array(text.utf8)
    _ = send(socket, bytes, bytes.count, CInt(MSG_NOSIGNAL))
  }

  /// All until the other side closes, or so many bytes. On a thread of its own: it blocks.
  package func hear(atMost limit: Int = .max) async -> String {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread { continuation.resume(returning: self.heard(limit)) }
    }
  }

  private func heard(_ limit: Int) -> String {
    var heard: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while heard.count < limit {
      let count = recv(socket, &chunk, min(chunk.count, limit - heard.count), 0)
      guard count > 0 else { break }
      heard += chunk[..<count]
    }
    return String(decoding: heard, as: UTF8.self)
  }
}
