extension SpokenText {
  func abbreviation(_ place: Place) -> Match? {
    guard let word = place.words.first else { return nil }
    let lowered = word.core.lowercased()
    let isLast = place.words.count == 1
    if let full = pair(place, lowered) { return Match(full, count: 2, takesDot: place.words.count > 2) }
    if let full = numberSign(place, lowered) ?? saint(place, lowered) { return Match(full, takesDot: !isLast) }
    if let full = language.abbreviations[lowered] { return Match(full, takesDot: !isLast) }
    if word.hasDot, let full = language.dotted[lowered] { return Match(full, takesDot: !isLast) }
    return isSpelled(word.core) ? Match(word.core.map(said(letter:)).joined(separator: " ")) : nil
  }

  /// `z. B.`
  private func pair(_ place: Place, _ lowered: String) -> String? {
    guard place.words.count > 1, place.words.first?.hasDot == true else { return nil }
    return language.pairs["\(lowered) \(place.words[place.words.startIndex + 1].core.lowercased())"]
  }

  /// `no. 12`, but not the answer `No.`
  private func numberSign(_ place: Place, _ lowered: String) -> String? {
    guard lowered == "#" || language.numberSigns.contains(lowered), place.words.count > 1 else { return nil }
    let next = place.words[place.words.startIndex + 1].core
    // What is a word too needs its dot.
    let isSign = !lowered.allSatisfy(isLetter) || place.words.first?.hasDot == true
    return isSign && next.contains(where: isDigit) ? language.number : nil
  }

  /// `Main St.` is a street, `St. John` a saint.
  private func saint(_ place: Place, _ lowered: String) -> String? {
    guard lowered == "st", place.words.first?.hasDot == true else { return nil }
    let full = place.previous?.first?.isUppercase == true ? language.street : language.saint
    return full.isEmpty ? nil : full
  }

  private func isSpelled(_ core: String) -> Bool {
    guard (2...6).contains(core.count), core.allSatisfy({ isLetter($0) && $0.isUppercase }) else { return false }
    return language.spelled.contains(core) || !core.contains { "AEIOUY".contains($0) }
  }
}
