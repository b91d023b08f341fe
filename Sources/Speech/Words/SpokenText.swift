package import Transfer

/// Turns written text into what a person can follow by ear: `account 4821` becomes `account four eight two one`.
/// Total: any text gives a text, in a time that grows with its length and no longer than `longest`.
package struct SpokenText: Sendable {
  /// In Unicode scalars, of what is read and again of what is given.
  static let longest = 4_000

  let language: SpokenLanguage
  /// False for a voice that reads numbers and signs in its own way: there is no table of its language.
  private let readsSigns: Bool
  private let voice: Voice
  private let pronunciations: Pronunciations

  package init(_ language: SpokenLanguage = .english) {
    self.language = language
    (readsSigns, voice, pronunciations) = (true, Voice(), Pronunciations())
  }

  /// As this voice can say it.
  package init(by voice: Voice, _ pronunciations: Pronunciations = Pronunciations()) {
    let known = SpokenLanguage.spoken(by: voice)
    (language, readsSigns) = (known ?? .english, known != nil)
    (self.voice, self.pronunciations) = (voice, pronunciations)
  }

  package static func spoken(_ wording: Wording, by voice: Voice) -> Wording {
    SpokenText(by: voice).spoken(wording)
  }

  package static func spoken(_ text: String, by voice: Voice) -> String { SpokenText(by: voice).spoken(text) }

  package func spoken(_ wording: Wording) -> Wording { wording.mapped { spoken($0) } }

  package func spoken(_ text: String) -> String {
    guard readsSigns || !pronunciations.isEmpty else { return text }
    let words = plainText(text, limit: Self.longest).split(separator: " ").map(WrittenWord.init)
    var said: [String] = []
    var next = 0
    var expectsIdentifier = false
    while next < words.count {
      let place = Place(words: words[next...], expectsIdentifier: expectsIdentifier, previous: said.last)
      let match = firstMatch(place) ?? Match(words[next].core)
      let last = words[next + match.count - 1]
      let opening = match.takesOpening || match.count > 1 && !match.keepsOpening ? "" : words[next].opening
      said.append(opening + match.text + last.closing(after: match))
      expectsIdentifier = stillExpecting(after: last, expectsIdentifier)
      next += match.count
    }
    return plainText(said.joined(separator: " "), limit: Self.longest)
  }

  private func firstMatch(_ place: Place) -> Match? {
    let signs = [phone, address, date, time, money, percentage, identifier, quantity, abbreviation]
    for rule in [pronunciation] + (readsSigns ? signs : []) {
      if let match = rule(place) { return match }
    }
    return nil
  }

  private func pronunciation(_ place: Place) -> Match? {
    for entry in pronunciations.candidates(place.core, by: voice) where place.words.count >= entry.written.count {
      let found = place.words.prefix(entry.written.count)
      // Nothing stands between them but a blank.
      let isOnePhrase =
        found.dropLast().allSatisfy(\.closing.isEmpty) && found.dropFirst().allSatisfy(\.opening.isEmpty)
      if isOnePhrase, found.map({ $0.core.lowercased() }) == entry.written {
        return Match(entry.said, count: found.count, keepsOpening: true)
      }
    }
    return nil
  }

  /// `order number is 48 21`: a label is remembered over what links it to its number, and over the number's groups.
  private func stillExpecting(after word: WrittenWord, _ expected: Bool) -> Bool {
    let name = word.core.lowercased()
    guard !word.endsSentence || language.abbreviations[name] != nil || language.numberSigns.contains(name) else {
      return false
    }
    if language.isLabel(name) { return true }
    return expected && (language.links.contains(name) || word.core.allSatisfy(isDigit))
  }
}

/// A word as it stands between two spaces, with the marks around it taken off.
struct WrittenWord {
  let raw: Substring
  let opening: Substring
  let core: String
  let closing: Substring

