internal import Transport

/// Audit records as a table of comma-separated values (RFC 4180), and back: nothing is lost on the way.
package enum AuditTable {
  private enum Place {
    case content
    case caller
    case words
    case hash
  }

  private enum Form {
    case text
    case number
    /// Lists are JSON in their cell.
    case json
  }

  private struct Column {
    let title: String
    let place: Place
    let name: String
    let form: Form
  }

  private static let columns: [Column] =
    content(.number, "n")
    + content(
      .text,
      "record",
      "transfer",
      "at",
      "requested_at",
      "channel",
      "pbx",
      "topic",
      "language",
      "party",
      "target"
    )
    + content(.text, "result", "cause") + content(.number, "wait_ms")
    + content(.text, "requested_by", "disclosed_at", "answer", "by", "unreadable")
    + content(.json, "incomplete", "phases", "calls", "actions")
    + privates(.caller, "caller_", .text, "number", "name", "salt") + content(.text, "caller_digest")
    + privates(.words, "", .text, "reason", "summary", "next_action", "transcript", "note")
    + privates(.words, "", .json, "facts", "briefings") + privates(.words, "words_", .text, "salt")
    + content(.text, "words_digest", "previous") + [Column(title: "hash", place: .hash, name: "hash", form: .text)]

  private static func content(_ form: Form, _ names: String...) -> [Column] {
    names.map { Column(title: $0, place: .content, name: $0, form: form) }
  }

  private static func privates(_ place: Place, _ prefix: String, _ form: Form, _ names: String...) -> [Column] {
    names.map { Column(title: prefix + $0, place: place, name: $0, form: form) }
  }

  package static let heading = columns.map(\.title).joined(separator: ",")

  package static func row(_ record: AuditRecord) -> String {
    columns.map { column in
      let value: JSON? =
        switch column.place {
        case .content: record.members[column.name]
        case .caller: record.caller?[column.name]
        case .words: record.words?[column.name]
        case .hash: .string(record.hash)
        }
      return cell(value, column.form)
    }
    .joined(separator: ",")
  }

  private static func cell(_ value: JSON?, _ form: Form) -> String {
    guard let value else { return "" }
    return quoted(form == .text ? harmless(value.string ?? "") : value.serialized())
  }

  /// A spreadsheet would calculate what begins like a formula; so that it can be taken away again, what begins with the
  /// mark gets one too.
  private static func harmless(_ text: String) -> String {
    text.unicodeScalars.first.map { "=+-@'\t\r\n".unicodeScalars.contains($0) } == true ? "'" + text : text
  }

  /// By its scalars: a mark with an accent on it is one character for Swift, and a mark for every reader.
  private static func quoted(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) else { return text }
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" { quoted.unicodeScalars.append(scalar) }
      quoted.unicodeScalars.append(scalar)
    }
    quoted.unicodeScalars.append("\"")
    return quoted
  }

  // MARK: Back

  /// Whether a row goes on in the next line: a cell may have several.
  package static func isOpen(_ row: String) -> Bool { row.utf8.count { $0 == UInt8(ascii: "\"") } % 2 == 1 }

  /// Nil for what is no row of this table.
  package static func record(_ row: String) -> AuditRecord? {
    let cells = cells(row)
    guard cells.count == columns.count else { return nil }
    var parts: [Place: [String: JSON]] = [:]
    for (cell, column) in zip(cells, columns) where !cell.isEmpty {
      guard let value = value(of: cell, column.form) else { return nil }
      parts[column.place, default: [:]][column.name] = value
    }
    guard let content = parts[.content], let hash = parts[.hash]?["hash"]?.string else { return nil }
    let record = AuditRecord(
      members: content,
      caller: parts[.caller].map(JSON.object),
      words: parts[.words].map(JSON.object),
      hash: hash
    )
    return AuditRecord(record.json)
  }

  private static func value(of cell: String, _ form: Form) -> JSON? {
    if form == .text {
      let isMarked = cell.unicodeScalars.first == "'"
      return .string(isMarked ? String(cell.unicodeScalars.dropFirst()) : cell)
    }
    do throws(JSONError) {
      return try JSON(parsing: "[\(cell)]").array?.first
    } catch {
      return nil
    }
  }

  private static func cells(_ row: String) -> [String] {
    var cells: [String] = [""]
    var isQuoted = false
    var mayBeEnd = false
    for scalar in row.unicodeScalars {
      if isQuoted, scalar != "\"" {
        cells[cells.count - 1].unicodeScalars.append(scalar)
      } else if scalar == "\"" {
        // Two of them within quotes stand for one.
        if mayBeEnd { cells[cells.count - 1].unicodeScalars.append("\"") }
        mayBeEnd = isQuoted
        isQuoted.toggle()
        continue
      } else if scalar == "," {
        cells.append("")
      } else {
        cells[cells.count - 1].unicodeScalars.append(scalar)
      }
      mayBeEnd = false
    }
    return cells
  }
}
