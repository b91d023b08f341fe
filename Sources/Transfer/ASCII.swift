/// What is plain ASCII, and nothing that only looks or sorts like it: for Swift, an `e` with a stroke of U+0338 over it lies
/// between `a` and `z`.
extension Character {
  package var isASCIIDigit: Bool { asciiValue.map { (48...57).contains($0) } ?? false }
  package var isASCIILowercase: Bool { asciiValue.map { (97...122).contains($0) } ?? false }
  package var isASCIILetterOrDigit: Bool {
    isASCIIDigit || isASCIILowercase || asciiValue.map { (65...90).contains($0) } ?? false
  }
}

extension StringProtocol {
  /// Whether one of these marks is in it: also one that has an accent on it, and is another Character then.
  package func holds(anyOf marks: String) -> Bool {
    let marks = Set(marks.unicodeScalars)
    return unicodeScalars.contains { marks.contains($0) }
  }
}
