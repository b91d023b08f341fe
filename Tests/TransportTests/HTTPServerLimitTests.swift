import Foundation
import Runtime
import TestSupport
import Testing
@testable import Transport

/// How much a client may take, and for how long.
@Suite struct HTTPServerLimitTests {
  @Test func slownessHasALimit() async throws {
    var configuration = HTTPServerTests.configuration
    configuration.requestTime = .milliseconds(100)
    let (answer, silent) = try await HTTPServer.withServer(configuration, handler: HTTPServerTests.echo) { server in
      let answer = try await LoopbackClient.connect(to: server.port) { client in
        try client.write("GET / HTTP/1.1\r\nHost")
        return try client.readResponse().status
      }
      let silent = try await LoopbackClient.connect(to: server.port) { $0.readToEnd() }
      return (answer, silent)
    }
    #expect(answer == 408)
    #expect(silent == [])
  }

  @Test func whoRestsTooLongIsClosed() async throws {
    var configuration = HTTPServerTests.configuration
    configuration.idleTime = .milliseconds(50)
    let rest = try await HTTPServerTests.served(configuration) { client in
      _ = try client.ask(HTTPServerTests.get)
      return client.readToEnd()
    }
    #expect(rest == [])
  }

  @Test func twoHundredSlowClientsAndAQuickOne() async throws {
    try await HTTPServer.withServer(HTTPServerTests.configuration, handler: HTTPServerTests.echo) { server in
      let text = try await LoopbackClient.connect(to: server.port) { quick in
        let slow = try (1...200).map { _ in try LoopbackClient(server.port) }
        for client in slow { try client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx") }
        let text = try quick.ask(HTTPServerTests.get).text
        for client in slow { try client.write("123456789") }
        for client in slow { #expect(try client.readResponse().text == "POST / x123456789") }
        return text
      }
      #expect(text == "GET / ")
    }
  }

  @Test func whoHasBeenAskingForLongestMakesRoom() async throws {
    var configuration = HTTPServerTests.configuration
    configuration.maxConnections = 3
    let (first, others) = try await HTTPServer.withServer(configuration, handler: HTTPServerTests.echo) { server in
      try await LoopbackClient.connect(to: server.port) { first in
        _ = try first.ask(HTTPServerTests.get)
        try first.write("GET / HT")
        let others = try (1...3).map { _ in
          let other = try LoopbackClient(server.port)
          #expect(try other.ask(HTTPServerTests.get).status == 200)
          return other
        }
        return (first.readToEnd(), try others.map { try $0.ask(HTTPServerTests.get).text })
      }
    }
    #expect(first == [])
    #expect(others == ["GET / ", "GET / ", "GET / "])
  }

  @Test func whoDoesNotTakeTheirAnswersLocksNobodyOut() async throws {
    var configuration = HTTPServerTests.configuration
    configuration.maxConnections = 4
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: 8_000_000)
    let status = try await HTTPServer.withServer(configuration) { request in
      request.path == "/large" ? HTTPServerReply(status: 200, body: .whole(large)) : await HTTPServerTests.echo(request)
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { first in
        let slow = try [first] + (1...3).map { _ in try LoopbackClient(server.port) }
        for client in slow {
          try client.write(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 100))
          // The answer has begun.
          _ = try client.readLine()
        }
        return try LoopbackClient(server.port).ask(HTTPServerTests.get).status
      }
    }
    #expect(status == 200)
  }

  @Test func noAddressTakesAllPlaces() async throws {
    var configuration = HTTPServerTests.configuration
    (configuration.maxConnections, configuration.maxConnectionsOfAnAddress) = (4, 2)
    let gate = Gate()
    let (third, other) = try await HTTPServer.withServer(configuration) { request in
      if request.path == "/slow" { await gate.wait() }
      return await HTTPServerTests.echo(request)
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { first in
        let greedy = try [first, LoopbackClient(server.port)]
        for client in greedy {
          try client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
          _ = try client.readResponse()
        }
        // By then the slow ones are being answered.
        let other = try LoopbackClient(server.port, from: "127.0.0.2")
        let statuses = try (1...50).map { _ in try other.ask(HTTPServerTests.get).status }
        let third = try LoopbackClient(server.port).readToEnd()
        gate.open()
        for client in greedy { #expect(try client.readResponse().text == "GET /slow ") }
        return (third, statuses.allSatisfy { $0 == 200 })
      }
    }
    #expect(third == [] && other)
  }

  @Test func togetherTheyMayNotLeaveTooMuchUntaken() async throws {
    var configuration = HTTPServerTests.configuration
    configuration.mostUnsentBytes = 25_000_000
    let size = 16_000_000
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: size)
    let counts = try await HTTPServer.withServer(configuration) { _ in
      HTTPServerReply(status: 200, body: .whole(large))
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { first in
        let second = try LoopbackClient(server.port)
        try first.write(HTTPServerTests.get)
        _ = try first.readLine()
        try second.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        // Both answers have begun, and neither is taken.
        _ = try second.readLine()
        return [first.readToEnd().count, second.readToEnd().count]
      }
    }
    #expect(counts[0] < size, "waited for longest, it is cut")
    #expect(counts[1] >= size)
  }

  @Test func togetherTheyMayNotSendTooMuch() async throws {
    var configuration = HTTPServerTests.configuration
    configuration.mostHeldBytes = 1_000_000
    let statuses = try await HTTPServer.withServer(configuration, handler: HTTPServerTests.echo) { server in
      try await LoopbackClient.connect(to: server.port) { small in
        let half = String(repeating: "x", count: 450_000)
        let clients = try (1...3).map { _ in try LoopbackClient(server.port) }
        for client in clients.dropLast() {
          try client.write("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 450001\r\n\r\n")
          _ = try client.readResponse()
          try client.write(half)
        }
        let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 450001\r\n\r\n"
        // By then it has read what the two have sent.
        for _ in 1...100 { _ = try small.ask(HTTPServerTests.get) }
        let third = try clients[2].ask(head + half).status
        let others = try clients.dropLast().map { try $0.ask("x").status }
        return [third, try small.ask(HTTPServerTests.get).status] + others
      }
    }
    #expect(statuses == [503, 200, 200, 200])
  }
}
