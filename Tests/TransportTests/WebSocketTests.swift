import Foundation
import Runtime
import Synchronization
import TestSupport
import Testing
@testable import Transport

@Suite struct WebSocketTests {
  private func configuration(_ server: LoopbackServer, scheme: String = "ws") -> WebSocketConfiguration {
    WebSocketConfiguration(url: server.url(scheme, "/ari/events?app=warm-transfer"))
  }

  /// What the consumer gets of such a server, and how it ends.
  private func outcome(
    _ script: @escaping LoopbackServer.Script,
    change: (inout WebSocketConfiguration) -> Void = { _ in }
  ) async throws -> (messages: [String], error: WebSocketError.Kind) {
    try await LoopbackServer.run(script: script) { server in
      var configuration = configuration(server)
      change(&configuration)
      var messages: [String] = []
      do {
        try await WebSocket.withConnection(configuration) { stream in
          for try await message in stream { messages.append(String(decoding: message, as: UTF8.self)) }
        }
      } catch let error as WebSocketError {
        return (messages, error.kind)
      }
      throw Unexpected()
    }
  }

  private struct Unexpected: Error {}

  @Test func messagesArriveInOrderAndThenTheEnd() async throws {
    let (messages, error) = try await outcome { connection in
      try connection.acceptWebSocket()
      for number in 1...1000 { try connection.send("message \(number)") }
      try connection.sendClose(1000, "enough")
      connection.waitForClose()
    }
    #expect(messages == (1...1000).map { "message \($0)" })
    #expect(error == .closed(code: 1000))
  }

  @Test func fragmentsArePutTogether() async throws {
    let (messages, error) = try await outcome { connection in
      try connection.acceptWebSocket()
      try connection.send(.text, Array("one ".utf8), isFinal: false)
      try connection.send(.ping, [])
      try connection.send(.continuation, Array("two ".utf8), isFinal: false)
      try connection.send(.continuation, Array("three".utf8))
      try connection.sendClose(1001)
      connection.waitForClose()
    }
    #expect(messages == ["one two three"])
    #expect(error == .closed(code: 1001))
  }

  @Test(arguments: [(1 << 20, true), (1 << 20 + 1, false)])
  func theLargestMessage(_ size: Int, _ isTaken: Bool) async throws {
    let (messages, error) = try await outcome { connection in
      try connection.acceptWebSocket()
      try connection.send(.text, [UInt8](repeating: UInt8(ascii: "x"), count: size))
      try connection.sendClose(1000)
      connection.waitForClose()
    }
    #expect(messages.map(\.utf8.count) == (isTaken ? [size] : []))
    #expect(error == (isTaken ? .closed(code: 1000) : .messageTooLarge))
  }

  @Test(arguments: [401, 403, 404, 500, 302, 200])
  func refusals(_ status: Int) async throws {
    let (_, error) = try await outcome { connection in
      _ = try connection.readRequest()
      try connection.respond(status, headers: [("Location", "http://127.0.0.1:1/"), ("Content-Type", "text/plain")])
      connection.waitForClose()
    }
    #expect(error == .refused(status: status))
  }

  @Test func headersAndPathAreSent() async throws {
    let seen = Mutex<ServerRequest?>(nil)
    let (_, error) = try await outcome { connection in
      let request = try connection.acceptWebSocket()
      seen.withLock { $0 = request }
      try connection.sendClose(1000)
      connection.waitForClose()
    } change: {
      $0.headers = [("Authorization", "Basic eDp5")]
    }
    #expect(error == .closed(code: 1000))
    #expect(seen.withLock { $0?.headers["authorization"] } == "Basic eDp5")
    #expect(seen.withLock { $0?.path } == "/ari/events?app=warm-transfer")
  }

  @Test func aCutConnectionIsNoticed() async throws {
    let (messages, error) = try await outcome { connection in
      try connection.acceptWebSocket()
      try connection.send("last words")
    }
    #expect(messages == ["last words"])
    #expect(error == .closed(code: nil))
  }

  @Test func aHalfOpenPeerIsNoticed() async throws {
    let (_, error) = try await outcome { connection in
      try connection.acceptWebSocket()
      connection.waitForClose()
    } change: {
      $0.pingInterval = .milliseconds(20)
      $0.pongTimeout = .milliseconds(40)
    }
    #expect(error == .pongMissing)
  }

