import Foundation
import MemoryRecords
import Runtime
import Testing
import Transfer
import Transport

@testable import Store

/// Transfers that have ended, with what others follow of them.
struct AccountedJournal {
  enum Kind: CaseIterable { case sqlite, memory }

  let changes: any RecordChanges
  let queries: any RecordQueries

  init(_ kind: Kind = .sqlite, in folder: Folder) throws {
    let database: any RecordDatabase = kind == .sqlite ? folder.database : MemoryDatabase()
    (changes, queries) = (try database.open(at: .now()).changes, try database.reader())
  }

  /// Two are rung: one is a machine, the other takes the call.
  func addStory(_ number: Int, _ change: (inout TransferRequest) -> Void = { _ in }) throws {
    var request = try Sample.request(number)
    change(&request)
    var story = NotedStory(of: request)
    story.runs()
    var entries = story.entries
    guard let last = entries.indices.last, let outcome = entries[last].outcome else { return }
    entries[0].notices = [PhaseNotice(PhaseChange(.requested, wait: .zero), webhooks: [])]
    entries[last].notices = [PhaseNotice(PhaseChange(.ended, outcome), webhooks: [])]
    #expect(try changes.write(entries[...]).refusals.isEmpty)
  }

  func account() throws {
    while case let ended = try queries.unaccounted(limit: 3), !ended.isEmpty {
      try changes.write(ended.map { TransferAccount($0, in: .utc) })
    }
  }

  func records() throws -> [AuditRecord] { try queries.auditRecords(after: 0, limit: 1_000) }
}

