import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Transport

@Suite struct LineServerTests {
  private func withEcho(
    _ change: (inout LineLimits) -> Void = { _ in },
    _ body: (LineServer) async throws -> Void
  ) async throws {
    var limits = LineLimits()
    limits.patience = .seconds(120)
    change(&limits)
    try await LineServer.withServer(host: "127.0.0.1", port: 0, limits: limits) { connection in
      for await line in connection.lines {
        if line == "bye" { break }
        connection.send("<\(line)>", waiting: line == "patience" ? .asLongAsItTakes : .usually)
      }
    } _: { server in
      try await body(server)
    }
  }

  @Test func linesComeAndGoHoweverTheyAreCut() async throws {
    try await withEcho { server in
      let client = try RawClient(server.port)
      client.say("on")
      client.say("e\r\ntwo\n\nthree\nbye\nlost\n")
      #expect(await client.hear() == "<one>\n<two>\n<>\n<three>\n")
    }
  }

  @Test(arguments: ["", "half a line"])
  func whoFallsSilentIsCutOff(_ text: String) async throws {
    try await withEcho({ $0.patience = .milliseconds(300) }) { server in
      let client = try RawClient(server.port)
      let start = ContinuousClock.now
      client.say(text)
      #expect(await client.hear() == "")
      #expect(ContinuousClock.now - start >= .milliseconds(250))
    }
  }

  @Test func whoIsWaitedForMayBeSilent() throws {
    var ends: [CInt] = [0, 0]
    try #require(socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let (_, input) = AsyncStream.makeStream(of: String.self, bufferingPolicy: .bufferingOldest(1))
    let start = ContinuousClock.now
    var wire = LineWire(ends[0], input, deadline: start + .seconds(5))
    #expect(!wire.isOverdue(at: start + .seconds(4)) && wire.isOverdue(at: start + .seconds(5)))
    wire.queue([1], deadline: start + .seconds(9))
    #expect(!wire.isOverdue(at: start + .seconds(8)) && wire.isOverdue(at: start + .seconds(9)))
    wire.queue([2], deadline: nil)
    #expect(!wire.isOverdue(at: start + .seconds(100_000)))
    wire.end()
    close(ends[1])
  }

  @Test func hugeLinesAndTooManyOfThemAreCutOff() async throws {
    try await withEcho({ $0.line = 100 }) { server in
      let (long, endless) = (try RawClient(server.port), try RawClient(server.port))
      long.say(String(repeating: "x", count: 101) + "\n")
      endless.say(String(repeating: "x", count: 5_000))
      #expect(await long.hear() == "")
      #expect(await endless.hear() == "")
    }
    try await withEcho({ ($0.waitingLines, $0.patience) = (10, .milliseconds(300)) }) { server in
      let flood = try RawClient(server.port)
      for _ in 0..<2_000 { flood.say(String(repeating: "\n", count: 500)) }
      // Read or not, nothing grows: it goes on until the patience is over.
      #expect(await flood.hear() == "")
    }
  }

  @Test func bytesThatAreNoTextAreNoReasonToFall() async throws {
    try await withEcho { server in
      let client = try RawClient(server.port)
      client.say("\u{0}\u{1}é\u{fffd}\nbye\n")
      #expect(await client.hear() == "<\u{0}\u{1}é\u{fffd}>\n")
    }
  }

  @Test func oneMoreThanMayIsTurnedAway() async throws {
    try await withEcho({ $0.connections = 2 }) { server in
      let (first, second) = (try RawClient(server.port), try RawClient(server.port))
      first.say("a\n")
      second.say("b\n")
      #expect(await first.hear(atMost: 4) == "<a>\n")
      #expect(await second.hear(atMost: 4) == "<b>\n")
      #expect(try await RawClient(server.port).hear() == "")
      first.say("bye\n")
      #expect(await first.hear() == "")
      let next = try RawClient(server.port)
      next.say("c\n")
      #expect(await next.hear(atMost: 4) == "<c>\n")
    }
  }

  @Test func theEndOfTheServerIsTheEndOfAll() async throws {
    let client = Mutex<String?>(nil)
    let raw = try await LineServer.withServer(host: "127.0.0.1", port: 0) { connection in
      for await line in connection.lines { client.withLock { $0 = line } }
    } _: { server in
      let raw = try RawClient(server.port)
      raw.say("here\n")
      return raw
    }
    #expect(await raw.hear() == "")
  }
}
