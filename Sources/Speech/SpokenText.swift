package import Transfer

/// Turns written text into what a person can follow by ear: `account 4821` becomes `account four eight two one`.
/// Total: any text gives a text, in a time that grows with its length and no longer than `longest`.
package struct SpokenText: Sendable {
  /// In Unicode scalars, of what is read and again of what is given.
  static let longest = 4_000

  let language: SpokenLanguage

  package init(_ language: SpokenLanguage = .english) {
    self.language = language
  }

  package static func spoken(_ wording: Wording, by voice: Voice) -> Wording {
    wording.mapped { spoken($0, by: voice) }
  }

  /// As this voice can say it: there is a table for English; other voices read numbers in their own way.
  package static func spoken(_ text: String, by voice: Voice) -> String {
    voice.name == "en" || voice.name.hasPrefix("en-") || voice.name.hasPrefix("en+")
      ? SpokenText(.english).spoken(text) : text
  }

  package func spoken(_ text: String) -> String {
    let words = plainText(text, limit: Self.longest).split(separator: " ").map(WrittenWord.init)
    var said: [String] = []
    var next = 0
    var expectsIdentifier = false
    while next < words.count {
      let place = Place(words: words[next...], expectsIdentifier: expectsIdentifier, previous: said.last)
      let match = firstMatch(place) ?? Match(words[next].core)
      let last = words[next + match.count - 1]
      let opening = match.takesOpening || match.count > 1 ? "" : words[next].opening
      said.append(opening + match.text + last.closing(after: match))
      expectsIdentifier = stillExpecting(after: last, expectsIdentifier)
      next += match.count
    }
    return plainText(said.joined(separator: " "), limit: Self.longest)
  }

  private func firstMatch(_ place: Place) -> Match? {
    let rules = [phone, address, date, time, money, percentage, identifier, quantity, abbreviation]
    for rule in rules {
      if let match = rule(place) { return match }
    }
    return nil
  }

  /// `order number is 48 21`: a label is remembered over what links it to its number, and over the number's groups.
  private func stillExpecting(after word: WrittenWord, _ expected: Bool) -> Bool {
    let name = word.core.lowercased()
    guard !word.endsSentence || language.abbreviations[name] != nil || name == "no" else { return false }
    if language.labels.contains(name) { return true }
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
    guard let word = words.first, word.closing.isEmpty, words.count > 1 else { return nil }
    return words[words.startIndex + 1].core
  }
}

struct Match {
  let text: String
  var count = 1
  /// An abbreviation's own.
  var takesDot = false
  /// The bracket of a phone number's area.
  var takesOpening = false

  init(_ text: String, count: Int = 1, takesDot: Bool = false, takesOpening: Bool = false) {
    (self.text, self.count, self.takesDot, self.takesOpening) = (text, count, takesDot, takesOpening)
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
      return isName || core.count >= 6 || core.hasPrefix("00") ? Match(said(digits: core[...])) : nil
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
    core.first.map(isDigit) == true && ["st", "nd", "rd", "th"].contains(core.drop(while: isDigit).lowercased())
  }

  private func spelled(_ group: Substring) -> String {
    group.map { isDigit($0) ? said(digit: $0) : $0.uppercased() }.joined(separator: " ")
  }

