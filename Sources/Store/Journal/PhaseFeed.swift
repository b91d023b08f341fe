/// Phase events in their order, without a gap and none twice: first what is in the journal, then what comes into it.
///
/// Nothing is kept for whoever listens: each event is read when it is asked for. One who is slow is late, and costs
/// nobody else anything.
package struct PhaseFeed: AsyncSequence, Sendable {
  /// How many are read at once.
  private static let page = 50

  let reader: RecordReader
  let news: PhaseNews
  /// The last event that is known already.
  let start: Int64

  package func makeAsyncIterator() -> Iterator { Iterator(reader: reader, news: news, last: start) }

  /// One listener's place.
  package struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: RecordReader
    fileprivate let news: PhaseNews
    fileprivate var last: Int64
    fileprivate var page: ArraySlice<PhaseEvent> = []

    /// Nil when the service stops, or the task is cancelled.
    package mutating func next() async throws(JournalError) -> PhaseEvent? {
      try await next(isolation: nil)
    }

    package mutating func next(isolation: isolated (any Actor)?) async throws(JournalError) -> PhaseEvent? {
      while page.isEmpty {
        let last = last
        page = try await reader.read { records throws(JournalError) in
          try records.phases(after: last, limit: PhaseFeed.page)
        }[...]
        if page.isEmpty, await !news.wait(beyond: last) { return nil }
      }
      let event = page.removeFirst()
      last = event.id
      return event
    }
  }
}
