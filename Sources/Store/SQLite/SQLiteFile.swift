import Glibc
internal import Runtime

/// The journal's file: found good, or made.
struct SQLiteFile: ~Copyable {
  static let inMemory = ":memory:"

  let database: SQLiteConnection
  let setAside: SetAside?

  /// What is damaged or not ours is moved aside and a new journal begun: the service must not stay down for it.
  static func open(_ path: String, at now: Timestamp) throws(JournalError) -> SQLiteFile {
    do throws(JournalError) {
      return SQLiteFile(database: try openSound(path), setAside: nil)
    } catch {
      guard error.condemnsTheFile else { throw error }
      let setAside = SetAside(path: try setAside(path, at: now), reason: error)
      return SQLiteFile(database: try openSound(path), setAside: setAside)
    }
  }

  static func openForReading(_ path: String) throws(JournalError) -> SQLiteConnection { try openMade(path, .readOnly) }

  /// For a small change beside the service, which may be writing.
  static func openForChange(_ path: String) throws(JournalError) -> SQLiteConnection { try openMade(path, .change) }

  private static func openMade(_ path: String, _ access: SQLiteConnection.Access) throws(JournalError)
    -> SQLiteConnection
  {
    let database = try SQLiteConnection.open(path, access)
    try database.execute("PRAGMA busy_timeout = 1000; PRAGMA trusted_schema = OFF")
    guard try SQLiteSchema.checkedVersion(of: database) == SQLiteSchema.migrations.count else {
      throw JournalError(.other, "no service has made or updated this journal yet")
    }
    return database
  }

  private static func openSound(_ path: String) throws(JournalError) -> SQLiteConnection {
    if path != inMemory { try reserve(path) }
    let database = try SQLiteConnection.open(path, .readAndWrite)
    // Before anything is changed in a file that may be somebody else's.
    _ = try SQLiteSchema.checkedVersion(of: database)
    try database.execute("PRAGMA busy_timeout = 1000; PRAGMA trusted_schema = OFF")
    let mode: String = try database.value("PRAGMA journal_mode = WAL")
    guard mode == "wal" || path == inMemory else {
      throw JournalError(.cannotOpen, "the file system does not allow a write-ahead log")
    }
    // With a write-ahead log this loses nothing when the service is killed, and what a power cut may take from its end
    // are calls that the power cut has ended.
    try database.execute("PRAGMA synchronous = NORMAL")
    try database.execute("PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON")
    let verdict: String = try database.value("PRAGMA quick_check(1)")
    guard verdict == "ok" else { throw JournalError(.damaged, verdict) }
    try SQLiteSchema.migrate(database)
    return database
  }

  /// SQLite would make a file that everybody may read; its log gets the permissions of the file.
  private static func reserve(_ path: String) throws(JournalError) {
    let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else {
      let code = errno
      // SQLite can say more about a file that is there.
      if access(path, F_OK) == 0 { return }
      throw JournalError(.cannotOpen, SystemError("make \(path)", code: code).description)
    }
    close(descriptor)
  }

  private static func nameAside(_ path: String, at now: Timestamp) -> String {
    "\(path).corrupt-" + now.description.filter { $0 != ":" && $0 != "-" }
  }

  /// What was set aside before that time, by its name, is deleted. How many databases.
  static func purgeSetAside(_ path: String, before time: Timestamp) throws(JournalError) -> Int {
    let limit = nameAside(path, at: time)
    let old: [String]
    do throws(FileError) {
      old = try FileSystem.glob(path.escapedForGlob + ".corrupt-*").filter { $0 < limit }
    } catch {
      throw JournalError(.inputOutput, "\(error)")
    }
    for file in old where unlink(file) != 0 {
      let code = errno
      if code != ENOENT { throw JournalError(.inputOutput, SystemError("delete \(file)", code: code).description) }
    }
    return old.count { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
  }

  private static func setAside(_ path: String, at now: Timestamp) throws(JournalError) -> String {
    let name = nameAside(path, at: now)
    let places = [name] + (2...9).map { "\(name)-\($0)" }
    guard let place = places.first(where: { access($0, F_OK) != 0 }) else {
      throw JournalError(.cannotOpen, "\(name) is there already")
    }
    // The database last: as long as it stands in its place, this is tried again.
    for part in ["-wal", "-shm", ""] where rename(path + part, place + part) != 0 {
      let code = errno
      guard code == ENOENT else {
        throw JournalError(.cannotOpen, SystemError("move \(path + part)", code: code).description)
      }
    }
    return place
  }
}

extension String {
  /// The characters that mean something in a shell pattern stand for themselves.
  fileprivate var escapedForGlob: String {
    String(flatMap { "*?[]\\".contains($0) ? ["\\", $0] : [$0] })
  }
}
