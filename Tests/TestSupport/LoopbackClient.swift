import Foundation
import Runtime

/// What a server has answered.
package struct ClientResponse: Sendable, Equatable {
  package var status: Int
  /// The names in lower case.
  package var headers: [String: String]
  package var body: [UInt8]

  package var text: String { String(decoding: body, as: UTF8.self) }
}

/// The client's end of a connection to 127.0.0.1, byte by byte: for all that no well-behaved client would send.
package final class LoopbackClient {
  package struct ServerGone: Error {}

  private let socket: CInt
  private var pending: [UInt8] = []

  /// Longer than anything in a test takes.
  private static let patience = timeval(tv_sec: 120, tv_usec: 0)

  /// Blocking, and so on a thread of its own: the tasks of the test go on.
  package static func connect<R: Sendable>(
    to port: UInt16,
    _ script: @escaping @Sendable (LoopbackClient) throws -> R
  ) async throws -> R {
    try await withCheckedThrowingContinuation { continuation in
      do {
        try NamedThread.start("client") {
          continuation.resume(with: Result { try script(LoopbackClient(port)) })
        }
      } catch {
        continuation.resume(throwing: error)
      }
    }
  }

  /// From another address of this machine, such as 127.0.0.2, where one is given.
  package init(_ port: UInt16, from address: String? = nil) throws {
    socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    var patience = Self.patience
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    try LoopbackSocket.connect(socket, to: port, from: address)
  }

  deinit {
    close(socket)
  }

  /// Says that nothing more will come.
  package func finishWriting() { shutdown(socket, CInt(SHUT_WR)) }

  package func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
      guard count > 0 else { throw ServerGone() }
      rest = rest.dropFirst(count)
    }
  }

  package func write(_ text: String) throws { try write(Array(text.utf8)) }

  /// One request and its answer.
  package func ask(_ request: String) throws -> ClientResponse {
    try write(request)
    return try readResponse(isHead: request.hasPrefix("HEAD "))
  }

  private func fill() throws {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = recv(socket, &chunk, chunk.count, 0)
    guard count > 0 else { throw ServerGone() }
    pending += chunk[..<count]
  }

  package func read(_ count: Int) throws -> [UInt8] {
    while pending.count < count { try fill() }
    defer { pending.removeFirst(count) }
    return Array(pending[..<count])
  }

  package func readLine() throws -> String {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        return String(decoding: try read(end + 1), as: UTF8.self).trimmingCharacters(in: .newlines)
      }
      try fill()
    }
  }

  /// Everything until the server closes the connection.
  package func readToEnd() -> [UInt8] {
    while true {
      do { try fill() } catch { break }
    }
    defer { pending = [] }
    return pending
  }

  package func readHead() throws -> (status: Int, headers: [String: String]) {
    let status = try readLine().split(separator: " ")
    guard status.count >= 2, let number = Int(status[1]) else { throw ServerGone() }
    var headers: [String: String] = [:]
    while case let line = try readLine(), !line.isEmpty {
      let parts = line.split(separator: ":", maxSplits: 1)
      headers[parts[0].lowercased()] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    }
    return (number, headers)
  }

  package func readChunk() throws -> [UInt8] {
    guard let count = Int(try readLine(), radix: 16) else { throw ServerGone() }
    let chunk = try read(count)
    _ = try readLine()
    return chunk
  }

  package func readResponse(isHead: Bool = false) throws -> ClientResponse {
    let (status, headers) = try readHead()
    var body: [UInt8] = []
    if isHead || status == 204 || status == 304 || status == 100 {
      body = []
    } else if headers["transfer-encoding"] == "chunked" {
      while case let chunk = try readChunk(), !chunk.isEmpty { body += chunk }
    } else if let length = headers["content-length"].flatMap({ Int($0) }) {
      body = try read(length)
    } else {
      body = readToEnd()
    }
    return ClientResponse(status: status, headers: headers, body: body)
  }
}
