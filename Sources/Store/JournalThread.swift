internal import Runtime

/// The one who writes: takes what waits, writes it in one transaction, says so, and begins again.
struct JournalThread: ~Copyable {
  private let ledger: Ledger
  private let inbox: JournalInbox
  private let limits: JournalLimits
  private let log: Log
  private let news: PhaseNews
  private let report: @Sendable (JournalProgress) -> Void

  private var waiting: ArraySlice<JournalEntry> = []
  private var progress = JournalProgress()
  private var mayRetryAt = ContinuousClock.now
  /// Pages in the write-ahead log, as far as it is known.
  private var logPages = 0

  init(
    _ ledger: consuming Ledger,
    _ inbox: JournalInbox,
    _ limits: JournalLimits,
    _ log: Log,
    _ news: PhaseNews,
    report: @escaping @Sendable (JournalProgress) -> Void
  ) {
    self.ledger = ledger
    self.inbox = inbox
    self.limits = limits
    self.log = log
    self.news = news
    self.report = report
  }

  consuming func run() {
    while true {
      let arrived = inbox.take(waitingAtMost: patience)
      waiting += arrived.entries
      for chore in arrived.chores { chore(ledger) }
      // Whoever does a chore may have made room.
      if !arrived.chores.isEmpty || arrived.isClosed { mayRetryAt = .now }
      writeAll()
      if arrived.isClosed { break }
      moveLog(isQuiet: arrived.isEmpty)
    }
    if !waiting.isEmpty { log.error("the journal was closed and lacks entries", ["entries": waiting.count]) }
    checkpoint(.truncate)
  }

  private var patience: Duration? {
    if !waiting.isEmpty { return max(.zero, mayRetryAt - .now) }
    return logPages > limits.logPages.idle ? limits.quiet : nil
  }

  private mutating func writeAll() {
    guard ContinuousClock.now >= mayRetryAt else { return }
    while !waiting.isEmpty, writeGroup() {}
  }

  /// Whether the disk took it.
  private mutating func writeGroup() -> Bool {
    let group = waiting.prefix(limits.group)
    do throws(JournalError) {
      let written = try ledger.write(group)
      // A slice keeps what was cut off it.
      waiting = ArraySlice(Array(waiting.dropFirst(group.count)))
      logPages = ledger.database.logPages
      for refusal in written.refusals { tell(of: refusal) }
      if let event = written.lastEvent { news.note(event) }
      if progress.trouble != nil { log.info("the journal can be written again") }
      progress = JournalProgress(written: progress.written + UInt64(group.count))
    } catch {
      if progress.trouble?.kind != error.kind { log.error("the journal cannot be written", ["reason": error]) }
      progress.trouble = error
      mayRetryAt = .now + limits.retryPause
    }
    inbox.note(written: progress.written)
    report(progress)
    return progress.trouble == nil
  }

  private func tell(of refusal: Ledger.Refusal) {
    log.error(
      "the journal does not take an entry",
      ["transfer": refusal.transfer, "number": refusal.number, "reason": refusal.reason]
    )
  }

  /// Out of the write-ahead log and into the database: the only time that the disk is waited for.
  private mutating func moveLog(isQuiet: Bool) {
    guard waiting.isEmpty, logPages > (isQuiet ? limits.logPages.idle : limits.logPages.busy) else { return }
    checkpoint(.passive)
    // Also when a reader or the disk was in the way: it is tried again when there is more of it.
    logPages = 0
  }

  private func checkpoint(_ kind: Database.Checkpoint) {
    do throws(JournalError) {
      let isMoved = try ledger.database.checkpoint(kind)
      if !isMoved { log.debug("the journal's write-ahead log is still being read") }
    } catch {
      log.warning("the journal's write-ahead log cannot be moved", ["reason": error])
    }
  }
}
