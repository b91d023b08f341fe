/// Why the journal could not be written or read.
package struct JournalError: Error, Equatable, CustomStringConvertible {
  /// Few and fixed: a label for metrics.
  package enum Kind: String, Sendable, CaseIterable {
    case diskFull, inputOutput, readOnly, locked, outOfMemory
    /// The disk neither takes anything nor says why not.
    case stalled
    /// The file is damaged, or no database at all.
    case damaged
    /// A database of something else.
    case foreign
    /// Made by a later version of this service.
    case tooNew
    case cannotOpen
    /// The row contradicts what is there already: only a mistake of our own does that.
    case contradiction
    /// A value that cannot be written, or a row that cannot be read as what it ought to be.
    case unusable
    /// As many rows wait as may wait.
    case overflow
    case closed
    case other
  }

  package let kind: Kind
  package let message: String
  /// What SQLite calls it, where it came from there: an extended result code.
  package let code: Int32?

  package init(_ kind: Kind, _ message: String, code: Int32? = nil) {
    self.kind = kind
    self.message = message
    self.code = code
  }

  package var description: String { "\(kind.rawValue): \(message)" + (code.map { " (SQLite \($0))" } ?? "") }

  /// It lies in the row and not in the database: the rows around it can be written.
  var concernsOneRow: Bool { kind == .contradiction || kind == .unusable }

  /// There is nothing to be had from this file.
  var condemnsTheFile: Bool { kind == .damaged || kind == .foreign }
}
