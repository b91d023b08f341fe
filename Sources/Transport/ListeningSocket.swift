import Glibc
internal import Runtime

/// A socket on which others connect; not waited for, since a loop polls it.
struct ListeningSocket: Sendable {
  let descriptor: CInt
  /// As numbers.
  let address: String
  let port: UInt16

  enum Accepted {
    case connection(Newcomer)
    case nobody
    /// The process or the system has no descriptor left.
    case noRoom
  }

  static func open(host: String, port: UInt16) throws(HTTPServerError) -> ListeningSocket {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    defer { if let found { freeaddrinfo(found) } }
    guard code == 0, let first = found else {
      throw HTTPServerError(.address, "\(host): \(String(cString: gai_strerror(code)))")
    }
    return try listen(on: first.pointee, "\(host):\(port)")
  }

  private static func listen(on found: addrinfo, _ name: String) throws(HTTPServerError) -> ListeningSocket {
    let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(found.ai_family, kind, 0)
    guard descriptor >= 0 else { throw failure(name) }
    var on: CInt = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<CInt>.size))
    guard bind(descriptor, found.ai_addr, found.ai_addrlen) == 0, Glibc.listen(descriptor, SOMAXCONN) == 0 else {
      let error = failure(name)
      close(descriptor)
      throw error
    }
    let (address, port) = Self.name(of: descriptor)
    return ListeningSocket(descriptor: descriptor, address: address, port: port)
  }

  private static func failure(_ name: String) -> HTTPServerError {
    HTTPServerError(.address, "cannot listen on \(name): \(SystemError.text(of: errno))")
  }

  private static func name(of descriptor: CInt) -> (String, UInt16) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    var service = [CChar](repeating: 0, count: Int(NI_MAXSERV))
    withUnsafeMutablePointer(to: &storage) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        getsockname(descriptor, address, &length)
        let flags = NI_NUMERICHOST | NI_NUMERICSERV
        getnameinfo(address, length, &host, socklen_t(host.count), &service, socklen_t(service.count), flags)
      }
    }
    func text(_ characters: [CChar]) -> String {
      String(decoding: characters.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
    return (text(host), UInt16(text(service)) ?? 0)
  }

  func accept() -> Accepted {
    while true {
      var storage = sockaddr_storage()
      var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
      let connection = withUnsafeMutablePointer(to: &storage) { storage in
        storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.accept(descriptor, $0, &length) }
      }
      if connection >= 0 {
        Self.setUp(connection)
        return .connection(Newcomer(descriptor: connection, address: PeerAddress(of: storage)))
      }
      switch errno {
      case EINTR, ECONNABORTED, EPROTO: continue
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .noRoom
      default: return .nobody
      }
    }
  }

  /// A machine that has gone without a word is noticed within two minutes: some connections may be silent for hours.
  private static func setUp(_ connection: CInt) {
    _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
    _ = fcntl(connection, F_SETFL, fcntl(connection, F_GETFL) | O_NONBLOCK)
    let options = [
      (SOL_SOCKET, SO_KEEPALIVE, 1), (CInt(IPPROTO_TCP), TCP_KEEPIDLE, 60), (CInt(IPPROTO_TCP), TCP_KEEPINTVL, 15),
      (CInt(IPPROTO_TCP), TCP_KEEPCNT, 4),
    ]
    for (level, option, value) in options {
      var value = CInt(value)
      setsockopt(connection, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
  }
}
