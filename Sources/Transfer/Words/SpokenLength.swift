/// How long a text takes to speak, in words of usual length: a rate of speech is so many of them a minute. Estimated from
/// how it is written, by what espeak-ng takes for it: the same 160 words a minute give 4821 the time of seven words, and
/// a Chinese sentence without a blank that of one for each sign.
package enum SpokenLength {
  package static func inWords(_ text: some StringProtocol) -> Double {
    text.split(whereSeparator: \.isWhitespace).reduce(0) { $0 + inWords(ofOne: $1.unicodeScalars) }
  }

  /// A sign that is a syllable or a word, in a script that puts no blanks between words.
  static func isWrittenWithoutBlanks(_ character: Character) -> Bool {
    guard let first = character.unicodeScalars.first else { return false }
    return signLength(first) != nil && !isHangul(first)
  }

  private static func inWords(ofOne word: some BidirectionalCollection<Unicode.Scalar>) -> Double {
    let word = word.drop { !isSaid($0) }
    guard let end = word.lastIndex(where: isSaid) else { return 1 }
    var length = 0.0
    var (letters, digits, marks) = (0, 0, 0)
    for scalar in word[...end] {
      if let sign = signLength(scalar) {
        length += sign
      } else if scalar.properties.numericType == .decimal {
        digits += 1
      } else if scalar.properties.isAlphabetic {
        letters += 1
      } else if saidInWords.contains(scalar) {
        marks += 1
      }
    }
    if letters > longestUsualWord || (letters > 0 && digits + marks > 0) { length += Double(letters) / 6 }
    length += inWords(ofDigits: digits) + Double(marks)
    return length == 0 ? 1 : length
  }

  /// The marks around a word are not.
  private static func isSaid(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || signLength(scalar) != nil
  }

  private static let longestUsualWord = 9
  private static let saidInWords = Set(".:/@_?=&#%+~\\".unicodeScalars)

  /// Four hundred eighty-two has more words than digits; one too long for a number is said digit by digit.
  private static func inWords(ofDigits count: Int) -> Double {
    switch count {
    case 0...2: Double(count)
    case ..<10: Double(count) * 1.7
    default: Double(count) * 0.9
    }
  }

  private static func signLength(_ scalar: Unicode.Scalar) -> Double? {
    switch scalar.value {
    // Kana.
    case 0x3041...0x30FF: 0.5
    // Han.
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF: 1.2
    // Thai and Lao, Burmese, Khmer.
    case 0x0E01...0x0EDF, 0x1000...0x109F, 0x1780...0x17DD: 0.33
    case _ where isHangul(scalar): 0.7
    default: nil
    }
  }

  /// Syllable by syllable, but with blanks between words.
  private static func isHangul(_ scalar: Unicode.Scalar) -> Bool { (0xAC00...0xD7A3).contains(scalar.value) }
}
