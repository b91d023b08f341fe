import Foundation

/// A client that says and hears bytes.
package final class RawClient: Sendable {
  private let socket: CInt

  package init(_ port: UInt16, from address: String? = nil) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    try LoopbackSocket.connect(socket, to: port, from: address)
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
