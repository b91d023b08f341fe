import Foundation
import MemoryRecords
@testable import Store
import Runtime
import Testing
import Transfer
import Transport
import Web

@testable import WarmTransfer

@Suite struct JournalReportTests {
  private static let start = WallTime(milliseconds: 1_800_000_000_000)
  private static let log = Log(minimum: .warning) { Issue.record("logged: \($0)") }

  /// A journal that is still being written.
  private func withJournal(
    _ entries: [JournalEntry],
    _ body: (JournalReport, JournalWriter) async throws -> Void
  ) async throws {
    let folder = URL.temporaryDirectory.appending(path: "report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let path = folder.path + "/journal.sqlite"
    try await JournalWriter.withWriter(on: SQLiteDatabase(path), limits: .unhurried, log: Self.log) { journal in
      var last: UInt64 = 0
      for entry in entries { last = try journal.append(entry) }
      for await progress in journal.progress where progress.written >= last { break }
      try await body(try JournalReport.open(SQLiteDatabase(path)), journal)
    }
  }

  @Test func whatAWebhookHasNotTaken() async throws {
    var entries = Array(try story().prefix(1))
    entries[0].notices = [PhaseNotice(PhaseChange(.requested, wait: .zero), webhooks: ["crm", "board"])]
    try await withJournal(entries) { report, journal in
      try await journal.settle(1, .givenUp(failure: "status 410\nid"), at: Self.start + .seconds(1))
      let gaveUp = "given up 2027-01-15T08:00:01.000Z  status 410 id"
      #expect(
        try report.undelivered()?.lines() == [
          "id  webhook  transfer  phase      queued                    attempts  next attempt                       last failure",
          "1   crm      k3        requested  2027-01-15T08:00:00.000Z  1         \(gaveUp)",
          "2   board    k3        requested  2027-01-15T08:00:00.000Z  0         2027-01-15T08:00:00.000Z           -",
        ]
      )
      #expect(throws: JournalReport.Failure.noDelivery(7)) { try report.retry(7) }
      #expect(try report.retry(1) == "retrying 1 event")
      #expect(try report.undelivered()?.rows[1].last == "status 410 id")
      for delivery in [1, 2] as [Int64] { try await journal.settle(delivery, .delivered, at: Self.start) }
      #expect(try report.undelivered() == nil)
      #expect(try report.retry(nil) == "retrying 0 events")
    }
  }

  /// Somebody is rung, told why, declines; the caller goes back.
  private func story(_ id: String = "k3", at start: WallTime = Self.start) throws -> [JournalEntry] {
    var request = try Sample.request(id)
    request.context.topic = "billing"
    request.context.facts = [.init(name: "account", value: "4821\nresult  CONNECTED")]
    let leg = LegID(1)
    let media = SpokenMedia(file: "wt-k3-1", length: .milliseconds(2_500))
    let steps: [(Int, TransferMachine.Phase, TransferEvent, [TransferEffect])] = [
      (0, .requested, .requested, [.openBridge, .prepareSpeech(.briefing(leg), text: "A call from Jane.", Voice())]),
      (
        20, .ringing, .caller(.enteredHold),
        [.ring(leg, dialString: "PJSIP/billing", .ofTheCaller, limit: .seconds(25))]
      ),
      (25, .ringing, .speechReady(.briefing(leg), media), []),
      (3_025, .briefing, .leg(leg, .answered), [.play(media, to: .leg(leg), as: .briefing(leg, hearing: 1))]),
      (4_000, .briefing, .leg(leg, .detected(Detection(.human, cause: "HUMAN-800-800"))), []),
      (7_525, .returning, .leg(leg, .pressed("2")), [.release(leg), .returnCaller]),
      (7_600, .ended, .caller(.left), []),
    ]
    return zip(1..., steps).map { number, step in
      JournalEntry(
        transfer: request.id,
        number: number,
        at: start + .milliseconds(step.0),
        phase: step.1,
        event: step.2,
        effects: step.3,
        request: number == 1 ? request : nil,
        outcome: step.1 == .ended
          ? Outcome(result: .returned, cause: .declined, target: "billing", wait: .milliseconds(7_525)) : nil
      )
    }
  }

