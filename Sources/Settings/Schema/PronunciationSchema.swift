import Transfer

/// `type = pronunciation`
extension Schema {
  static let pronunciation: [SettingKey<PronunciationDraft>] = [
    kind(.pronunciation, "How voices say your company's own words."),
    .init(
      "language",
      "Only in this language. Default: in every language.",
      .explained(example: "en")
    ) { text, draft throws(ValueMistake) in
      draft.language = try ValueSyntax<LanguageTag>.language.parse(text)
    },
    .init(
      family: "word",
      member: "WORD",
      "What is said wherever WORD stands, or several words; capitals make no difference.",
      example: "how it is said"
    ) { word, text, draft throws(ValueMistake) in
      let said = try ValueSyntax<String>.words.parse(text)
      guard said.count <= longestPronunciation else {
        throw ValueMistake("is longer than \(longestPronunciation) characters")
      }
      draft.words.append((word, said))
    },
  ]

  private static let longestPronunciation = 200
}

/// A section while it is read.
struct PronunciationDraft {
  var language: LanguageTag?
  var words: [(written: String, said: String)] = []
}

extension SettingsLoader {
  mutating func pronunciations() -> Pronunciations {
    var entries: [Pronunciations.Entry] = []
    for section in sectionsOfKind[.pronunciation] ?? [] {
      var draft = PronunciationDraft()
      reader.read(section, as: Schema.pronunciation, into: &draft)
      if draft.words.isEmpty { warn(section.location, "[\(section.name)] has no word.WORD") }
      entries += draft.words.compactMap { .init(written: $0.written, said: $0.said, language: draft.language) }
    }
    return Pronunciations(entries)
  }
}