  @Test func pongsKeepTheConnection() async throws {
    let (messages, error) = try await outcome { connection in
      try connection.acceptWebSocket()
      for _ in 1...5 {
        let (opcode, payload) = try connection.readFrame()
        guard opcode == .ping else { return }
        try connection.send(.pong, payload)
      }
      try connection.send("still here")
      try connection.sendClose(1000)
      connection.waitForClose()
    } change: {
      $0.pingInterval = .milliseconds(10)
      $0.pongTimeout = .seconds(5)
    }
    #expect(messages == ["still here"])
    #expect(error == .closed(code: 1000))
  }

  @Test func aServerThatNeverAnswersTheHandshake() async throws {
    let (_, error) = try await outcome { connection in
      connection.waitForClose()
    } change: {
      $0.connectTimeout = .milliseconds(50)
    }
    #expect(error == .connectTimedOut)
  }

  /// Ten one-digit or two-digit messages fit by their number, or by their eleven bytes.
  @Test(arguments: [(10, 1000), (1000, 11)])
  func aSlowConsumerIsCutOffAndLosesNothingThatItWasPromised(_ limit: Int, _ byteLimit: Int) async throws {
    try await LoopbackServer.run { connection in
      try connection.acceptWebSocket()
      for number in 1...11 { try connection.send("\(number)") }
      connection.waitForClose()
    } _: { server in
      var configuration = configuration(server)
      configuration.bufferLimit = limit
      configuration.bufferByteLimit = byteLimit
      var messages: [String] = []
      let error = await #expect(throws: WebSocketError.self) {
        try await WebSocket.withConnection(configuration) { stream in
          // The eleventh does not fit: the end is on record before we take the first.
          try await until { stream.buffer.end != nil }
          for try await message in stream { messages.append(String(decoding: message, as: UTF8.self)) }
        }
      }
      #expect(messages == (1...10).map(String.init))
      #expect(error?.kind == .consumerTooSlow)
    }
  }

  @Test func nobodyListens() async throws {
    let port = try LoopbackSocket.closedPort()
    let error = await #expect(throws: WebSocketError.self) {
      try await WebSocket.withConnection(WebSocketConfiguration(url: "ws://127.0.0.1:\(port)/")) { _ in }
    }
    #expect(error?.kind == .couldNotConnect)
  }

  @Test(arguments: ["", "ftp://127.0.0.1/", "ws://", "127.0.0.1:80", "ws://[::1/"])
  func badURLs(_ url: String) async {
    let error = await #expect(throws: WebSocketError.self) {
      try await WebSocket.withConnection(WebSocketConfiguration(url: url)) { _ in }
    }
    #expect(error?.kind == .invalidURL)
  }

  @Test func leavingTheBodyClosesWithACode() async throws {
    let closes = Mutex<[UInt16?]>([])
    let closed = ThreadEnd()
    try await LoopbackServer.run { connection in
      defer { closed.signal() }
      try connection.acceptWebSocket()
      try connection.send("hello")
      let code = try connection.answerPings()
      closes.withLock { $0.append(code) }
    } _: { server in
      let first = try await WebSocket.withConnection(configuration(server)) { stream in
        var iterator = stream.makeAsyncIterator()
        return try await iterator.next()
      }
      #expect(first == Array("hello".utf8))
      await closed.wait()
    }
    #expect(closes.withLock { $0 } == [1000])
  }

  @Test func cancellationWhileWaiting() async throws {
    try await LoopbackServer.run { connection in
      try connection.acceptWebSocket()
      try connection.answerPings()
    } _: { server in
      let configuration = configuration(server)
      let error = await #expect(throws: WebSocketError.self) {
        try await WebSocket.withConnection(configuration) { stream in
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { for try await _ in stream {} }
            group.cancelAll()
            try await group.waitForAll()
          }
        }
      }
      #expect(error?.kind == .cancelled)
    }
  }

  @Test func oneConnectionAfterAnother() async throws {
    try await LoopbackServer.run { connection in
      try connection.acceptWebSocket()
      try connection.send("hello")
    } _: { server in
      for _ in 1...5 {
        let error = await #expect(throws: WebSocketError.self) {
          try await WebSocket.withConnection(configuration(server)) { stream in
            for try await message in stream { #expect(message == Array("hello".utf8)) }
          }
        }
        #expect(error?.kind == .closed(code: nil))
      }
      #expect(server.accepted == 5)
    }
  }

  @Test(arguments: [0, 1, 2])
  func encrypted(_ trust: Int) async throws {
    try await ServerIdentity.with { identity in
      try await LoopbackServer.run(identity: identity) { connection in
        try connection.acceptWebSocket()
        try connection.send("secret")
        try connection.answerPings()
      } _: { server in
        var configuration = configuration(server, scheme: "wss")
        configuration.tls =
          [
            TLSConfiguration(caFile: identity.certificateFile), TLSConfiguration(), TLSConfiguration(verify: false),
          ][trust]
        if trust == 1 {
          let error = await #expect(throws: WebSocketError.self) {
            try await WebSocket.withConnection(configuration) { _ in }
          }
          #expect(error?.kind == .tls)
        } else {
          let message = try await WebSocket.withConnection(configuration) { stream in
            var iterator = stream.makeAsyncIterator()
            return try await iterator.next()
          }
          #expect(message == Array("secret".utf8))
        }
      }
    }
  }

  /// One server answers the first bytes of TLS with silence, and gives up much later. The other has to be reached before:
  /// where one handshake waits for another, or the loop for a handshake, it is reached only afterwards.
  @Test func aSlowHandshakeDelaysNobodyElse() async throws {
    let (begun, over) = (Gate(), Semaphore())
    let slowHasEnded = Mutex(false)
    try await ServerIdentity.with { identity in
      try await LoopbackServer.run { connection in
        _ = try connection.read(1)
        begun.open()
        _ = over.wait(atMost: .seconds(240))
      } _: { silent in
        try await LoopbackServer.run(identity: identity) { connection in
          try connection.acceptWebSocket()
          try connection.answerPings()
        } _: { server in
          defer { over.signal() }
          var slow = WebSocketConfiguration(url: silent.url("wss"))
          slow.connectTimeout = .seconds(300)
          var quick = WebSocketConfiguration(url: server.url("wss"))
          quick.tls = TLSConfiguration(caFile: identity.certificateFile)
          quick.connectTimeout = .seconds(300)
          let connectSlowly: @Sendable () async -> Void = { [slow] in
            await #expect(throws: WebSocketError.self) { try await WebSocket.withConnection(slow) { _ in } }
            slowHasEnded.withLock { $0 = true }
          }
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask(operation: connectSlowly)
            await begun.wait()
            let isFirst = try await WebSocket.withConnection(quick) { _ in !slowHasEnded.withLock { $0 } }
            #expect(isFirst)
            group.cancelAll()
          }
        }
      }
    }
  }

  @Test func aNameIsLookedUpAndEachOfItsAddressesIsTried() async throws {
    try await LoopbackServer.run { connection in
      try connection.acceptWebSocket()
      try connection.answerPings()
    } _: { server in
      // Of IPv6 perhaps too, on which nobody listens.
      let configuration = WebSocketConfiguration(url: "ws://localhost:\(server.port)/")
      let isReached = try await WebSocket.withConnection(configuration) { _ in true }
      #expect(isReached)
    }
    let unknown = await #expect(throws: WebSocketError.self) {
      try await WebSocket.withConnection(WebSocketConfiguration(url: "ws://name.invalid/")) { _ in }
    }
    #expect(unknown?.kind == .couldNotConnect || unknown?.kind == .connectTimedOut)
  }

  @Test func manyShareOneThread() async throws {
    try await LoopbackServer.run { connection in
      try connection.acceptWebSocket()
      try connection.send("hello")
      try connection.answerPings()
    } _: { server in
      let configuration = configuration(server)
      let (arrivals, arrive) = AsyncStream.makeStream(of: Void.self)
      let gate = Gate()
      try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 1...50 {
          group.addTask {
            try await WebSocket.withConnection(configuration) { messages in
              var iterator = messages.makeAsyncIterator()
              let first = try await iterator.next()
              arrive.yield()
              await gate.wait()
              return first?.count ?? 0
            }
          }
        }
        var iterator = arrivals.makeAsyncIterator()
        for _ in 1...50 { await iterator.next() }
        let threads = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")
        let names = threads.compactMap { thread in
          FileManager.default.contents(atPath: "/proc/self/task/\(thread)/comm").map {
            String(decoding: $0, as: UTF8.self)
          }
        }
        #expect(names.count { $0 == "websockets\n" } <= 2, "one, and another that is ending")
        gate.open()
        for try await count in group { #expect(count == 5) }
      }
    }
  }
}
