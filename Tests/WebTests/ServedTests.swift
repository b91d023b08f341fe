import Runtime
import TestSupport
import Testing
import Transport
import WebStage
@testable import Web

/// The API behind a real socket.
@Suite struct ServedTests {
  private static func served<R: Sendable>(
    _ stage: Stage,
    _ body: (UInt16) async throws -> R
  ) async throws -> R {
    var configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    configuration.requestTime = .seconds(60)
    configuration.refusal = { ControlAPI.reply(to: $0) }
    return try await HTTPServer.withServer(configuration) {
      await stage.api.reply(to: $0)
    } _: { server in
      try await body(server.port)
    }
  }

  private static func head(_ line: String, _ fields: String = "") -> String {
    "\(line) HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer transfer-read-admin\r\n\(fields)\r\n"
  }

  @Test(arguments: [
    ("BROKEN\r\n\r\n", 400, "malformed_request"), ("GET / HTTP/3.0\r\n\r\n", 505, "unknown_http_version"),
    ("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n", 413, "body_too_large"),
    ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 20_000))\r\n\r\n", 431, "header_too_large"),
    ("GET /\(String(repeating: "x", count: 5_000)) HTTP/1.1\r\n\r\n", 414, "request_target_too_long"),
  ])
  func whatIsNoRequestIsAProblemToo(_ bytes: String, _ status: Int, _ code: String) async throws {
    let response = try await Self.served(Stage()) { try await LoopbackClient.connect(to: $0) { try $0.ask(bytes) } }
    #expect(response.status == status)
    #expect(response.headers["content-type"] == "application/problem+json")
    #expect(try JSON(parsing: response.body)["code"]?.string == code)
  }

  @Test func eventsAsTheyHappenAndThoseThatWereMissed() async throws {
    let stage = Stage(desk: StageBackend(streamsStayOpen: true))
    await stage.desk.happen("phase", ["a": "b\nc"])
    await stage.desk.happen("phase", ["n": 2])
    let lines = try await Self.served(stage) { port in
      try await LoopbackClient.connect(to: port) { client in
        try client.write(Self.head("GET /v1/events", "Last-Event-ID: 1\r\n"))
        let head = try client.readHead()
        #expect(head.headers["content-type"] == "text/event-stream")
        return [try client.readChunk(), try client.readChunk()].map { String(decoding: $0, as: UTF8.self) }
      }
    }
    #expect(lines == ["retry: 2000\n\n", "id: 2\nevent: phase\ndata: {\"n\":2}\n\n"])
  }

  @Test func aSilentStreamBeats() async throws {
    let beats = EventFeed(pause: {})
    let reply = try beats.reply(AsyncStream(unfolding: { await Self.never() }))
    let configuration = HTTPServerConfiguration(host: "127.0.0.1", port: 0)
    let parts = try await HTTPServer.withServer(configuration) { _ in
      reply
    } _: { server in
      try await LoopbackClient.connect(to: server.port) { client in
        try client.write(Self.head("GET /"))
        _ = try client.readHead()
        return Set(try (1...5).map { _ in String(decoding: try client.readChunk(), as: UTF8.self) })
      }
    }
    #expect(parts == ["retry: 2000\n\n", ": alive\n\n"])
  }

  private static func never() async -> ServiceEvent? {
    let (stream, _) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    return nil
  }

  @Test func anEventIsOneEvent() {
    let event = ServiceEvent(id: 7, kind: "a\ndata: b", data: ["x": "\n\ndata: y\r\u{2028}"])
    #expect(event.text == "id: 7\nevent: adata: b\ndata: {\"x\":\"\\n\\ndata: y\\r\\u2028\"}\n\n")
  }

  @Test func twoHundredSlowClientsHoldNobodyUp() async throws {
    try await Self.served(Stage()) { port in
      try await LoopbackClient.connect(to: port) { quick in
        let slow = try (1...200).map { _ in try LoopbackClient(port) }
        for client in slow { try client.write(Self.head("POST /v1/transfers", "Content-Length: 100\r\n") + "{") }
        for number in 1...50 {
          let body = #"{"channel": "\#(number)"}"#
          let response = try quick.ask(Self.head("POST /v1/transfers", "Content-Length: \(body.utf8.count)\r\n") + body)
          #expect(response.status == 201)
        }
      }
    }
  }
}
