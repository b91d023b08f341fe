package import Runtime
internal import Synchronization
package import Transfer

/// The journal's one writer, on a thread of its own. Nothing here waits for the disk but the tasks that say so.
package final class JournalWriter: Sendable {
  /// The latest only: it says everything that earlier ones have said. For one reader.
  package let progress: AsyncStream<JournalProgress>
  /// The journal that was there before could not be used.
  package let setAside: SetAside?
  /// That there are new phase events.
  package let news: PhaseNews

  private let inbox: JournalInbox
  private let limits: JournalLimits

  private init(
    _ inbox: JournalInbox,
    _ limits: JournalLimits,
    _ progress: AsyncStream<JournalProgress>,
    _ news: PhaseNews,
    _ setAside: SetAside?
  ) {
    self.news = news
    self.inbox = inbox
    self.limits = limits
    self.progress = progress
    self.setAside = setAside
  }

  /// The writer lives as long as `body`; what waits then is still written, if the disk takes it.
  package static func withWriter<R>(
    at path: String,
    limits: JournalLimits = JournalLimits(),
    log: Log,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (JournalWriter) async throws -> R
  ) async throws -> R {
    let inbox = JournalInbox(limit: limits.waiting)
    let (progress, reports) = AsyncStream.makeStream(of: JournalProgress.self, bufferingPolicy: .bufferingNewest(1))
    let (news, end) = (PhaseNews(), ThreadEnd())
    let setAside = try start(path, inbox, limits, log, reports, news, end)
    do {
      let result = try await body(JournalWriter(inbox, limits, progress, news, setAside))
      inbox.close()
      await end.wait()
      return result
    } catch {
      inbox.close()
      await end.wait()
      throw error
    }
  }

  private static func start(
    _ path: String,
    _ inbox: JournalInbox,
    _ limits: JournalLimits,
    _ log: Log,
    _ reports: AsyncStream<JournalProgress>.Continuation,
    _ news: PhaseNews,
    _ end: ThreadEnd
  ) throws -> SetAside? {
    let file = try JournalFile.open(path, at: .now())
    let setAside = file.setAside
    let ledger = try Ledger.open(file.database)
    let thread = Handover(JournalThread(ledger, inbox, limits, log, news) { reports.yield($0) })
    try NamedThread.start("journal") {
      thread.take()?.run()
      reports.finish()
      news.end()
      end.signal()
    }
    return setAside
  }

  /// The entry's number: it is in the file when the progress says so. Entries are written in the order of their
  /// numbers, several in one transaction if they have to wait for each other.
  package func append(_ entry: JournalEntry) throws(JournalError) -> UInt64 {
    try inbox.append(entry)
  }

  /// One bite: how many transfers that ended before were taken away with all that is known of them. None are left
  /// when it is none.
  package func forget(endedBefore time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { ledger throws(JournalError) in try ledger.forget(endedBefore: time, limit: bite) }
  }

  /// One bite: how many transfers that ended before have lost what they were about (summary, transcript, facts) and
  /// the words that were spoken. None are left when it is none.
  package func redact(endedBefore time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { ledger throws(JournalError) in try ledger.redact(endedBefore: time, limit: bite) }
  }

  /// Ends a transfer of which the rows make no sense, so that it is not found unfinished again.
  package func writeOff(
    _ transfer: String,
    _ outcome: Outcome,
    at time: WallTime,
    telling webhooks: [String] = []
  ) async throws(JournalError) {
    try await perform { ledger throws(JournalError) in
      try ledger.writeOff(transfer, outcome, at: time, telling: webhooks)
    }
  }

  /// What has become of an attempt to tell a webhook.
  package func settle(_ delivery: Int64, _ outcome: DeliveryOutcome, at now: WallTime) async throws(JournalError) {
    try await perform { ledger throws(JournalError) in try ledger.settle(delivery, outcome, at: now) }
  }

  /// One bite: how much that waited for other webhooks than these has become a dead letter.
  package func giveUp(besides webhooks: [String], at time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { ledger throws(JournalError) in
      try ledger.giveUp(besides: webhooks, at: time, limit: bite)
    }
  }

  /// On the journal's thread, between two transactions.
  func perform<R: Sendable>(
    _ work: @escaping @Sendable (borrowing Ledger) throws(JournalError) -> R
  ) async throws(JournalError) -> R {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<R, JournalError>, Never>) in
      let isAccepted = inbox.add { ledger in
        do throws(JournalError) {
          continuation.resume(returning: .success(try work(ledger)))
        } catch {
          continuation.resume(returning: .failure(error))
        }
      }
      if !isAccepted { continuation.resume(returning: .failure(JournalError(.closed, "the journal has been closed"))) }
    }
    return try result.get()
  }
}

/// What one thread leaves for another.
private final class Handover: Sendable {
  private let content: Mutex<JournalThread?>

  init(_ thread: consuming sending JournalThread) {
    content = Mutex(consume thread)
  }

  func take() -> sending JournalThread? {
    content.withLock { $0.take() }
  }
}
