import Foundation
import MemoryRecords
import Runtime
import Store
import Testing
import Transfer
import Transport

@testable import Web
@testable import WarmTransfer

/// What a transfer finds out on its way reaches those who follow it, in events that are as the API's document says.
@Suite struct LearnedTests {
  private static let now = Moment(WallTime(milliseconds: 1_800_000_000_000))

  /// A caller for whom a dispatcher names bob, and knows more of them.
  private static func events() async throws -> (events: [PhaseEvent], party: String?) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let log = Log(minimum: .error, sink: { _ in })
    let database = SQLiteDatabase(folder.appendingPathComponent("journal.sqlite").path)
    return try await JournalWriter.withWriter(on: database, limits: .unhurried, log: log) { writer in
      let (id, count) = try play(writer, log)
      for await progress in writer.progress where progress.written >= count { break }
      let reader = try database.reader()
      return (try reader.phases(after: 0, limit: 50), try reader.summary(of: id)?.party)
    }
  }

  /// The transfer, and how many entries it came to.
  private static func play(_ writer: JournalWriter, _ log: Log) throws -> (TransferID, UInt64) {
    var unwritten = UnwrittenSteps(log: log) { entry throws(JournalError) in try writer.append(entry) }
    var switchboard = Switchboard(application: "warm-transfer", soundsFolder: "/sounds")
    var request = try Sample.request()
    guard case .ring(var party) = request.plan else { return (request.id, 0) }
    let question = DispatchQuestion(
      rule: "crm",
      spokenName: "a colleague",
      timeout: .seconds(5),
      fallback: .refuse(.noTarget)
    )
    request.plan = .ask(question)
    request.context = CallContext { $0.name == "language" ? "pt-BR" : "about \($0.name)\n\u{1b}" }
    request.context.facts = [.init(name: "given", value: "1")]
    party.name = "bob"
    let id = request.id
    var count: UInt64 = 0
    func record(_ steps: [Switchboard.Step]) {
      for step in steps { _ = unwritten.take(step, of: switchboard.machines[id]?.request) }
      count += UInt64(steps.count)
    }
    record(switchboard.begin(request, at: now))
    let answer = DispatchAnswer.ring(party, facts: [.init(name: "tier", value: "gold")])
    record(switchboard.post(.caller(.enteredHold), to: id, at: now))
    record(switchboard.post(.dispatched(answer), to: id, at: now))
    record(switchboard.post(.caller(.hungUp), to: id, at: now + .seconds(3)))
    for event: TransferEvent in [.caller(.left), .timerFired(.leave), .timerFired(.leave)] {
      record(switchboard.post(event, to: id, at: now + .seconds(4)))
    }
    return (id, count)
  }

  @Test func whatADispatcherHasFoundIsTold() async throws {
    let (events, party) = try await Self.events()
    let ringing = try #require(events.first { $0.change.phase == .ringing }, "\(events.map(\.change.phase))")
    #expect(ringing.party == "bob")
    #expect(ringing.context?.facts.map(\.name) == ["given", "tier"])
    #expect(ringing.context?.transcript == "about transcript\n\u{1b}")
    #expect(party == "bob")
    let told = ringing.json["data"]?["context"]
    #expect(told?["transcript"] == "about transcript\n\u{1b}" && told?["facts"]?.array?.count == 2)
  }

  @Test func eachEventIsAsTheDocumentSays() async throws {
    let events = try await Self.events().events
    #expect(events.count >= 3)
    for event in events {
      let told: JSON = [
        "id": .string("\(event.id)"), "event": "phase", "data": .string(event.json.serialized()),
      ]
      #expect(throws: Never.self, "\(event.json.serialized())") { try ReportShapes.serviceEvent.check(told) }
    }
  }
}
