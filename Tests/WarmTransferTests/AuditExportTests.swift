import Foundation
import Runtime
import Store
import Testing
import Transfer
import Transport

@testable import WarmTransfer

/// What `warm-transfer export` prints, and what it says of what it has printed before.
@Suite struct AuditExportTests {
  private let folder = FileManager.default.temporaryDirectory.appending(path: "export-\(UUID().uuidString)").path()
  private let now = WallTime(milliseconds: 1_800_000_600_000)
  private let report: JournalReport

  init() async throws {
    try FileSystem.makeFolder(folder)
    let database = SQLiteDatabase(folder + "/journal.sqlite")
    let log = Log(minimum: .error) { Issue.record("logged: \($0)") }
    try await JournalWriter.withWriter(on: database, log: log) { journal in
      try await RecordReader.withReader(of: database, beside: journal) { reader in
        var last: UInt64 = 0
        for number in 1...7 { last = try journal.append(try Self.entry(number)) }
        for await progress in journal.progress where progress.written >= last { break }
        let accounts = Accounts(journal, reader, log: log)
        while try await accounts.accountForSome(.utc) {}
      }
    }
    report = try JournalReport.open(database)
  }

  private static func entry(_ number: Int) throws -> JournalEntry {
    var request = try Sample.request("t\(number)")
    request.caller.name = "A \"B\"\n=C"
    let outcome = Outcome(result: .returned, cause: .busy, target: "alice", wait: .seconds(number))
    return JournalEntry(
      transfer: request.id,
      number: 1,
      at: WallTime(milliseconds: 1_800_000_000_000 + Int64(number) * 60_000),
      phase: .ended,
      event: .requested,
      request: request,
      outcome: outcome,
      notices: [PhaseNotice(PhaseChange(.ended, outcome), webhooks: [])]
    )
  }

  private func export(_ format: AuditExport.Format, from: String? = nil, to: String? = nil) -> AuditExport {
    let order = AuditExport.Order(configuration: "", from: from, to: to, format: format, verified: nil)
    return AuditExport(report, order, now: now)
  }

  private func text(_ export: AuditExport) throws -> String {
    var text = ""
    try export.write { text += $0 + "\n" }
    return text
  }

  private func verdict(_ text: String, by export: AuditExport) throws -> [String] {
    let file = folder + "/export"
    try FileSystem.write(Array(text.utf8), to: file)
    var verification = try AuditExport.read(file)
    verification.finish()
    try export.compare(&verification)
    return verification.findings.map(\.description)
  }

  @Test(arguments: AuditExport.Format.allCases)
  func whatIsExportedIsIntact(_ format: AuditExport.Format) throws {
    let whole = export(format)
    let text = try text(whole)
    #expect(try verdict(text, by: whole) == [])
    let part = export(format, from: "8m", to: "2027-01-15T08:06:00")
    #expect(try verdict(try self.text(part), by: part) == [])
    #expect(try verdict(try self.text(part), by: whole).count == 2, "cut off at both ends")
    #expect(throws: JournalReport.Failure.noTime("x")) { try self.text(export(format, from: "x")) }
  }

  @Test(arguments: AuditExport.Format.allCases)
  func tamperingIsFound(_ format: AuditExport.Format) throws {
    let whole = export(format)
    let text = try text(whole)
    #expect(
      try verdict(text.replacing("BUSY", with: "NOTARGET", maxReplacements: 1), by: whole) == [
        "record 1: altered (content)"
      ]
    )
    #expect(
      try verdict(text.replacing("+15551234", with: "+15551235", maxReplacements: 1), by: whole) == [
        "record 1: altered (caller)"
      ]
    )
    #expect(
      try verdict(String(text.dropLast(1)), by: whole).first?.hasSuffix("not an audit record, or cut off") == true
    )
    #expect(try verdict(String(text.dropLast(100)), by: whole).count == 2)
  }

  @Test func linesOfRecordsCanBeTold() throws {
    let whole = export(.jsonl)
    let lines = try text(whole).split(separator: "\n").map(String.init)
    #expect(lines.count == 7)
    let verdict = { (lines: [String]) in try self.verdict(lines.map { $0 + "\n" }.joined(), by: whole) }
    #expect(try verdict(lines.filter { $0 != lines[3] }) == ["record 4: missing"])
    #expect(try verdict(lines.dropLast()) == ["ends with record 6; the journal goes on to 7: cut off at the end"])
    #expect(
      try verdict(Array(lines[0...1] + [lines[3], lines[2]] + lines[4...])) == [
        "record 3: moved, it stands after record 4"
      ]
    )
    #expect(try verdict(lines + ["{}"]) == ["line 8: not an audit record, or cut off"])
    #expect(try verdict([]) == ["no records; the journal has 1 to 7"])
  }

  @Test func theVerdictNamesTheHead() throws {
    var verification = AuditVerification()
    verification.finish()
    let lines = AuditExport.Verdict(verification, "f", withoutJournal: "no journal").lines
    #expect(lines.first?.hasSuffix("no journal") == true && lines.last == "f: 0 records, intact")
  }
}
