extension String {
  /// Its words on lines of at most that many characters; a word that is longer has a line to itself.
  func wrapped(to width: Int) -> [String] {
    [split(separator: " ").map(String.init)].flatMap { Self.lines($0, width) }
  }

  /// Parts that are never taken apart, on as few lines as there have to be.
  static func lines(_ parts: [String], _ width: Int) -> [String] {
    var lines: [String] = []
    for part in parts {
      if let last = lines.last, last.count + 1 + part.count <= width {
        lines[lines.count - 1] = "\(last) \(part)"
      } else {
        lines.append(part)
      }
    }
    return lines
  }
}

/// Terms with what they mean beside them, or below those that are long.
func definitions(_ rows: [(term: String, meaning: String)], width: Int) -> [String] {
  let widest = 24
  let column = min(widest, rows.map(\.term.count).max() ?? 0) + 4
  return rows.flatMap { term, meaning in
    var lines = meaning.wrapped(to: max(20, width - column)).map { String(repeating: " ", count: column) + $0 }
    guard term.count + 4 <= column, let first = lines.first else { return ["  " + term] + lines }
    lines[0] = "  " + term + first.dropFirst(2 + term.count)
    return lines
  }
}
