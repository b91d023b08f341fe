internal import Runtime
import Transfer

/// The one who writes: takes what waits, writes it in one transaction, says so, and begins again.
struct JournalThread: ~Copyable {
  private let changes: any RecordChanges
  private let inbox: JournalInbox
  private let limits: JournalLimits
  private let log: Log
  private let news: PhaseNews

  private var waiting: ArraySlice<JournalEntry> = []
  private var mayRetryAt = ContinuousClock.now

  init(
    _ changes: sending any RecordChanges,
    _ inbox: JournalInbox,
    _ limits: JournalLimits,
    _ log: Log,
    _ news: PhaseNews
  ) {
    self.changes = changes
    self.inbox = inbox
    self.limits = limits
    self.log = log
    self.news = news
  }

  consuming func run() {
    while true {
      let arrived = inbox.take(waitingAtMost: patience)
      waiting += arrived.entries
      for chore in arrived.chores { chore(changes) }
      // Whoever does a chore may have made room.
      if !arrived.chores.isEmpty || arrived.isClosed { mayRetryAt = .now }
      writeAll()
      if arrived.isClosed { break }
      if waiting.isEmpty { tidy(isQuiet: arrived.isEmpty) }
    }
    if !waiting.isEmpty { log.error("journal closed with entries missing", ["entries": waiting.count]) }
    do throws(JournalError) {
      try changes.close()
    } catch {
      log.warning("could not tidy up the journal on closing", ["reason": error])
    }
  }

  private var patience: Duration? {
    if !waiting.isEmpty { return max(.zero, mayRetryAt - .now) }
    return changes.wantsQuiet ? limits.quiet : nil
  }

  private mutating func writeAll() {
    guard ContinuousClock.now >= mayRetryAt else { return }
    while !waiting.isEmpty, writeGroup() {}
  }

  /// Whether the disk took it.
  private mutating func writeGroup() -> Bool {
    let group = waiting.prefix(limits.group)
    do throws(JournalError) {
      let written = try changes.write(group)
      // A slice keeps what was cut off it.
      waiting = ArraySlice(Array(waiting.dropFirst(group.count)))
      for refusal in written.refusals { tell(of: refusal) }
      if let event = written.lastEvent { news.note(event) }
      let former = inbox.noteWritten(group.count, lacking: Set(written.refusals.map(\.transfer)))
      if former != nil { log.info("journal writable again") }
      if former != nil || !written.refusals.isEmpty { noteBehind() }
      return true
    } catch {
      if inbox.note(error) { log.error("cannot write the journal", ["reason": error]) }
      mayRetryAt = .now + limits.retryPause
      return false
    }
  }

  /// Entries that found no room while the disk was away are missing from now on.
  private func noteBehind() {
    let lacking = inbox.takeLacking()
    if lacking.isEmpty { return }
    do throws(JournalError) {
      try changes.noteBehind(lacking)
    } catch {
      inbox.putBack(lacking: lacking)
      log.warning("could not mark which transfers lack entries", ["reason": error])
    }
  }

  private func tell(of refusal: WrittenEntries.Refusal) {
    log.error(
      "journal entry rejected",
      ["transfer": refusal.transfer, "number": refusal.number, "reason": refusal.reason]
    )
  }

  private func tidy(isQuiet: Bool) {
    do throws(JournalError) {
      let isDone = try changes.tidy(isQuiet: isQuiet)
      if !isDone { log.debug("another process is still reading the write-ahead log") }
    } catch {
      log.warning("could not checkpoint the write-ahead log", ["reason": error])
    }
  }
}
