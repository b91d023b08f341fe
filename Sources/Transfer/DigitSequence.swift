/// One to eight telephone keys, such as `1` or `*2`.
package struct DigitSequence: Hashable, Sendable, Codable, CustomStringConvertible {
  package static let longest = 8

  package let digits: String

  /// Nil unless every character is a key of a telephone (`0`-`9`, `*`, `#`, `A`-`D`) and there are one to eight.
  package init?(_ digits: String) {
    guard (1...Self.longest).contains(digits.count), digits.allSatisfy(Self.isKey) else { return nil }
    self.digits = digits
  }

  package var description: String { digits }

  package static func isKey(_ character: Character) -> Bool {
    "0123456789*#ABCD".contains(character)
  }
}

/// Reads keys until they are one of some sequences. It remembers only what may still become one of them: whatever else
/// somebody types, a card number for one, is forgotten at once.
struct KeyReader: Equatable, Sendable, Codable {
  private var begun = ""

  /// A sequence has been begun and not ended.
  var mayMeanSomething: Bool { !begun.isEmpty }

  /// The sequence that ends with this key; the longest, where one ends with another. A false start does no harm.
  mutating func read(_ key: String, for sequences: [DigitSequence]) -> DigitSequence? {
    let typed = begun + key
    if let read = sequences.filter({ typed.hasSuffix($0.digits) }).max(by: { $0.digits.count < $1.digits.count }) {
      begun = ""
      return read
    }
    begun = Self.beginning(in: typed, of: sequences)
    return nil
  }

  /// The longest end of what was typed with which a sequence begins.
  private static func beginning(in typed: String, of sequences: [DigitSequence]) -> String {
    for length in (0..<DigitSequence.longest).reversed() {
      let end = String(typed.suffix(length))
      if end.count == length, sequences.contains(where: { $0.digits.hasPrefix(end) }) { return end }
    }
    return ""
  }
}
