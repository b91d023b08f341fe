/// How urgent a call is: of those who wait, the one with the highest priority is served first, and of the same priority
/// the one who has waited longest.
package enum Priority {
  package static let range = -100...100
  package static let usual = 0

  /// A whole number; one beyond the range counts as its nearest. Nil for what is no number.
  package static func parse(_ text: String) -> Int? {
    plainNumber(text).map { Int(min(max($0.rounded(), Double(range.lowerBound)), Double(range.upperBound))) }
  }
}
