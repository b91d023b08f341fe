import Foundation
import Runtime
import TestSupport
import Testing
@testable import Transport

@Suite struct HTTPServerTests {
  static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

  /// Patient: other tests may keep every thread for a while.
  static var configuration: HTTPServerConfiguration {
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    configuration.requestTime = .seconds(600)
    return configuration
  }

  /// Says what it was asked.
  static let echo: HTTPServer.Handler = { request in
    let query = request.query.map { "?" + $0 } ?? ""
    return HTTPServerReply(
      status: 200,
      headers: [("Content-Type", "text/plain")],
      body: .whole(Array("\(request.method) \(request.path)\(query) ".utf8) + request.body)
    )
  }

  static func served<R: Sendable>(
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
