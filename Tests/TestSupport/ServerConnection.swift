import COpenSSL
import Foundation
import Runtime

package struct ServerRequest: Sendable, Equatable {
  package var method: String
  package var path: String
  package var headers: [String: String]
  package var body: [UInt8]
}

/// The server's end of one connection: blocking, for a script that runs on its own thread.
package final class ServerConnection {
  package struct PeerGone: Error {
    package init() {}
  }

  private let socket: CInt
  private let tls: OpaquePointer?
  private var pending: [UInt8] = []

  init(_ socket: CInt, _ identity: ServerIdentity?) throws {
    self.socket = socket
    var on: CInt = 1
    setsockopt(socket, CInt(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<CInt>.size))
    tls = identity.flatMap { SSL_new($0.context) }
    guard let tls else { return }
    SSL_set_fd(tls, socket)
    guard SSL_accept(tls) == 1 else { throw PeerGone() }
  }

  deinit {
    SSL_free(tls)
  }

  // MARK: Bytes

  package func write(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { bytes in
        if let tls { return Int(SSL_write(tls, bytes.baseAddress, CInt(bytes.count))) }
        return Glibc.send(socket, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw PeerGone() }
      rest = rest.dropFirst(count)
    }
  }

  package func write(_ text: String) throws { try write(Array(text.utf8)) }

  private func fill() throws {
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    let count = chunk.withUnsafeMutableBytes { bytes in
      if let tls { return Int(SSL_read(tls, bytes.baseAddress, CInt(bytes.count))) }
      return recv(socket, bytes.baseAddress, bytes.count, 0)
    }
    guard count > 0 else { throw PeerGone() }
    pending += chunk[..<count]
  }

  package func read(_ count: Int) throws -> [UInt8] {
    while pending.count < count { try fill() }
    defer { pending.removeFirst(count) }
    return Array(pending[..<count])
  }

  /// Returns when the peer has closed the connection, or the server is stopped.
  package func waitForClose() {
    while true {
      do { try fill() } catch { return }
      pending = []
    }
  }

  // MARK: HTTP

  package func readRequest() throws -> ServerRequest {
    let head = try readHead().components(separatedBy: "\r\n")
    let line = head[0].components(separatedBy: " ")
    guard line.count == 3 else { throw PeerGone() }
    var headers: [String: String] = [:]
    for field in head.dropFirst() {
      let parts = field.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    let body = try read(headers["content-length"].flatMap { Int($0) } ?? 0)
    return ServerRequest(method: line[0], path: line[1], headers: headers, body: body)
  }

  private func readHead() throws -> String {
    let end = Data("\r\n\r\n".utf8)
    while true {
      if let range = Data(pending).range(of: end) {
        return String(decoding: try read(range.upperBound).dropLast(end.count), as: UTF8.self)
      }
      try fill()
    }
  }

  package func respond(_ status: Int = 200, headers: [(String, String)] = [], body: String = "") throws {
    let fields = headers + [("Content-Length", String(body.utf8.count))]
    try write("HTTP/1.1 \(status) Answer\r\n" + fields.map { "\($0): \($1)\r\n" }.joined() + "\r\n" + body)
  }

  // MARK: WebSocket (RFC 6455)

  package enum Opcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10
  }

  @discardableResult
  package func acceptWebSocket() throws -> ServerRequest {
    let request = try readRequest()
    try acceptWebSocket(request)
    return request
  }

  /// One that has been read already.
  package func acceptWebSocket(_ request: ServerRequest) throws {
    let key = Array(((request.headers["sec-websocket-key"] ?? "") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)
    var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
    SHA1(key, key.count, &digest)
    try write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: \(Data(digest).base64EncodedString())\r\n\r\n"
    )
  }

  package func send(_ opcode: Opcode, _ payload: [UInt8], isFinal: Bool = true) throws {
    var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode.rawValue]
    switch payload.count {
    case ..<126: frame.append(UInt8(payload.count))
    case ..<65536: frame += [126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
    default: frame += [127] + (0..<8).reversed().map { UInt8(truncatingIfNeeded: payload.count >> ($0 * 8)) }
    }
    try write(frame + payload)
  }

  package func send(_ text: String) throws { try send(.text, Array(text.utf8)) }

  package func sendClose(_ code: UInt16, _ reason: String = "") throws {
    try send(.close, [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8))
  }

  /// A client's frame: masked, and short enough for the tests.
  package func readFrame() throws -> (opcode: Opcode, payload: [UInt8]) {
    let head = try read(2)
    guard let opcode = Opcode(rawValue: head[0] & 15), head[1] & 0x80 != 0, head[1] & 127 < 126 else {
      throw PeerGone()
    }
    let mask = try read(4)
    let payload = try read(Int(head[1] & 127)).enumerated().map { $1 ^ mask[$0 % 4] }
    return (opcode, payload)
  }

  /// Answers pings until the peer closes or goes away; the code of its close frame, if it sent one.
  @discardableResult
  package func answerPings() throws -> UInt16? {
    while true {
      let (opcode, payload) = try readFrame()
      switch opcode {
      case .ping: try send(.pong, payload)
      case .close:
        try send(.close, payload)
        return payload.count >= 2 ? UInt16(payload[0]) << 8 | UInt16(payload[1]) : nil
      case .continuation, .text, .binary, .pong: break
      }
    }
  }
}
