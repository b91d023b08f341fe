import Runtime
import Store
import Transfer
import Transport

extension MemoryRecords: WrapUpQueries {
  func wrapUp(of transfer: TransferID) -> WrapUp? {
    database.access { $0.transfers[transfer.description]?.wrapUp }
  }
}

extension MemoryRecords: WrapUpChanges {
  func recordWrapUp(_ wrapUp: WrapUp, of transfer: TransferID) throws(JournalError) -> Bool {
    try database.access { tables throws(JournalError) in
      guard tables.transfers[transfer.description] != nil else { return false }
      tables.transfers[transfer.description]?.wrapUp = wrapUp
      try tables.append(AuditDraft(wrapUp, of: transfer))
      return true
    }
  }
}

// MARK: - What transfers leave behind when they have ended

extension MemoryRecords: AccountQueries {
  func unaccounted(limit: Int) -> [EndedTransfer] {
    database.access { tables in
      let ended = tables.phases.filter { $0.change.phase == .ended && $0.id > tables.accounted }.prefix(limit)
      return ended.compactMap { phase in
        tables.transfers[phase.transfer.description].map {
          EndedTransfer(place: phase.id, summary: $0.summary, record: $0.record)
        }
      }
    }
  }
}

extension MemoryRecords: AccountChanges {
  func write(_ accounts: [TransferAccount]) throws(JournalError) {
    try database.access { tables throws(JournalError) in
      for account in accounts where account.place > tables.accounted {
        guard tables.transfers[account.transfer.description] != nil else { continue }
        try tables.append(account.audit)
        if let figures = account.figures { tables.figures.append((account.transfer, figures)) }
      }
      tables.accounted = max(tables.accounted, accounts.map(\.place).max() ?? 0)
    }
  }
}

extension MemoryRecords: AuditQueries {
  func auditRecords(after number: Int64, limit: Int) -> [AuditRecord] {
    database.access { Array($0.audit.filter { $0.number > number }.prefix(limit)) }
  }

  func auditNumbers(from: WallTime?, to: WallTime?) -> ClosedRange<Int64>? {
    database.access { tables in
      let first = tables.audit.first { record in from.map { record.time >= $0 } ?? true }
      let last = tables.audit.last { record in to.map { record.time < $0 } ?? true }
      guard let first, let last, first.number <= last.number else { return nil }
      return first.number...last.number
    }
  }

  func auditHead() -> AuditHead? {
    database.access { $0.audit.last.map { AuditHead(number: $0.number, hash: $0.hash) } }
  }
}

extension MemoryRecords: AuditChanges {
  func purgeAudit(before time: WallTime, limit: Int) -> Int {
    database.access { tables in
      let old = tables.audit.dropLast().prefix { $0.time < time }.prefix(limit).count
      tables.audit.removeFirst(old)
      return old
    }
  }
}

extension MemoryDatabase.Tables {
  mutating func append(_ draft: AuditDraft) throws(JournalError) {
    let last = audit.last
    var record = try AuditRecord(
      draft,
      number: (last?.number ?? 0) + 1,
      after: last?.hash ?? AuditRecord.beginning
    )
    let transfer = transfers[draft.transfer]
    if transfer == nil { record.caller = nil }
    if transfer?.isRedacted != false { record.words = nil }
    audit.append(record)
  }

  mutating func blank(_ transfers: some Sequence<String>, _ change: (inout AuditRecord) -> Void) {
    for index in audit.indices where transfers.contains(audit[index].members["transfer"]?.string ?? "") {
      change(&audit[index])
    }
  }
}

extension AuditRecord {
  fileprivate var time: WallTime { WallTime(milliseconds: Timestamp(date: String(at.prefix(19)))?.milliseconds ?? 0) }
}

// MARK: - Figures

extension MemoryRecords: FiguresChanges {
  func countCalls(_ count: Int, about topic: String, in hour: LocalHour) {
    database.access { $0.calls.append((hour, topic, count)) }
  }
}

