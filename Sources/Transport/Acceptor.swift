import Glibc

/// Who has connected.
struct Newcomer: Sendable {
  let descriptor: CInt
  let address: PeerAddress
}

/// Where somebody connects from, as far as limits go. Of an IPv6 address only the network counts: whoever has one
/// address of it has them all.
struct PeerAddress: Hashable, Sendable {
  private let bytes: [UInt8]

  private init(_ bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

  static let unknown = PeerAddress([])

  init(of storage: sockaddr_storage) {
    self = withUnsafeBytes(of: storage) { storage in
      switch Int32(storage.load(as: sockaddr_storage.self).ss_family) {
      case AF_INET:
        return withUnsafeBytes(of: storage.load(as: sockaddr_in.self).sin_addr) { PeerAddress($0) }
      case AF_INET6:
        return withUnsafeBytes(of: storage.load(as: sockaddr_in6.self).sin6_addr) { address in
          let isIPv4 = address.prefix(10).allSatisfy { $0 == 0 } && address[10] == 0xff && address[11] == 0xff
          return isIPv4 ? PeerAddress(address.suffix(4)) : PeerAddress(address.prefix(8))
        }
      default: return .unknown
      }
    }
  }
}

/// The one loop that accepts, for every server. Where the process has no descriptor left it pauses: the poll would say
/// at once, and again and again, that somebody waits.
struct Acceptor: Sendable {
  static let pauseWithoutRoom: Duration = .milliseconds(100)

  private let take: @Sendable () -> ListeningSocket.Accepted
  private var pauseEnd: ContinuousClock.Instant?

  init(_ take: @escaping @Sendable () -> ListeningSocket.Accepted) {
    self.take = take
  }

  /// Nobody is let in before then.
  func isPausing(at now: ContinuousClock.Instant) -> Bool { pauseEnd.map { now < $0 } ?? false }

  /// Lets in all who wait.
  mutating func acceptAll(at now: ContinuousClock.Instant, _ letIn: (Newcomer) -> Void) {
    guard !isPausing(at: now) else { return }
    pauseEnd = nil
    while true {
      switch take() {
      case .connection(let newcomer): letIn(newcomer)
      case .nobody: return
      case .noRoom:
        pauseEnd = now + Self.pauseWithoutRoom
        return
      }
    }
  }
}
