/// What of a written text somebody can take in who only hears it.
enum ForTheEar {
  /// Whole sentences, as long as they have so many words together; a first one that is longer is cut at a word.
  static func summary(_ text: String, words limit: Int) -> String {
    var taken: [Substring] = []
    for sentence in sentences(of: text) {
      if taken.count + sentence.count > limit { break }
      taken += sentence
    }
    if taken.isEmpty { taken = Array(words(of: text[...]).prefix(limit)) }
    return taken.joined(separator: " ")
  }

  /// The end of a conversation: as many of the last lines as have so many words together.
  static func lastTurns(of transcript: String, words limit: Int) -> String {
    var taken: [[Substring]] = []
    for line in transcript.split(whereSeparator: \.isNewline).reversed() {
      let turn = words(of: line)
      if turn.isEmpty { continue }
      if taken.joined().count + turn.count > limit { break }
      taken.insert(turn, at: 0)
    }
    let end = Array(words(of: transcript[...]).suffix(limit))
    if taken.isEmpty, !end.isEmpty { taken = [end] }
    return taken.map { $0.joined(separator: " ") }.map { endsASentence($0) ? $0 : $0 + "." }.joined(separator: " ")
  }

  private static func sentences(of text: String) -> [[Substring]] {
    var sentences: [[Substring]] = [[]]
    for line in text.split(whereSeparator: \.isNewline) {
      for word in words(of: line) {
        sentences[sentences.count - 1].append(word)
        if endsASentence(word) { sentences.append([]) }
      }
      sentences.append([])
    }
    return sentences.filter { !$0.isEmpty }
  }

  private static func words(of text: Substring) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

  private static func endsASentence(_ word: some StringProtocol) -> Bool {
    let end = word.last { !"\"')]”’»".contains($0) }
    return end.map { ".!?…。！？".contains($0) } ?? false
  }
}
