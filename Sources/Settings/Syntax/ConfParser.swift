/// Asterisk's conf syntax, with everything that it includes, scalar by scalar: an `=` with an accent after it is an `=`, as
/// it is for Asterisk. It follows Asterisk's own parser, but where that one
/// skips a line with a warning this one notes a mistake, and goes on to find the next.
package struct ConfParser {
  static let deepestInclude = 10
  static let mostFiles = 256
  static let mostSections = 2000
  static let largestTotal = 1 << 20
  /// Where Asterisk looks for a file that is included by a relative path.
  static let asteriskFolder = "/etc/asterisk"

  private let files: ConfFiles
  private var conf = ParsedConf()
  private var indexOfSection: [String: Int] = [:]
  private var filesRead = 0
  private var bytesLeft = Self.largestTotal

  /// The section that lines belong to, and what stands under this header so far.
  private struct Block {
    /// Nil under a header that is itself a mistake: its lines are not judged.
    var section: Int?
    var keys: Set<String> = []
  }

  package static func parse(_ path: String, from files: ConfFiles) -> ParsedConf {
    var parser = ConfParser(files: files)
    do {
      try parser.read(path, within: [], block: nil)
    } catch {
      parser.complain(ConfLocation(file: path, line: 1), "cannot be read: \(error)")
    }
    return parser.conf
  }

  private init(files: ConfFiles) {
    self.files = files
  }

  private mutating func read(_ path: String, within stack: [String], block: Block?) throws(ConfFiles.ReadError) {
    let bytes = try files.read(path, bytesLeft)
    filesRead += 1
    bytesLeft -= min(bytes.count, bytesLeft)
    let content = ConfLines(of: bytes, file: path)
    for mistake in content.mistakes { complain(mistake.location, mistake.message) }
    var block = block
    for line in content.lines where conf.mistakes.count < ConfMistakes.most {
      let location = ConfLocation(file: path, line: line.number)
      switch line.text.unicodeScalars.first {
      case "[": block = header(line.text, at: location)
      case "#": directive(line.text, at: location, within: stack + [path], block: block)
      default: assignment(line.text, at: location, to: &block)
      }
    }
  }

  private mutating func complain(_ location: ConfLocation, _ message: String) {
    guard conf.mistakes.count < ConfMistakes.most else { return }
    conf.mistakes.append(ConfMistake(at: location, message))
  }
}

/// `[name]`, `[name](!)`, `[name](parent1,parent2)`, `[name](+)`.
extension ConfParser {
  private mutating func header(_ text: String, at location: ConfLocation) -> Block {
    guard let close = text.unicodeScalars.firstIndex(of: "]") else {
      complain(location, "'[' without its ']'")
      return Block()
    }
    let name = text[..<close].withoutFirstScalar.trimmingBlanks
    guard !name.isEmpty else {
      complain(location, "a section without a name")
      return Block()
    }
    guard let options = options(text[close...].withoutFirstScalar.trimmingBlanks, at: location) else { return Block() }
    guard let index = section(name, adding: options.contains("+"), at: location) else { return Block() }
    for option in options where option != "+" {
      if option == "!" { conf.sections[index].isTemplate = true } else { inherit(option, into: index, at: location) }
    }
    return Block(section: index)
  }

  private mutating func options(_ text: String, at location: ConfLocation) -> [String]? {
    if text.isEmpty { return [] }
    guard text.unicodeScalars.first == "(", text.unicodeScalars.last == ")" else {
      complain(location, "after '[section]' comes nothing, or '(…)' with templates, '!' or '+'; not \(quoted(text))")
      return nil
    }
    return text.withoutFirstScalar.withoutLastScalar.unicodeScalars.split(separator: ",")
      .map { Substring($0).trimmingBlanks }.filter { !$0.isEmpty }
  }

  /// Nil when there can be no such section; a second one without `(+)` is a mistake, and read as if it had it.
  private mutating func section(_ name: String, adding: Bool, at location: ConfLocation) -> Int? {
    if let known = indexOfSection[name] {
      if !adding {
        let first = conf.sections[known].location
        complain(location, "section [\(name)] is already at \(first); write [\(name)](+) to add to it")
      }
      return known
    }
    if adding {
      complain(location, "there is no section [\(name)] above to add to\(suggestion(for: name, among: names))")
    }
    guard conf.sections.count < Self.mostSections else {
      complain(location, "more than \(Self.mostSections) sections")
      return nil
    }
    indexOfSection[name] = conf.sections.count
    conf.sections.append(ConfSection(name: name, at: location))
    return conf.sections.count - 1
  }

  private mutating func inherit(_ parent: String, into index: Int, at location: ConfLocation) {
    guard let source = indexOfSection[parent], source != index else {
      return complain(
        location,
        "there is no section or template [\(parent)] above to inherit from"
          + suggestion(for: parent, among: names.filter { $0 != conf.sections[index].name })
      )
    }
    for entry in conf.sections[source].entries { set(entry, in: index) }
  }

  private var names: [String] { conf.sections.map(\.name) }
}

