internal import CSQLite

/// One connection to an SQLite database, for one thread at a time.
struct SQLiteConnection: ~Copyable {
  enum Access {
    /// Made where it is not there yet.
    case readAndWrite
    case change
    case readOnly

    fileprivate var flags: Int32 {
      switch self {
      case .readAndWrite: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      case .change: SQLITE_OPEN_READWRITE
      case .readOnly: SQLITE_OPEN_READONLY
      }
    }
  }

  private let handle: OpaquePointer
  /// Where SQLite notes after each commit how many pages there are in the write-ahead log.
  private let pagesInLog: UnsafeMutablePointer<Int32>

  private init(adopting handle: OpaquePointer) {
    self.handle = handle
    pagesInLog = .allocate(capacity: 1)
    pagesInLog.initialize(to: 0)
    // With a hook of ours SQLite does not move the log by itself, which would happen within a commit.
    sqlite3_wal_hook(handle, noteLog, pagesInLog)
  }

  deinit {
    // Statements that are still there keep it alive until they go themselves.
    sqlite3_wal_hook(handle, nil, nil)
    sqlite3_close_v2(handle)
    pagesInLog.deallocate()
  }

  static func open(_ path: String, _ access: Access) throws(JournalError) -> SQLiteConnection {
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(path, &opened, access.flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
    guard let opened else { throw JournalError(.outOfMemory, "no memory for SQLite", code: code) }
    // Also a connection that could not be opened has to be closed.
    let database = SQLiteConnection(adopting: opened)
    guard code == SQLITE_OK else { throw database.error(code) }
    return database
  }

  func execute(_ script: String) throws(JournalError) {
    let code = sqlite3_exec(handle, script, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code) }
  }

  func prepare(_ sql: String) throws(JournalError) -> Statement {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
    guard code == SQLITE_OK else { throw error(code) }
    guard let prepared else { throw JournalError(.other, "an empty statement") }
    return Statement(adopting: prepared)
  }

  /// The one value of the one row that a question has for an answer.
  func value<Value: SQLReadable>(_ sql: String) throws(JournalError) -> Value {
    let statement = try prepare(sql)
    let values = try statement.rows { row throws(JournalError) in try row.value(0, as: Value.self) }
    guard let value = values.first else { throw JournalError(.other, "no answer to \(sql)") }
    return value
  }

  func transaction<R>(_ body: () throws(JournalError) -> R) throws(JournalError) -> R {
    try execute("BEGIN IMMEDIATE")
    do throws(JournalError) {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      try rollBack()
      throw error
    }
  }

  /// After the gravest errors SQLite has done it by itself.
  func rollBack() throws(JournalError) {
    if sqlite3_get_autocommit(handle) == 0 { try execute("ROLLBACK") }
  }

  /// How many rows the last statement has changed.
  var changes: Int { Int(sqlite3_changes64(handle)) }

  /// The number that the last row got which was put into a table that counts its rows.
  var lastRow: Int64 { sqlite3_last_insert_rowid(handle) }

  /// As of the last commit.
  var logPages: Int { Int(pagesInLog.pointee) }

  /// Whether all of the log is in the database's own file now.
  @discardableResult
  func checkpoint(_ kind: Checkpoint) throws(JournalError) -> Bool {
    var (frames, copied): (Int32, Int32) = (0, 0)
    let code = sqlite3_wal_checkpoint_v2(handle, nil, kind.mode, &frames, &copied)
    if code & 0xff == SQLITE_BUSY { return false }
    guard code == SQLITE_OK else { throw error(code) }
    return frames == copied
  }

  enum Checkpoint {
    /// Waits for nobody.
    case passive
    /// Waits for the readers, and leaves no log behind.
    case truncate

    fileprivate var mode: Int32 { self == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE }
  }

  private func error(_ code: Int32) -> JournalError {
    JournalError(code, sqlite3_errmsg(handle).map { String(cString: $0) } ?? "unknown")
  }
}

private func noteLog(
  _ context: UnsafeMutableRawPointer?,
  _ database: OpaquePointer?,
  _ name: UnsafePointer<CChar>?,
  _ pages: Int32
) -> Int32 {
  context?.assumingMemoryBound(to: Int32.self).pointee = pages
  return SQLITE_OK
}

extension JournalError {
  /// The lower byte of an extended result code is the plain one.
  init(_ code: Int32, _ message: String) {
    let kind: Kind =
      switch code & 0xff {
      case SQLITE_FULL: .diskFull
      case SQLITE_IOERR, SQLITE_PROTOCOL, SQLITE_NOLFS: .inputOutput
      case SQLITE_READONLY, SQLITE_PERM: .readOnly
      case SQLITE_BUSY, SQLITE_LOCKED: .locked
      case SQLITE_NOMEM: .outOfMemory
      case SQLITE_CORRUPT, SQLITE_NOTADB: .damaged
      case SQLITE_CANTOPEN, SQLITE_AUTH: .cannotOpen
      case SQLITE_CONSTRAINT: .contradiction
      case SQLITE_TOOBIG, SQLITE_MISMATCH: .unusable
      default: .other
      }
    self.init(kind, message, code: code)
  }
}
