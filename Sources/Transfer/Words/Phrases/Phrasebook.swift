/// What is said in one language.
package struct Phrasebook: Equatable, Sendable {
  package var tag: LanguageTag
  /// The name that espeak-ng has for its voice.
  package var voice: String
  package var sentences: [Sentence: Template]
  package var words: SpokenWords

  package init(tag: LanguageTag, voice: String, sentences: [Sentence: Template], words: SpokenWords) {
    self.tag = tag
    self.voice = voice
    self.sentences = sentences
    self.words = words
  }
}

/// The words that stand in the holes of sentences.
package struct SpokenWords: Equatable, Sendable, Codable {
  /// With its number: "one second".
  package var oneSecond: String
  package var seconds: String
  package var oneMinute: String
  package var minutes: String
  package var star: String
  package var pound: String

  package init(
    oneSecond: String,
    seconds: String,
    oneMinute: String,
    minutes: String,
    star: String,
    pound: String
  ) {
    self.oneSecond = oneSecond
    self.seconds = seconds
    self.oneMinute = oneMinute
    self.minutes = minutes
    self.star = star
    self.pound = pound
  }

  /// `90` seconds are "2 minutes": nobody waits by the second.
  func spoken(_ wait: Duration) -> String {
    let seconds = max(1, wait.milliseconds / 1_000)
    switch seconds {
    case 1: return oneSecond
    case ..<60: return "\(seconds) \(self.seconds)"
    case 60: return oneMinute
    default: return "\((seconds + 59) / 60) \(minutes)"
    }
  }

  func spoken(_ keys: DigitSequence) -> String {
    keys.digits.map { key in
      switch key {
      case "*": star
      case "#": pound
      default: String(key)
      }
    }
    .joined(separator: " ")
  }
}

/// A language that comes with the service, as it is written down.
package struct ShippedLanguage: Sendable {
  package let tag: String
  package let voice: String
  package let sentences: [Sentence: String]
  package let words: SpokenWords

  package static let all: [ShippedLanguage] = [.english, .german, .spanish, .french, .portuguese]
}
