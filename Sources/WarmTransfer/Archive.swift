import Journal
import Runtime
import Transfer
import Web

/// The journal, read for those who ask from outside, on a thread of its own: nobody on a call waits for a disk.
actor Archive {
  private static let thread = ThreadExecutor("archive")

  private let path: String

  nonisolated var unownedExecutor: UnownedSerialExecutor { Self.thread.asUnownedSerialExecutor() }

  init(_ path: String) {
    self.path = path
  }

  /// Those that are over, newest first.
  func transfers(_ query: TransferQuery) throws(Refusal) -> [TransferReport] {
    if let phase = query.phase, phase != .ended { return [] }
    return try reading { reader throws(JournalError) in
      try reader.ended(
        since: query.since ?? WallTime(milliseconds: 0),
        before: query.before.map { ($0.requestedAt, $0.id) },
        limit: query.limit
      )
      .map { TransferReport($0.summary, $0.request) }
    }
  }

  func transfer(_ id: TransferID) throws(Refusal) -> TransferReport {
    let report = try reading { reader throws(JournalError) -> TransferReport? in
      guard let summary = try reader.summary(of: id), let record = try reader.record(of: id) else { return nil }
      // What a transfer has learned on its way is in no request.
      return TransferReport(summary, record.isWhole ? record.replayed().request : record.request)
    }
    guard let report else { throw .unknownTransfer }
    return report
  }

  private func reading<Answer>(
    _ read: (borrowing JournalReader) throws(JournalError) -> Answer
  ) throws(Refusal) -> Answer {
    do throws(JournalError) {
      return try read(try JournalReader.open(path))
    } catch {
      throw .notAcceptingNow("the journal cannot be read: \(error)")
    }
  }
}