@Suite struct AuditTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  private func journal(_ kind: AccountedJournal.Kind = .sqlite, of count: Int) throws -> AccountedJournal {
    let journal = try AccountedJournal(kind, in: folder)
    for number in 1...count {
      try journal.addStory(number) { request in
        request.requestedBy = "crm"
        request.context.disclosedAt = "2027-01-15T08:00:00Z"
        request.context.reason = "=HYPERLINK(\"x\"), '\"\u{301}\n\u{301}\r"
      }
    }
    try journal.account()
    return journal
  }

  private func findings(_ records: [AuditRecord]) -> [AuditVerification.Finding] {
    var verification = AuditVerification()
    for (line, record) in zip(1..., records) { verification.read(record, line: line) }
    verification.finish()
    return verification.findings
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func aTransferIsToldOnce(_ kind: AccountedJournal.Kind) throws {
    let journal = try journal(kind, of: 5)
    try journal.account()
    let records = try journal.records()
    #expect(records.map(\.number) == [1, 2, 3, 4, 5] && findings(records).isEmpty)
    #expect(records.map { $0.members["transfer"]?.string } == (1...5).map { "t\($0)" })
    #expect(records[0].previous == AuditRecord.beginning && records[1].previous == records[0].hash)
    #expect(try journal.queries.auditHead() == AuditHead(number: 5, hash: records[4].hash))
    let record = records[0]
    #expect(record.members["result"] == "CONNECTED" && record.members["requested_by"] == "crm")
    #expect(record.members["disclosed_at"] == "2027-01-15T08:00:00Z" && record.members["topic"] == "billing")
    #expect(record.caller?["number"] == "+15551234" && record.words?["summary"]?.string?.contains("4821") == true)
    let phases = record.members["phases"]?.array?.compactMap { $0["phase"]?.string }
    #expect(phases?.first == "requested" && phases?.last == "ended" && phases?.contains("briefing") == true)
    let calls = try #require(record.members["calls"]?.array)
    #expect(calls.map { $0["target"] } == ["alice", "bob"] && calls.map { $0["end"] } == ["RELEASED", "CONNECTED"])
    #expect(calls[0]["detected"] == "machine" && calls[1]["accepted_at"] != nil)
    #expect(
      record.members.keys.allSatisfy { record.members[$0]?.number == record.members[$0]?.integer.map(Double.init) }
    )
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func whoDidItByTheAPIIsNamed(_ kind: AccountedJournal.Kind) throws {
    let journal = try AccountedJournal(kind, in: folder)
    let (request, alice) = (try Sample.request(), LegID(1))
    var story = NotedStory(of: request)
    story.happens(.requested, .caller(.enteredHold), .leg(alice, .rang), .leg(alice, .declined(by: "desk:alice")))
    story.happens(.cancelRequested(by: "crm"), .caller(.left))
    var entries = story.entries
    let outcome = Sample.outcome(.returned, .cancelled)
    entries[entries.count - 1].outcome = outcome
    entries[entries.count - 1].notices = [PhaseNotice(PhaseChange(.ended, outcome), webhooks: [])]
    _ = try journal.changes.write(entries[...])
    try journal.account()
    let actions = try #require(try journal.records().first?.members["actions"]?.array)
    #expect(
      actions.map { $0["by"] } == ["desk:alice", "crm"] && actions.map { $0["did"] } == ["declined", "cancelled"]
    )
    #expect(actions[0]["target"] == "alice")
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func aWrapUpIsARecordOfItsOwn(_ kind: AccountedJournal.Kind) throws {
    let journal = try journal(kind, of: 1)
    let wrapUp = WrapUp(.notResolved, note: "Wants a refund.", by: "bob", at: Sample.start)
    #expect(try journal.changes.recordWrapUp(wrapUp, of: Sample.id(1)))
    let records = try journal.records()
    #expect(records.count == 2 && findings(records).isEmpty)
    #expect(records[1].members["record"] == "wrap_up" && records[1].members["answer"] == "not_resolved")
    #expect(records[1].members["by"] == "bob" && records[1].words?["note"] == "Wants a refund.")
    #expect(records[1].members["transfer"] == "t1")
  }

  /// What is blanked is gone with its salt, and the chain holds.
  @Test(arguments: AccountedJournal.Kind.allCases)
  func blankedWordsBreakNothing(_ kind: AccountedJournal.Kind) throws {
    let journal = try journal(kind, of: 3)
    _ = try journal.changes.recordWrapUp(WrapUp(.resolved, note: "fine", by: "bob", at: Sample.start), of: Sample.id(1))
    let before = try journal.records()
    let later = Sample.start + .seconds(1_000)
    #expect(try journal.changes.redact(endedBefore: later, limit: 9) == 3)
    var records = try journal.records()
    #expect(records.allSatisfy { $0.words == nil } && records.allSatisfy { $0.caller != nil })
    #expect(records.map(\.hash) == before.map(\.hash) && findings(records).isEmpty)
    for record in records { #expect(AuditRecord(record.json) == record && record.alteredParts.isEmpty) }
    #expect(try journal.changes.purge(endedBefore: later, limit: 9) == 3)
    records = try journal.records()
    #expect(records.count == 4 && records.allSatisfy { $0.words == nil && $0.caller == nil })
    #expect(records.map(\.hash) == before.map(\.hash) && findings(records).isEmpty)
  }

  @Test func aDigestDoesNotGiveTheNumberAway() throws {
    let journal = try journal(of: 2)
    let records = try journal.records()
    #expect(records[0].members["caller_digest"] != records[1].members["caller_digest"], "the same caller")
    _ = try journal.changes.purge(endedBefore: Sample.start + .seconds(1_000), limit: 9)
    let salts = records.compactMap { $0.caller?["salt"]?.string } + records.compactMap { $0.words?["salt"]?.string }
    #expect(Set(salts).count == 4 && salts.allSatisfy { $0.count == 32 })
    let text = try journal.records().map { $0.json.serialized() }.joined()
    for salt in salts { #expect(!text.contains(salt)) }
    #expect(!text.contains("15551234"))
  }

  /// What was blanked or removed before it was accounted for is not written down again.
  @Test(arguments: AccountedJournal.Kind.allCases)
  func whatIsGoneStaysGone(_ kind: AccountedJournal.Kind) throws {
    let journal = try AccountedJournal(kind, in: folder)
    for number in 1...3 { try journal.addStory(number) }
    let ended = try journal.queries.unaccounted(limit: 9)
    #expect(ended.count == 3)
    _ = try journal.changes.purge(endedBefore: Sample.start + .seconds(1_000), limit: 1)
    _ = try journal.changes.redact(endedBefore: Sample.start + .seconds(1_000), limit: 1)
    try journal.changes.write(ended.map { TransferAccount($0, in: .utc) })
    let records = try journal.records()
    #expect(records.map { $0.members["transfer"] } == ["t2", "t3"] && findings(records).isEmpty)
    #expect(records[0].words == nil && records[0].caller != nil && records[1].words != nil)
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func oldRecordsGoFromTheBeginning(_ kind: AccountedJournal.Kind) throws {
    let journal = try journal(kind, of: 5)
    let later = Sample.start + .seconds(1_000)
    #expect(try journal.changes.purgeAudit(before: Sample.start, limit: 9) == 0)
    #expect(try journal.changes.purgeAudit(before: later, limit: 3) == 3)
    #expect(try journal.changes.purgeAudit(before: later, limit: 9) == 1)
    #expect(try journal.changes.purgeAudit(before: later, limit: 9) == 0)
    try journal.addStory(6)
    try journal.account()
    let records = try journal.records()
    #expect(records.map(\.number) == [5, 6] && findings(records).isEmpty)
  }

  @Test(arguments: AccountedJournal.Kind.allCases)
  func recordsOfATime(_ kind: AccountedJournal.Kind) throws {
    let journal = try AccountedJournal(kind, in: folder)
    #expect(try journal.queries.auditNumbers(from: nil, to: nil) == nil && journal.queries.auditHead() == nil)
    for number in 1...3 {
      let at = Sample.start + .seconds(10 * number)
      try journal.addStory(number)
      try journal.account()
      _ = try journal.changes.recordWrapUp(WrapUp(.resolved, by: "bob", at: at + .seconds(100)), of: Sample.id(number))
    }
    let numbers = { (from: Int?, to: Int?) in
      try journal.queries.auditNumbers(
        from: from.map { Sample.start + .seconds($0) },
        to: to.map { Sample.start + .seconds($0) }
      )
    }
    #expect(try numbers(nil, nil) == 1...6 && numbers(115, nil) == 4...6 && numbers(nil, 111) == 1...5)
    #expect(try numbers(200, nil) == nil && numbers(nil, 1) == nil)
  }

  @Test func aRecordThatCannotBeReadIsToldOfAllTheSame() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      var entries = try Sample.entries(1, count: 3, end: Sample.start)
      entries[2].notices = [PhaseNotice(PhaseChange(.ended, Sample.outcome()), webhooks: [])]
      try await writer.write(entries)
      try await writer.change { database throws(JournalError) in
        try database.execute("UPDATE events SET event = '{\"no\":1}' WHERE n = 2")
      }
      let queries = try folder.database.reader()
      try await writer.write(try queries.unaccounted(limit: 9).map { TransferAccount($0, in: .utc) })
      let record = try #require(try queries.auditRecords(after: 0, limit: 9).first)
      #expect(record.members["unreadable"]?.string?.contains("step 2") == true && record.members["cause"] == "BUSY")
      #expect(try queries.unaccounted(limit: 9).isEmpty)
    }
  }
}

/// Each way of tampering, and what is said of it.
@Suite struct AuditVerificationTests {
  private let folder: Folder
  private let records: [AuditRecord]

  init() throws {
    folder = try Folder()
    let journal = try AccountedJournal(in: folder)
    for number in 1...6 { try journal.addStory(number) }
    try journal.account()
    records = try journal.records()
  }

  private func findings(
    _ records: [AuditRecord?],
    expected: ClosedRange<Int64>? = nil
  ) -> [AuditVerification.Finding] {
    var verification = AuditVerification()
    for (line, record) in zip(1..., records) { verification.read(record, line: line) }
    verification.finish()
    verification.compare(with: expected)
    verification.compare(with: self.records)
    return verification.findings
  }

  private func changed(_ index: Int, _ name: String, _ value: JSON) -> AuditRecord {
    let record = records[index]
    return AuditRecord(
      members: record.members.merging([name: value]) { $1 },
      caller: record.caller,
      words: record.words,
      hash: record.hash
    )
  }

  @Test func whatWasNotTouchedIsIntact() {
    #expect(findings(records, expected: 1...6).isEmpty && findings(Array(records[2...4])).isEmpty)
  }

  @Test func missing() {
    #expect(findings([records[0]] + records[3...]) == [.missing(2...3)])
    #expect(
      findings(Array(records[1...3]), expected: 1...6).map(\.description) == [
        "begins with record 2; the journal has them from 1 on: cut off at the beginning",
        "ends with record 4; the journal goes on to 6: cut off at the end",
      ]
    )
    #expect(findings([], expected: 1...6) == [.none(expected: 1...6)])
  }

  @Test func altered() {
    #expect(
      findings([records[0], changed(1, "cause", "DECLINED")] + records[2...]) == [.altered(2, parts: ["content"])]
    )
    var record = records[1]
    record.caller = record.caller?.object.map { .object($0.merging(["number": "+1999"]) { $1 }) }
    record.words = ["salt": "00"]
    #expect(findings([records[0], record] + records[2...]) == [.altered(2, parts: ["caller", "words"])])
    record = records[1]
    (record.caller, record.words) = (nil, nil)
    #expect(findings([records[0], record] + records[2...]).isEmpty, "blanked")
  }

  @Test func alteredWithAHashOfItsOwn() throws {
    let draft = AuditDraft(.transfer, of: "t2", at: Sample.start, content: ["cause": "DECLINED"])
    let forged = try AuditRecord(draft, number: 2, after: records[0].hash)
    #expect(findings([records[0], forged] + records[2...]) == [.broken(3, after: 2), .unlikeTheJournal(2)])
    // All that follow were made anew as well: only the journal, or a hash kept elsewhere, tells.
    let next = try AuditRecord(draft, number: 3, after: forged.hash)
    #expect(findings([records[0], forged, next]) == [.unlikeTheJournal(2), .unlikeTheJournal(3)])
  }

  @Test func movedAndThereTwice() {
    #expect(findings([records[0], records[2], records[1], records[3]]) == [.moved(2, after: 3)])
    #expect(findings([records[0], records[1], records[1], records[2]]) == [.repeated(2)])
    #expect(findings([records[0], changed(1, "n", 3), records[2]]).contains(.altered(3, parts: ["content"])))
  }

  @Test func notARecord() { #expect(findings([records[0], nil, records[1]]) == [.unreadable(line: 2)]) }
}

