/// What the conf file lets others fill in of a dial string: `PJSIP/*@trunk`, whose star stands for the digits of a
/// telephone number, with or without a plus before them. Nothing else is ever taken from outside.
package struct DialPattern: Equatable, Sendable, CustomStringConvertible {
  private static let lengths = 2...20

  package let description: String
  private let before: String
  private let after: String

  /// Nil without exactly one star, and a technology before it.
  package init?(_ text: String) {
    let parts = text.split(separator: "*", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].contains("/") else { return nil }
    description = text
    before = String(parts[0])
    after = String(parts[1])
  }

  /// With a number in place of the star.
  package func dialString(of number: String) -> String { before + number + after }

  package func matches(_ dialString: String) -> Bool {
    guard dialString.hasPrefix(before), dialString.hasSuffix(after) else { return false }
    let length = dialString.utf8.count - before.utf8.count - after.utf8.count
    guard length > 0 else { return false }
    let number = dialString.utf8.dropFirst(before.utf8.count).prefix(length)
    let digits = number.first == UInt8(ascii: "+") ? number.dropFirst() : number
    return Self.lengths.contains(digits.count) && digits.allSatisfy { (48...57).contains($0) }
  }
}
