import Foundation
import MemoryRecords
import Testing
import Transfer
import Transport

@testable import Store

@Suite struct DeliveryTests {
  private static let start = Sample.start
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func withJournal(_ body: (JournalWriter) async throws -> Void) async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log, body)
  }

  private func due(_ webhook: String = "crm", after wait: Duration = .zero, limit: Int = 9) throws -> [Delivery] {
    try folder.database.reader().deliveries(to: webhook, due: Self.start + wait, limit: limit)
  }

  @Test func anEventIsForThoseWhoWantIt() async throws {
    try await withJournal { writer in
      var entries = try Sample.entries(count: 2)
      entries[0].notices = [
        PhaseNotice(PhaseChange(.requested, wait: .zero), webhooks: ["crm", "board"]),
        PhaseNotice(PhaseChange(.held, wait: .seconds(1)), webhooks: []),
      ]
      entries[1].notices = [PhaseNotice(PhaseChange(.ringing, target: "alice", wait: .seconds(2)), webhooks: ["board"])]
      try await writer.write(entries)
      let (crm, board) = (try due("crm"), try due("board"))
      #expect(crm.map(\.event.name) == ["t1-1-requested"] && board.map(\.event.name) == ["t1-1-requested"])
      let phases = try folder.database.reader().phases(after: 0, limit: 9)
      #expect(phases.map(\.id) == [1, 2, 3] && phases.map(\.change.phase) == [.requested, .held, .ringing])
      #expect(phases.last?.change.target == "alice" && phases.last?.party == "support")
    }
  }

  /// Whose entry is refused, whose event is not told either.
  @Test func anEventComesWithItsEntryOrNotAtAll() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.silentLog) { writer in
      let entry = try Sample.telling(1, [.requested])[0]
      try await writer.write([entry])
      try await writer.write([entry])
      #expect(try due().count == 1)
    }
  }

  /// As a process leaves it that is killed right after the journal has said that the entry is written.
  @Test func aServiceThatIsKilledLosesNothing() async throws {
    try await withJournal { writer in
      try await writer.write(try Sample.telling(1, [.requested, .held, .ended]))
      let copy = try Folder()
      for file in try folder.list() where !file.hasSuffix("-shm") {
        try FileManager.default.copyItem(atPath: folder.path + "/" + file, toPath: copy.path + "/" + file)
      }
      try await JournalWriter.withWriter(on: copy.database, limits: .unhurried, log: Sample.log) { survivor in
        for phase in ["requested", "held", "ended"] {
          let due = try copy.database.reader().deliveries(to: "crm", due: Self.start, limit: 9)
          #expect(due.map(\.event.change.phase.rawValue) == [phase])
          try await survivor.settle(try #require(due.first).id, .delivered, at: Self.start)
        }
        #expect(try copy.database.reader().undelivered(limit: 9).isEmpty)
      }
    }
  }

  @Test func oneTransferAfterTheOtherAndEachInItsOrder() async throws {
    try await withJournal { writer in
      try await writer.write(try Sample.telling(1, [.requested, .held]))
      try await writer.write(try Sample.telling(2, [.requested, .held]))
      #expect(try due().map(\.event.name) == ["t1-1-requested", "t2-1-requested"])
      #expect(try due(limit: 1).map(\.event.name) == ["t1-1-requested"])
      try await writer.settle(1, .postponed(until: Self.start + .seconds(5), failure: "status 500"), at: Self.start)
      #expect(try due().map(\.event.name) == ["t2-1-requested"], "what failed keeps its own transfer waiting")
      #expect(try folder.database.reader().nextDelivery(after: Self.start) == Self.start + .seconds(5))
      let again = try due(after: .seconds(5))
      #expect(again.map(\.event.name) == ["t2-1-requested", "t1-1-requested"])
      #expect(again.last?.attempts == 1 && again.last?.failure == "status 500")
      try await writer.settle(1, .delivered, at: Self.start + .seconds(1))
      #expect(try due(after: .seconds(1)).map(\.event.name) == ["t2-1-requested", "t1-2-held"])
    }
  }

  @Test func aDeadLetterLetsTheNextOneGoAndIsTakenUpByHand() async throws {
    try await withJournal { writer in
      try await writer.write(try Sample.telling(1, [.requested, .held]))
      try await writer.settle(1, .givenUp(failure: "status 410"), at: Self.start)
      #expect(try due().map(\.event.name) == ["t1-2-held"])
      let all = try folder.database.reader().undelivered(limit: 9)
      #expect(all.map(\.gaveUpAt) == [Self.start, nil] && all.first?.failure == "status 410")

      #expect(try folder.database.retryDeliveries(7, at: Self.start) == 0)
      #expect(try folder.database.retryDeliveries(1, at: Self.start + .seconds(9)) == 1)
      let first = try #require(try due(after: .seconds(9)).first)
      #expect(first.id == 1 && first.attempts == 0 && first.queuedAt == Self.start + .seconds(9))
    }
  }

  @Test func everythingIsTakenUpByHandAtOnce() async throws {
    try await withJournal { writer in
      for number in 1...3 { try await writer.write(try Sample.telling(number, [.requested])) }
      try await writer.settle(1, .givenUp(failure: "gone"), at: Self.start)
      try await writer.settle(2, .postponed(until: Self.start + .seconds(99), failure: "away"), at: Self.start)
      #expect(try folder.database.retryDeliveries(nil, at: Self.start) == 2)
      #expect(try due().count == 3)
    }
  }

  @Test func aWebhookThatTheConfHasNoMoreLeavesDeadLetters() async throws {
    try await withJournal { writer in
      try await writer.write(try Sample.telling(1, [.requested], webhooks: ["crm", "former"]))
      var bites: [Int] = []
      repeat { bites.append(try await writer.giveUp(besides: ["crm"], at: Self.start)) } while bites.last != 0
      #expect(try bites == [1, 0] && due("former").isEmpty && due("crm").count == 1)
      #expect(try await writer.giveUp(besides: [], at: Self.start) == 1)
    }
  }

  @Test func whatIsForgottenIsToldToNobody() async throws {
    try await withJournal { writer in
      try await writer.write(try Sample.telling(1, [.requested, .ended]))
      #expect(try await writer.purge(endedBefore: Self.start + .seconds(1)) == 1)
      let reader = try folder.database.reader()
      #expect(try reader.undelivered(limit: 9).isEmpty && reader.phases(after: 0, limit: 9).isEmpty)
      try await writer.write(try Sample.telling(2, [.requested]))
      #expect(try reader.phases(after: 0, limit: 9).map(\.id) == [3], "no number is given twice")
    }
  }

  @Test func aTransferThatIsWrittenOffEndsForEverybody() async throws {
    try await withJournal { writer in
      try await writer.write(try Sample.telling(1, [.requested]))
      try await writer.writeOff("t1", Sample.outcome(), at: Self.start, telling: ["crm"])
      let last = try #require(try folder.database.reader().phases(after: 0, limit: 9).last)
      #expect(last.change == PhaseChange(.ended, Sample.outcome()))
      #expect(try folder.database.reader().undelivered(limit: 9).count == 2)
    }
  }
}