extension MemoryRecords: FiguresQueries {
  func figures(_ question: FiguresQuestion) -> FiguresReport {
    database.access { all in
      let tables = all
      let times = question.from..<question.to
      let rows = tables.figures.filter { times.contains($0.figures.requestedAt) }
      let calls = tables.calls.filter { $0.hour.begin < question.to && $0.hour.begin + .seconds(3_600) > question.from }
      let count = { (names: (String) -> Bool, byCall: (TransferFigures, TransferFigures.Call) -> Bool) in
        Figures(
          rows.filter { names(question.name(of: $0.figures)) },
          rows.flatMap { row in row.figures.calls.filter { byCall(row.figures, $0) } },
          calls.filter { question.by == nil || names(question.name(of: $0.hour, $0.topic)) }.reduce(0) {
            $0 + $1.count
          },
          question,
          tables
        )
      }
      var report = FiguresReport()
      report.total = count({ _ in true }, { _, _ in true })
      report.total.calls = calls.reduce(0) { $0 + $1.count }
      report.endings = Self.endings(rows.map(\.figures))
      report.judgements = Self.judgements(rows.flatMap(\.figures.calls))
      report.triggers = tables.firings(question)
      guard question.by != nil else { return report }
      let named = question.by == .target ? [] : calls.map { question.name(of: $0.hour, $0.topic) }
      let groups = Set(rows.map { question.name(of: $0.figures) } + named).map { name in
        FiguresReport.Group(name, count({ $0 == name }, { question.name(of: $0, $1) == name }))
      }
      let isByTime = question.by == .day || question.by == .hour
      let sorted = groups.sorted {
        (isByTime ? 0 : -$0.figures.transfers, $0.name) < (isByTime ? 0 : -$1.figures.transfers, $1.name)
      }
      report.isCut = sorted.count > question.groups
      report.groups = question.by == .day ? sorted.suffix(question.groups) : Array(sorted.prefix(question.groups))
      return report
    }
  }

  private static func endings(_ rows: [TransferFigures]) -> [FiguresReport.Ending] {
    Dictionary(grouping: rows) { [$0.result, $0.cause] }
      .map { FiguresReport.Ending(result: $0[0], cause: $0[1], transfers: $1.count) }
      .sorted { (-$0.transfers, $0.result, $0.cause) < (-$1.transfers, $1.result, $1.cause) }
  }

  private static func judgements(_ calls: [TransferFigures.Call]) -> [FiguresReport.Judgement] {
    Dictionary(grouping: calls.filter { $0.verdict != nil }) { [$0.verdict?.rawValue ?? "", $0.key.rawValue] }
      .compactMap { names, calls in
        calls.first.flatMap { call in
          call.verdict.map { FiguresReport.Judgement(verdict: $0, key: call.key, calls: calls.count) }
        }
      }
      .sorted { ($0.verdict.rawValue, $0.key.rawValue) < ($1.verdict.rawValue, $1.key.rawValue) }
  }
}

extension FiguresQuestion {
  fileprivate func name(of row: TransferFigures) -> String {
    by == .target ? row.target : name(of: row.hour, row.topic)
  }

  fileprivate func name(of row: TransferFigures, _ call: TransferFigures.Call) -> String {
    by == .target ? call.target : name(of: row)
  }

  fileprivate func name(of hour: LocalHour, _ topic: String) -> String {
    switch by {
    case .topic: topic
    case .day: hour.day
    case .hour: (hour.hour < 10 ? "0" : "") + String(hour.hour)
    case .target, nil: ""
    }
  }
}

extension Figures {
  fileprivate init(
    _ rows: [(transfer: TransferID, figures: TransferFigures)],
    _ phones: [TransferFigures.Call],
    _ calls: Int,
    _ question: FiguresQuestion,
    _ tables: MemoryDatabase.Tables
  ) {
    self.init()
    self.calls = question.by == .target ? nil : calls
    for (transfer, row) in rows {
      transfers += 1
      if row.isFirst { firstTransfers += 1 }
      if row.cause != "DISABLED", row.cause != "NOTARGET" { offered += 1 }
      if row.result == "ABANDONED" { abandoned += 1 }
      let answer = tables.transfers[transfer.description]?.wrapUp?.answer
      switch answer {
      case .resolved: answers.resolved += 1
      case .notResolved: answers.notResolved += 1
      case .wrongTeam: answers.wrongTeam += 1
      case nil: break
      }
      guard row.result == "CONNECTED" else { continue }
      connected += 1
      let digits = TransferFigures.digits(of: row.callerNumber)
      let again = tables.figures.contains { other in
        digits != nil && TransferFigures.digits(of: other.figures.callerNumber) == digits
          && other.figures.requestedAt > row.endedAt
          && other.figures.requestedAt <= row.endedAt + question.repeatCallLimit
      }
      let isOver = digits != nil && row.endedAt + question.repeatCallLimit <= question.now
      if again { cameAgain += 1 }
      if answer != nil || again || isOver { settled += 1 }
      if !again, answer == .resolved || answer == nil && isOver { resolved += 1 }
    }
    wait = Spread(rows.map(\.figures.wait), toWhole: 10)
    talk = Spread(rows.compactMap(\.figures.talk), toWhole: 10)
    timeToAccept = Spread(phones.compactMap(\.timeToAccept))
  }
}

extension Spread {
  fileprivate init(_ durations: [Duration], toWhole unit: Int = 1) {
    self.init()
    let steps = durations.map { (Int($0.milliseconds / Self.step.milliseconds) + unit / 2) / unit * unit }
    for (steps, all) in Dictionary(grouping: steps, by: { $0 }).sorted(by: { $0.key < $1.key }) {
      add(all.count, steps: steps)
    }
  }
}
