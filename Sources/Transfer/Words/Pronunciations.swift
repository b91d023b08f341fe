/// How a company's own words are said: names of products, places and people that a voice would get wrong.
package struct Pronunciations: Equatable, Sendable {
  package struct Entry: Equatable, Sendable {
    /// In small letters, word by word.
    package let written: [String]
    package let said: String
    /// Nil: in every language.
    package let language: LanguageTag?

    /// Nil for what has no words.
    package init?(written: String, said: String, language: LanguageTag?) {
      let words = written.lowercased().split(separator: " ").map(String.init)
      guard !words.isEmpty else { return nil }
      (self.written, self.said, self.language) = (words, said, language)
    }
  }

  /// Those of more words first: what is longer is meant.
  private let byFirstWord: [String: [Entry]]

  package init(_ entries: [Entry] = []) {
    byFirstWord = Dictionary(grouping: entries) { $0.written[0] }
      .mapValues { $0.sorted { $0.written.count > $1.written.count } }
  }

  package var isEmpty: Bool { byFirstWord.isEmpty }

  /// Of those that begin with this word, and are for the language of this voice.
  package func candidates(_ word: String, by voice: Voice) -> [Entry] {
    guard let entries = byFirstWord[word.lowercased()] else { return [] }
    let name = voice.language
    return entries.filter { entry in
      guard let language = entry.language else { return true }
      return name.map { language.includes($0) } ?? false
    }
  }
}