  init(_ raw: Substring) {
    self.raw = raw
    let inner = raw.drop { "({<\"'".contains($0) }
    opening = raw[..<inner.startIndex]
    var end = inner.endIndex
    while end > inner.startIndex, ".,;:!?)}>\"'".contains(inner[inner.index(before: end)]) {
      end = inner.index(before: end)
    }
    core = String(inner[..<end])
    closing = inner[end...]
  }

  var hasDot: Bool { closing.first == "." }
  var endsSentence: Bool { closing.contains { ".!?;".contains($0) } }

  /// The dot of an abbreviation goes with it; the pause of a sentence stays.
  func closing(after match: Match) -> Substring { match.takesDot && hasDot ? closing.dropFirst() : closing }
}

/// Where a rule looks: at the first of these words.
struct Place {
  let words: ArraySlice<WrittenWord>
  let expectsIdentifier: Bool
  /// What has just been said.
  let previous: String?

  var core: String { words.first?.core ?? "" }

  /// The next word, unless a mark separates the two.
  var following: String? {
    word(1)
  }

  /// The how-manieth after the first, unless a mark separates any of them; one that ends with a dot may stand before it.
  func word(_ number: Int, afterDot: Bool = false) -> String? {
    guard words.count > number else { return nil }
    let before = words.prefix(number)
    let areJoined = before.allSatisfy {
      $0.closing.isEmpty || afterDot && $0.closing == "." && $0.raw != before.first?.raw
    }
    return areJoined ? words[words.startIndex + number].core : nil
  }
}

struct Match {
  let text: String
  var count = 1
  /// An abbreviation's own.
  var takesDot = false
  /// The bracket of a phone number's area.
  var takesOpening = false
  /// Of several words: what stands before the first of them.
  var keepsOpening = false

  init(
    _ text: String,
    count: Int = 1,
    takesDot: Bool = false,
    takesOpening: Bool = false,
    keepsOpening: Bool = false
  ) {
    (self.text, self.count, self.takesDot) = (text, count, takesDot)
    (self.takesOpening, self.keepsOpening) = (takesOpening, keepsOpening)
  }
}

// MARK: - Numbers that are names

extension SpokenText {
  /// `+1 (555) 987-6543`
  private func phone(_ place: Place) -> Match? {
    guard let first = place.words.first?.raw.first, first == "+" || first == "(" || isDigit(first) else { return nil }
    var groups: [Substring] = []
    var found: Match?
    for (index, word) in place.words.prefix(6).enumerated() {
      let body = word.raw.dropLast(word.closing.count + (word.closing.first == ")" ? -1 : 0))
      guard body.count <= 20, body.allSatisfy({ isDigit($0) || "+()-.".contains($0) }) else { break }
      groups += body.split { !isDigit($0) }
      if let spoken = phone(groups, hasPlus: first == "+") {
        found = Match(spoken, count: index + 1, takesOpening: true)
      }
      guard word.closing.isEmpty || word.closing == ")" else { break }
    }
    return found
  }

  private func phone(_ groups: [Substring], hasPlus: Bool) -> String? {
    let digits = groups.joined()
    let shape = groups.map(\.count)
    if !hasPlus { return language.phoneShapes.contains(shape) ? said(groups: groups) : nil }
    let isAmerican = digits.first == "1"
    guard isAmerican ? digits.count == 11 : (7...15).contains(digits.count) else { return nil }
    let spoken = groups.count > 1 ? groups : isAmerican ? cut(digits, [1, 3, 3, 4]) : cut(digits, [2, 3, 3, 3, 4])
    return language.plus + " " + said(groups: spoken)
  }

  private func cut(_ digits: String, _ lengths: [Int]) -> [Substring] {
    var rest = Substring(digits)
    return lengths.compactMap { length in
      defer { rest = rest.dropFirst(length) }
      return rest.isEmpty ? nil : rest.prefix(length)
    }
  }

