/// Swift text taken apart into code and comments, line by line. What stands between quotes is in neither, so that no
/// rule trips over a word in a string; what stands in `\( )` is code again.
struct SwiftText {
  let code: [String]
  let comments: [String]

  init(_ text: String) {
    var scanner = Scanner(text: Array(text))
    scanner.run()
    code = scanner.code.lines
    comments = scanner.comments.lines
  }
}

extension String {
  var lines: [String] { split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
}

private struct Scanner {
  enum Place {
    case code(openParentheses: Int)
    case lineComment
    case blockComment
    /// A string, or a regular expression between `#/` and `/#`.
    case literal(closing: String, escape: String, spansLines: Bool)
  }

  let text: [Character]
  var position = 0
  /// The innermost place is the last: strings and code nest in each other by interpolation.
  var places: [Place] = [.code(openParentheses: 0)]
  var code = ""
  var comments = ""

  mutating func run() {
    while position < text.count, let place = places.last {
      switch place {
      case .code(let open): inCode(openParentheses: open)
      case .lineComment: inLineComment()
      case .blockComment: inBlockComment()
      case .literal(let closing, let escape, let spansLines): inLiteral(closing, escape, spansLines)
      }
    }
  }

  private mutating func inCode(openParentheses open: Int) {
    if sees("//") {
      places.append(.lineComment)
    } else if sees("/*") {
      take(2)
      places.append(.blockComment)
    } else if let literal = literalStart() {
      places.append(literal)
      code.append("\"\"")
    } else if sees(")"), open == 0, places.count > 1 {
      places.removeLast()
      code.append(contentsOf: take(1))
    } else {
      if sees("(") { places[places.count - 1] = .code(openParentheses: open + 1) }
      if sees(")") { places[places.count - 1] = .code(openParentheses: open - 1) }
      keep(in: \.code)
    }
  }

  private mutating func inLineComment() {
    if sees("\n") { places.removeLast() }
    keep(in: \.comments)
  }

  private mutating func inBlockComment() {
    if sees("/*") {
      take(2)
      places.append(.blockComment)
    } else if sees("*/") {
      take(2)
      places.removeLast()
    } else {
      keep(in: \.comments)
    }
  }

  private mutating func inLiteral(_ closing: String, _ escape: String, _ spansLines: Bool) {
    if sees(closing) {
      take(closing.count)
      places.removeLast()
    } else if sees(escape + "(") {
      take(escape.count)
      code.append(contentsOf: take(1))
      places.append(.code(openParentheses: 0))
    } else if sees(escape), !text[position...].dropFirst(escape.count).starts(with: "\n") {
      take(escape.count + 1)
    } else if sees("\n") {
      if !spansLines { places.removeLast() }
      keep(in: \.code)
    } else {
      take(1)
    }
  }

  private mutating func literalStart() -> Place? {
    let hashes = String(text[position...].prefix { $0 == "#" })
    let openings = hashes.isEmpty ? ["\"\"\"", "\""] : ["\"\"\"", "\"", "/"]
    guard let opening = openings.first(where: { sees(hashes + $0) }) else { return nil }
    take(hashes.count + opening.count)
    return .literal(closing: opening + hashes, escape: "\\" + hashes, spansLines: opening != "\"")
  }

  private func sees(_ word: String) -> Bool { text[position...].starts(with: word) }

  @discardableResult
  private mutating func take(_ count: Int) -> ArraySlice<Character> {
    let taken = text[position...].prefix(count)
    position += taken.count
    return taken
  }

  private mutating func keep(in part: WritableKeyPath<Scanner, String>) {
    guard let character = take(1).first else { return }
    if character == "\n" {
      code.append(character)
      comments.append(character)
    } else {
      self[keyPath: part].append(character)
    }
  }
}
