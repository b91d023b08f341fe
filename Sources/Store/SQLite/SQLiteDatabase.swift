package import Runtime
package import Transfer

/// Records in a file of SQLite's: nothing has to run for it.
package struct SQLiteDatabase: RecordDatabase {
  let path: String
  /// Pages of 4 KiB in the write-ahead log that wait for a quiet moment, and those that do not.
  var logPages = (idle: 500, busy: 16_000)

  package init(_ path: String) { self.path = path }

  package func open(at now: Timestamp) throws(JournalError) -> sending OpenedRecords {
    let file = try SQLiteFile.open(path, at: now)
    let setAside = file.setAside
    return OpenedRecords(try SQLiteChanges(file.database, of: self), setAside: setAside)
  }

  package func reader() throws(JournalError) -> sending any RecordQueries {
    SQLiteQueries(try SQLiteFile.openForReading(path))
  }

  package func retryDeliveries(_ delivery: Int64?, at now: WallTime) throws(JournalError) -> Int {
    let database = try SQLiteFile.openForChange(path)
    return try database.retryDeliveries(delivery, at: now)
  }

  package var behindMarker: String? { path == SQLiteFile.inMemory ? nil : path + ".behind" }
}