/// Records as a table, whatever callers are called.
@Suite struct AuditTableTests {
  private static let cells = [
    "=1+1", "+15551234", "-2", "@SUM(A1)", "'", "'=1", "\t=1", "\r", "a,b", "\"", "\"\"", "\"\u{301}", ",\u{301}",
    "'\u{301}", "line\nline", "line\r\nline", " blank ", "é😀", "null", "12", "{\"a\":1}", "\u{2028}",
  ]

  @Test(arguments: cells)
  func everyCellComesBack(_ cell: String) throws {
    let draft = AuditDraft(
      .transfer,
      of: "t1",
      at: Sample.start,
      content: [
        "topic": .string(cell), "calls": .array([["target": .string(cell)]]), "wait_ms": 12, "incomplete": true,
      ],
      caller: ["name": .string(cell), "number": .string(cell)],
      words: ["summary": .string(cell), "facts": .array([["name": "x", "value": .string(cell)]])]
    )
    let record = try AuditRecord(draft, number: 7, after: AuditRecord.beginning)
    let row = AuditTable.row(record)
    let read = try #require(AuditTable.record(row))
    #expect(read == record && read.alteredParts.isEmpty && !AuditTable.isOpen(row))
    var blanked = record
    (blanked.caller, blanked.words) = (nil, nil)
    #expect(AuditTable.record(AuditTable.row(blanked)) == blanked)
  }