@Suite struct PhaseEventTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func events() throws -> [PhaseEvent] { try folder.database.reader().phases(after: 0, limit: 9) }

  @Test func itsJSON() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      var entries = try Sample.telling(1, [.ringing, .ended])
      entries[0].notices[0].change = PhaseChange(.ringing, target: "alice", wait: .milliseconds(1_250))
      entries[1].notices[0].change = PhaseChange(.ended, Sample.outcome())
      try await writer.write(entries)
      let told = try events().map(\.json)
      let caller: JSON = ["channel": "caller.1", "name": "Jane \"Doe\"\n;é😀", "number": "+15551234"]
      let context: JSON = [
        "topic": "billing", "summary": "Account 4821 was charged twice.", "transcript": "I was charged twice.",
        "facts": [["name": "account", "label": "account", "value": "4821"]],
      ]
      #expect(
        told == [
          [
            "transfer": "t1", "phase": "ringing", "at": "2027-01-15T08:00:00.000Z",
            "data": [
              "caller": caller, "topic": "billing", "party": "support", "target": "alice", "wait": 1.25,
              "context": context,
            ],
          ],
          [
            "transfer": "t1", "phase": "ended", "at": "2027-01-15T08:00:00.000Z",
            "data": [
              "caller": caller, "topic": "billing", "party": "support", "target": "alice", "wait": 1.234,
              "result": "RETURNED", "cause": "BUSY", "context": context,
            ],
          ],
        ]
      )
    }
  }

  @Test func whatWasRedactedIsNotTold() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await writer.write(try Sample.telling(1, [.requested, .ended]))
      #expect(try events().last?.context?.summary == "Account 4821 was charged twice.")
      #expect(try await writer.redact(endedBefore: Sample.start + .seconds(1)) == 1)
      #expect(try events().last?.context?.summary == "")
    }
  }

  @Test func whatWasFoundOutOnTheWayIsToldAndRedactedToo() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      var entries = try Sample.telling(1, [.requested, .ringing, .ended])
      var context = try Sample.request().context
      context.facts.append(.init(name: "tier", value: "gold"))
      entries[1].notices[0].learned = .init(party: "bob", context: context)
      try await writer.write(entries)
      #expect(try events().map(\.party) == ["bob", "bob", "bob"])
      #expect(try events().map { $0.context?.facts.map(\.name) } == [nil, ["account", "tier"], ["account", "tier"]])
      #expect(try folder.database.reader().summary(of: entries[0].transfer)?.party == "bob")
      #expect(try await writer.redact(endedBefore: Sample.start + .seconds(1)) == 1)
      #expect(try events().map { $0.context?.facts } == [nil, [], []])
    }
  }

  @Test func aRequestThatCannotBeReadCostsTheContextAlone() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await writer.write(try Sample.telling(1, [.requested, .ended]))
      try await writer.change { database throws(JournalError) in
        try database.execute("UPDATE transfers SET request = '{'")
      }
      #expect(try events().map(\.context) == [nil, nil] && events().map(\.topic) == ["billing", "billing"])
    }
  }
}

extension Sample {
  /// One transfer that comes to these phases, one entry each; `ended` ends it.
  static func telling(
    _ number: Int,
    _ phases: [TransferMachine.Phase],
    webhooks: [String] = ["crm"]
  ) throws -> [JournalEntry] {
    let entries = try entries(number, count: phases.count, end: phases.last == .ended ? start : nil)
    return zip(entries, phases).map { entry, phase in
      var entry = entry
      entry.notices = [PhaseNotice(PhaseChange(phase, wait: .zero), webhooks: webhooks)]
      return entry
    }
  }
}
