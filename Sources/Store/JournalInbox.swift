internal import Runtime
internal import Synchronization

/// What the journal's thread has to do, from whoever has something for it.
final class JournalInbox: Sendable {
  typealias Chore = @Sendable (borrowing Ledger) -> Void

  struct Contents {
    var entries: [JournalEntry] = []
    var chores: [Chore] = []
    var isClosed = false
    /// The number of the last entry.
    var last: UInt64 = 0
    /// Up to which entry nothing waits any more.
    var written: UInt64 = 0

    var isEmpty: Bool { entries.isEmpty && chores.isEmpty }
  }

  private let contents = Mutex(Contents())
  private let arrivals = Semaphore()
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  func append(_ entry: JournalEntry) throws(JournalError) -> UInt64 {
    let (number, wakes) = try contents.withLock { contents throws(JournalError) in
      guard !contents.isClosed else { throw JournalError(.closed, "the journal has been closed") }
      guard contents.last - contents.written < limit else {
        throw JournalError(.overflow, "\(limit) entries wait to be written")
      }
      let wakes = contents.isEmpty
      contents.entries.append(entry)
      contents.last += 1
      return (contents.last, wakes)
    }
    if wakes { arrivals.signal() }
    return number
  }

  /// Whether it will be done.
  func add(_ chore: @escaping Chore) -> Bool {
    let isAccepted = contents.withLock { contents in
      if !contents.isClosed { contents.chores.append(chore) }
      return !contents.isClosed
    }
    arrivals.signal()
    return isAccepted
  }

  func close() {
    contents.withLock { $0.isClosed = true }
    arrivals.signal()
  }

  func note(written: UInt64) {
    contents.withLock { $0.written = written }
  }

  /// Waits for something to do, at most so long if there is a limit. What comes has left the inbox.
  func take(waitingAtMost patience: Duration?) -> Contents {
    if let patience { _ = arrivals.wait(atMost: patience) } else { arrivals.wait() }
    return contents.withLock { contents in
      let taken = contents
      contents.entries = []
      contents.chores = []
      return taken
    }
  }
}
