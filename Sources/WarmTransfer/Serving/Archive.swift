import Store
import Transfer
import Web

/// The journal, read for those who ask from outside.
struct Archive: Sendable {
  let desk: ReadingDesk

  /// Those that are over, newest first.
  func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport] {
    if let phase = query.phase, phase != .ended { return [] }
    return try await reading { reader throws(JournalError) in
      try reader.ended(
        since: query.since ?? WallTime(milliseconds: 0),
        before: query.before.map { ($0.requestedAt, $0.id) },
        limit: query.limit
      )
      .map { TransferReport($0.summary, $0.request) }
    }
  }

  func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport {
    let report = try await reading { reader throws(JournalError) -> TransferReport? in
      guard let summary = try reader.summary(of: id), let record = try reader.record(of: id) else { return nil }
      // What a transfer has learned on its way is in no request.
      return TransferReport(summary, record.isWhole ? record.replayed().request : record.request)
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
