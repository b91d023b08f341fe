import Transfer

/// A name in another language than the words around it.
extension EspeakEngine {
  /// By the voice that is selected, and the name by one of its own language. Where there is none it is said like the rest.
  mutating func synthesize(
    _ text: String,
    _ name: Wording.Name?,
    by voiceName: VoiceName,
    _ voice: Voice
  ) throws(SpeechError) -> [Int16] {
    guard !text.isEmpty else { return [] }
    guard let name, let place = text.firstRange(ofWords: name.text) else { return try synthesize(text) }
    let (before, after) = (String(text[..<place.lowerBound]), String(text[place.upperBound...]))
    guard select(name.language, voiceName.variant) else {
      try resume(voiceName, voice)
      return try synthesize(text)
    }
    set(wordsPerMinute: voice.wordsPerMinute, pitch: voice.pitch)
    let said = try synthesize(String(text[place]))
    try resume(voiceName, voice)
    return try (before.isSpoken ? synthesize(before) : []) + said + (after.isSpoken ? synthesize(after) : [])
  }

  private mutating func resume(_ voiceName: VoiceName, _ voice: Voice) throws(SpeechError) {
    try select(voiceName)
    set(wordsPerMinute: voice.wordsPerMinute, pitch: voice.pitch)
  }

  /// The nearest that there is: `de` for `de-at`.
  private mutating func select(_ language: LanguageTag, _ variant: String?) -> Bool {
    language.broadening.contains { tag in
      do throws(SpeechError) {
        try select(VoiceName(tag.description + (variant.map { "+" + $0 } ?? "")))
        return true
      } catch {
        return false
      }
    }
  }
}

extension String {
  fileprivate var isSpoken: Bool { contains { $0.isLetter || $0.isNumber } }

  /// Where it stands by itself.
  func firstRange(ofWords words: String) -> Range<Index>? {
    guard !words.isEmpty else { return nil }
    return ranges(of: words).first { place in
      let before = self[..<place.lowerBound].last
      let after = self[place.upperBound...].first
      return ![before, after].contains { $0?.isLetter == true || $0?.isNumber == true }
    }
  }
}
