/// What is said in one language.
package struct Phrasebook: Equatable, Sendable {
  package var tag: LanguageTag
  /// The name that espeak-ng has for its voice.
  package var voice: String
  /// The engine that speaks in its place; nil: espeak-ng.
  package var engine: String?
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
package struct SpokenWords: Equatable, Sendable {
  package var fewSeconds: String
  /// What follows a number of them.
  package var seconds: String
  package var oneMinute: String
  package var oneAndAHalfMinutes: String
  package var minutes: String
  package var star: String
  package var pound: String

  package init(
    fewSeconds: String,
    seconds: String,
    oneMinute: String,
    oneAndAHalfMinutes: String,
    minutes: String,
    star: String,
    pound: String
  ) {
    self.fewSeconds = fewSeconds
    self.seconds = seconds
    self.oneMinute = oneMinute
    self.oneAndAHalfMinutes = oneAndAHalfMinutes
    self.minutes = minutes
    self.star = star
    self.pound = pound
  }

  /// As people say it, and rather longer than shorter: `34` seconds are "40 seconds", `95` are "2 minutes".
  func spoken(_ wait: Duration) -> String {
    let seconds = (wait.milliseconds + 999) / 1_000
    switch seconds {
    case ..<10: return fewSeconds
    case ...50: return "\((seconds + 9) / 10 * 10) \(self.seconds)"
    case ...60: return oneMinute
    case ...90: return oneAndAHalfMinutes
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

extension SpokenWords: Codable {
  private enum CodingKeys: CodingKey {
    case fewSeconds, seconds, oneMinute, oneAndAHalfMinutes, minutes, star, pound
  }

  /// Transfers that an earlier version wrote down have no word for a few seconds, nor for a minute and a half.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    seconds = try container.decode(String.self, forKey: .seconds)
    oneMinute = try container.decode(String.self, forKey: .oneMinute)
    minutes = try container.decode(String.self, forKey: .minutes)
    star = try container.decode(String.self, forKey: .star)
    pound = try container.decode(String.self, forKey: .pound)
    fewSeconds = try container.decodeIfPresent(String.self, forKey: .fewSeconds) ?? "10 \(seconds)"
    oneAndAHalfMinutes =
      try container.decodeIfPresent(String.self, forKey: .oneAndAHalfMinutes) ?? "2 \(minutes)"
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
