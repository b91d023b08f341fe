import Runtime
import Store
import Transfer
import Transport

/// What `warm-transfer export` prints, and finds out about what it has printed before.
package struct AuditExport {
  package enum Format: String, CaseIterable, Sendable {
    case jsonl, csv
  }

  package struct Order: Equatable, Sendable {
    package let configuration: String
    /// Texts as `list --since` takes them.
    let from: String?
    let to: String?
    let format: Format
    /// An earlier export that is to be looked through.
    package let verified: String?
  }

  package struct Verdict {
    package let lines: [String]
    package let isIntact: Bool
  }

  private static let page = 500

  private let report: JournalReport
  private let order: Order
  private let now: WallTime

  /// From the journal of the service with this conf file, which need not run.
  package static func open(_ order: Order) throws -> AuditExport {
    AuditExport(try JournalReport.open(configuration: order.configuration), order, now: SystemClock().wall)
  }

  init(_ report: JournalReport, _ order: Order, now: WallTime) {
    self.report = report
    self.order = order
    self.now = now
  }

  /// Line by line.
  package func write(_ line: (String) -> Void) throws(JournalReport.Failure) {
    if order.format == .csv { line(AuditTable.heading) }
    guard let numbers = try numbers() else { return }
    try forEachPage(of: numbers) { records in
      for record in records { line(order.format == .csv ? AuditTable.row(record) : record.json.serialized()) }
    }
  }

  private func numbers() throws(JournalReport.Failure) -> ClosedRange<Int64>? {
    let (from, to) = (try time(order.from), try time(order.to))
    return try report.reading { () throws(JournalError) in try report.records.auditNumbers(from: from, to: to) }
  }

  private func time(_ text: String?) throws(JournalReport.Failure) -> WallTime? {
    guard let text else { return nil }
    guard let time = WallTime(since: text, now: now) else { throw .noTime(text) }
    return time
  }

  private func forEachPage(
    of numbers: ClosedRange<Int64>,
    _ body: ([AuditRecord]) -> Void
  ) throws(JournalReport.Failure) {
    var last = numbers.lowerBound - 1
    while last < numbers.upperBound {
      let limit = min(Self.page, Int(numbers.upperBound - last))
      let records = try report.reading { () throws(JournalError) in
        try report.records.auditRecords(after: last, limit: limit)
      }
      guard let end = records.last?.number else { return }
      body(records.filter { $0.number <= numbers.upperBound })
      last = end
    }
  }

  // MARK: - Looking through an earlier one

  /// Without the journal too, as far as that goes.
  package static func verify(_ file: String, _ order: Order) throws -> Verdict {
    var verification = try read(file)
    verification.finish()
    let missing: String?
    do {
      try open(order).compare(&verification)
      missing = nil
    } catch {
      missing = "\(error)".onOneLine
    }
    return Verdict(verification, file, withoutJournal: missing)
  }

  /// Of which format it is tells its first line.
  static func read(_ file: String) throws(FileError) -> AuditVerification {
    var verification = AuditVerification()
    var lines = try FileLines.open(file)
    var (number, begin, row) = (0, 1, "")
    var isTable = false
    while let line = try lines.next() {
      number += 1
      if number == 1, line.text.hasPrefix("n,") {
        isTable = true
        begin = 2
        if line.text != AuditTable.heading { verification.read(nil, line: 1) }
        continue
      }
      row += (row.isEmpty ? "" : "\n") + line.text
      if isTable, line.hasEnd, AuditTable.isOpen(row) { continue }
      verification.read(line.hasEnd ? record(row, isTable) : nil, line: begin)
      (begin, row) = (number + 1, "")
    }
    if !row.isEmpty { verification.read(nil, line: begin) }
    return verification
  }

  private static func record(_ row: String, _ isTable: Bool) -> AuditRecord? {
    if isTable { return AuditTable.record(row) }
    do throws(JSONError) {
      return AuditRecord(try JSON(parsing: row))
    } catch {
      return nil
    }
  }

  func compare(_ verification: inout AuditVerification) throws(JournalReport.Failure) {
    guard let numbers = try numbers() else { return }
    var compared = verification
    compared.compare(with: numbers)
    try forEachPage(of: numbers) { compared.compare(with: $0) }
    verification = compared
  }
}

extension AuditExport.Verdict {
  init(_ verification: AuditVerification, _ file: String, withoutJournal reason: String?) {
    let findings = verification.findings
    var lines = findings.map { "\(file): \($0)" }
    if let reason {
      lines.append("\(file): not compared with the journal, records may be missing at either end: \(reason)")
    }
    let records = "\(verification.count) record\(verification.count == 1 ? "" : "s")"
    let verdict = findings.isEmpty ? "intact" : "NOT INTACT"
    let head = verification.head.map { ", the last is \($0.number) with the hash \($0.hash)" } ?? ""
    self.init(lines: lines + ["\(file): \(records), \(verdict)\(head)"], isIntact: findings.isEmpty)
  }
}
