internal import Runtime

/// Reads the journal for everybody who asks while the service runs, on a thread of its own: neither those who write nor
/// those who carry calls wait for it.
package actor ReadingDesk {
  private let reader: JournalReader
  private let executor: ThreadExecutor
  private let news: PhaseNews

  package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

  private init(_ reader: consuming JournalReader, _ executor: ThreadExecutor, _ news: PhaseNews) {
    self.reader = reader
    self.executor = executor
    self.news = news
  }

  /// Of the journal that this writer writes.
  package static func withDesk<R>(
    at path: String,
    beside writer: JournalWriter,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ReadingDesk) async throws -> R
  ) async throws -> R {
    try await ThreadExecutor.withExecutor(named: "journal-reader") { executor in
      try await body(ReadingDesk(try JournalReader.open(path), executor, writer.news))
    }
  }

  package func read<R: Sendable>(
    _ question: @Sendable (borrowing JournalReader) throws(JournalError) -> R
  ) throws(JournalError) -> R {
    try question(reader)
  }

  /// What happens from now on; or everything after that event, and then what happens. Who names an event that never
  /// was has it from a journal that was set aside: everything in this one is new to them.
  package func events(after last: Int64? = nil) throws(JournalError) -> PhaseFeed {
    let latest = try reader.lastPhase()
    let start = last.map { $0 > latest ? 0 : $0 } ?? latest
    return PhaseFeed(desk: self, news: news, start: start)
  }
}
