import Foundation
import Store
import Runtime
import Settings
import Synchronization
import TestSupport
import Testing
import Transfer
import Transport

@testable import WarmTransfer

/// Real receivers on loopback, which do what receivers do.
@Suite struct WebhookSenderTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
  private static let phases: [TransferMachine.Phase] = [.requested, .held, .ringing]
  private static let names = ["k1-1-requested", "k1-2-held", "k1-3-ringing"]

  /// What a receiver was sent, in its order.
  private final class Received: Sendable {
    private let requests = Mutex<[ServerRequest]>([])

    var ids: [String] { requests.withLock { $0.compactMap { $0.headers["webhook-id"] } } }
    var all: [ServerRequest] { requests.withLock { $0 } }

    /// How many have come, with this one.
    func note(_ request: ServerRequest) -> Int {
      requests.withLock { requests in
        requests.append(request)
        return requests.count
      }
    }
  }

  /// Answers each request as it is told, by how many have come.
  private func withReceiver(
    _ answer: @escaping @Sendable (ServerConnection, _ count: Int) throws -> Void,
    _ body: (Received, LoopbackServer) async throws -> Void
  ) async throws {
    let received = Received()
    try await LoopbackServer.run { connection in
      while true { try answer(connection, received.note(try connection.readRequest())) }
    } _: { server in
      try await body(received, server)
    }
  }

  private func webhook(_ server: LoopbackServer, _ name: String = "crm") -> Webhook {
    var webhook = Webhook(name: name)
    webhook.url = server.url("http", "/hook")
    webhook.secret = Secret(Self.secret)
    webhook.timeout = .milliseconds(400)
    webhook.giveUpAfter = .seconds(3_600)
    return webhook
  }

  /// One transfer's phases for these webhooks; `body` waits for what it wants to see.
  private func withCourier(
    _ webhooks: [Webhook],
    transfers: [String] = ["k1"],
    _ body: @Sendable @escaping (RecordReader, JournalWriter) async throws -> Void
  ) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let (path, log) = (folder.appendingPathComponent("journal.sqlite").path, Log(minimum: .error) { _ in })
    var quick = DeliverySchedule()
    quick.pauses = [.milliseconds(20)]
    try await JournalWriter.withWriter(on: SQLiteDatabase(path), log: log) { [quick] journal in
      for transfer in transfers { try await Self.write(transfer, for: webhooks.map(\.name), to: journal) }
      try await RecordReader.withReader(of: SQLiteDatabase(path), beside: journal) { reader in
        let courier = WebhookSender(journal, reader, schedule: quick, log: log)
        try await withThrowingTaskGroup(of: Void.self) { group in
          group.addTask { await courier.run { webhooks } }
          group.addTask { try await body(reader, journal) }
          try await group.next()
          group.cancelAll()
        }
      }
    }
  }

  private static func write(_ transfer: String, for webhooks: [String], to journal: JournalWriter) async throws {
    let request = try Sample.request(transfer)
    var last: UInt64 = 0
    for (number, phase) in zip(1..., phases) {
      let entry = JournalEntry(
        transfer: request.id,
        number: number,
        at: SystemClock().wall,
        phase: phase,
        event: .requested,
        request: number == 1 ? request : nil,
        notices: [PhaseNotice(PhaseChange(phase, wait: .zero), webhooks: webhooks)]
      )
      last = try journal.append(entry)
    }
    for await progress in journal.progress where progress.written >= last { break }
  }

  /// The test's own time limit ends what never comes.
  private static func outbox(_ desk: RecordReader, until isReached: ([Delivery]) -> Bool) async throws -> [Delivery] {
    while true {
      let undelivered = try await desk.read { reader throws(JournalError) in try reader.undelivered(limit: 999) }
      if isReached(undelivered) { return undelivered }
      try await breathe()
    }
  }

  private static func breathe() async throws {
    try Task.checkCancellation()
    await Task.yield()
  }

  @Test(.timeLimit(.minutes(1))) func eachEventInItsOrderSignedAndOnce() async throws {
    try await withReceiver({ connection, _ in try connection.respond(204) }) { received, server in
      try await withCourier([webhook(server)]) { desk, _ in _ = try await Self.outbox(desk, until: \.isEmpty) }
      #expect(received.ids == Self.names)
      let signature = try #require(WebhookSignature(secret: Self.secret))
      for request in received.all {
        let seconds = try #require(request.headers["webhook-timestamp"].flatMap { Int64($0) })
        #expect(abs(Double(seconds) - Date().timeIntervalSince1970) < 60)
        let headers = signature.headers(
          id: try #require(request.headers["webhook-id"]),
          seconds: seconds,
          body: request.body
        )
        #expect(request.headers["webhook-signature"] == headers.last?.1)
        #expect(request.method == "POST" && request.path == "/hook")
        #expect(request.headers["content-type"] == "application/json")
        #expect(try JSON(parsing: request.body)["transfer"] == "k1")
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func whatComesLaterIsToldWhenItComes() async throws {
    try await withReceiver({ connection, _ in try connection.respond() }) { received, server in
      let webhook = webhook(server)
      try await withCourier([webhook], transfers: []) { desk, journal in
        for transfer in ["k1", "k2"] {
          try await Self.write(transfer, for: [webhook.name], to: journal)
          while received.ids.last != "\(transfer)-3-ringing" { try await Self.breathe() }
          _ = try await Self.outbox(desk, until: \.isEmpty)
        }
      }
      #expect(received.ids.count == 6)
    }
  }

  /// What a receiver says to the first two requests; the third is taken.
  enum Lie: String, CaseIterable, Sendable {
    case error, redirect, notFound, hugeError, drop, nonsense, halfAnAnswer, stall

    func tell(_ connection: ServerConnection) throws {
      switch self {
      case .error: try connection.respond(500)
      case .redirect: try connection.respond(307, headers: [("Location", "/elsewhere")])
      case .notFound: try connection.respond(404, body: "no such page")
      case .hugeError: try connection.respond(500, body: String(repeating: "x", count: 1_000_000))
      case .drop: throw ServerConnection.PeerGone()
      case .nonsense: try connection.write("\u{1}\u{2}nonsense\r\n\r\n")
      case .halfAnAnswer:
        try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")
        throw ServerConnection.PeerGone()
      case .stall: connection.waitForClose()
      }
    }
  }

  @Test(.timeLimit(.minutes(1)), arguments: Lie.allCases)
  func whatIsNotTakenComesAgain(_ lie: Lie) async throws {
    try await withReceiver({ connection, count in
      if count <= 2 { try lie.tell(connection) } else { try connection.respond() }
    }) { received, server in
      try await withCourier([webhook(server)]) { desk, _ in _ = try await Self.outbox(desk, until: \.isEmpty) }
      #expect(received.ids == [Self.names[0], Self.names[0]] + Self.names)
      #expect(Set(received.all.map(\.path)) == ["/hook"], "nobody sends us elsewhere")
    }
  }

  @Test(.timeLimit(.minutes(1))) func aHugeAnswerIsCutOffAndCounts() async throws {
    try await withReceiver({ connection, _ in
      try connection.respond(200, body: String(repeating: "x", count: 2_000_000))
    }) { received, server in
      // It is not about time: a busy machine may take long over so much.
      var patient = webhook(server)
      patient.timeout = .seconds(60)
      try await withCourier([patient]) { desk, _ in _ = try await Self.outbox(desk, until: \.isEmpty) }
      #expect(received.ids == Self.names)
    }
  }

  @Test(.timeLimit(.minutes(1))) func whoIsGoneIsNotAskedAgainAndLeavesADeadLetter() async throws {
    try await withReceiver({ connection, count in try connection.respond(count == 1 ? 410 : 200) }) {
      received,
      server in
      try await withCourier([webhook(server)]) { desk, _ in
        let left = try await Self.outbox(desk) { $0.count == 1 }
        #expect(left.map(\.event.name) == [Self.names[0]] && left.first?.gaveUpAt != nil)
        #expect(left.first?.failure == "status 410")
      }
      #expect(received.ids == Self.names)
    }
  }

  @Test(.timeLimit(.minutes(1))) func thereIsAnEndToIt() async throws {
    try await withReceiver({ connection, _ in try connection.respond(503) }) { received, server in
      var impatient = webhook(server)
      impatient.giveUpAfter = .milliseconds(200)
      try await withCourier([impatient]) { desk, _ in
        let left = try await Self.outbox(desk) { $0.allSatisfy { $0.gaveUpAt != nil } }
        #expect(left.map(\.failure) == ["status 503", "status 503", "status 503"])
      }
      #expect(Set(received.ids) == Set(Self.names))
    }
  }

  /// Twenty transfers at a receiver that never answers, and one at a receiver that does.
  @Test(.timeLimit(.minutes(1))) func oneThatStallsCostsNobodyElseAnything() async throws {
    try await withReceiver({ connection, _ in connection.waitForClose() }) { stalled, stalledServer in
      try await withReceiver({ connection, _ in try connection.respond() }) { received, server in
        var slow = webhook(stalledServer, "slow")
        slow.timeout = .seconds(60)
        let transfers = (1...20).map { "k\($0)" }
        try await withCourier([slow, webhook(server)], transfers: transfers) { desk, _ in
          _ = try await Self.outbox(desk) { left in left.allSatisfy { $0.webhook == "slow" } }
        }
        #expect(Set(received.ids).count == 60 && received.ids.count == 60)
        #expect(stalled.all.count <= WebhookSender.atOnce)
      }
    }
  }

  @Test(.timeLimit(.minutes(1))) func oneTransferThatFailsKeepsNoOtherWaiting() async throws {
    let received = Received()
    let answer: LoopbackServer.Script = { connection in
      while true {
        let request = try connection.readRequest()
        _ = received.note(request)
        let isOfTheFirst = request.headers["webhook-id"]?.hasPrefix("k1-") == true
        try connection.respond(isOfTheFirst ? 500 : 200)
      }
    }
    try await LoopbackServer.run(script: answer) { server in
      try await withCourier([webhook(server)], transfers: ["k1", "k2", "k3"]) { desk, _ in
        _ = try await Self.outbox(desk) { $0.count == 3 }
      }
      #expect(received.ids.filter { $0.hasPrefix("k2") } == ["k2-1-requested", "k2-2-held", "k2-3-ringing"])
      #expect(Set(received.ids.filter { $0.hasPrefix("k1") }) == ["k1-1-requested"])
    }
  }
}
