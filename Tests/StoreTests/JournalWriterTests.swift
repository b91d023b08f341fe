import Foundation
import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

@Suite struct JournalWriterTests {
  private let folder: Folder

  init() throws { folder = try Folder() }

  @Test func whatWaitsTogetherIsWrittenTogether() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      let gate = Gate()
      async let held: Void = writer.perform { _ in
        gate.hold()
      }
      await gate.isHeld()
      for entry in try Sample.entries(count: 1_000) { _ = try writer.append(entry) }
      let before = try commits()
      gate.open()
      try await held
      let progress = try await writer.reached(1_000)
      #expect(progress == JournalProgress(written: 1_000))
      #expect(try commits() == before + 1)
    }
    #expect(try folder.database.reader().record(of: Sample.id(1))?.events.count == 1_000)
  }

  /// As the write-ahead log counts them: the last frame of each transaction says how large the database is after it.
  private func commits() throws -> Int {
    let log = Array(try #require(FileManager.default.contents(atPath: folder.journal + "-wal")))
    return stride(from: 32, to: log.count, by: 24 + 4_096).count { log[($0 + 4)..<($0 + 8)].contains { $0 != 0 } }
  }

  /// The first connection is left as a killed process leaves it: with its log, and never closed.
  @Test func aWriterThatWasKilledLosesNothing() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await writer.write(try Sample.entries(count: 500))
      let copy = try Folder()
      for file in try folder.list() where !file.hasSuffix("-shm") {
        try FileManager.default.copyItem(atPath: folder.path + "/" + file, toPath: copy.path + "/" + file)
      }
      #expect(try copy.size("journal.db-wal") > 100_000)
      try await JournalWriter.withWriter(on: copy.database, limits: .unhurried, log: Sample.log) { survivor in
        #expect(survivor.setAside == nil)
        let unfinished = try copy.database.reader().unfinished()
        #expect(unfinished.transfers.map(\.events.count) == [500])
        try await survivor.write(Array(try Sample.entries(count: 501, end: Sample.start).suffix(1)))
        #expect(try copy.database.reader().unfinished().transfers.isEmpty)
      }
    }
  }

  @Test func aGroupThatWasCutOffIsAsIfItHadNeverBegun() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await writer.write(try Sample.entries(1))
      let log = folder.path + "/journal.db-wal"
      let whole = try folder.size("journal.db-wal")
      try await writer.write(try Sample.entries(2, count: 50))
      let copy = try Folder()
      try FileManager.default.copyItem(atPath: folder.journal, toPath: copy.journal)
      let bytes = try #require(FileManager.default.contents(atPath: log))
      #expect(bytes.count > whole)
      // The end of the last transaction is missing.
      #expect(FileManager.default.createFile(atPath: copy.journal + "-wal", contents: bytes.dropLast(100)))
      try await JournalWriter.withWriter(on: copy.database, limits: .unhurried, log: Sample.log) { survivor in
        #expect(survivor.setAside == nil)
        let transfers = try copy.database.reader().unfinished().transfers
        #expect(transfers.map(\.request.id).contains(try Sample.id(1)))
        #expect(transfers.allSatisfy { $0.isWhole })
      }
    }
  }

  @Test func aFullDiskIsWaitedFor() async throws {
    let (heard, log) = Heard.log()
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: log) { writer in
      try await writer.write(try Sample.entries(1))
      try await writer.limit(pages: 1)
      let entries = try Sample.entries(2, count: 400, end: Sample.start)
      let full = try await writer.write(entries)
      #expect(full.trouble?.kind == .diskFull)
      #expect(full.written == 3)
      #expect(try folder.database.reader().record(of: Sample.id(2)) == nil)
      try await writer.limit(pages: 1_000_000)
      let recovered = try await writer.recovered(403)
      #expect(recovered == JournalProgress(written: 403))
      #expect(try folder.database.reader().record(of: Sample.id(2))?.events.count == 400)
    }
    #expect(heard.lines.count == 2)
    #expect(heard.lines.first?.contains("diskFull") == true)
    #expect(heard.lines.last?.contains("writable again") == true)
  }

  /// The same with a file system of one megabyte, which only root can make.
  @Test(.enabled(if: SmallDisk.canBeMade))
  func aDiskThatIsReallyFullIsWaitedFor() async throws {
    let disk = try SmallDisk()
    defer { withExtendedLifetime(disk) {} }
    var limits = JournalLimits.unhurried
    limits.retryPause = .milliseconds(20)
    try await JournalWriter.withWriter(
      on: SQLiteDatabase(disk.path + "/journal.db"),
      limits: limits,
      log: Sample.silentLog
    ) { writer in
      try await writer.write(try Sample.entries(1))
      try disk.fill()
      let entries = try Sample.entries(2, count: 400, end: Sample.start)
      let full = try await writer.write(entries)
      #expect(full.trouble?.kind == .diskFull)
      #expect(full.written == 3)
      try disk.makeRoom()
      let recovered = try await writer.recovered(403)
      #expect(recovered.written == 403)
      let reader = try SQLiteDatabase(disk.path + "/journal.db").reader()
      #expect(try reader.record(of: Sample.id(2))?.replayed() != nil)
      #expect(try reader.record(of: Sample.id(2))?.events.count == 400)
    }
  }

  @Test func noMoreWaitThanMay() async throws {
    var limits = JournalLimits.unhurried
    limits.waiting = 5
    try await JournalWriter.withWriter(on: folder.database, limits: limits, log: Sample.silentLog) { writer in
      try await writer.limit(pages: 1)
      let entries = try Sample.entries(1, count: 400)
      var accepted = 0
      let error = #expect(throws: JournalError.self) {
        for entry in entries {
          _ = try writer.append(entry)
          accepted += 1
        }
      }
      #expect(error?.kind == .overflow)
      try await writer.limit(pages: 1_000_000)
      _ = try await writer.recovered(UInt64(accepted))
      #expect(try writer.append(entries[accepted]) == UInt64(accepted + 1))
    }
    #expect(try folder.database.reader().record(of: Sample.id(1))?.isWhole == true)
  }

  @Test func anEntryThatContradictsTheOthersHoldsNobodyUp() async throws {
    let (heard, log) = Heard.log()
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: log) { writer in
      let stranger = Array(try Sample.entries(7).suffix(1))
      let twice = Array(try Sample.entries(1).suffix(1))
      var unwritable = try Sample.entries(1, count: 4).suffix(1)[3]
      unwritable.event = .caller(.pressed("\0"))
      let progress = try await writer.write(
        try Sample.entries(1) + stranger + twice + [unwritable] + Sample.entries(2)
      )
      #expect(progress == JournalProgress(written: 9))
    }
    let reader = try folder.database.reader()
    #expect(try reader.unfinished().transfers.map(\.events.count) == [3, 3])
    #expect(heard.lines.count == 3)
    #expect(heard.lines.allSatisfy { $0.contains("journal entry rejected") })
  }

  @Test func theWriteAheadLogStaysSmall() async throws {
    var database = folder.database
    database.logPages = (idle: 50, busy: 100)
    try await JournalWriter.withWriter(on: database, limits: .unhurried, log: Sample.log) { writer in
      for number in 1...300 { try await writer.write(try Sample.entries(number)) }
      #expect(try folder.size("journal.db-wal") < 300 * 4_096)
      #expect(try folder.size("journal.db") > 1_000_000)
    }
    #expect(try folder.list() == ["journal.db", "journal.db.behind"])
  }

  @Test func nothingIsTakenAfterTheEnd() async throws {
    var leaked: JournalWriter?
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      // Not waited for: it is written all the same.
      for entry in try Sample.entries(1) { _ = try writer.append(entry) }
      leaked = writer
    }
    let writer = try #require(leaked)
    #expect(try folder.database.reader().unfinished().transfers.map(\.events.count) == [3])
    let entry = try Sample.entries(2)[0]
    #expect(#expect(throws: JournalError.self) { try writer.append(entry) }?.kind == .closed)
    await #expect(throws: JournalError.self) { try await writer.purge(endedBefore: Sample.start) }
    for await progress in writer.progress { #expect(progress.written == 3) }
  }
}

