import Store
import Web

// What those are told who ask for something of a journal that does not work.
extension Refusal {
  static func unreadable(_ error: JournalError) -> Refusal { .notAcceptingNow("the journal cannot be read: \(error)") }
  static func unwritable(_ error: JournalError) -> Refusal { .notAcceptingNow("cannot write the journal: \(error)") }
}

extension RecordReader {
  nonisolated func answer<Answer: Sendable>(
    _ question: @Sendable (any RecordQueries) throws(JournalError) -> Answer
  ) async throws(Refusal) -> Answer {
    do throws(JournalError) {
      return try await read(question)
    } catch {
      throw .unreadable(error)
    }
  }
}
