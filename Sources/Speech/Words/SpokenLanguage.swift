package import Transfer

/// The words of one language that `SpokenText` puts in place of signs: another language is another table.
package struct SpokenLanguage: Sendable {
  /// Something that is counted.
  struct Noun: Sendable {
    /// With its number: `ein Euro`.
    let one: String
    let many: String
    var isFeminine = false
  }

  struct Currency: Sendable {
    let unit: Noun
    let cent: Noun
  }

  /// Zero to nine.
  let digits: [String]
  /// Letters that would be taken for words where they stand alone.
  var letters: [Character: String] = [:]
  let plus: String
  let number: String
  let percent: String
  /// Signs inside an e-mail address or a host.
  let signs: [Character: String]
  let and: String
  /// Between whole and fraction.
  var decimalMark: Character = "."
  /// Between groups of three digits.
  var groupMarks: Set<Character> = [","]
  /// How a number is said before something feminine.
  var feminine: [String: String] = [:]
  /// By sign and by code.
  let currencies: [String: Currency]
  /// Spoken, by what is written in small letters.
  let magnitudes: [String: String]
  /// What joins a magnitude and what there is so much of.
  var ofMany: @Sendable (_ noun: String) -> String = { $0 }
  /// By what is written.
  let units: [String: Noun]
  /// Written in full, by the small letters and without the dot.
  let abbreviations: [String: String]
  /// Those that are words too, and stand for something only with their dot.
  let dotted: [String: String]
  /// The same in two words: `z. B.`
  var pairs: [String: String] = [:]
  /// What `St.` is behind a name, if anything, and before one.
  var street = ""
  var saint = ""
  /// Capitals that are said letter by letter although they have a vowel.
  let spelled: Set<String>
  /// What stands before a number that is a name, as in `no. 12`.
  let numberSigns: Set<String>
  /// After these a number is a name, not a quantity.
  let labels: Set<String>
  /// The same for what such words end with.
  var labelEndings: [String] = []
  /// What may stand between a label and its number.
  let links: Set<String>
  /// What makes the number before it a quantity even after a label.
  let quantities: Set<String>
  /// What follows the digits of an ordinal.
  let ordinalEndings: Set<String>
  /// How many digits the groups of a phone number have that is written without a plus.
  let phoneShapes: Set<[Int]>
  /// Two digits of a phone number are one number.
  var saysPairs = false
  /// Between the parts of a date, besides the slash.
  var dateMarks: Set<Character> = []
  /// Before a date without its year.
  var datePrepositions: Set<String> = []
  /// Given with the word before it.
  let date: @Sendable (_ year: Int?, _ month: Int, _ day: Int, _ previous: String) -> String
  /// Whether 3/4/2026 is the fourth of March.
  var monthComesFirst = false
  let time: @Sendable (_ hour: Int, _ minute: Int, _ meridiem: String?) -> String
  /// Between hour and minute, besides the colon.
  var timeMarks: Set<Character> = []
  /// The word for the hour, which the time that is said has already.
  var clockWord = ""

  /// The one that this voice speaks, if there is a table for it.
  package static func spoken(by voice: Voice) -> SpokenLanguage? {
    switch voice.name.prefix(while: { $0 != "-" && $0 != "+" }) {
    case "en": .english
    case "de": .german
    case "es": .spanish
    case "fr": .french
    case "pt": .portuguese
    default: nil
    }
  }

  func counted(_ number: String, _ noun: Noun) -> String {
    if number == "1" { return noun.one }
    let number = noun.isFeminine ? feminine[number] ?? number : number
    return "\(number) \(noun.many)"
  }

  func isLabel(_ word: String) -> Bool {
    labels.contains(word) || labelEndings.contains { word.hasSuffix($0) }
  }
}

extension SpokenLanguage.Noun {
  /// `1 gram`, `2 grams`
  init(_ one: String, _ many: String) { self.init(one: "1 \(one)", many: many) }
}
