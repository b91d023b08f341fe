// MARK: Dates and times

extension SpokenText {
  func date(_ place: Place) -> Match? {
    let parts = place.core.split(separator: "T", maxSplits: 1)
    guard let day = parts.first.flatMap({ date($0, after: place.previous ?? "") }) else { return shortDate(place) }
    guard parts.count == 2 else { return Match(day) }
    return clock(parts[1].prefix(5)).map { Match(day + ", " + language.time($0.hour, $0.minute, nil)) }
  }

  private func date(_ text: Substring, after previous: String) -> String? {
    let iso = numbers(text, separator: "-")
    if iso.count == 3, text.prefix(4).allSatisfy(isDigit) { return date(iso[0], iso[1], iso[2], previous) }
    for mark in language.dateMarks {
      let marked = numbers(text, separator: mark)
      if marked.count == 3, marked[2] >= 1_000 { return date(marked[2], marked[1], marked[0], previous) }
    }
    let slashed = numbers(text, separator: "/")
    guard slashed.count == 3, slashed[2] >= 1_000 else { return nil }
    let monthFirst = slashed[1] > 12 || (language.monthComesFirst && slashed[0] <= 12)
    return monthFirst
      ? date(slashed[2], slashed[0], slashed[1], previous) : date(slashed[2], slashed[1], slashed[0], previous)
  }

  /// `21.11.`, whose last dot is taken for the end of a sentence elsewhere.
  private func shortDate(_ place: Place) -> Match? {
    let previous = place.previous ?? ""
    guard language.datePrepositions.contains(previous.lowercased()), place.words.first?.hasDot == true else {
      return nil
    }
    let parts = numbers(place.core[...], separator: ".")
    guard parts.count == 2, place.core.count <= 5 else { return nil }
    return date(nil, parts[1], parts[0], previous).map { Match($0, takesDot: place.words.count > 1) }
  }

  private func date(_ year: Int?, _ month: Int, _ day: Int, _ previous: String) -> String? {
    guard year.map({ (1_000...9_999).contains($0) }) ?? true, (1...12).contains(month), (1...31).contains(day) else {
      return nil
    }
    return language.date(year, month, day, previous)
  }

  func time(_ place: Place) -> Match? {
    let core = place.core.lowercased()
    let stuck = ["am", "pm"].first { core.hasSuffix($0) }
    let following = place.following.map { $0.lowercased().filter { $0 != "." } }
    let apart = stuck == nil && (following == "am" || following == "pm") ? following : nil
    let digits = core.dropLast(stuck == nil ? 0 : 2)
    let half = stuck ?? apart
    let isNamed = !language.clockWord.isEmpty && following == language.clockWord
    guard
      let clock = clock(digits) ?? (isNamed ? clock(digits, marked: ".") : nil) ?? (half == nil ? nil : hour(digits))
    else { return nil }
    guard half == nil || (1...12).contains(clock.hour) else { return nil }
    return Match(said(clock, half), count: apart != nil || isNamed ? 2 : 1)
  }

  /// Only English has halves of a day.
  private func said(_ clock: (hour: Int, minute: Int), _ half: String?) -> String {
    guard let half else { return language.time(clock.hour, clock.minute, nil) }
    if language.monthComesFirst { return language.time(clock.hour, clock.minute, half == "am" ? "a m" : "p m") }
    return language.time(clock.hour % 12 + (half == "pm" ? 12 : 0), clock.minute, nil)
  }

  private func hour(_ text: Substring) -> (hour: Int, minute: Int)? {
    guard (1...2).contains(text.count), text.allSatisfy(isDigit), let hour = Int(text) else { return nil }
    return (hour, 0)
  }

  /// `14:30`, and `14h30` where it is written so.
  private func clock(_ text: Substring) -> (hour: Int, minute: Int)? {
    if let clock = clock(text, marked: ":") { return clock }
    return language.timeMarks.contains("h") ? clock(text, marked: "h") : nil
  }

