import Store
import Transfer
import Web

/// The journal, read for those who ask from outside.
struct Archive: Sendable {
  let desk: ReadingDesk

  /// Those that are over, newest first.
  func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport] {
    if let phase = query.phase, phase != .ended { return [] }
    if let channel = query.channel { return try await transfers(ofChannel: channel, query) }
    return try await reading { reader throws(JournalError) in
      try reader.ended(
        since: query.since ?? WallTime(milliseconds: 0),
        before: query.before.map { ($0.requestedAt, $0.id) },
        limit: query.limit
      )
      .map { TransferReport($0.summary, $0.request) }
    }
  }

  /// Hang-up callbacks ask whether that call was a transfer: those that ended longer ago are not
  /// meant.
  private static let recently: Duration = .seconds(-600)

  private func transfers(
    ofChannel channel: String,
    _ query: TransferQuery
  ) async throws(Refusal) -> [TransferReport] {
    let start = SystemClock().now() + Self.recently
    let reports = try await reading { reader throws(JournalError) in
      var reports: [TransferReport] = []
      for summary in try reader.transfers(ofChannel: channel, since: start) where summary.endedAt != nil {
        if let record = try reader.record(of: summary.id) { reports.append(TransferReport(summary, record)) }
      }
      return reports
    }
    // One that began on another channel is found by both.
    var others = query
    others.channel = nil
    return reports.filter(others.takes)
  }

  func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport {
    let report = try await reading { reader throws(JournalError) -> TransferReport? in
      guard let summary = try reader.summary(of: id), let record = try reader.record(of: id) else { return nil }
      return TransferReport(summary, record)
    }
    guard let report else { throw .unknownTransfer }
    return report
  }

  func events(after id: Int64?) async throws(Refusal) -> PhaseFeed {
    do throws(JournalError) {
      return try await desk.events(after: id)
    } catch {
      throw Self.refusal(error)
    }
  }

  private func reading<Answer: Sendable>(
    _ question: @Sendable (borrowing JournalReader) throws(JournalError) -> Answer
  ) async throws(Refusal) -> Answer {
    do throws(JournalError) {
      return try await desk.read(question)
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func refusal(_ error: JournalError) -> Refusal {
    .notAcceptingNow("the journal cannot be read: \(error)")
  }
}