extension JournalWriter {
  /// As full as a disk gets: the database may not grow beyond so many pages.
  fileprivate func limit(pages: Int) async throws {
    try await change { database throws(JournalError) in
      try database.execute("PRAGMA max_page_count = \(pages)")
    }
  }
}

/// Holds up the journal's thread while a test fills its inbox.
private final class Gate: Sendable {
  private let holding: AsyncStream<Void>
  private let held: AsyncStream<Void>.Continuation
  private let opening = Semaphore()

  init() { (holding, held) = AsyncStream.makeStream() }

  func hold() {
    held.finish()
    opening.wait()
  }

  func isHeld() async { for await _ in holding {} }
  func open() { opening.signal() }
}

/// A file system of one megabyte in memory.
private final class SmallDisk: Sendable {
  let path: String
  private let folder: Folder

  static var canBeMade: Bool {
    do {
      _ = try SmallDisk()
      return true
    } catch {
      return false
    }
  }

  init() throws {
    folder = try Folder()
    path = folder.path + "/disk"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { throw SystemError("mount", code: errno) }
  }

  deinit {
    if umount2(path, CInt(MNT_DETACH)) != 0 { Issue.record(SystemError("umount", code: errno)) }
  }

  func fill() throws {
    let file = try #require(FileHandle(forWritingAtPath: made("filler")))
    defer { file.closeFile() }
    // To the last page.
    while true { do { try file.write(contentsOf: Data(count: 4_096)) } catch { return } }
  }

  func makeRoom() throws { try FileManager.default.removeItem(atPath: path + "/filler") }

  private func made(_ name: String) -> String {
    #expect(FileManager.default.createFile(atPath: path + "/" + name, contents: nil))
    return path + "/" + name
  }
}
