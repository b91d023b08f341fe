import MemoryRecords
import Runtime
import Store
import Synchronization
import Testing
import Transfer
import Web

@testable import WarmTransfer

@Suite struct CallTokensTests {
  private final class Clock: Sendable {
    let now = Mutex(WallTime(milliseconds: 1_000_000))
  }

  private static func with(
    _ database: any RecordDatabase = MemoryDatabase(),
    _ clock: Clock = Clock(),
    _ body: (CallTokens) async throws -> Void
  ) async throws {
    try await JournalWriter.withWriter(on: database, log: Log(minimum: .error) { _ in }) { journal in
      let earlier = try database.reader().callTokens(lastingBeyond: clock.now.withLock { $0 }, limit: CallTokens.most)
      try await body(CallTokens(earlier, journal: journal) { clock.now.withLock { $0 } })
    }
  }

  @Test func aTokenStandsForItsChannelUntilItsTimeIsOver() async throws {
    let clock = Clock()
    try await Self.with(MemoryDatabase(), clock) { tokens in
      let (first, second) = (try await tokens.make(for: "a"), try await tokens.make(for: "b"))
      #expect(first.secret.hasPrefix("wtc_") && first.secret != second.secret)
      #expect(await tokens.channel(of: first.secret) == "a")
      #expect(await tokens.channel(of: second.secret) == "b")
      #expect(await tokens.channel(of: "wtc_guessed") == nil)
      clock.now.withLock { $0 = $0 + CallTokens.last }
      #expect(await tokens.channel(of: first.secret) == nil)
      let third = try await tokens.make(for: "c")
      #expect(await tokens.channel(of: third.secret) == "c")
    }
  }

  @Test func aRestartDoesNotEndIt() async throws {
    let (database, clock) = (MemoryDatabase(), Clock())
    let secret = Mutex("")
    try await Self.with(database, clock) { tokens in
      let made = try await tokens.make(for: "a").secret
      secret.withLock { $0 = made }
    }
    try await Self.with(database, clock) { tokens in
      #expect(await tokens.channel(of: secret.withLock { $0 }) == "a")
    }
  }
}
