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
    let newcomer = Newcomer(descriptor: ends[0], address: .unknown)
    var wire = LineWire(newcomer, input, deadline: start + .seconds(5))
    #expect(!wire.isWaitedFor)
    #expect(!wire.isOverdue(at: start + .seconds(4)) && wire.isOverdue(at: start + .seconds(5)))
    wire.queue([1], deadline: start + .seconds(9))
    #expect(!wire.isOverdue(at: start + .seconds(8)) && wire.isOverdue(at: start + .seconds(9)))
    wire.queue([2], deadline: nil)
    #expect(!wire.isOverdue(at: start + .seconds(100_000)) && wire.isWaitedFor)
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

  @Test func whoIsWaitedForHoldsNoPlace() async throws {
    try await withEcho({ $0.connections = 2 }) { server in
      var long: [RawClient] = []
      for _ in 1...5 {
        let client = try RawClient(server.port)
        client.say("patience\n")
        #expect(await client.hear(atMost: 11) == "<patience>\n")
        long.append(client)
      }
      let (first, second) = (try RawClient(server.port), try RawClient(server.port))
      for client in [first, second] {
        client.say("a\n")
        #expect(await client.hear(atMost: 4) == "<a>\n")
      }
      #expect(try await RawClient(server.port).hear() == "")
      // What was waited for has come.
      for client in long { client.say("bye\n") }
      for client in long { #expect(await client.hear() == "") }
    }
  }

  @Test func thoseWhoAreWaitedForHaveALimitToo() async throws {
    try await withEcho({ ($0.waitedFor, $0.waitedForOfAnAddress) = (4, 2) }) { server in
      let long = try (1...3).map { _ in try RawClient(server.port) }
      for (client, answer) in zip(long, ["<patience>\n", "<patience>\n", ""]) {
        client.say("patience\n")
        #expect(await client.hear(atMost: 11) == answer)
      }
      let other = try RawClient(server.port, from: "127.0.0.2")
      other.say("patience\n")
      #expect(await other.hear(atMost: 11) == "<patience>\n")
    }
  }

  @Test func noAddressTakesAllPlaces() async throws {
    try await withEcho({ ($0.connections, $0.connectionsOfAnAddress) = (4, 2) }) { server in
      let greedy = try (1...3).map { _ in try RawClient(server.port) }
      for client in greedy { client.say("a\n") }
      #expect(await greedy[0].hear(atMost: 4) == "<a>\n")
      #expect(await greedy[2].hear() == "")
      let other = try RawClient(server.port, from: "127.0.0.2")
      other.say("b\n")
      #expect(await other.hear(atMost: 4) == "<b>\n")
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
