internal import Runtime
internal import Synchronization
import Transfer

/// What the journal's thread has to do, from whoever has something for it, and how far it is with it.
final class JournalInbox: Sendable {
  typealias Chore = @Sendable (any RecordChanges) -> Void

  /// What there is to do.
  struct Work {
    var entries: [JournalEntry] = []
    var chores: [Chore] = []
    var isClosed = false

    var isEmpty: Bool { entries.isEmpty && chores.isEmpty }
  }

  private struct State {
    var work = Work()
    /// The number of the last entry.
    var last: UInt64 = 0
    var progress = JournalProgress()
    /// When those were handed in that are not written yet, the oldest first.
    var handedIn: ArraySlice<ContinuousClock.Instant> = []
    var progressedAt = ContinuousClock.now
    /// Entries up to this one may have been acted on before they were written.
    var actedOn: UInt64 = 0
    /// They lack entries that will never be written.
    var lacking: Set<TransferID> = []
    /// How long entries have waited that are written.
    var times = Histogram(upTo: JournalBacklog.seconds)
    /// The thread has been woken for what is there.
    var isWoken = false
    var watchIsAsleep = false
    var hasEnded = false

    /// Since when the disk has had something to write and has not written it. Nil also where it has said why.
    var waitingSince: ContinuousClock.Instant? {
      guard progress.trouble == nil, let oldest = handedIn.first else { return nil }
      return max(oldest, progressedAt)
    }

    var isBehind: Bool {
      if !lacking.isEmpty { return true }
      return progress.trouble == nil ? progress.written < actedOn : progress.written < last
    }
  }

  private let state = Mutex(State())
  private let arrivals = Semaphore()
  private let watch = Semaphore()
  private let limits: JournalLimits
  /// Told under the lock, so that nobody is told the older of two things last.
  private let report: @Sendable (JournalProgress) -> Void

  init(_ limits: JournalLimits, report: @escaping @Sendable (JournalProgress) -> Void) {
    self.limits = limits
    self.report = report
  }

  /// Nobody is woken for it.
  func add(_ entry: JournalEntry) throws(JournalError) -> UInt64 {
    try state.withLock { state throws(JournalError) in
      guard !state.work.isClosed else { throw JournalError(.closed, "the journal has been closed") }
      guard state.handedIn.count < limits.waiting else {
        state.lacking.insert(entry.transfer)
        throw JournalError(.overflow, "\(limits.waiting) entries wait to be written")
      }
      state.work.entries.append(entry)
      state.handedIn.append(.now)
      state.last += 1
      return state.last
    }
  }

  /// What was added is written from now on.
  func wake() {
    let (wakes, wakesWatch) = state.withLock { state in
      if state.work.entries.isEmpty { return (false, false) }
      defer { (state.isWoken, state.watchIsAsleep) = (true, false) }
      return (!state.isWoken, state.watchIsAsleep)
    }
    if wakes { arrivals.signal() }
    if wakesWatch { watch.signal() }
  }

  /// Whether it will be done.
  func add(_ chore: @escaping Chore) -> Bool {
    let isAccepted = state.withLock { state in
      if !state.work.isClosed { state.work.chores.append(chore) }
      return !state.work.isClosed
    }
    arrivals.signal()
    return isAccepted
  }

  func close() {
    state.withLock { $0.work.isClosed = true }
    arrivals.signal()
  }

  /// Nothing will be written any more.
  func end() {
    state.withLock { $0.hasEnded = true }
    watch.signal()
  }

  /// Waits for something to do, at most so long if there is a limit. What comes has left the inbox.
  func take(waitingAtMost patience: Duration?) -> Work {
    if let patience { _ = arrivals.wait(atMost: patience) } else { arrivals.wait() }
    return state.withLock { state in
      let taken = state.work
      state.isWoken = false
      state.work.entries = []
      state.work.chores = []
      return taken
    }
  }
}

// MARK: - How far the writing is

extension JournalInbox {
  /// So many more are written. The trouble that there was before, if this is its end.
  func noteWritten(_ count: Int, lacking: Set<TransferID>) -> JournalError? {
    let trouble = state.withLock { state in
      let trouble = state.progress.trouble
      let now = ContinuousClock.now
      for time in state.handedIn.prefix(count) { state.times.note(now - time) }
      // A slice keeps what was cut off it.
      state.handedIn = ArraySlice(Array(state.handedIn.dropFirst(count)))
      state.progressedAt = .now
      if trouble != nil { state.actedOn = state.last }
      state.lacking.formUnion(lacking)
      state.progress = JournalProgress(written: state.progress.written + UInt64(count))
      report(state.progress)
      return trouble
    }
    if trouble != nil { watch.signal() }
    return trouble
  }

  /// They cannot be written now. Whether that is news.
  func note(_ trouble: JournalError) -> Bool {
    let isNews = state.withLock { state in
      let isNews = state.progress.trouble?.kind != trouble.kind
      state.progress.trouble = trouble
      report(state.progress)
      return isNews
    }
    watch.signal()
    return isNews
  }

  var backlog: JournalBacklog {
    state.withLock { state in
      JournalBacklog(
        isWritable: state.progress.trouble == nil,
        waiting: state.handedIn.count,
        oldest: state.handedIn.first.map { .now - $0 } ?? .zero,
        times: state.times
      )
    }
  }

  /// Those of which something is missing for good: whoever takes them writes it down.
  func takeLacking() -> Set<TransferID> {
    state.withLock { state in
      defer { state.lacking = [] }
      return state.lacking
    }
  }

  func putBack(lacking: Set<TransferID>) { state.withLock { $0.lacking.formUnion(lacking) } }
}

// MARK: - A disk that neither takes an entry nor says why not

extension JournalInbox {
  struct Watched {
    /// The oldest entry has waited longer than entries may, as has just been found.
    var hasJustStalled = false
    var isBehind = false
    var hasEnded = false
  }

  /// Waits until something may have changed, and looks. Where it is noted that things are otherwise than they are, soon.
  func watchOn(noted isBehind: Bool) -> Watched {
    let patience = state.withLock { state -> Duration? in
      if state.isBehind != isBehind { return limits.patience }
      guard let since = state.waitingSince else {
        state.watchIsAsleep = true
        return nil
      }
      return since + limits.patience - .now
    }
    if let patience { _ = watch.wait(atMost: patience) } else { watch.wait() }
    return state.withLock { state in
      var watched = Watched(isBehind: state.isBehind, hasEnded: state.hasEnded)
      state.watchIsAsleep = false
      guard let since = state.waitingSince, ContinuousClock.now - since >= limits.patience else { return watched }
      state.progress.trouble = JournalError(.stalled, "the disk has taken nothing for \(limits.patience)")
      report(state.progress)
      watched.hasJustStalled = true
      watched.isBehind = state.isBehind
      return watched
    }
  }
}