  /// `account 4821`, `#12`, `AB-1234`, and any number too long to be a quantity.
  private func identifier(_ place: Place) -> Match? {
    let core = place.core
    if core.first == "#", core.count > 1, core.dropFirst().allSatisfy(isDigit) {
      let digits = core.dropFirst()
      let name = digits.count <= 2 && !place.expectsIdentifier ? String(digits) : said(digits: digits)
      return Match(place.expectsIdentifier ? name : language.number + " " + name)
    }
    if !core.isEmpty, core.allSatisfy(isDigit) {
      let isQuantity = place.following.map { language.quantities.contains($0.lowercased()) } ?? false
      let isName = place.expectsIdentifier && !isQuantity
      return isName || core.count >= 6 || core.hasPrefix("00") || core.hasPrefix("0") && core.count > 2
        ? Match(said(digits: core[...])) : nil
    }
    guard isMixed(core, labelled: place.expectsIdentifier) else { return nil }
    let groups = core.split { !isDigit($0) && !isLetter($0) }
    return Match(groups.map(spelled).joined(separator: ", "))
  }

  private func isMixed(_ core: String, labelled: Bool) -> Bool {
    guard core.contains(where: isDigit), core.allSatisfy({ isDigit($0) || isLetter($0) || "-_/".contains($0) }) else {
      return false
    }
    let letters = core.split { !isLetter($0) }
    if labelled { return letters.allSatisfy { $0.count <= 4 } && !isOrdinal(core) }
    guard !letters.isEmpty else { return false }
    return letters.allSatisfy { $0.count <= 4 && $0 == $0.uppercased() } && quantity(core) == nil
  }

  private func isOrdinal(_ core: String) -> Bool {
    core.first.map(isDigit) == true && language.ordinalEndings.contains(core.drop(while: isDigit).lowercased())
  }

  private func spelled(_ group: Substring) -> String {
    group.map { isDigit($0) ? said(digit: $0) : said(letter: $0) }.joined(separator: " ")
  }

  private func said(groups: [Substring]) -> String {
    groups.map { language.saysPairs && $0.count == 2 ? said(pair: $0) : said(digits: $0) }.joined(separator: ", ")
  }

  /// `42`, and `zéro six`.
  private func said(pair: Substring) -> String { pair.first == "0" ? said(digits: pair) : String(pair) }

  func said(letter: Character) -> String {
    let capital = Character(letter.uppercased())
    return language.letters[capital] ?? String(capital)
  }

  private func said(digits: Substring) -> String {
    digits.map(said(digit:)).joined(separator: " ")
  }

  private func said(digit: Character) -> String {
    guard let value = digit.wholeNumberValue, language.digits.indices.contains(value) else { return String(digit) }
    return language.digits[value]
  }
}

// MARK: - Addresses

extension SpokenText {
  private func address(_ place: Place) -> Match? {
    let core = place.core
    if let host = host(ofURL: core) { return Match(said(address: host)) }
    let parts = core.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, isHost(parts[1]) else { return nil }
    return Match(said(address: core[...]))
  }

  /// Only the host: nobody follows a path by ear.
  private func host(ofURL core: String) -> Substring? {
    let lowered = core.lowercased()
    let scheme = ["https://", "http://"].first { lowered.hasPrefix($0) }
    guard scheme != nil || lowered.hasPrefix("www.") else { return nil }
    let authority = core.dropFirst(scheme?.count ?? 0).prefix { !"/?#".contains($0) }
    let host = authority.split(separator: "@").last?.prefix { $0 != ":" } ?? ""
    let short = host.lowercased().hasPrefix("www.") ? host.dropFirst(4) : host
    return isHost(short) ? short : nil
  }

  private func isHost(_ text: Substring) -> Bool {
    let labels = text.split(separator: ".", omittingEmptySubsequences: false)
    return labels.count > 1
      && labels.allSatisfy { label in
        !label.isEmpty && label.allSatisfy { isLetter($0) || isDigit($0) || $0 == "-" }
      }
  }

  private func said(address: Substring) -> String {
    address.map { sign in
      if let word = language.signs[sign] { return " \(word) " }
      return isDigit(sign) ? " \(said(digit: sign)) " : String(sign)
    }
    .joined()
  }
}

func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
