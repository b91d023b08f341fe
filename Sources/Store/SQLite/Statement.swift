internal import CSQLite

enum SQLValue {
  case null
  case integer(Int64)
  case text(String)
}

extension SQLValue: ExpressibleByNilLiteral, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  init(nilLiteral: ()) { self = .null }
  init(stringLiteral value: String) { self = .text(value) }
  init(integerLiteral value: Int64) { self = .integer(value) }

  init(_ text: String?) { self = text.map { .text($0) } ?? .null }
  init(_ integer: Int64?) { self = integer.map { .integer($0) } ?? .null }
}

/// A compiled statement, to be run any number of times.
struct Statement: ~Copyable {
  private let handle: OpaquePointer

  init(adopting handle: OpaquePointer) {
    self.handle = handle
  }

  deinit {
    sqlite3_finalize(handle)
  }

  func run(_ values: SQLValue...) throws(JournalError) { try run(values) }

  func run(_ values: [SQLValue]) throws(JournalError) {
    try bind(values)
    defer { reset() }
    while try step() {}
  }

  func rows<Element>(
    _ values: SQLValue...,
    read: (borrowing SQLRow) throws(JournalError) -> Element
  ) throws(JournalError) -> [Element] {
    try rows(values, read: read)
  }

  func rows<Element>(
    _ values: [SQLValue],
    read: (borrowing SQLRow) throws(JournalError) -> Element
  ) throws(JournalError) -> [Element] {
    try bind(values)
    defer { reset() }
    var elements: [Element] = []
    while try step() { elements.append(try read(SQLRow(handle))) }
    return elements
  }

  /// Those that can be read: one that makes no sense hides no other.
  func readableRows<Element>(
    _ values: [SQLValue],
    read: (borrowing SQLRow) throws(JournalError) -> Element
  ) throws(JournalError) -> [Element] {
    try rows(values) { row throws(JournalError) in try row.unlessUnreadable(read) }.compactMap { $0 }
  }

  private func bind(_ values: [SQLValue]) throws(JournalError) {
    for (place, value) in zip(Int32(1)..., values) {
      let code =
        switch value {
        case .null: sqlite3_bind_null(handle, place)
        case .integer(let integer): sqlite3_bind_int64(handle, place, integer)
        case .text(let text): bind(text, at: place)
        }
      guard code == SQLITE_OK else { throw error(code) }
    }
  }

  private func bind(_ text: String, at place: Int32) -> Int32 {
    var text = text
    return text.withUTF8 { bytes in
      guard let count = Int32(exactly: bytes.count) else { return SQLITE_TOOBIG }
      return bytes.withMemoryRebound(to: CChar.self) {
        wt_sqlite3_bind_text(handle, place, $0.baseAddress, count)
      }
    }
  }

  /// Whether there is a row.
  private func step() throws(JournalError) -> Bool {
    let code = sqlite3_step(handle)
    switch code {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    default: throw error(code)
    }
  }

  /// The error of a step was told by the step.
  private func reset() {
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
  }

  private func error(_ code: Int32) -> JournalError {
    JournalError(code, sqlite3_errmsg(sqlite3_db_handle(handle)).map { String(cString: $0) } ?? "unknown")
  }
}

/// The row that a statement stands on, as long as it stands there.
struct SQLRow: ~Copyable {
  private let statement: OpaquePointer

  fileprivate init(_ statement: OpaquePointer) {
    self.statement = statement
  }

  /// Another type than what stands there is an error: the file may hold anything.
  func value<Value: SQLReadable>(_ column: Int32, as type: Value.Type = Value.self) throws(JournalError) -> Value {
    let value: SQLValue =
      switch sqlite3_column_type(statement, column) {
      case SQLITE_NULL: .null
      case SQLITE_INTEGER: .integer(sqlite3_column_int64(statement, column))
      case SQLITE_TEXT: .text(text(column))
      default: throw JournalError(.unusable, "column \(column) is neither a number nor a text")
      }
    guard let value = Value(value) else { throw JournalError(.unusable, "column \(column) is no \(type)") }
    return value
  }

  /// Nil for a row that makes no sense.
  func unlessUnreadable<Element>(
    _ read: (borrowing SQLRow) throws(JournalError) -> Element
  ) throws(JournalError) -> Element? {
    do throws(JournalError) {
      return try read(self)
    } catch {
      guard error.kind == .unusable else { throw error }
      return nil
    }
  }

  private func text(_ column: Int32) -> String {
    guard let bytes = sqlite3_column_text(statement, column) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
  }
}

/// What a column can be read as.
protocol SQLReadable {
  init?(_ value: SQLValue)
}

extension Int64: SQLReadable {
  init?(_ value: SQLValue) {
    guard case .integer(let integer) = value else { return nil }
    self = integer
  }
}

extension String: SQLReadable {
  init?(_ value: SQLValue) {
    guard case .text(let text) = value else { return nil }
    self = text
  }
}

extension Optional: SQLReadable where Wrapped: SQLReadable {
  init?(_ value: SQLValue) {
    if case .null = value {
      self = .none
    } else {
      guard let wrapped = Wrapped(value) else { return nil }
      self = wrapped
    }
  }
}
