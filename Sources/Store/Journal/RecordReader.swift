internal import Runtime

/// Reads records for everybody who asks while the service runs, on a thread of its own: neither those who write nor
/// those who carry calls wait for it.
package actor RecordReader {
  private let records: any RecordQueries
  private let executor: ThreadExecutor
  private let news: PhaseNews

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private init(_ records: sending any RecordQueries, _ executor: ThreadExecutor, _ news: PhaseNews) {
    self.records = records
    self.executor = executor
    self.news = news
  }

  /// Of the records that this writer writes.
  package static func withReader<R>(
    of database: any RecordDatabase,
    beside writer: JournalWriter,
    named name: String = "journal-reader",
    isolation: isolated (any Actor)? = #isolation,
    _ body: (RecordReader) async throws -> R
  ) async throws -> R {
    try await ThreadExecutor.withExecutor(named: name) { executor in
      try await body(RecordReader(try database.reader(), executor, writer.news))
    }
  }

  package func read<R: Sendable>(
    _ question: @Sendable (any RecordQueries) throws(JournalError) -> R
  ) throws(JournalError) -> R {
    try question(records)
  }

  /// What happens from now on; or everything after that event, and then what happens. Who names an event that never
  /// was has it from a journal that was set aside: everything in this one is new to them.
  package func events(after last: Int64? = nil) throws(JournalError) -> PhaseFeed {
    let latest = try records.lastPhase()
    let start = last.map { $0 > latest ? 0 : $0 } ?? latest
    return PhaseFeed(reader: self, news: news, start: start)
  }
}
