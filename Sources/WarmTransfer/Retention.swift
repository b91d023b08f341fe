import Store
import Runtime
import Settings
import Transfer

/// Takes out of the journal what is kept no longer: in small bites with pauses between them, so that the steps of
/// transfers, which are written in between, do not wait for it.
struct Retention: Sendable {
  private static let interval: Duration = .seconds(3_600)
  /// To overwrite what was removed while others may be reading.
  private static let attempts = 10

  /// Takes the sound of messages away that were left before, and them with it. How many.
  typealias PurgeMessages = @Sendable (_ leftBefore: WallTime) async throws -> Int

  private let journal: JournalWriter
  private let log: Log
  private let pause: Duration
  private let purgeMessages: PurgeMessages

  init(
    _ journal: JournalWriter,
    pause: Duration = .milliseconds(100),
    log: Log,
    purgeMessages: @escaping PurgeMessages
  ) {
    self.purgeMessages = purgeMessages
    self.journal = journal
    self.pause = pause
    self.log = log
  }

  /// At once and every hour, by the settings as they are then, until the task is cancelled.
  func run(_ settings: () async -> GeneralSettings) async {
    do {
      while true {
        await apply(await settings(), at: SystemClock().wall)
        try await Task.sleep(for: Self.interval)
      }
    } catch {
      // The service is stopping.
    }
  }

  func apply(_ settings: GeneralSettings, at now: WallTime) async {
    do {
      try await mend()
      try await reduce(settings, at: now)
      try await purgeSetAside(settings, at: now)
      try await purgeMessages(settings, at: now)
      if try await journal.purgeBriefs(over: now) > 0 { try await erase() }
    } catch let error as JournalError {
      log.warning("cannot purge old transfers", ["reason": error])
    } catch {
      // The service is stopping: the rest goes next time.
    }
  }

  private func mend() async throws {
    let mended = try await inBites { () throws(JournalError) in try await journal.mendEarlierRecords() }
    guard mended > 0 else { return }
    try await erase()
    log.info("removed digits and words stored by an earlier version", ["checked": mended])
  }

  /// Transfers go before their words, so that nothing is redacted that is purged next.
  private func reduce(_ settings: GeneralSettings, at now: WallTime) async throws {
    var (purged, redacted) = (0, 0)
    if let time = Self.limit(settings.keepDays, at: now) {
      purged = try await inBites { () throws(JournalError) in try await journal.purge(endedBefore: time) }
    }
    if let time = Self.limit(settings.keepWordsDays, at: now) {
      redacted = try await inBites { () throws(JournalError) in try await journal.redact(endedBefore: time) }
    }
    if let time = Self.limit(settings.keepAuditDays, at: now) {
      purged += try await inBites { () throws(JournalError) in try await journal.purgeAudit(before: time) }
    }
    guard purged + redacted > 0 else { return }
    try await erase()
    log.info("old transfers purged", ["transfers": purged, "words only": redacted])
  }

  /// Nobody can tell in a damaged database what is words: it goes when words go.
  private func purgeSetAside(_ settings: GeneralSettings, at now: WallTime) async throws {
    let limits = [settings.keepDays, settings.keepWordsDays].compactMap { Self.limit($0, at: now) }
    guard let time = limits.max() else { return }
    let purged = try await journal.purgeSetAside(before: time)
    if purged > 0 { log.info("old damaged journals deleted", ["files": purged]) }
  }

  /// They are words as well.
  private func purgeMessages(_ settings: GeneralSettings, at now: WallTime) async throws {
    let limits = [settings.keepDays, settings.keepWordsDays].compactMap { Self.limit($0, at: now) }
    guard let time = limits.max() else { return }
    let purged = try await purgeMessages(time)
    if purged > 0 { log.info("old messages deleted", ["messages": purged]) }
  }

  private func erase() async throws {
    for _ in 1...Self.attempts {
      if try await journal.eraseRemoved() { return }
      try await Task.sleep(for: pause)
    }
    log.warning("purged data is still on the disk, another process is reading the journal")
  }

  private static func limit(_ days: Int, at now: WallTime) -> WallTime? {
    days > 0 ? now + .seconds(-days * 24 * 3_600) : nil
  }

  private func inBites(_ bite: () async throws(JournalError) -> Int) async throws -> Int {
    var total = 0
    while true {
      let count = try await bite()
      if count == 0 { return total }
      total += count
      try await Task.sleep(for: pause)
    }
  }
}
