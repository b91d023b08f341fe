import Foundation

/// A TCP port of the loopback interface that nobody listens on just now.
func freePort() throws -> UInt16 {
  let server = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(server) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = inet_addr("127.0.0.1")
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  withUnsafeMutablePointer(to: &address) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      _ = bind(server, $0, length)
      _ = getsockname(server, $0, &length)
    }
  }
  return UInt16(bigEndian: address.sin_port)
}