  /// A spreadsheet reads a table before anybody looks at it.
  @Test(arguments: cells)
  func noCellIsAFormula(_ cell: String) throws {
    let draft = AuditDraft(.transfer, of: "t1", at: Sample.start, content: [:], caller: ["name": .string(cell)])
    let row = AuditTable.row(try AuditRecord(draft, number: 7, after: AuditRecord.beginning))
    for part in row.unicodeScalars.split(separator: ",") {
      let begin = part.drop { $0 == "\"" }.first
      #expect(!"=+-@\t\r\n".unicodeScalars.contains { $0 == begin } || cell == "a,b")
    }
  }

  /// A member without a column would be lost, and the hash not be right any more.
  @Test func everyMemberHasAColumn() throws {
    let journal = try AccountedJournal(in: try Folder())
    try journal.addStory(1) { request in
      request.requestedBy = "crm"
      for field in CallContext.fields { request.context[field] = field.name == "language" ? "en" : "said" }
    }
    try journal.account()
    _ = try journal.changes.recordWrapUp(WrapUp(.wrongTeam, note: "n", by: "bob", at: Sample.start), of: Sample.id(1))
    for record in try journal.records() {
      #expect(AuditTable.record(AuditTable.row(record)) == record)
      #expect(AuditTable.record(AuditTable.row(record))?.alteredParts == [])
    }
  }

  @Test func whatIsNoRowIsNoRecord() {
    for row in ["", ",", AuditTable.heading, AuditTable.heading + ",x", String(repeating: ",", count: 37)] {
      #expect(AuditTable.record(row) == nil)
    }
  }
}
