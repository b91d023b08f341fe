import Store
import Transfer
import Web

/// Transfers that are over, for those who ask from outside.
struct PastTransfers: Sendable {
  let reader: RecordReader

  /// Newest first.
  func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport] {
    if let phase = query.phase, phase != .ended { return [] }
    if let channel = query.channel { return try await transfers(ofChannel: channel, query) }
    return try await reader.answer { records throws(JournalError) in
      try records.ended(
        since: query.since ?? WallTime(milliseconds: 0),
        before: query.before.map { TransferPlace($0.requestedAt, $0.id) },
        limit: query.limit
      )
    }
    .compactMap(TransferReport.init)
  }

  /// Hang-up callbacks ask whether that call was a transfer: those that ended longer ago are not meant.
  private static let recently: Duration = .seconds(-600)

  private func transfers(
    ofChannel channel: String,
    _ query: TransferQuery
  ) async throws(Refusal) -> [TransferReport] {
    let start = SystemClock().wall + Self.recently
    let reports = try await reader.answer { records throws(JournalError) in
      var reports: [TransferReport] = []
      for summary in try records.transfers(ofChannel: channel, since: start) where summary.endedAt != nil {
        if let report = try Self.report(of: summary, in: records) { reports.append(report) }
      }
      return reports
    }
    // One that began on another channel is found by both.
    var others = query
    others.channel = nil
    return reports.filter(others.takes)
  }

  func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport {
    let report = try await reader.answer { records throws(JournalError) -> TransferReport? in
      guard let summary = try records.summary(of: id) else { return nil }
      return try Self.report(of: summary, in: records)
    }
    guard let report else { throw .unknownTransfer }
    return report
  }

  private static func report(
    of summary: TransferSummary,
    in records: any RecordQueries
  ) throws(JournalError) -> TransferReport? {
    do throws(JournalError) {
      return try records.record(of: summary.id).map { TransferReport(summary, $0) }
    } catch {
      guard error.kind == .unusable else { throw error }
      return TransferReport(summary, unreadable: error)
    }
  }

  func events(after id: Int64?) async throws(Refusal) -> PhaseFeed {
    do throws(JournalError) {
      return try await reader.events(after: id)
    } catch {
      throw .unreadable(error)
    }
  }
}

extension TransferReport {
  /// Nil for a record of which not even the id can be read: `warm-transfer list` still shows it.
  init?(_ listed: ListedTransfer) {
    switch listed {
    case .readable(let summary, let request): self.init(summary, request)
    case .unreadable(let transfer):
      guard let summary = transfer.summary else { return nil }
      self.init(summary, unreadable: transfer.reason)
    }
  }
}
