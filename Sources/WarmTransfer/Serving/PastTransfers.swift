import Store
import Transfer
import Web

/// Transfers that are over, for those who ask from outside.
struct PastTransfers: Sendable {
  let reader: RecordReader

  /// Newest first.
  func transfers(_ query: TransferQuery) async throws(Refusal) -> [TransferReport] {
    if let phase = query.phase, phase != .ended { return [] }
    return try await reading { records throws(JournalError) in
      try records.ended(
        since: query.since ?? WallTime(milliseconds: 0),
        before: query.before.map { TransferPlace($0.requestedAt, $0.id) },
        limit: query.limit
      )
    }
    .compactMap(TransferReport.init)
  }

  func transfer(_ id: TransferID) async throws(Refusal) -> TransferReport {
    let report = try await reading { records throws(JournalError) -> TransferReport? in
      guard let summary = try records.summary(of: id) else { return nil }
      do throws(JournalError) {
        guard let record = try records.record(of: id) else { return nil }
        // What a transfer has learned on its way is in no request.
        return TransferReport(summary, record.isWhole ? record.replayed().request : record.request)
      } catch {
        guard error.kind == .unusable else { throw error }
        return TransferReport(summary, unreadable: error)
      }
    }
    guard let report else { throw .unknownTransfer }
    return report
  }

  func events(after id: Int64?) async throws(Refusal) -> PhaseFeed {
    do throws(JournalError) {
      return try await reader.events(after: id)
    } catch {
      throw Self.refusal(error)
    }
  }

  private func reading<Answer: Sendable>(
    _ question: @Sendable (any RecordQueries) throws(JournalError) -> Answer
  ) async throws(Refusal) -> Answer {
    do throws(JournalError) {
      return try await reader.read(question)
    } catch {
      throw Self.refusal(error)
    }
  }

  private static func refusal(_ error: JournalError) -> Refusal {
    .notAcceptingNow("the journal cannot be read: \(error)")
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
