import Runtime
import Settings
import Store
import Transfer

/// Makes the audit record and the figures of each transfer that has ended: from the journal, when all of it is over, so
/// that no call ever waits for it.
struct Accounts: Sendable {
  /// Transfers at once: steps of others wait so long to be written.
  static let bite = 5

  private let journal: JournalWriter
  private let reader: RecordReader
  private let log: Log
  /// Between two looks: the journal's thread has more urgent things to do.
  private let pause: Duration

  init(_ journal: JournalWriter, _ reader: RecordReader, pause: Duration = .milliseconds(100), log: Log) {
    self.journal = journal
    self.reader = reader
    self.pause = pause
    self.log = log
  }

  /// Whenever something has happened, until the task is cancelled or the journal is closed.
  func run(_ settings: () async -> GeneralSettings) async {
    do {
      var known: Int64 = -1
      repeat {
        known = journal.news.latest
        try await catchUp(await settings().timeZone)
        try await Task.sleep(for: pause)
      } while await journal.news.wait(beyond: known)
    } catch {
      // The service is stopping.
    }
  }

  private func catchUp(_ zone: TimeZoneTable) async throws {
    do {
      while try await accountForSome(zone) { try await Task.sleep(for: pause) }
    } catch let error as JournalError {
      log.warning("cannot write audit records and figures", ["reason": error])
    }
  }

  /// Whether there may be more.
  func accountForSome(_ zone: TimeZoneTable) async throws(JournalError) -> Bool {
    let ended = try await reader.read { records throws(JournalError) in try records.unaccounted(limit: Self.bite) }
    guard !ended.isEmpty else { return false }
    try await journal.write(ended.map { TransferAccount($0, in: zone) })
    return ended.count == Self.bite
  }
}
