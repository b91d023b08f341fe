import Foundation
import Runtime
import TestSupport
import Testing
@testable import Transport

@Suite struct HTTPServerTests {
  private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Patient: other tests may keep every thread for a while.
  private static var configuration: HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    configuration.requestTime = .seconds(60)
    return configuration
  }

  /// Says what it was asked.
  private static let echo: HTTPServer.Handler = { request in
    let query = request.query.map { "?" + $0 } ?? ""
    return HTTPServerReply(
      status: 200,
      headers: [("Content-Type", "text/plain")],
      body: .whole(Array("\(request.method) \(request.path)\(query) ".utf8) + request.body)
    )
  }

  private static func served<R: Sendable>(
    _ configuration: HTTPServerConfiguration = configuration,
    by handler: @escaping HTTPServer.Handler = echo,
    _ script: @escaping @Sendable (LoopbackClient) throws -> R
  ) async throws -> R {
    try await HTTPServer.withServer(configuration, handler: handler) { server in
      try await LoopbackClient.connect(to: server.port, script)
    }
  }

  @Test func aRequestAndItsAnswer() async throws {
    let response = try await Self.served {
      try $0.ask("PUT /a/b?c=d HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi")
    }
    #expect(response.status == 200)
    #expect(response.text == "PUT /a/b?c=d hi")
    #expect(response.headers["content-type"] == "text/plain")
    #expect(response.headers["connection"] == nil)
    #expect(response.headers["date"]?.wholeMatch(of: #/\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT/#) != nil)
  }

  @Test func oneAfterAnotherOnOneConnection() async throws {
    let texts = try await Self.served { client in
      try (1...100).map { try client.ask("GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n").text }
    }
    #expect(texts == (1...100).map { "GET /\($0) " })
  }

  @Test func askedAllAtOnceTheyAreAnsweredInOrder() async throws {
    let texts = try await Self.served { client in
      try client.write((1...500).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
      return try (1...500).map { _ in try client.readResponse().text }
    }
    #expect(texts == (1...500).map { "GET /\($0) " })
  }

  @Test func aLongAnswerArrivesWhole() async throws {
    let body = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    let received = try await Self.served { _ in
      HTTPServerReply(status: 200, body: .whole(body))
    } _: {
      try $0.ask(Self.get).body
    }
    #expect(received == body)
  }

  @Test func headHasNoBody() async throws {
    let texts = try await Self.served { client in
      let head = try client.ask("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
      return [head.headers["content-length"] ?? "", head.text, try client.ask(Self.get).text]
    }
    #expect(texts == ["7", "", "GET / "])
  }

  @Test func whoSaysCloseIsClosed() async throws {
    let (status, rest) = try await Self.served { client in
      let response = try client.ask("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      return (response.headers["connection"], client.readToEnd())
    }
    #expect(status == "close")
    #expect(rest == [])
  }

  @Test func whoHasFinishedWritingIsAnswered() async throws {
    let text = try await Self.served { client in
      try client.write("GET / HTTP/1.0\r\n\r\n")
      client.finishWriting()
      return try client.readResponse().text
    }
    #expect(text == "GET / ")
  }

  @Test func whoWaitsToBeToldToGoOnIsTold() async throws {
    let (first, text) = try await Self.served { client in
      let head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
      let first = try client.ask(head).status
      return (first, try client.ask("hi").text)
    }
    #expect(first == 100)
    #expect(text == "POST / hi")
  }

  @Test(arguments: [
    ("nonsense\r\n\r\n", 400),
    ("GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 70_000))\r\n\r\n", 431),
    ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\n\r\n\(String(repeating: "x", count: 500_000))", 413),
  ])
  func whatIsNoRequestIsToldSo(_ bytes: String, _ status: Int) async throws {
    var configuration = Self.configuration
    configuration.refusal = { HTTPServerReply(status: $0.status, body: .whole(Array("refused".utf8))) }
    let (response, rest) = try await Self.served(configuration) { client in
      let response = try client.ask(bytes)
      return (response, client.readToEnd())
    }
    #expect(response.status == status)
    #expect(response.text == "refused")
    #expect(response.headers["connection"] == "close")
    #expect(rest == [])
  }

  @Test func noValueMakesAFieldOfItsOwn() async throws {
    let headers = try await Self.served { _ in
      HTTPServerReply(status: 200, headers: [("X", "a\r\nY: b\u{0}")])
    } _: { client in
      try client.ask(Self.get).headers
    }
    #expect(headers["x"] == "a  Y: b")
    #expect(headers["y"] == nil)
  }

  @Test func slownessHasALimit() async throws {
    var configuration = Self.configuration
    configuration.requestTime = .milliseconds(100)
    let (answer, silent) = try await HTTPServer.withServer(configuration, handler: Self.echo) { server in
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
    var configuration = Self.configuration
    configuration.idleTime = .milliseconds(50)
    let rest = try await Self.served(configuration) { client in
      _ = try client.ask(Self.get)
      return client.readToEnd()
    }
    #expect(rest == [])
  }

  @Test func twoHundredSlowClientsAndAQuickOne() async throws {
    try await HTTPServer.withServer(Self.configuration, handler: Self.echo) { server in
      let text = try await LoopbackClient.connect(to: server.port) { quick in
        let slow = try (1...200).map { _ in try LoopbackClient(server.port) }
        for client in slow { try client.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx") }
        let text = try quick.ask(Self.get).text
        for client in slow { try client.write("123456789") }
        for client in slow { #expect(try client.readResponse().text == "POST / x123456789") }
        return text
      }
      #expect(text == "GET / ")
    }
  }

  @Test func whoHasBeenAskingForLongestMakesRoom() async throws {
    var configuration = Self.configuration
    configuration.maxConnections = 3
    let (first, others) = try await HTTPServer.withServer(configuration, handler: Self.echo) { server in
      try await LoopbackClient.connect(to: server.port) { first in
        _ = try first.ask(Self.get)
        try first.write("GET / HT")
        let others = try (1...3).map { _ in
          let other = try LoopbackClient(server.port)
          #expect(try other.ask(Self.get).status == 200)
          return other
        }
        return (first.readToEnd(), try others.map { try $0.ask(Self.get).text })
      }
    }
    #expect(first == [])
    #expect(others == ["GET / ", "GET / ", "GET / "])
  }

  @Test func whoDoesNotTakeTheirAnswersLocksNobodyOut() async throws {
    var configuration = Self.configuration
    configuration.maxConnections = 4
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: 8_000_000)
    let status = try await HTTPServer.withServer(configuration) { request in
      request.path == "/large" ? HTTPServerReply(status: 200, body: .whole(large)) : await Self.echo(request)
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { first in
        let slow = try [first] + (1...3).map { _ in try LoopbackClient(server.port) }
        for client in slow {
          try client.write(String(repeating: "GET /large HTTP/1.1\r\nHost: a\r\n\r\n", count: 100))
          // The answer has begun.
          _ = try client.readLine()
        }
        return try LoopbackClient(server.port).ask(Self.get).status
      }
    }
    #expect(status == 200)
  }

  @Test func noAddressTakesAllPlaces() async throws {
    var configuration = Self.configuration
    (configuration.maxConnections, configuration.maxConnectionsOfAnAddress) = (4, 2)
    let gate = Gate()
    let (third, other) = try await HTTPServer.withServer(configuration) { request in
      if request.path == "/slow" { await gate.wait() }
      return await Self.echo(request)
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { first in
        let greedy = try [first, LoopbackClient(server.port)]
        for client in greedy {
          try client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
          _ = try client.readResponse()
        }
        // By then the slow ones are being answered.
        let other = try LoopbackClient(server.port, from: "127.0.0.2")
        let statuses = try (1...50).map { _ in try other.ask(Self.get).status }
        let third = try LoopbackClient(server.port).readToEnd()
        gate.open()
        for client in greedy { #expect(try client.readResponse().text == "GET /slow ") }
        return (third, statuses.allSatisfy { $0 == 200 })
      }
    }
    #expect(third == [] && other)
  }

  @Test func togetherTheyMayNotLeaveTooMuchUntaken() async throws {
    var configuration = Self.configuration
    configuration.mostUnsentBytes = 25_000_000
    let size = 16_000_000
    let large = [UInt8](repeating: UInt8(ascii: "x"), count: size)
    let counts = try await HTTPServer.withServer(configuration) { _ in
      HTTPServerReply(status: 200, body: .whole(large))
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { first in
        let second = try LoopbackClient(server.port)
        try first.write(Self.get)
        _ = try first.readLine()
        try second.write(Self.get)
        return [first.readToEnd().count, try second.readResponse().body.count]
      }
    }
    #expect(counts[0] < size, "waited for longest, it is cut")
    #expect(counts[1] == size)
  }

  @Test func togetherTheyMayNotSendTooMuch() async throws {
    var configuration = Self.configuration
    configuration.mostHeldBytes = 1_000_000
    let statuses = try await HTTPServer.withServer(configuration, handler: Self.echo) { server in
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
        for _ in 1...100 { _ = try small.ask(Self.get) }
        let third = try clients[2].ask(head + half).status
        let others = try clients.dropLast().map { try $0.ask("x").status }
        return [third, try small.ask(Self.get).status] + others
      }
    }
    #expect(statuses == [503, 200, 200, 200])
  }

  @Test func aSlowHandlerKeepsNobodyElseWaiting() async throws {
    let gate = Gate()
    let texts = try await HTTPServer.withServer(Self.configuration) { request in
      if request.path == "/slow" { await gate.wait() }
      return await Self.echo(request)
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { slow in
        try slow.write("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        let quick = try LoopbackClient(server.port).ask(Self.get).text
        gate.open()
        return [quick, try slow.readResponse().text]
      }
    }
    #expect(texts == ["GET / ", "GET /slow "])
  }

  @Test func whoGoesAwayDoesNotStopTheHandler() async throws {
    let (begun, gone, done) = (Gate(), Gate(), Gate())
    try await HTTPServer.withServer(Self.configuration) { request in
      begun.open()
      await gone.wait()
      if !Task.isCancelled { done.open() }
      return await Self.echo(request)
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { try $0.write(Self.get) }
      await begun.wait()
      gone.open()
      await done.wait()
    }
  }

  @Test func theEndWaitsForThoseWhoAreAnswered() async throws {
    let (begun, ending) = (Gate(), Gate())
    try await withThrowingTaskGroup(of: ClientResponse?.self) { group in
      try await HTTPServer.withServer(Self.configuration) { request in
        begun.open()
        await ending.wait()
        return await Self.echo(request)
      } _: { server in
        group.addTask { try await LoopbackClient.connect(to: server.port) { try $0.ask(Self.get) } }
        await begun.wait()
        group.addTask {
          ending.open()
          return nil
        }
      }
      let responses = try await group.reduce(into: []) { $0.append($1) }.compactMap { $0 }
      #expect(responses.map(\.text) == ["GET / "])
    }
  }

  @Test func aPortThatIsTakenIsSaid() async throws {
    try await HTTPServer.withServer(Self.configuration, handler: Self.echo) { server in
      let error = await #expect(throws: HTTPServerError.self) {
        let configuration = HTTPServerConfiguration(host: "127.0.0.1", port: server.port)
        try await HTTPServer.withServer(configuration, handler: Self.echo) { _ in }
      }
      #expect(error?.kind == .address)
      #expect(error?.message == "cannot listen on 127.0.0.1:\(server.port): Address already in use")
    }
  }

  @Test func encrypted() async throws {
    try await ServerIdentity.with { identity in
      var configuration = Self.configuration
      configuration.identity = .init(certificateFile: identity.certificateFile, keyFile: identity.keyFile)
      try await HTTPServer.withServer(configuration, handler: Self.echo) { server in
        var client = HTTPClient.Configuration()
        client.tls = TLSConfiguration(caFile: identity.certificateFile)
        client.timeout = .seconds(60)
        try await HTTPClient.withClient(client) { client in
          let body = [UInt8](repeating: UInt8(ascii: "x"), count: 500_000)
          for _ in 1...3 {
            let request = HTTPRequest(method: .post, url: "https://127.0.0.1:\(server.port)/a", body: body)
            let response = try await client.send(request)
            #expect(response.status == 200)
            #expect(response.body == Array("POST /a ".utf8) + body)
          }
        }
        let plain = try await LoopbackClient.connect(to: server.port) { client in
          try client.write(Self.get)
          return client.readToEnd()
        }
        #expect(!plain.starts(with: Array("HTTP".utf8)))
      }
    }
  }

  @Test func theTimeForTheHandshakeIsNoTimeForTheAnswer() async throws {
    let gate = Gate()
    try await ServerIdentity.with { identity in
      var configuration = Self.configuration
      configuration.requestTime = .seconds(1)
      configuration.identity = .init(certificateFile: identity.certificateFile, keyFile: identity.keyFile)
      try await HTTPServer.withServer(configuration) { request in
        await gate.wait()
        return await Self.echo(request)
      } _: { server in
        var client = HTTPClient.Configuration()
        client.tls = TLSConfiguration(caFile: identity.certificateFile)
        client.timeout = .seconds(60)
        try await HTTPClient.withClient(client) { client in
          async let response = client.send(HTTPRequest(url: "https://127.0.0.1:\(server.port)/"))
          // Each is cut when the time for its handshake is over.
          for _ in 1...3 { _ = try await LoopbackClient.connect(to: server.port) { $0.readToEnd() } }
          gate.open()
          #expect(try await response.status == 200)
        }
      }
    }
  }

  @Test func aCertificateThatIsNoneIsSaid() async throws {
    var configuration = Self.configuration
    configuration.identity = .init(certificateFile: "/nonexistent/a.pem", keyFile: "/nonexistent/b.pem")
    let error = await #expect(throws: HTTPServerError.self) {
      try await HTTPServer.withServer(configuration, handler: Self.echo) { _ in }
    }
    #expect(error?.kind == .tls)
  }

  @Test func aNameThatIsNoneIsSaid() async {
    let error = await #expect(throws: HTTPServerError.self) {
      let configuration = HTTPServerConfiguration(host: "no such host", port: 0)
      try await HTTPServer.withServer(configuration, handler: Self.echo) { _ in }
    }
    #expect(error?.kind == .address)
  }
}
