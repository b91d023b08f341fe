import Foundation
import Synchronization

/// One message of Asterisk's manager interface. A name may come more than once (`Output`).
struct ManagerMessage: Sendable {
  var fields: [(name: String, value: String)]

  subscript(_ name: String) -> String? {
    fields.first { $0.name.caseInsensitiveCompare(name) == .orderedSame }?.value
  }

  /// Of a name that comes more than once, the last.
  var dictionary: [String: String] { Dictionary(fields.map { ($0.name, $0.value) }) { $1 } }
}

/// A logged-in connection to an Asterisk's manager interface: actions and their answers, user events.
final class ManagerConnection: Sendable {
  private struct State {
    var last = 0
    var waiting: [String: CheckedContinuation<ManagerMessage, any Error>] = [:]
    var closed = false
  }

  private let socket: Int32
  private let state = Mutex(State())
  private let onEvent: @Sendable (ManagerMessage) -> Void

  /// Throws `.notStarted` while nobody listens on the port.
  static func open(
    port: Int,
    onEvent: @escaping @Sendable (ManagerMessage) -> Void
  ) throws(LabError) -> ManagerConnection {
    let made = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard made >= 0 else { throw LabError(.system, "socket: errno \(errno)") }
    guard withLoopback(port, { connect(made, $0, $1) }) == 0 else {
      Foundation.close(made)
      throw LabError(.notStarted, "nobody listens on port \(port)")
    }
    var on: Int32 = 1
    setsockopt(made, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
    let connection = ManagerConnection(socket: made, onEvent: onEvent)
    // The thread holds the connection until the socket is shut down, so the descriptor stays ours as long as it reads.
    Thread { connection.read() }.start()
    return connection
  }

  private init(socket: Int32, onEvent: @escaping @Sendable (ManagerMessage) -> Void) {
    self.socket = socket
    self.onEvent = onEvent
  }

  deinit { Foundation.close(socket) }

  func close() { shutdown(socket, Int32(SHUT_RDWR)) }

  @discardableResult
  func send(_ action: String, _ fields: KeyValuePairs<String, String> = [:]) async throws -> ManagerMessage {
    try await send(action, fields.map { ($0.key, $0.value) })
  }

  /// Throws `.refused` with Asterisk's own words when the answer is an error.
  @discardableResult
  func send(_ action: String, _ fields: [(String, String)]) async throws -> ManagerMessage {
    for (name, value) in fields where value.contains(where: \.isNewline) {
      throw LabError(.refused, "\(name) has a line break in it")
    }
    let answer = try await withCheckedThrowingContinuation { continuation in
      let id = state.withLock { state -> String? in
        guard !state.closed else { return nil }
        state.last += 1
        state.waiting["\(state.last)"] = continuation
        return "\(state.last)"
      }
      guard let id else { return continuation.resume(throwing: LabError(.notDelivered, "the connection is closed")) }
      let lines = [("Action", action), ("ActionID", id)] + fields
      write(lines.map { "\($0.0): \($0.1)\r\n" }.joined() + "\r\n")
    }
    guard answer["Response"] != "Error" else {
      throw LabError(.refused, "\(action): \(answer["Message"] ?? "no reason given")")
    }
    return answer
  }

  /// The lines that a command of the command line prints.
  func command(_ line: String) async throws -> [String] {
    try await send("Command", ["Command": line]).fields.filter { $0.name == "Output" }.map(\.value)
  }

  private func write(_ text: String) {
    // One write at a time, or two actions would be interleaved. A failure shows as the end of the reading side.
    state.withLock { _ in
      var rest = Array(text.utf8)[...]
      while !rest.isEmpty {
        let sent = rest.withUnsafeBytes { Foundation.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
        guard sent > 0 else { return }
        rest = rest.dropFirst(sent)
      }
    }
  }

  private func read() {
    var pending: [UInt8] = []
    var message = ManagerMessage(fields: [])
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = chunk.withUnsafeMutableBytes { recv(socket, $0.baseAddress, $0.count, 0) }
      guard count > 0 else { break }
      pending += chunk[..<count]
      var start = pending.startIndex
      while let end = pending[start...].firstIndex(of: 10) {
        take(line: String(decoding: pending[start..<end], as: UTF8.self).trimmingSuffix("\r"), into: &message)
        start = end + 1
      }
      pending.removeSubrange(..<start)
    }
    finish()
  }

  private func take(line: String, into message: inout ManagerMessage) {
    guard !line.isEmpty else {
      deliver(message)
      message.fields = []
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    message.fields.append((String(line[..<colon]), String(value)))
  }

  private func deliver(_ message: ManagerMessage) {
    guard message["Response"] != nil, let id = message["ActionID"] else { return onEvent(message) }
    state.withLock { $0.waiting.removeValue(forKey: id) }?.resume(returning: message)
  }

  private func finish() {
    let abandoned = state.withLock { state in
      state.closed = true
      defer { state.waiting = [:] }
      return state.waiting.values
    }
    for continuation in abandoned {
      continuation.resume(throwing: LabError(.notDelivered, "Asterisk closed the connection"))
    }
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: Character) -> String {
    last == suffix ? String(dropLast()) : self
  }
}
