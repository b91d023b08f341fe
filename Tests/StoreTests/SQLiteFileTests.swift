import Foundation
import MemoryRecords
import Runtime
import Testing
import Transfer

@testable import Store

@Suite struct SQLiteFileTests {
  private let folder: Folder
  private let now = Timestamp(milliseconds: 1_800_000_000_123)

  init() throws { folder = try Folder() }

  private func open() throws -> SetAside? { try SQLiteFile.open(folder.journal, at: now).setAside }

  private func make(_ entries: [JournalEntry]) async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      let progress = try await writer.write(entries)
      #expect(progress.trouble == nil)
    }
  }

  @Test func onlyTheServiceAndItsGroupMayReadIt() async throws {
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: Sample.log) { writer in
      try await writer.write(try Sample.entries())
      for file in try folder.list() {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/" + file)
        #expect(attributes[.posixPermissions] as? Int == 0o640, "\(file)")
      }
    }
  }

  @Test func aSoundJournalIsKept() async throws {
    try await make(try Sample.entries())
    #expect(try open() == nil)
    #expect(try folder.database.reader().unfinished().transfers.count == 1)
  }

  // MARK: Damage

  private func write(_ bytes: [UInt8]) {
    #expect(FileManager.default.createFile(atPath: folder.journal, contents: Data(bytes)))
  }

  @Test func whatIsNoDatabaseIsSetAside() throws {
    write(Array(String(repeating: "nothing of the kind ", count: 500).utf8))
    let setAside = try #require(try open())
    #expect(setAside.reason.kind == .damaged)
    #expect(setAside.path == folder.journal + ".corrupt-20270115T080000.123Z")
    #expect(FileManager.default.contents(atPath: setAside.path)?.count == 10_000)
    #expect(try open() == nil)
    #expect(try folder.database.reader().listed().isEmpty)
  }

  /// SQLite moves the log into the database when the last one closes it: here somebody else still has it open.
  @Test func theLogIsSetAsideWithItsDatabase() throws {
    let other = try SQLiteConnection.open(folder.journal, .readAndWrite)
    try other.execute("PRAGMA journal_mode = WAL; PRAGMA application_id = 77; CREATE TABLE notes (text TEXT)")
    let setAside = try #require(try open())
    #expect(try folder.list().filter { $0.contains("corrupt") }.count == 3)
    let found = try SQLiteConnection.open(setAside.path, .readAndWrite)
    #expect(try found.value("SELECT count(*) FROM notes") as Int64 == 0)
    #expect(try folder.database.reader().listed().isEmpty)
  }

  @Test func twoInOneMillisecondLieBesideEachOther() throws {
    var paths: Set<String> = []
    for _ in 1...3 {
      write(Array(repeating: 7, count: 5_000))
      paths.insert(try #require(try open()).path)
    }
    #expect(paths.count == 3)
  }

  @Test func aDamagedPageIsFoundAtTheStart() async throws {
    try await make(try (1...50).flatMap { try Sample.entries($0, count: 20) })
    var bytes = Array(try #require(FileManager.default.contents(atPath: folder.journal)))
    for page in stride(from: 8 * 4_096, to: bytes.count, by: 3 * 4_096) {
      bytes.replaceSubrange(page..<page + 64, with: repeatElement(0xa5, count: 64))
    }
    write(bytes)
    #expect(try #require(try open()).reason.kind == .damaged)
    #expect(try folder.database.reader().listed().isEmpty)
  }

  @Test func aFileThatWasCutOffIsSetAside() async throws {
    try await make(try (1...50).flatMap { try Sample.entries($0, count: 20) })
    let bytes = Array(try #require(FileManager.default.contents(atPath: folder.journal)))
    write(Array(bytes.prefix(bytes.count / 2)))
    #expect(try #require(try open()).reason.kind == .damaged)
  }

  @Test(arguments: ["PRAGMA application_id = 77", "CREATE TABLE notes (text TEXT)"])
  func somebodyElsesDatabaseIsSetAsideAsItWas(_ script: String) throws {
    try SQLiteConnection.open(folder.journal, .readAndWrite).execute(script + "; PRAGMA user_version = 3")
    let before = FileManager.default.contents(atPath: folder.journal)
    let setAside = try #require(try open())
    #expect(setAside.reason.kind == .foreign)
    #expect(FileManager.default.contents(atPath: setAside.path) == before)
  }

  @Test func aFolderThatIsNotThereIsAnError() {
    let error = #expect(throws: JournalError.self) {
      _ = try SQLiteFile.open(folder.path + "/none/journal.db", at: now)
    }
    #expect(error?.kind == .cannotOpen)
  }

  @Test func aFolderInItsPlaceIsAnError() throws {
    try FileManager.default.createDirectory(atPath: folder.journal, withIntermediateDirectories: false)
    #expect(#expect(throws: JournalError.self) { try open() }?.kind == .cannotOpen)
  }

  @Test func aReaderWithoutAJournalIsAnError() {
    #expect(#expect(throws: JournalError.self) { _ = try folder.database.reader() }?.kind == .cannotOpen)
  }

  /// Also root may not write to what the database itself refuses to change.
  @Test func aReadOnlyJournalIsTroubleAndNoLoss() async throws {
    let (heard, log) = Heard.log()
    try await JournalWriter.withWriter(on: folder.database, limits: .unhurried, log: log) { writer in
      try await writer.write(try Sample.entries(1))
      try await writer.change { database throws(JournalError) in try database.execute("PRAGMA query_only = ON") }
      let trouble = try await writer.write(try Sample.entries(2))
      #expect(trouble == JournalProgress(written: 3, trouble: Self.readOnly))
      try await writer.change { database throws(JournalError) in try database.execute("PRAGMA query_only = OFF") }
      let recovered = try await writer.recovered(6)
      #expect(recovered.trouble == nil)
    }
    #expect(heard.lines.count == 2)
    #expect(try folder.database.reader().unfinished().transfers.count == 2)
  }

  private static let readOnly = JournalError(.readOnly, "attempt to write a readonly database", code: 8)

  @Test func aReaderCannotWrite() async throws {
    try await make(try Sample.entries())
    let database = try SQLiteFile.openForReading(folder.journal)
    let error = #expect(throws: JournalError.self) { try database.execute("DELETE FROM transfers") }
    #expect(error?.kind == .readOnly)
  }

  @Test func anotherWriterInTheWayIsTroubleOfItsOwnKind() async throws {
    let other = try SQLiteFile.open(folder.journal, at: now)
    try other.database.execute("BEGIN IMMEDIATE")
    let late = try SQLiteConnection.open(folder.journal, .readAndWrite)
    let error = #expect(throws: JournalError.self) { try late.execute("BEGIN IMMEDIATE") }
    #expect(error?.kind == .locked)
  }

  // MARK: Versions

  /// Version 1 as it was released, with one transfer in it: what the service must be able to take over for ever.
  private static let firstVersion = """
    CREATE TABLE transfers (
      id TEXT NOT NULL PRIMARY KEY, requested_at INTEGER NOT NULL, ended_at INTEGER, channel TEXT NOT NULL,
      caller_number TEXT NOT NULL, caller_name TEXT NOT NULL, topic TEXT NOT NULL, party TEXT, target TEXT,
      result TEXT, cause TEXT, wait_ms INTEGER, is_redacted INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL
    ) STRICT;
    CREATE INDEX transfers_by_time ON transfers (requested_at);
    CREATE INDEX transfers_unfinished ON transfers (requested_at) WHERE ended_at IS NULL;
    CREATE INDEX transfers_by_end ON transfers (ended_at) WHERE ended_at IS NOT NULL;
    CREATE INDEX transfers_to_redact ON transfers (ended_at) WHERE ended_at IS NOT NULL AND is_redacted = 0;
    CREATE TABLE events (
      transfer TEXT NOT NULL REFERENCES transfers (id) ON DELETE CASCADE, n INTEGER NOT NULL, at INTEGER NOT NULL,
      phase TEXT NOT NULL, kind TEXT NOT NULL, event TEXT NOT NULL, effects TEXT NOT NULL,
      PRIMARY KEY (transfer, n)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO transfers VALUES ('old', 1, 5, 'c.1', '1', 'Ann', '', 'alice', 'alice', 'RETURNED', 'BUSY', 4, 0, '{}');
    INSERT INTO events VALUES ('old', 1, 1, 'requested', 'requested', '{"requested":{}}', '[]');
    PRAGMA application_id = 0x57546a6e; PRAGMA user_version = 1;
    """

  @Test func aJournalOfTheFirstVersionIsTakenOver() throws {
    try SQLiteConnection.open(folder.journal, .readAndWrite).execute(Self.firstVersion)
    #expect(try open() == nil)
    let old = try #require(TransferID("old"))
    let summary = try #require(try folder.database.reader().summary(of: old))
    #expect(summary.callerName == "Ann" && summary.cause == .busy && summary.wait == .milliseconds(4))
  }

  @Test func eachMigrationIsDoneOnce() throws {
    let database = try SQLiteConnection.open(folder.journal, .readAndWrite)
    try database.execute(Self.firstVersion)
    let later =
      SQLiteSchema.migrations + ["ALTER TABLE transfers ADD COLUMN note TEXT", "CREATE TABLE notes (a TEXT)"]
    for _ in 1...2 { try SQLiteSchema.migrate(database, by: later) }
    #expect(try SQLiteSchema.checkedVersion(of: database, latest: later.count) == later.count)
    try database.execute("UPDATE transfers SET note = 'x'; INSERT INTO notes VALUES ('y')")
  }

  @Test func aMigrationThatFailsLeavesTheVersionBefore() throws {
    let database = try SQLiteConnection.open(folder.journal, .readAndWrite)
    try database.execute(Self.firstVersion)
    let first = SQLiteSchema.migrations
    let broken = first + ["CREATE TABLE notes (a TEXT)", "CREATE TABLE more (a TEXT); INSERT INTO none VALUES (1)"]
    #expect(throws: JournalError.self) { try SQLiteSchema.migrate(database, by: broken) }
    #expect(try SQLiteSchema.checkedVersion(of: database, latest: broken.count) == first.count + 1)
    #expect(try database.value("SELECT count(*) FROM sqlite_schema WHERE name = 'more'") as Int64 == 0)
  }

  @Test func aJournalOfALaterVersionIsLeftAlone() async throws {
    try await make(try Sample.entries())
    try SQLiteConnection.open(folder.journal, .readAndWrite).execute("PRAGMA user_version = 99")
    let error = #expect(throws: JournalError.self) { try open() }
    #expect(error?.kind == .tooNew)
    #expect(error?.message.contains("99") == true)
    #expect(#expect(throws: JournalError.self) { _ = try folder.database.reader() }?.kind == .tooNew)
    #expect(try folder.list().filter { $0.contains("corrupt") }.isEmpty)
  }

  @Test func theReaderWaitsForTheWriterToMakeTheTables() throws {
    try SQLiteConnection.open(folder.journal, .readAndWrite).execute("PRAGMA journal_mode = WAL")
    #expect(throws: JournalError.self) { _ = try folder.database.reader() }
  }
}
