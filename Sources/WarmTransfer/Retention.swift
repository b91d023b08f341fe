import Store
import Runtime
import Settings
import Transfer

/// Takes out of the journal what is kept no longer: in small bites with pauses between them, so that the steps of
/// transfers, which are written in between, do not wait for it.
struct Retention: Sendable {
  private static let interval: Duration = .seconds(3_600)

  private let journal: JournalWriter
  private let log: Log
  private let pause: Duration

  init(_ journal: JournalWriter, pause: Duration = .milliseconds(100), log: Log) {
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

  /// Transfers go before their words, so that nothing is blacked out that is torn out next.
  func apply(_ settings: GeneralSettings, at now: WallTime) async {
    do {
      let forgotten = try await inBites(settings.keepDays, before: now) { time throws(JournalError) in
        try await journal.forget(endedBefore: time)
      }
      let redacted = try await inBites(settings.keepWordsDays, before: now) { time throws(JournalError) in
        try await journal.redact(endedBefore: time)
      }
      guard forgotten + redacted > 0 else { return }
      log.info("the journal keeps less of old transfers", ["forgotten": forgotten, "without words": redacted])
    } catch let error as JournalError {
      log.warning("old transfers stay in the journal", ["reason": error])
    } catch {
      // The service is stopping: the rest goes next time.
    }
  }

  private func inBites(
    _ days: Int,
    before now: WallTime,
    _ bite: (WallTime) async throws(JournalError) -> Int
  ) async throws -> Int {
    guard days > 0 else { return 0 }
    let limit = now + .seconds(-days * 24 * 3_600)
    var total = 0
    while true {
      let count = try await bite(limit)
      if count == 0 { return total }
      total += count
      try await Task.sleep(for: pause)
    }
  }
}
