/// By which a caller is understood to ask for a person.
package struct RequestWords: Equatable, Sendable {
  /// In any language.
  package var always: [String]
  package var byLanguage: [LanguageTag: [String]]

  package init(always: [String] = [], byLanguage: [LanguageTag: [String]] = [:]) {
    (self.always, self.byLanguage) = (always, byLanguage)
  }

  package var isEmpty: Bool { always.isEmpty && byLanguage.isEmpty }

  /// Of one who speaks no language that is known here, the words of every language count.
  func are(in text: String, _ language: LanguageTag?) -> Bool {
    let own = language?.broadening.compactMap { byLanguage[$0] }.first
    let phrases = always + (own ?? byLanguage.values.flatMap { $0 })
    let words = Self.words(of: text)
    return phrases.contains { Self.holds(words, Self.words(of: $0, stars: true)) }
  }

  /// One after the other; a `*` at the end of one stands for any ending.
  private static func holds(_ words: [String], _ phrase: [String]) -> Bool {
    guard !phrase.isEmpty, words.count >= phrase.count else { return false }
    return (0...(words.count - phrase.count)).contains { start in
      zip(words[start...], phrase).allSatisfy { word, part in
        part.hasSuffix("*") ? word.hasPrefix(part.dropLast()) : word == part
      }
    }
  }

  private static func words(of text: String, stars: Bool = false) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && !(stars && $0 == "*") }.map(String.init)
  }

  /// In the languages that are shipped.
  package static let shipped: [String: [String]] = [
    "en": [
      "human", "human being", "real person", "live person", "live agent", "representative", "operator",
      "speak to someone", "speak with someone", "talk to someone", "talk with someone", "speak to somebody",
      "talk to somebody", "speak to a person", "speak with a person", "talk to a person", "talk with a person",
      "speak to an agent", "speak with an agent", "talk to an agent", "talk with an agent", "customer service",
    ],
    "de": [
      "mensch", "menschen", "mitarbeiter", "mitarbeiterin", "mitarbeitern", "berater", "beraterin", "echte person",
      "echten person", "richtige person", "richtigen person", "einer person", "jemandem sprechen", "jemand sprechen",
      "kundendienst", "kundenservice",
    ],
    "es": [
      "humano", "humana", "persona real", "una persona", "hablar con alguien", "un agente", "una agente", "operador",
      "operadora", "representante", "asesor", "asesora",
    ],
    "fr": [
      "humain", "vraie personne", "une personne", "parler à quelqu'un", "un agent", "conseiller", "conseillère",
      "opérateur", "opératrice", "service client",
    ],
    "pt": [
      "humano", "humana", "pessoa real", "uma pessoa", "falar com alguém", "atendente", "um agente", "operador",
      "operadora", "representante",
    ],
  ]
}
