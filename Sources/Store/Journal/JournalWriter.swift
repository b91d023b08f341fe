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
    on database: any RecordDatabase,
    limits: JournalLimits = JournalLimits(),
    log: Log,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (JournalWriter) async throws -> R
  ) async throws -> R {
    let (progress, reports) = AsyncStream.makeStream(of: JournalProgress.self, bufferingPolicy: .bufferingNewest(1))
    let inbox = JournalInbox(limits) { reports.yield($0) }
    let news = PhaseNews()
    let opened = try open(database, inbox, limits, log, news)
    // The watch outlives the writing: it notes whether anything of it is missing at its end.
    return try await withThread(named: "journal-watch") {
      JournalWatch(inbox: inbox, marker: opened.marker, log: log).run()
    } stop: {
      inbox.end()
    } _: {
      try await withThread(named: "journal") {
        opened.thread.take()?.run()
        reports.finish()
        news.end()
      } stop: {
        inbox.close()
      } _: {
        try await body(JournalWriter(inbox, limits, progress, news, opened.setAside))
      }
    }
  }

  private struct Opened: Sendable {
    let thread: Handover
    /// Nil where there is none, or where it could not be made.
    let marker: BehindMarker?
    let setAside: SetAside?
  }

  private static func open(
    _ database: any RecordDatabase,
    _ inbox: JournalInbox,
    _ limits: JournalLimits,
    _ log: Log,
    _ news: PhaseNews
  ) throws(JournalError) -> Opened {
    let opened = try database.open(at: .now())
    let setAside = opened.setAside
    let marker = try marker(of: database, opened.changes, log)
    let thread = Handover(JournalThread(opened.changes, inbox, limits, log, news))
    return Opened(thread: thread, marker: marker, setAside: setAside)
  }

  /// Where a service before this one has died with things done and not written, that is noted of all that it left.
  private static func marker(
    of database: any RecordDatabase,
    _ changes: any RecordChanges,
    _ log: Log
  ) throws(JournalError) -> BehindMarker? {
    guard let path = database.behindMarker else { return nil }
    let marker: BehindMarker
    do throws(SystemError) {
      marker = try BehindMarker.open(path)
    } catch {
      log.warning("could not create the file that marks an incomplete journal", ["reason": error])
      return nil
    }
    guard marker.wasSet else { return marker }
    log.warning("the journal may lack the latest steps of open transfers")
    try changes.noteAllBehind()
    do throws(SystemError) {
      try marker.write(false)
    } catch {
      log.warning("could not clear the mark of an incomplete journal", ["reason": error])
    }
    return marker
  }

  /// The entry's number: it is in the file when the progress says so. Entries are written in the order of their
  /// numbers, several in one transaction if they have to wait for each other.
  package func append(_ entry: JournalEntry) throws(JournalError) -> UInt64 {
    defer { inbox.wake() }
    return try inbox.add(entry)
  }

  package var backlog: JournalBacklog { inbox.backlog }

  /// The same, but nothing is written before `write` is called: whoever has something more urgent to do does it first.
  package func collect(_ entry: JournalEntry) throws(JournalError) -> UInt64 { try inbox.add(entry) }

  /// What was collected is written from now on.
  package func write() { inbox.wake() }

  /// One bite: how many transfers that ended before were taken away with all that is known of them. None are left
  /// when it is none.
  package func purge(endedBefore time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { changes throws(JournalError) in try changes.purge(endedBefore: time, limit: bite) }
  }

  /// One bite: how many transfers that ended before have lost what they were about and the words that were
  /// spoken. None are left when it is none.
  package func redact(endedBefore time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { changes throws(JournalError) in try changes.redact(endedBefore: time, limit: bite) }
  }

  /// One bite: how many transfers that an earlier version has written were looked through for what this one would not
  /// have written. None are left when it is none.
  package func mendEarlierRecords() async throws(JournalError) -> Int {
    let bite = limits.mendingBite
    return try await perform { changes throws(JournalError) in try changes.mendEarlierRecords(limit: bite) }
  }

  /// What was purged and redacted is gone from the disk too. Whether it is: a reader may be in the way.
  package func eraseRemoved() async throws(JournalError) -> Bool {
    try await perform { changes throws(JournalError) in try changes.eraseRemoved() }
  }

  /// Databases that were set aside before that time are deleted. How many.
  package func purgeSetAside(before time: WallTime) async throws(JournalError) -> Int {
    try await perform { changes throws(JournalError) in try changes.purgeSetAside(before: time) }
  }

  /// Ends a transfer of which the rows make no sense, so that it is not found unfinished again.
  package func writeOff(
    _ transfer: String,
    _ outcome: Outcome,
    at time: WallTime,
    telling webhooks: [String] = []
  ) async throws(JournalError) {
    try await perform { changes throws(JournalError) in
      try changes.writeOff(transfer, outcome, at: time, telling: webhooks)
    }
  }

  /// What has become of an attempt to tell a webhook.
  package func settle(_ delivery: Int64, _ outcome: DeliveryOutcome, at now: WallTime) async throws(JournalError) {
    try await perform { changes throws(JournalError) in try changes.settle(delivery, outcome, at: now) }
  }

  /// One bite: how much that waited for other webhooks than these has become a dead letter.
  package func giveUp(besides webhooks: [String], at time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { changes throws(JournalError) in
      try changes.giveUp(besides: webhooks, at: time, limit: bite)
    }
  }

  /// What the person who took the call says of it: false where there is no such transfer (any more).
  package func recordWrapUp(_ wrapUp: WrapUp, of transfer: TransferID) async throws(JournalError) -> Bool {
    try await perform { changes throws(JournalError) in try changes.recordWrapUp(wrapUp, of: transfer) }
  }

  /// Whether somebody has listened to it: false where there is no such message (any more).
  package func markMessage(of transfer: TransferID, heardAt time: WallTime?) async throws(JournalError) -> Bool {
    try await perform { changes throws(JournalError) in try changes.markMessage(of: transfer, heardAt: time) }
  }

  package func removeMessage(of transfer: TransferID) async throws(JournalError) -> Bool {
    try await perform { changes throws(JournalError) in try changes.removeMessage(of: transfer) }
  }

  /// What transfers that have ended leave behind.
  package func write(_ accounts: [TransferAccount]) async throws(JournalError) {
    try await perform { changes throws(JournalError) in try changes.write(accounts) }
  }

  /// So many calls that voice agents have taken.
  package func countCalls(_ count: Int, about topic: String, in hour: LocalHour) async throws(JournalError) {
    try await perform { changes throws(JournalError) in try changes.countCalls(count, about: topic, in: hour) }
  }

  /// One bite: how many of the oldest audit records were taken away. None are left when it is none.
  package func purgeAudit(before time: WallTime) async throws(JournalError) -> Int {
    let bite = limits.bite
    return try await perform { changes throws(JournalError) in try changes.purgeAudit(before: time, limit: bite) }
  }

  /// Those who may sign in, and those who are, in browsers.
  package func change(adding new: [SignIn], removing digests: [String], over now: WallTime) async throws(JournalError) {
    try await perform { changes throws(JournalError) in
      try changes.change(adding: new, removing: digests, over: now)
    }
  }

  /// That a trigger has fired.
  package func countTrigger(_ name: String, in hour: LocalHour) async throws(JournalError) {
    try await perform { changes throws(JournalError) in try changes.countTrigger(name, in: hour) }
  }

  /// With which somebody may ask for one call.
  package func keep(_ token: StoredCallToken, over now: WallTime) async throws(JournalError) {
    try await perform { changes throws(JournalError) in try changes.keep(token, over: now) }
  }

  /// On the journal's thread, between two transactions.
  func perform<R: Sendable>(
    _ work: @escaping @Sendable (any RecordChanges) throws(JournalError) -> R
  ) async throws(JournalError) -> R {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<R, JournalError>, Never>) in
      let isAccepted = inbox.add { changes in
        do throws(JournalError) {
          continuation.resume(returning: .success(try work(changes)))
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
