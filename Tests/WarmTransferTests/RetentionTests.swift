import Foundation
import MemoryRecords
import Store
import Runtime
import Synchronization
import Testing
import Transfer

@testable import Settings
@testable import WarmTransfer

@Suite struct RetentionTests {
  private static let now = WallTime(milliseconds: 1_800_000_000_000)
  private static let day: Duration = .seconds(24 * 3_600)
  private static let log = Log(minimum: .warning) { Issue.record("logged: \($0)") }

  /// More than go in one bite: number n ended n days ago, or one second later.
  private func withOldTransfers(_ body: (JournalWriter, String) async throws -> Void) async throws {
    let folder = URL.temporaryDirectory.appending(path: "retention-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
    let path = folder.path + "/journal.sqlite"
    try await JournalWriter.withWriter(on: SQLiteDatabase(path), limits: .unhurried, log: Self.log) { journal in
      var last: UInt64 = 0
      for number in 1...200 { last = try append(number, to: journal) }
      for await progress in journal.progress where progress.written >= last { break }
      try await body(journal, path)
    }
  }

  private func append(_ number: Int, to journal: JournalWriter) throws -> UInt64 {
    var request = try Sample.request("t\(number)")
    request.context.summary = "Words of \(number)."
    let entry = JournalEntry(
      transfer: request.id,
      number: 1,
      at: Self.now + Self.day * -number + .seconds(1),
      phase: .ended,
      event: .requested,
      request: request,
      outcome: Outcome(result: .returned, cause: .busy, target: nil, wait: .zero)
    )
    return try journal.append(entry)
  }

  private func left(in path: String) throws -> (transfers: Int, withWords: Int) {
    let reader = try SQLiteDatabase(path).reader()
    let ids = try reader.transfers(since: WallTime(milliseconds: 0), limit: 1_000).compactMap(\.summary?.id)
    let summaries = try ids.compactMap { try reader.record(of: $0)?.request.context.summary }
    return (ids.count, summaries.count { !$0.isEmpty })
  }

  @Test(arguments: [
    (keep: 0, words: 0, transfers: 200, withWords: 200), (0, 30, 200, 30), (90, 30, 90, 30), (90, 0, 90, 90),
    (1, 30, 1, 1),
  ])
  func oldOnesAreForgottenAndTheirWordsBeforeThem(
    _ keep: Int,
    _ words: Int,
    _ transfers: Int,
    _ withWords: Int
  ) async throws {
    try await withOldTransfers { journal, path in
      var settings = GeneralSettings()
      (settings.keepDays, settings.keepWordsDays) = (keep, words)
      let purged = Mutex<WallTime?>(nil)
      await Retention(journal, pause: .zero, log: Self.log) { time in
        purged.withLock { $0 = time }
        return 0
      }
      .apply(settings, at: Self.now)
      // Messages are words, and go with the first of either.
      let days = [keep, words].filter { $0 > 0 }.min()
      #expect(purged.withLock { $0 } == days.map { Self.now + .seconds(-$0 * 24 * 3_600) })
      let left = try left(in: path)
      #expect(left.transfers == transfers)
      #expect(left.withWords == withWords)
    }
  }
}
