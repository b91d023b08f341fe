import MemoryRecords
import Runtime
import Store
import Synchronization
import Testing
import Transfer
import Transport
import Web

@testable import WarmTransfer

@Suite struct SignInsTests {
  private final class Clock: Sendable {
    private let time = Mutex(WallTime(milliseconds: 1_700_000_000_000))
    var now: WallTime { time.withLock { $0 } }
    func pass(_ duration: Duration) { time.withLock { $0 = $0 + duration } }
  }

  private let database = MemoryDatabase()
  private let clock = Clock()
  private static let token = AccessToken(name: "crm", sha256: String(repeating: "a", count: 64), scopes: [.read])

  /// As one that starts with what is kept.
  private func withSignIns(_ body: (SignIns) async throws -> Void) async throws {
    let log = Log(minimum: .error) { _ in }
    try await JournalWriter.withWriter(on: database, log: log) { journal in
      let kept = try database.reader().signIns(lastingBeyond: clock.now, limit: SignIns.most)
      try await body(SignIns(kept, journal: journal) { [clock] in clock.now })
    }
  }

  private func agent(_ secret: String, in signIns: SignIns, agents: [String] = ["ann"]) async -> String? {
    await signIns.session(secret, APISettings(tokens: []), agents: agents)?.agent
  }

  @Test func aLinkWorksOnceAndItsSessionOutlivesTheService() async throws {
    var secret = ""
    try await withSignIns { signIns in
      let link = try await signIns.makeLink(for: "ann")
      #expect(await agent(link.secret, in: signIns) == nil, "a link is no session")
      let new = try #require(try await signIns.useLink(link.secret))
      #expect(try await signIns.useLink(link.secret) == nil)
      secret = new.secret
      #expect(await agent(secret, in: signIns) == "ann")
      #expect(await agent(secret, in: signIns, agents: ["ben"]) == nil)
    }
    try await withSignIns { signIns in
      #expect(await agent(secret, in: signIns) == "ann")
      clock.pass(SignIns.sessionLasts)
      #expect(await agent(secret, in: signIns) == nil)
    }
    try await withSignIns { _ in }
    #expect(try database.reader().signIns(lastingBeyond: clock.now, limit: 9).isEmpty)
  }

  @Test func aLinkThatWaitsTooLongIsNone() async throws {
    try await withSignIns { signIns in
      let link = try await signIns.makeLink(for: "ann")
      clock.pass(SignIns.linkLasts)
      #expect(try await signIns.useLink(link.secret) == nil)
      #expect(try await signIns.useLink("made up") == nil)
    }
  }

  @Test func nothingOfTheSecretsIsKept() async throws {
    try await withSignIns { signIns in
      let link = try await signIns.makeLink(for: "ann")
      let kept = try database.reader().signIns(lastingBeyond: clock.now, limit: 9)
      #expect(kept.map(\.kind) == [.link] && kept.allSatisfy { !$0.digest.contains(link.secret) })
    }
  }

  @Test func endingAnAgentEndsTheirLinksAndBrowsersAndNoOthers() async throws {
    try await withSignIns { signIns in
      let unused = try await signIns.makeLink(for: "ann")
      let ann = try #require(try await signIns.useLink(try await signIns.makeLink(for: "ann").secret))
      let ben = try #require(try await signIns.useLink(try await signIns.makeLink(for: "ben").secret))
      try await signIns.endAll(of: "ann")
      #expect(try await signIns.useLink(unused.secret) == nil)
      #expect(await agent(ann.secret, in: signIns) == nil)
      #expect(await agent(ben.secret, in: signIns, agents: ["ben"]) == "ben")
    }
  }

  @Test func aTokensSessionGoesWithTheToken() async throws {
    try await withSignIns { signIns in
      let secret = try await signIns.signIn(with: Self.token).secret
      let settings = APISettings(tokens: [Self.token])
      #expect(await signIns.session(secret, settings, agents: [])?.token == Self.token)
      let other = AccessToken(name: "crm", sha256: String(repeating: "b", count: 64), scopes: [.read])
      #expect(await signIns.session(secret, APISettings(tokens: [other]), agents: []) == nil)
      #expect(await signIns.session(secret, APISettings(tokens: []), agents: []) == nil)
    }
  }
}