/// `key = value`, `key => value`, `key += more`.
extension ConfParser {
  private mutating func assignment(_ text: String, at location: ConfLocation, to block: inout Block?) {
    // A backslash in front makes any first character, `#` or `[`, part of a key.
    let line = text.unicodeScalars.first == "\\" ? text.withoutFirstScalar : text[...]
    guard let equals = line.unicodeScalars.firstIndex(of: "=") else {
      // The first word only: the rest may be a password.
      let word = line.prefix { $0 != " " && $0 != "\t" }
      return complain(location, "no '=' after \(quoted(word))")
    }
    let left = line[..<equals]
    let isAppending = left.unicodeScalars.last == "+"
    let key = (isAppending ? left.withoutLastScalar : left).trimmingBlanks
    var right = line[equals...].withoutFirstScalar
    if !isAppending, right.unicodeScalars.first == ">" { right = right.withoutFirstScalar }
    guard !key.isEmpty else { return complain(location, "no key before '='") }
    guard let current = block else { return complain(location, "\(quoted(key)) is not in any [section]") }
    guard let section = current.section else { return }

    if isAppending {
      append(String(right), to: key, in: section, at: location)
    } else {
      if current.keys.contains(key) { complain(location, "\(quoted(key)) is set twice in this section") }
      set(ConfEntry(key: key, value: right.trimmingBlanks, location: location), in: section)
    }
    block?.keys.insert(key)
  }

  /// Asterisk keeps the blanks after `+=`: `a += b` to `x` gives `x b`, `a +=b` gives `xb`.
  private mutating func append(_ more: String, to key: String, in index: Int, at location: ConfLocation) {
    let value = ((conf.sections[index].entry(key)?.value ?? "") + more).trimmingBlanks
    guard value.utf8.count <= ConfLines.longestLine else {
      return complain(location, "\(quoted(key)) grows longer than \(ConfLines.longestLine) bytes")
    }
    set(ConfEntry(key: key, value: value, location: location), in: index)
  }

  private mutating func set(_ entry: ConfEntry, in index: Int) {
    guard !conf.sections[index].set(entry) else { return }
    complain(entry.location, "more than \(ConfSection.mostEntries) keys in section [\(conf.sections[index].name)]")
  }
}

/// `#include "file"`, `#include <file>`, `#tryinclude file`.
extension ConfParser {
  private mutating func directive(_ text: String, at location: ConfLocation, within stack: [String], block: Block?) {
    let word = text.prefix { $0 != " " && $0 != "\t" }
    let argument = unquoted(text.dropFirst(word.count).trimmingBlanks)
    switch word {
    case "#include", "#tryinclude":
      guard !argument.isEmpty else { return complain(location, "\(word) needs the name of a file") }
      include(argument, mayBeMissing: word == "#tryinclude", at: location, within: stack, block: block)
    case "#exec": complain(location, "#exec is not supported: settings never run a program")
    default:
      let near = suggestion(for: String(word), among: ["#include", "#tryinclude"])
      complain(location, "unknown directive \(quoted(word))\(near)")
    }
  }

  private func unquoted(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count >= 2, let first = scalars.first, let last = scalars.last else { return text }
    let isQuoted = (first == "\"" && last == "\"") || (first == "<" && last == ">")
    return isQuoted ? String(text.withoutFirstScalar.withoutLastScalar) : text
  }

  private mutating func include(
    _ pattern: String,
    mayBeMissing: Bool,
    at location: ConfLocation,
    within stack: [String],
    block: Block?
  ) {
    let paths = resolve(pattern, from: location.file)
    if paths.isEmpty, !mayBeMissing {
      complain(location, "no such file: \(quoted(pattern)) (#tryinclude allows that)")
    }
    for path in paths {
      guard !stack.contains(path) else { return complain(location, "\(quoted(path)) includes itself") }
      guard stack.count < Self.deepestInclude else {
        return complain(location, "more than \(Self.deepestInclude) files deep in #include")
      }
      guard filesRead < Self.mostFiles else { return complain(location, "more than \(Self.mostFiles) files included") }
      do {
        try read(path, within: stack, block: block)
      } catch {
        complain(location, "cannot read \(quoted(path)): \(error)")
      }
    }
  }

  /// A relative path is looked for beside the file that includes it, then where Asterisk would.
  private func resolve(_ pattern: String, from file: String) -> [String] {
    if pattern.first == "/" { return files.expand(pattern) }
    let folder = file.lastIndex(of: "/").map { file[..<$0] } ?? "."
    let beside = files.expand("\(folder)/\(pattern)")
    return beside.isEmpty ? files.expand("\(Self.asteriskFolder)/\(pattern)") : beside
  }
}

extension Substring {
  fileprivate var withoutFirstScalar: Substring { Substring(unicodeScalars.dropFirst()) }
  fileprivate var withoutLastScalar: Substring { Substring(unicodeScalars.dropLast()) }
}

extension String {
  fileprivate var withoutFirstScalar: Substring { self[...].withoutFirstScalar }
}
