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
