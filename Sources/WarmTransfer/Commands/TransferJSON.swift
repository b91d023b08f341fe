import Runtime
import Store
import Transfer
import Transport
import Web

/// What `list --json` and `show --json` print.
extension JournalReport {
  /// As the API shows each, without what the call was about.
  package func listJSON(since text: String?, limit: Int) throws(Failure) -> String {
    try listJSON(since: text, limit: limit, now: SystemClock().wall)
  }

  func listJSON(since text: String?, limit: Int, now: WallTime) throws(Failure) -> String {
    let transfers = try transfers(since: text, limit: limit, now: now)
    return try reading { () throws(JournalError) in
      JSON.object(["transfers": .array(try transfers.map(json))]).serialized()
    }
  }

  /// As the API shows it, with its steps and how long each phase took.
  package func storyJSON(of name: String) throws(Failure) -> String {
    let summary = try summary(of: name)
    return try reading { () throws(JournalError) in try json(of: summary).serialized() }
  }

  private func json(_ listed: ListedTransfer) throws(JournalError) -> JSON {
    switch listed {
    case .readable(let summary, let request):
      let ended = TransferReport(summary, request)
      return (summary.endedAt == nil ? try underWay(summary) : ended).json(withContext: false)
    case .unreadable(let transfer):
      guard let report = TransferReport(listed) else {
        return ["id": .string(transfer.id), "unreadable": .string(transfer.reason.message)]
      }
      return report.json(withContext: false)
    }
  }

  private func underWay(_ summary: TransferSummary) throws(JournalError) -> TransferReport {
    do throws(JournalError) {
      return try records.record(of: summary.id).map { TransferReport(underWay: $0, summary) }
        ?? TransferReport(summary, unreadable: JournalError(.unusable, "it has no record"))
    } catch {
      guard error.kind == .unusable else { throw error }
      return TransferReport(summary, unreadable: error)
    }
  }

  private func json(of summary: TransferSummary) throws(JournalError) -> JSON {
    do throws(JournalError) {
      guard let record = try records.record(of: summary.id) else { return .object([:]) }
      let report =
        summary.endedAt == nil ? TransferReport(underWay: record, summary) : TransferReport(summary, record)
      return TransferStory(record, summary).json(report)
    } catch {
      guard error.kind == .unusable else { throw error }
      return ["transfer": TransferReport(summary, unreadable: error).json(withContext: true)]
    }
  }
}

extension TransferStory.Heard {
  fileprivate var json: JSON {
    [
      "by": .string(listener), "text": .string(text), "seconds": .real(length.asSeconds),
      "until": .string(Timestamp(until).description),
    ]
  }
}

extension TransferReport {
  /// One that is not over, as far as it is written.
  init(underWay record: RecordedTransfer, _ summary: TransferSummary) {
    if record.isWhole {
      self.init(record.replayed())
    } else {
      self.init(summary, record.request)
      phase = record.events.last.flatMap { TransferMachine.Phase(rawValue: $0.phase) } ?? .requested
    }
  }
}

extension TransferStory {
  func json(_ report: TransferReport) -> JSON {
    let steps = steps.map { step -> JSON in
      [
        "at": .string(Timestamp(step.at).description), "after": .real(step.took.asSeconds),
        "phase": .string(step.phase),
        "event": .string(step.event), "kind": .string(step.kind), "heard": .array(step.heard.map(\.json)),
        "actions": .array(step.actions.map(JSON.string)),
      ]
    }
    let phases = phases.map { ($0.name, JSON.real($0.length.asSeconds)) }
    return [
      "transfer": report.json(withContext: true), "steps": .array(steps),
      "phases": .object(Dictionary(phases) { first, _ in first }),
    ]
  }
}

extension Duration {
  fileprivate var asSeconds: Double { Double(milliseconds) / 1_000 }
}
