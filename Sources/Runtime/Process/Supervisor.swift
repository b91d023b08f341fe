import Glibc

/// Who has started the service and watches over it, as systemd does: told by the protocol of sd_notify(3) how it is.
package struct Supervisor: Sendable {
  package enum News: Equatable, Sendable {
    /// It serves, or waits for what it needs.
    case ready
    /// It reads its settings again; ready follows.
    case reloading
    case stopping
    case alive
    /// For people, who see it in `systemctl status`.
    case status(String)

    fileprivate var line: String {
      switch self {
      case .ready: "READY=1"
      case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(Supervisor.monotonicMicroseconds)"
      case .stopping: "STOPPING=1"
      case .alive: "WATCHDOG=1"
      case .status(let text):
        "STATUS=" + String(decoding: text.utf8.map { $0 < 0x20 ? UInt8(ascii: " ") : $0 }, as: UTF8.self)
      }
    }
  }

  /// A supervisor that is too busy to listen is spoken to again.
  private static let attempts = 50
  private static let pause: Duration = .milliseconds(100)

  private let socket: String?
  /// The service is taken for stuck when nothing was heard from it for so long; nil when nobody listens for it.
  private let patience: Duration?

  /// Nobody, who hears nothing.
  package static let nobody = Supervisor(socket: nil)

  /// `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` of the environment.
  package init(socket: String?, watchdogMicroseconds: String? = nil, watchdogProcess: String? = nil) {
    self.socket = socket
    let isMeant = watchdogProcess.map { $0 == String(getpid()) } ?? true
    let microseconds = watchdogMicroseconds.flatMap { Int64($0) } ?? 0
    patience = socket != nil && isMeant && microseconds > 0 ? .microseconds(microseconds) : nil
  }

  /// All of it in one datagram.
  package func tell(_ news: [News]) async throws {
    guard let socket else { return }
    let message = news.map(\.line).joined(separator: "\n")
    for _ in 1..<Self.attempts {
      if try Self.send(message, to: socket) { return }
      try await Task.sleep(for: Self.pause)
    }
    if try !Self.send(message, to: socket) { throw SystemError("notify \(socket)", code: EAGAIN) }
  }

  /// Says that the service is alive, twice as often as it must, each time after it has answered: nothing is heard of
  /// one that is stuck. Until the task is cancelled, or `pausing` throws.
  package func keepPosted(
    pausing: (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    after answer: () async -> Void
  ) async throws {
    guard let patience else { return }
    while true {
      await answer()
      try await tell([.alive])
      try await pausing(patience / 2)
    }
  }

  /// Whether there was room for it.
  private static func send(_ message: String, to path: String) throws(SystemError) -> Bool {
    var (address, length) = try address(of: path)
    let descriptor = Glibc.socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemError("socket", code: errno) }
    defer { close(descriptor) }
    let bytes = Array(message.utf8)
    let sent = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        // Never waiting: the thread may be one that calls need.
        sendto(descriptor, bytes, bytes.count, CInt(MSG_DONTWAIT | MSG_NOSIGNAL), address, length)
      }
    }
    if sent == bytes.count { return true }
    let code = errno
    guard code == EAGAIN || code == EINTR || code == ENOBUFS else { throw SystemError("notify \(path)", code: code) }
    return false
  }

  /// `/run/systemd/notify`, or `@name` for a socket that lies in no file system.
  private static func address(of path: String) throws(SystemError) -> (sockaddr_un, socklen_t) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    var bytes = Array(path.utf8)
    let isAbstract = bytes.first == UInt8(ascii: "@")
    guard isAbstract || bytes.first == UInt8(ascii: "/") else {
      throw SystemError("notify \(path)", code: EAFNOSUPPORT)
    }
    if isAbstract { bytes[0] = 0 } else { bytes.append(0) }
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard bytes.count <= room else { throw SystemError("notify \(path)", code: ENAMETOOLONG) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
    let head = MemoryLayout<sockaddr_un>.size - room
    return (address, socklen_t(head + bytes.count))
  }

  private static var monotonicMicroseconds: Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
