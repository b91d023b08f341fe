import Foundation
import TestSupport
import Testing
@testable import Transport

@Suite struct HTTPServerStreamTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  private static func with<R: Sendable>(
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    stream: @escaping @Sendable (HTTPBodyWriter) async -> Void,
    _ body: (HTTPServer) async throws -> R
  ) async throws -> R {
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    change(&configuration)
    return try await HTTPServer.withServer(configuration) { _ in
      HTTPServerReply(status: 200, body: .stream(stream))
    } _: { server in
      try await body(server)
    }
  }

  /// Writes until it cannot any more.
  private static func writeOn(_ writer: HTTPBodyWriter, _ bytes: [UInt8]) async {
    do { while true { try await writer.write(bytes) } } catch { #expect(error == HTTPClientGone()) }
  }

  @Test(arguments: [("HTTP/1.1\r\nHost: a", "chunked"), ("HTTP/1.0", nil)])
  func aStreamArrivesInItsOrder(_ rest: String, _ encoding: String?) async throws {
    let (response, left) = try await Self.with { writer in
      do {
        for number in 1...1000 { try await writer.write("\(number) ") }
      } catch {
        Issue.record(error)
      }
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { client in
        (try client.ask("GET / \(rest)\r\n\r\n"), client.readToEnd())
      }
    }
    #expect(response.text == (1...1000).map { "\($0) " }.joined())
    #expect(response.headers["transfer-encoding"] == encoding)
    #expect(response.headers["connection"] == "close")
    #expect(left == [])
  }

  @Test func eachPartArrivesAtOnce() async throws {
    let gate = Gate()
    let parts = try await Self.with { writer in
      do {
        try await writer.write("one")
        await gate.wait()
        try await writer.write("two")
      } catch {
        Issue.record(error)
      }
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { client in
        try client.write(Self.get)
        _ = try client.readHead()
        let first = try client.readChunk()
        gate.open()
        return [first, try client.readChunk(), try client.readChunk()]
      }
    }
    #expect(parts == [Array("one".utf8), Array("two".utf8), []])
  }

  @Test func headOfAStream() async throws {
    let response = try await Self.with { _ in
      Issue.record("nobody reads it")
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { client in
        let response = try client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(client.readToEnd() == [])
        return response
      }
    }
    #expect(response.status == 200)
  }

  @Test func whoGoesAwayEndsTheStreamEvenBetweenTwoParts() async throws {
    let cancelled = Gate()
    try await Self.with { writer in
      await Cancellation.wait()
      cancelled.open()
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { client in
        try client.write(Self.get)
        _ = try client.readHead()
      }
      await cancelled.wait()
    }
  }

  @Test func theEndOfTheServerEndsStreams() async throws {
    let begun = Gate()
    try await withThrowingTaskGroup(of: [UInt8].self) { group in
      try await Self.with { writer in
        do { try await writer.write("one") } catch { Issue.record(error) }
        begun.open()
        await Cancellation.wait()
      } _: { server in
        group.addTask { try await LoopbackClient.connect(to: server.port) { try $0.ask(Self.get).body } }
        await begun.wait()
      }
      #expect(try await group.next() == Array("one".utf8))
    }
  }

  @Test func whoDoesNotReadIsCut() async throws {
    let cut = Gate()
    let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
    try await Self.with {
      $0.writeTime = .milliseconds(50)
    } stream: { writer in
      await Self.writeOn(writer, bytes)
      cut.open()
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { client in
        try client.write(Self.get)
        cut.waitOnThread()
      }
    }
  }
}

/// Waits until the task is cancelled.
private enum Cancellation {
  static func wait() async {
    let (stream, _) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
  }
}
