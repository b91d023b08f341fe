import Glibc
internal import Runtime

/// Asks the system for the addresses of a name. The system's resolver blocks for as long as it likes, so it gets a
/// thread of its own for each question: one that does not answer in time delays nobody else, and is left behind.
enum NameLookup {
  private typealias Answer = Result<[String], WebSocketError>

  private static let mostAddresses = 8

  /// As numbers, in the order in which they are to be tried.
  static func addresses(of host: String, within time: Duration) async throws(WebSocketError) -> [String] {
    if isNumber(host) { return [host] }
    let answer = Completion<Answer>()
    do throws(SystemError) {
      try NamedThread.start("lookup") { answer.complete(lookUp(host)) }
    } catch {
      throw WebSocketError(.system, error.description)
    }
    return try await withTaskGroup { group in
      group.addTask {
        do {
          try await Task.sleep(for: time)
          answer.complete(.failure(WebSocketError(.connectTimedOut, "no address of \(host) within \(time)")))
        } catch {
          answer.complete(.failure(WebSocketError(.cancelled, "cancelled while connecting")))
        }
      }
      let first = await answer.wait()
      group.cancelAll()
      return first
    }
    .get()
  }

  private static func isNumber(_ host: String) -> Bool {
    var address = in6_addr()
    return inet_pton(AF_INET, host, &address) == 1 || inet_pton(AF_INET6, host, &address) == 1
  }

  private static func lookUp(_ host: String) -> Answer {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_ADDRCONFIG
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, nil, &hints, &found)
    defer { if let found { freeaddrinfo(found) } }
    guard code == 0 else {
      return .failure(WebSocketError(.couldNotConnect, "\(host): \(String(cString: gai_strerror(code)))"))
    }
    let addresses = sequence(first: found) { $0?.pointee.ai_next }.prefix { $0 != nil }.prefix(mostAddresses)
    return .success(addresses.compactMap { $0.flatMap { name(of: $0.pointee) } })
  }

  private static func name(of address: addrinfo) -> String? {
    var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let code = getnameinfo(address.ai_addr, address.ai_addrlen, &host, socklen_t(host.count), nil, 0, NI_NUMERICHOST)
    return code == 0 ? String(decoding: host.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) : nil
  }
}