  private func clock(_ text: Substring, marked mark: Character) -> (hour: Int, minute: Int)? {
    let parts = numbers(text, separator: mark)
    guard parts.count == 2 || parts.count == 3 && mark == ":", text.split(separator: mark)[1].count == 2 else {
      return nil
    }
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

// MARK: - Money, units, percent

extension SpokenText {
  func money(_ place: Place) -> Match? {
    let core = place.core
    if let (currency, rest) = leadingCurrency(core) {
      return money(rest, currency, magnitude: place.following, words: 1)
    }
    if let sign = core.last, let currency = language.currencies[String(sign)],
      let match = money(core.dropLast(), currency, magnitude: nil, words: 1)
    {
      return match
    }
    let (number, words) = grouped(place)
    guard let following = place.word(words) else { return nil }
    if words == 1, let currency = language.currencies[core] {
      return money(Substring(following), currency, magnitude: place.word(2), words: 2)
    }
    if let currency = language.currencies[following] {
      return money(number[...], currency, magnitude: nil, words: words + 1)
    }
    // `5 Mio. €`
    guard language.magnitudes[following.lowercased()] != nil, let sign = place.word(words + 1, afterDot: true),
      let currency = language.currencies[sign],
      let match = money(number[...], currency, magnitude: following, words: words)
    else { return nil }
    return Match(match.text, count: words + 2)
  }

  /// `$5`, `R$5`
  private func leadingCurrency(_ core: String) -> (SpokenLanguage.Currency, Substring)? {
    let sign = core.prefix { !isDigit($0) }
    guard !sign.isEmpty, sign.count < core.count, let currency = language.currencies[String(sign)],
      sign.contains(where: { !isLetter($0) })
    else { return nil }
    return (currency, core[sign.endIndex...])
  }

  /// `1 250,50`: groups of three digits with blanks between them, and how many words they are.
  private func grouped(_ place: Place) -> (String, Int) {
    let first = place.core
    guard language.decimalMark == ",", (1...3).contains(first.count), first.allSatisfy(isDigit) else {
      return (first, 1)
    }
    var (number, words) = (first, 1)
    while let next = place.word(words), words < 5 {
      let digits = next.prefix { isDigit($0) }
      guard digits.count == 3, next.count == 3 || next.dropFirst(3).first == language.decimalMark else { break }
      number += next
      words += 1
      if next.count > 3 { break }
    }
    return (number, words)
  }

  private func money(
    _ text: Substring,
    _ currency: SpokenLanguage.Currency,
    magnitude: String?,
    words: Int
  ) -> Match? {
    guard let (whole, fraction) = decimal(text) else { return nil }
    if let magnitude = magnitude.flatMap({ language.magnitudes[$0.lowercased()] }) {
      let many = language.ofMany(currency.unit.many)
      return Match("\(spoken(whole, fraction)) \(magnitude) \(many)", count: words + 1)
    }
    guard fraction.isEmpty || fraction.count == 2 else {
      return Match("\(spoken(whole, fraction)) \(currency.unit.many)", count: words)
    }
    let cents = Int(fraction) ?? 0
    let said = [
      whole == "0" && cents > 0 ? nil : language.counted(whole, currency.unit),
      cents == 0 ? nil : language.counted("\(cents)", currency.cent),
    ]
    return Match(said.compactMap(\.self).joined(separator: " \(language.and) "), count: words)
  }

  private func spoken(_ whole: String, _ fraction: String) -> String {
    fraction.isEmpty ? whole : "\(whole)\(language.decimalMark)\(fraction)"
  }

  /// `1,250.50` without its commas; nothing for a number that nobody could follow. Programs also write a point where people
  /// write a comma: what cannot be groups is a fraction.
  private func decimal(_ text: Substring) -> (whole: String, fraction: String)? {
    guard text.count <= 24 else { return nil }
    if let number = decimal(text, mark: language.decimalMark, groups: language.groupMarks) { return number }
    return language.decimalMark == "," ? decimal(text, mark: ".", groups: []) : nil
  }

  private func decimal(
    _ text: Substring,
    mark: Character,
    groups marks: Set<Character>
  ) -> (whole: String, fraction: String)? {
    let parts = text.split(separator: mark, omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty }) else { return nil }
    let groups = parts[0].split(omittingEmptySubsequences: false) { marks.contains($0) }
    let isGrouped =
      groups.count == 1 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    let fraction = parts.count == 2 ? parts[1] : ""
    guard isGrouped, groups.allSatisfy({ $0.allSatisfy(isDigit) }), fraction.allSatisfy(isDigit) else { return nil }
    return (groups.joined(), String(fraction))
  }

  func percentage(_ place: Place) -> Match? {
    if place.core.last == "%", place.core.count > 1 {
      return number(place.core.dropLast()).map { Match($0 + " " + language.percent) }
    }
    guard place.following == "%", let number = number(place.core[...]) else { return nil }
    return Match(number + " " + language.percent, count: 2)
  }

  private func number(_ text: Substring) -> String? { decimal(text).map { spoken($0.whole, $0.fraction) } }

  /// `5kg`, `5 kg`, and a number with marks between its groups.
  func quantity(_ place: Place) -> Match? {
    if let spoken = quantity(place.core) { return Match(spoken) }
    let (written, words) = grouped(place)
    guard let value = number(written[...]) else { return nil }
    if let unit = place.word(words).flatMap(unit) { return Match(language.counted(value, unit), count: words + 1) }
    return words > 1 || value != place.core ? Match(value, count: words) : nil
  }

  /// A single capital is no unit: 5G is not five grams.
  private func unit(_ name: String) -> SpokenLanguage.Noun? {
    language.units[name.count == 1 ? name : name.lowercased()]
  }

  func quantity(_ core: String) -> String? {
    let digits = core.prefix { isDigit($0) || $0 == "." || $0 == "," }
    guard let value = number(digits), let unit = unit(String(core.dropFirst(digits.count))) else { return nil }
    return language.counted(value, unit)
  }
}
