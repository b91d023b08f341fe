/// A number that is one whatever stands before it. Else "number 12" would be read as the name of something, digit by digit.
package enum SpokenNumber {
  /// Chooses how a sign is drawn, and has no sound: no text from outside has it behind a digit.
  private static let mark: Unicode.Scalar = "\u{FE0E}"

  package static func marked(_ number: Int) -> String { String(number) + String(mark) }

  /// The digits of one that is marked; nil for every other word.
  package static func digits(of word: String) -> String? {
    guard word.unicodeScalars.last == mark else { return nil }
    let digits = withoutMarks(word)
    return !digits.isEmpty && digits.allSatisfy(\.isASCIIDigit) ? digits : nil
  }

  package static func withoutMarks(_ text: String) -> String {
    guard text.unicodeScalars.contains(mark) else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.filter { $0 != mark }))
  }
}
