/// One of Asterisk's own conf files, line by line as Asterisk reads it, with everything that it includes. What a line means
/// is for others to say: these files have keys that come several times, and lines without a `=`.
package struct ConfStatements: Sendable {
  package enum Statement: Equatable, Sendable {
    /// `[name](options)`, the options without blanks.
    case section(String, options: String)
    case assignment(key: String, value: String)
    /// The file as it is written there.
    case include(String)
    case program
    case other
  }

  package struct Line: Equatable, Sendable {
    package let statement: Statement
    package let location: ConfLocation
    /// The section that it belongs to.
    package let section: String?
  }

  package private(set) var lines: [Line] = []
  /// In the first file too: after its last line a comment is still open.
  package private(set) var openComments: [String] = []
  package private(set) var unreadable: [ConfMistake] = []

  private static let largestFile = 16 << 20
  private static let mostFiles = 1_000

  private let folder: String
  private let files: ConfFiles
  private var filesRead = 0

  /// A relative path in an `#include` is looked for in `folder`, as Asterisk does.
  package static func read(_ path: String, in folder: String, from files: ConfFiles) -> ConfStatements {
    var statements = ConfStatements(folder: folder, files: files)
    var section: String?
    statements.read(path, at: ConfLocation(file: path, line: 1), within: [], &section)
    return statements
  }

  private init(folder: String, files: ConfFiles) {
    self.folder = folder
    self.files = files
  }

  private mutating func read(_ path: String, at place: ConfLocation, within stack: [String], _ section: inout String?) {
    guard !stack.contains(path), filesRead < Self.mostFiles else {
      return unreadable.append(ConfMistake(at: place, "\(quoted(path)) is included too often"))
    }
    filesRead += 1
    let content: ConfLines
    do throws(ConfFiles.ReadError) {
      content = ConfLines(of: try files.read(path, Self.largestFile), file: path)
    } catch {
      return unreadable.append(ConfMistake(at: place, "cannot read \(quoted(path)): \(error)"))
    }
    if content.endsInComment { openComments.append(path) }
    for line in content.lines {
      let location = ConfLocation(file: path, line: line.number)
      let statement = Statement(line.text)
      if case .section(let name, _) = statement { section = name }
      lines.append(Line(statement: statement, location: location, section: section))
      guard case .include(let pattern) = statement else { continue }
      for file in files.expand(pattern.hasPrefix("/") ? pattern : "\(folder)/\(pattern)") {
        read(file, at: location, within: stack + [path], &section)
      }
    }
  }
}

extension ConfStatements {
  /// The names of the sections, with where each begins.
  package var sections: [(name: String, options: String, location: ConfLocation)] {
    lines.compactMap { line in
      guard case .section(let name, let options) = line.statement else { return nil }
      return (name, options, line.location)
    }
  }

  /// The files that are included by one with that name, in whatever folder.
  package func include(of name: String) -> ConfLocation? {
    lines.first { line in
      guard case .include(let file) = line.statement else { return false }
      return file == name || file.hasSuffix("/" + name)
    }?.location
  }

  /// The last one counts, also one that comes from a template. Asterisk does not tell upper from lower case here.
  package func value(of key: String, in section: String) -> (text: String, location: ConfLocation)? {
    var values: [String: (text: String, location: ConfLocation)] = [:]
    for line in lines {
      let here = line.section?.lowercased() ?? ""
      switch line.statement {
      case .section(_, let options):
        for parent in options.lowercased().split(separator: ",").map(String.init) {
          if let inherited = values[parent] { values[here] = inherited }
        }
      case .assignment(let written, let text):
        if written.lowercased() == key { values[here] = (text, line.location) }
      case .include, .program, .other: break
      }
    }
    return values[section]
  }

  package var program: ConfLocation? { lines.first { $0.statement == .program }?.location }
}

extension ConfStatements.Statement {
  fileprivate init(_ text: String) {
    if text.hasPrefix("#") {
      self = Self.directive(text)
    } else if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
      let options = text[text.index(after: close)...].filter { $0 != " " && $0 != "\t" && $0 != "(" && $0 != ")" }
      self = .section(text[text.index(after: text.startIndex)..<close].trimmingBlanks, options: options)
    } else if let equals = text.firstIndex(of: "=") {
      let value = text[text.index(after: equals)...]
      let key = text[..<equals].trimmingBlanks
      self = .assignment(key: key, value: (value.hasPrefix(">") ? value.dropFirst() : value).trimmingBlanks)
    } else {
      self = .other
    }
  }

  private static func directive(_ text: String) -> Self {
    let word = text.prefix { $0 != " " && $0 != "\t" }
    let argument = text.dropFirst(word.count).trimmingBlanks
    switch word.lowercased() {
    case "#include", "#tryinclude": return .include(argument.filter { $0 != "\"" && $0 != "<" && $0 != ">" })
    case "#exec": return .program
    default: return .other
    }
  }
}
