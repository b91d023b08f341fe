import Foundation
import Settings
import TestSupport
import Testing
import Transport

@testable import Runtime
@testable import WarmTransfer

/// The whole service, before an Asterisk that answers and knows nobody but one caller, in an application called `bot`.
@Suite struct ServiceTests {
  private static let token = "wt_test"
  private static let caller = """
    {"id": "caller.1", "name": "PJSIP/caller-1", "state": "Up", "dialplan": {"app_name": "Stasis", "app_data": "bot"}}
    """

  /// The caller never comes in: as soon as they are sent for, another client takes the application.
  private static func serve(_ connection: ServerConnection, _ sentFor: Runtime.Semaphore) throws {
    while true {
      let request = try connection.readRequest()
      switch (request.method, request.path.prefix { $0 != "?" }) {
      case ("GET", "/ari/events"):
        try connection.acceptWebSocket(request)
        sentFor.wait()
        // Also those who come after them are told, who have lost this connection.
        sentFor.signal()
        try connection.send(#"{"type": "ApplicationReplaced", "application": "warm-transfer"}"#)
        return connection.waitForClose()
      case ("GET", "/ari/asterisk/info"):
        try connection.respond(body: #"{"system": {"version": "22"}, "status": {"startup_time": "now"}}"#)
      case ("GET", "/ari/channels"), ("GET", "/ari/bridges"): try connection.respond(body: "[]")
      case ("GET", "/ari/channels/caller.1"): try connection.respond(body: caller)
      case ("GET", "/ari/channels/caller.1/variable"):
        try connection.respond(body: #"{"value": "\#(nothing(for: request.path))"}"#)
      case ("POST", "/ari/channels/caller.1/move"):
        try connection.respond(204)
        sentFor.signal()
      default: try connection.respond(body: "{}")
      }
    }
  }

  /// Of all the variables that are asked for none is set: what is left of `EVAL(${A}|mark|${B})` are the marks.
  private static func nothing(for path: String) -> String {
    let question = path.removingPercentEncoding?.split(separator: "EVAL(").last?.dropLast() ?? ""
    return String(question).replacing(#/\$\{(TIMEOUT\(absolute\)|\w+)\}/#, with: "")
  }

  private static func settings(_ server: LoopbackServer, folder: String) throws -> Settings {
    let file = folder + "/warm_transfer.conf"
    let conf = """
      [general]
      ari_url = \(server.url("http", ""))
      ari_username = someone
      ari_password = something
      http_bind = 127.0.0.1:0
      data_dir = \(folder)
      sounds_dir = \(folder)/sounds

      [alice]
      type = target
      dial = PJSIP/alice

      [robot]
      type = token
      hash = sha256:\(Secrets.hexadecimal(Secrets.sha256(Array(token.utf8))))
      scopes = transfer
      """
    try Data(conf.utf8).write(to: URL(filePath: file))
    return try Settings.load(file, from: .onDisk)
  }

  /// What the service answers to whoever hands the caller over; nil if it answers nothing.
  private static func handOver(to url: String) async throws -> HTTPResponse? {
    try await HTTPClient.withClient { http in
      do throws(HTTPError) {
        return try await http.send(
          HTTPRequest(
            method: .post,
            url: url + "/v1/transfers",
            headers: [("Authorization", "Bearer " + token), ("Content-Type", "application/json")],
            body: Array(#"{"channel": "caller.1", "target": "alice"}"#.utf8)
          )
        )
      } catch {
        return nil
      }
    }
  }

  @Test func whoLosesTheApplicationEndsAtOnceAlsoWhileSomebodyWaits() async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wt-service-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder + "/sounds", withIntermediateDirectories: true)
    let (sentFor, served, ready) = (Runtime.Semaphore(), Completion<String?>(), Completion<Void>())
    let log = Log(minimum: .info) { line in
      if let found = line.firstMatch(of: #/serving the API at=(\S+)/#) { served.complete(String(found.output.1)) }
      if line.contains("info ready") { ready.complete(()) }
    }
    try await LoopbackServer.run { connection in
      try Self.serve(connection, sentFor)
    } _: { server in
      defer { sentFor.signal() }
      let settings = try Self.settings(server, folder: folder)
      let signals = AsyncStream.makeStream(of: Signal.self)
      let service = Service(configuration: "", supervisor: .nobody, log: log)
      async let end = AlarmClock.withAlarmClock(named: "alarms") { alarmClock in
        defer {
          served.complete(nil)
          ready.complete(())
        }
        return try await service.run(settings, alarmClock, Signals(stream: signals.stream))
      }
      await ready.wait()
      let answer = try await Self.handOver(to: try #require(await served.wait()))
      #expect(
        answer == nil || answer?.status == 503,
        "\(answer.map { String(decoding: $0.body, as: UTF8.self) } ?? "")"
      )
      #expect(try await end == .replaced)
    }
    try FileManager.default.removeItem(atPath: folder)
  }
}
