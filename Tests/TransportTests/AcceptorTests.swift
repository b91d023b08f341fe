import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Transport

@Suite struct AcceptorTests {
  @Test func whereNoDescriptorIsLeftItPauses() {
    let answers = Mutex<[ListeningSocket.Accepted]>([
      .connection(Newcomer(descriptor: 7, address: .unknown)), .noRoom,
      .connection(Newcomer(descriptor: 8, address: .unknown)), .nobody,
    ])
    var acceptor = Acceptor { answers.withLock { $0.removeFirst() } }
    let start = ContinuousClock.now
    var letIn: [CInt] = []
    acceptor.acceptAll(at: start) { letIn.append($0.descriptor) }
    #expect(letIn == [7] && acceptor.isPausing(at: start))
    // Asked again meanwhile, it does not even try.
    acceptor.acceptAll(at: start + .milliseconds(99)) { letIn.append($0.descriptor) }
    #expect(letIn == [7])
    acceptor.acceptAll(at: start + .milliseconds(100)) { letIn.append($0.descriptor) }
    #expect(letIn == [7, 8] && !acceptor.isPausing(at: start + .milliseconds(100)))
  }

  @Test func whoHasGoneWithoutAWordIsNoticed() async throws {
    let listener = try ListeningSocket.open(host: "127.0.0.1", port: 0)
    defer { close(listener.descriptor) }
    let clients = try [RawClient(listener.port), RawClient(listener.port, from: "127.0.0.2")]
    let newcomers = try clients.map { _ in
      guard case .connection(let newcomer) = listener.accept() else { throw CancellationError() }
      return newcomer
    }
    for newcomer in newcomers {
      var (value, size) = (CInt(0), socklen_t(MemoryLayout<CInt>.size))
      getsockopt(newcomer.descriptor, SOL_SOCKET, SO_KEEPALIVE, &value, &size)
      #expect(value == 1)
      close(newcomer.descriptor)
    }
    #expect(newcomers[0].address != newcomers[1].address)
  }

  @Test(arguments: [
    ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true), ("2001:db8:1:2::1", "2001:db8:1:3::1", false),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1", true), ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false),
  ])
  func aNetworkIsOneAddress(_ left: String, _ right: String, _ isSame: Bool) {
    #expect((address(left) == address(right)) == isSame)
  }

  private func address(_ text: String) -> PeerAddress {
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { storage in
      var address = sockaddr_in6()
      address.sin6_family = sa_family_t(AF_INET6)
      inet_pton(AF_INET6, text, &address.sin6_addr)
      storage.storeBytes(of: address, as: sockaddr_in6.self)
    }
    return PeerAddress(of: storage)
  }
}