  private func said(groups: [Substring]) -> String {
    groups.map { said(digits: $0) }.joined(separator: ", ")
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

// MARK: - Dates and times

extension SpokenText {
  private func date(_ place: Place) -> Match? {
    let parts = place.core.split(separator: "T", maxSplits: 1)
    guard let day = parts.first.flatMap(date) else { return nil }
    guard parts.count == 2 else { return Match(day) }
    return clock(parts[1].prefix(5)).map { Match(day + ", " + language.time($0.hour, $0.minute, nil)) }
  }

  private func date(_ text: Substring) -> String? {
    let iso = numbers(text, separator: "-")
    if iso.count == 3, text.prefix(4).allSatisfy(isDigit) { return date(iso[0], iso[1], iso[2]) }
    let slashed = numbers(text, separator: "/")
    guard slashed.count == 3, slashed[2] >= 1_000 else { return nil }
    let monthFirst = slashed[1] > 12 || (language.monthComesFirst && slashed[0] <= 12)
    return monthFirst ? date(slashed[2], slashed[0], slashed[1]) : date(slashed[2], slashed[1], slashed[0])
  }

  private func date(_ year: Int, _ month: Int, _ day: Int) -> String? {
    guard (1_000...9_999).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    return language.date(year, month, day)
  }

  private func time(_ place: Place) -> Match? {
    let core = place.core.lowercased()
    let stuck = ["am", "pm"].first { core.hasSuffix($0) }
    let following = place.following.map { $0.lowercased().filter { $0 != "." } }
    let apart = stuck == nil && (following == "am" || following == "pm") ? following : nil
    let meridiem = (stuck ?? apart).map { $0 == "am" ? "a m" : "p m" }
    let digits = core.dropLast(stuck == nil ? 0 : 2)
    guard let clock = clock(digits) ?? (meridiem == nil ? nil : hour(digits)) else { return nil }
    guard meridiem == nil || (1...12).contains(clock.hour) else { return nil }
    return Match(language.time(clock.hour, clock.minute, meridiem), count: apart == nil ? 1 : 2)
  }

  private func hour(_ text: Substring) -> (hour: Int, minute: Int)? {
    guard (1...2).contains(text.count), text.allSatisfy(isDigit), let hour = Int(text) else { return nil }
    return (hour, 0)
  }

  private func clock(_ text: Substring) -> (hour: Int, minute: Int)? {
    let parts = numbers(text, separator: ":")
    guard parts.count == 2 || parts.count == 3, text.split(separator: ":")[1].count == 2 else { return nil }
    guard parts[0] < 24, parts.dropFirst().allSatisfy({ $0 < 60 }) else { return nil }
    return (parts[0], parts[1])
  }

  /// Nothing unless all parts are short numbers.
  private func numbers(_ text: Substring, separator: Character) -> [Int] {
    let parts = text.split(separator: separator, omittingEmptySubsequences: false)
    let values = parts.compactMap { (1...4).contains($0.count) && $0.allSatisfy(isDigit) ? Int($0) : nil }
    return values.count == parts.count ? values : []
  }
}

// MARK: - Quantities

extension SpokenText {
  private func money(_ place: Place) -> Match? {
    let core = place.core
    if let sign = core.first, let currency = language.currencies[String(sign)] {
      return money(Substring(core.dropFirst()), currency, magnitude: place.following, words: 1)
    }
    if let sign = core.last, let currency = language.currencies[String(sign)] {
      return money(core.dropLast(), currency, magnitude: nil, words: 1)
    }
    guard let following = place.following else { return nil }
    if let currency = language.currencies[core] {
      return money(Substring(following), currency, magnitude: nil, words: 2)
    }
    return language.currencies[following].flatMap { money(core[...], $0, magnitude: nil, words: 2) }
  }

  private func money(
    _ text: Substring,
    _ currency: SpokenLanguage.Currency,
    magnitude: String?,
    words: Int
  ) -> Match? {
    guard let (whole, fraction) = decimal(text) else { return nil }
    if let magnitude, language.magnitudes.contains(magnitude.lowercased()) {
      let number = fraction.isEmpty ? whole : whole + "." + fraction
      return Match("\(number) \(magnitude) \(currency.many)", count: words + 1)
    }
    guard fraction.isEmpty || fraction.count == 2 else {
      return Match("\(whole).\(fraction) \(currency.many)", count: words)
    }
    let cents = Int(fraction) ?? 0
    let spoken = [
      whole == "0" && cents > 0 ? nil : "\(whole) \(whole == "1" ? currency.one : currency.many)",
      cents == 0 ? nil : "\(cents) \(cents == 1 ? currency.cent : currency.cents)",
    ]
    return Match(spoken.compactMap(\.self).joined(separator: " \(language.and) "), count: words)
  }

  /// `1,250.50` without its commas; nothing for a number that nobody could follow.
  private func decimal(_ text: Substring) -> (whole: String, fraction: String)? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }), text.count <= 24 else { return nil }
    let groups = parts[0].split(separator: ",", omittingEmptySubsequences: false)
    let isGrouped =
      groups.count == 1 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard isGrouped, groups.allSatisfy({ $0.allSatisfy(isDigit) }), fraction.allSatisfy(isDigit) else { return nil }
    return (groups.joined(), String(fraction))
  }

  private func percentage(_ place: Place) -> Match? {
    guard place.core.last == "%" else { return nil }
    return number(place.core.dropLast()).map { Match($0 + " " + language.percent) }
  }

  private func number(_ text: Substring) -> String? {
    decimal(text).map { $0.fraction.isEmpty ? $0.whole : $0.whole + "." + $0.fraction }
  }

  /// `5kg`, `5 kg`, and a number with commas.
  private func quantity(_ place: Place) -> Match? {
    if let spoken = quantity(place.core) { return Match(spoken) }
    guard let value = number(place.core[...]) else { return nil }
    if let unit = place.following.flatMap(unit) {
      return Match(value + " " + (value == "1" ? unit.one : unit.many), count: 2)
    }
    return place.core.contains(",") ? Match(value) : nil
  }

  /// A single capital is no unit: 5G is not five grams.
  private func unit(_ name: String) -> (one: String, many: String)? {
    language.units[name.count == 1 ? name : name.lowercased()]
  }

  private func quantity(_ core: String) -> String? {
    let digits = core.prefix { isDigit($0) || $0 == "." || $0 == "," }
    guard let value = number(digits), let unit = unit(String(core.dropFirst(digits.count))) else {
      return nil
    }
    return value + " " + (value == "1" ? unit.one : unit.many)
  }
}

func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
