import Foundation
import MemoryRecords
import Runtime
import Testing
import Transfer
import Transport

@testable import Store

/// What is left when the words of a transfer are kept no longer.
@Suite struct RedactionTests {
  private static let mark = "marked-"
  private let folder: Folder

  init() throws { folder = try Folder() }

  private static func marked(_ place: String) -> String { mark + place }

  private static let facts = [
    CallContext.Fact(name: marked("fact"), value: marked("value"), label: marked("label"), isSpoken: true)
  ]

  /// Words wherever there can be some.
  private func request(_ plan: TransferPlan) throws -> TransferRequest {
    var request = try Sample.request()
    request.context.reason = Self.marked("reason")
    request.context.summary = Self.marked("summary")
    request.context.nextAction = Self.marked("next")
    request.context.transcript = Self.marked("transcript")
    request.context.spokenSummary = Self.marked("spoken")
    request.context.facts = Self.facts
    request.plan = plan
    return request
  }

  private static func question(_ fallback: TransferPlan) -> TransferPlan {
    .ask(DispatchQuestion(rule: "vip", spokenName: "our team", timeout: .seconds(3), fallback: fallback))
  }

  private static let party = Party(name: "team", spokenName: "the team", targets: [], strategy: .order)
  private static let events: [TransferEvent] = [
    .dispatched(.ring(party, facts: facts)), .dispatched(.refuse(marked("refusal"))),
    .dispatched(.failed(marked("failure"))), .summarized(marked("summarized")), .summaryFailed(marked("no summary")),
    .speechFailed(.farewell, marked("speech")),
    .commandFailed(.prepareSpeech(.farewell, text: marked("failed"), Voice()), .gone),
    .commandSucceeded(.prepareSpeech(.farewell, text: marked("done"), Voice())),
  ]

  @Test(arguments: [
    TransferPlan.turnAway(marked("away")), .ring(party), question(.turnAway(marked("fallback"))),
    question(question(.turnAway(marked("deep")))),
  ])
  func noWordIsLeftOnTheDisk(_ plan: TransferPlan) async throws {
    let request = try request(plan)
    let entries = zip(1..., [.requested] + Self.events + [.caller(.left)]).map { number, event in
      JournalEntry(
        transfer: request.id,
        number: number,
        at: Sample.start,
        phase: .returning,
        event: event,
        effects: [.prepareSpeech(.farewell, text: Self.marked("effect"), Voice())],
        request: number == 1 ? request : nil,
        outcome: event == .caller(.left) ? Sample.outcome() : nil
      )
    }
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await writer.write(entries)
      #expect(try folder.contents().contains(Self.mark))
      let reader = try folder.database.reader()
      #expect(try await writer.redact(endedBefore: Sample.start + .seconds(1)) == 1)
      #expect(try await writer.eraseRemoved())
      #expect(try !folder.contents().contains(Self.mark), "while somebody could still read")
      #expect(try reader.record(of: request.id)?.events.count == entries.count)
    }
    #expect(try !folder.contents().contains(Self.mark))
    let record = try #require(try folder.database.reader().record(of: request.id))
    #expect(record.request == request.redacted && record.events.map(\.event) == entries.map(\.event.redacted))
    #expect(record.request.caller == request.caller && record.request.context.topic == "billing")
  }

  /// A refusal without words would be another way.
  @Test func theWayIsTheSame() async throws {
    let ring = TransferPlan.ring(try Party(name: "a", spokenName: "A", targets: [Sample.target("a")], strategy: .order))
    let held: [TransferEvent] = [.requested, .caller(.enteredHold)]
    let over: [TransferEvent] = [.speechReady(.farewell, Sample.media), .playbackEnded(.farewell), .caller(.left)]
    let stories: [(TransferPlan, [TransferEvent])] = [
      (.turnAway(Self.marked("away")), [.requested] + over),
      (Self.question(ring), held + [.dispatched(.refuse(Self.marked("refusal")))] + over),
      (Self.question(.turnAway(Self.marked("fallback"))), held + [.dispatched(.failed(Self.marked("reason")))] + over),
      (ring, held + [.summarized(Self.marked("summary")), .timerFired(.hold)] + over),
    ]
    for (plan, events) in stories {
      let request = try request(plan)
      var (told, retold) = (TransferMachine(request), TransferMachine(request.redacted))
      for event in events {
        _ = told.apply(event, at: Sample.start)
        _ = retold.apply(event.redacted, at: Sample.start)
        #expect(told.phase == retold.phase)
      }
      #expect(told.callerHasLeft && told.request.redacted == retold.request.redacted)
    }
  }

  @Test func databasesThatWereSetAsideGoByTheirAge() throws {
    let changes = try folder.database.open(at: .now()).changes
    let kept = ["journal.db.corrupt-20270116T000000.000Z", "other.db.corrupt-20200101T000000.000Z", "journal.db.bak"]
    let old = ["journal.db.corrupt-20270114T235959.999Z", "journal.db.corrupt-20260101T000000.000Z-2"]
    for file in kept + old + [old[0] + "-wal", old[0] + "-shm"] {
      #expect(FileManager.default.createFile(atPath: folder.path + "/" + file, contents: Data("words".utf8)))
    }
    let limit = WallTime(milliseconds: 1_800_000_000_000)  // 2027-01-15T08:00:00Z
    #expect(try changes.purgeSetAside(before: limit) == 2)
    let left = Set(try folder.list())
    #expect(left.isSuperset(of: kept) && left.isDisjoint(with: old) && !left.contains { $0.hasPrefix(old[0]) })
    #expect(try changes.purgeSetAside(before: limit) == 0)
  }
}