  @Test func oneTransferIsToldWithWhatWasSaidAndHowLongItTook() async throws {
    try await withJournal(story()) { report, _ in
      let lines = try report.story(of: "k3")
      let told = { (text: String) in lines.contains { $0.contains(text) } }
      #expect(told("caller       Jane, the first <+15551234>, channel caller.1"))
      #expect(told("topic        billing"))
      #expect(told("fact         account: 4821 result  CONNECTED"))
      #expect(told("2027-01-15T08:00:07.600Z, RETURNED, DECLINED, target billing, waited 7.525 s"))
      #expect(told("2027-01-15T08:00:03.025Z  +3.000 s     briefing   person 1 (PJSIP/billing): answered"))
      #expect(told("-> person 1 (PJSIP/billing) hears \"A call from Jane.\""))
      #expect(told("detector says human, HUMAN-800-800"))
      #expect(told("person 1 (PJSIP/billing): pressed 2"))
      #expect(
        lines.suffix(4) == [
          "requested    0.020 s", "ringing      3.005 s", "briefing     4.500 s", "returning    0.075 s",
        ]
      )
    }
  }

  @Test func wordsThatAreKeptNoLongerAreCalledThat() async throws {
    try await withJournal(story()) { report, journal in
      let redacted = try await journal.redact(endedBefore: Self.start + .seconds(60))
      #expect(redacted == 1)
      let lines = try report.story(of: "k3")
      #expect(lines.contains { $0.hasSuffix("hears words that have been deleted") })
      #expect(!lines.contains { $0.contains("4821") || $0.contains("Jane.\"") })
    }
  }

  @Test func eachTransferIsALineNewestFirst() async throws {
    let entries =
      try story("old") + story("k3", at: Self.start + .seconds(60))
      + story("new", at: Self.start + .seconds(120)).prefix(3)
    try await withJournal(entries) { report, _ in
      let now = Self.start + .seconds(180)
      let all = try #require(try report.list(since: nil, limit: 9, now: now)).lines()
      #expect(
        all == [
          "requested                 transfer  caller     for      target   result       cause     wait",
          "2027-01-15T08:02:00.000Z  new       +15551234  billing  -        in progress  -         -",
          "2027-01-15T08:01:00.000Z  k3        +15551234  billing  billing  RETURNED     DECLINED  7.525 s",
          "2027-01-15T08:00:00.000Z  old       +15551234  billing  billing  RETURNED     DECLINED  7.525 s",
        ]
      )
      #expect(try report.list(since: "2m", limit: 9, now: now)?.rows.count == 3)
      #expect(try report.list(since: "2027-01-15T08:00:30", limit: 1, now: now)?.rows.count == 2)
      #expect(try report.list(since: "0m", limit: 9, now: now) == nil)
    }
  }

  @Test func asJSONTransfersAreWhatTheAPISays() async throws {
    let entries = try story() + story("new", at: Self.start + .seconds(60)).prefix(3)
    try await withJournal(entries) { report, _ in
      let list = try JSON(parsing: report.listJSON(since: nil, limit: 9, now: Self.start + .seconds(180)))
      let transfers = try #require(list["transfers"]?.array)
      #expect(transfers.map { $0["id"]?.string } == ["new", "k3"])
      #expect(transfers.map { $0["phase"]?.string } == ["held", "ended"])
      #expect(transfers[0]["party"] == "billing" && transfers[0]["outcome"] == .null)
      #expect(
        transfers[1]["outcome"] == ["result": "RETURNED", "cause": "DECLINED", "target": "billing", "wait": 7.525]
      )
      #expect(transfers[1]["context"] == nil)

      let story = try JSON(parsing: report.storyJSON(of: "k3"))
      #expect(story["transfer"]?["context"]?["topic"] == "billing" && story["transfer"]?["phase"] == "ended")
      let steps = try #require(story["steps"]?.array)
      #expect(steps.count == 7 && steps[3]["at"] == "2027-01-15T08:00:03.025Z" && steps[3]["after"] == 3.0)
      #expect(steps[3]["event"] == "person 1 (PJSIP/billing): answered")
      #expect(steps[3]["actions"] == ["person 1 (PJSIP/billing) hears \"A call from Jane.\""])
      #expect(story["phases"] == ["requested": 0.02, "ringing": 3.005, "briefing": 4.5, "returning": 0.075])
      #expect(throws: JournalReport.Failure.noTransfer("x")) { try report.storyJSON(of: "x") }
    }
  }

  @Test func whatCannotBeReadIsToldAmongTheOthers() async throws {
    let entries = try story("old") + story("k3", at: Self.start + .seconds(60))
    try await withJournal(entries) { report, journal in
      try await journal.perform { changes throws(JournalError) in
        guard let sqlite = changes as? SQLiteChanges else { throw JournalError(.other, "not SQLite") }
        try sqlite.database.execute(
          #"""
          PRAGMA foreign_keys = OFF;
          UPDATE transfers SET request = '{"id":7}' WHERE id = 'k3';
          UPDATE transfers SET id = 'O K' WHERE id = 'old';
          """#
        )
      }
      let now = Self.start + .seconds(180)
      #expect(
        try report.list(since: nil, limit: 9, now: now)?.lines() == [
          "requested                 transfer  caller     for      target   result    cause     wait",
          "2027-01-15T08:01:00.000Z  k3        +15551234  billing  billing  RETURNED  DECLINED  unreadable",
          "-                         O K       -          -        -        -         -         unreadable",
        ]
      )
      let list = try JSON(parsing: report.listJSON(since: nil, limit: 9, now: now))["transfers"]?.array
      #expect(list?.map { $0["id"]?.string } == ["k3", "O K"])
      #expect(list?.allSatisfy { $0["unreadable"]?.string?.isEmpty == false } == true)
      #expect(try JSON(parsing: report.storyJSON(of: "k3"))["transfer"]?["unreadable"] != nil)
      let lines = try report.story(of: "k3")
      #expect(lines.contains { $0.contains("cannot read the rest of the record: cannot be read: ") })
      #expect(lines.contains("caller       Jane, the first <+15551234>, channel caller.1"))
      #expect(lines.contains { $0.contains("RETURNED, DECLINED, target billing, waited 7.525 s") })

      try await RecordReader.withReader(of: report.database, beside: journal) { reader in
        let past = PastTransfers(reader: reader)
        let reports = try await past.transfers(TransferQuery(limit: 9))
        #expect(reports.map(\.id.description) == ["k3"] && reports.first?.outcome?.cause == .declined)
        #expect(reports.first?.unreadable?.isEmpty == false && reports.first?.channel == "caller.1")
        let id = try #require(TransferID("k3"))
        #expect(try await past.transfer(id) == reports.first)
      }
    }
  }

  @Test func whatIsNotThereIsCalledThat() async throws {
    try await withJournal(story()) { report, _ in
      for name in ["k4", "No such id!"] {
        do throws(JournalReport.Failure) {
          _ = try report.story(of: name)
          Issue.record("\(name) is there")
        } catch {
          #expect(error == .noTransfer(name))
        }
      }
    }
  }

  @Test(arguments: [
    ("30m", -1_800), ("12h", -43_200), ("7d", -604_800), ("2027-01-15", -28_800), ("2027-01-15T08:00", 0),
    ("2027-01-15T07:59:59", -1),
  ])
  func times(_ text: String, _ seconds: Int) {
    #expect(WallTime(since: text, now: Self.start) == Self.start + .seconds(seconds))
  }

  @Test(arguments: [
    "", "m", "-1m", "1.5h", "yesterday", "2027-02-30", "2027-13-01", "2027-01-15T24:00", "2027-01-15T08", "15.1.2027",
    "2027-01-15T08:00T09:00", "99999999999999999999d",
  ])
  func noTimes(_ text: String) {
    #expect(WallTime(since: text, now: Self.start) == nil)
  }
}
