/// As much of a written text as there is time to speak. Limits are in words as they are spoken, see `SpokenLength`.
package enum SpokenExcerpt {
  /// Whole sentences from the beginning, as long as there is time; a first one that is longer is cut at a word.
  static func beginning(of text: String, words limit: Int) -> String {
    var taken: [String] = []
    var left = Double(limit)
    for sentence in sentences(of: text) {
      let length = SpokenLength.inWords(sentence)
      if length > left { break }
      left -= length
      taken.append(sentence)
    }
    return taken.isEmpty ? joined(cut(pieces(of: text[...]), Double(limit))) : taken.joined(separator: " ")
  }

  /// The end of a conversation: as many of the last lines as there is time for.
  static func lastTurns(of transcript: String, words limit: Int) -> String {
    var taken: [String] = []
    var left = Double(limit)
    for line in transcript.split(whereSeparator: \.isNewline).reversed() {
      let turn = line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      if turn.isEmpty { continue }
      let length = SpokenLength.inWords(turn)
      if length > left { break }
      left -= length
      taken.insert(turn, at: 0)
    }
    if taken.isEmpty {
      let end = joined(cut(pieces(of: transcript[...]).reversed(), Double(limit)).reversed())
      if !end.isEmpty { taken = [end] }
    }
    return taken.map { endsASentence($0) ? $0 : $0 + "." }.joined(separator: " ")
  }

  /// What a text may be cut into: a word, or a sign of a script that puts no blanks between words.
  private struct Piece {
    let text: Substring
    let followsABlank: Bool
  }

  private static func pieces(of text: Substring) -> [Piece] {
    text.split(whereSeparator: \.isWhitespace).flatMap { word -> [Piece] in
      var pieces: [Piece] = []
      var rest = word
      while !rest.isEmpty {
        let isAWordItself = rest.first.map(SpokenLength.isWrittenWithoutBlanks) ?? false
        let piece = isAWordItself ? rest.prefix(1) : rest.prefix { !SpokenLength.isWrittenWithoutBlanks($0) }
        pieces.append(Piece(text: piece, followsABlank: piece.startIndex == word.startIndex))
        rest = rest[piece.endIndex...]
      }
      return pieces
    }
  }

  /// One that is too long all by itself, such as an address, is left out: nobody could follow a part of it.
  private static func cut(_ pieces: some Sequence<Piece>, _ limit: Double) -> [Piece] {
    var left = limit
    var taken: [Piece] = []
    for piece in pieces {
      let length = SpokenLength.inWords(piece.text)
      if length > limit { continue }
      if length > left { break }
      left -= length
      taken.append(piece)
    }
    return taken
  }

  private static func joined(_ pieces: some Sequence<Piece>) -> String {
    pieces.reduce(into: "") { text, piece in
      if piece.followsABlank, !text.isEmpty { text += " " }
      text += piece.text
    }
  }

  /// Each with single blanks between its words.
  package static func sentences(of text: String) -> [String] {
    var sentences: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      var sentence = ""
      for piece in pieces(of: line) {
        if piece.followsABlank, !sentence.isEmpty {
          if endsASentence(sentence) {
            sentences.append(sentence)
            sentence = ""
          } else {
            sentence += " "
          }
        }
        sentence += piece.text
        // Where no blank comes after the full stop.
        if sentence.last.map({ "。！？".contains($0) }) == true {
          sentences.append(sentence)
          sentence = ""
        }
      }
      if !sentence.isEmpty { sentences.append(sentence) }
    }
    return sentences
  }

  static func endsASentence(_ words: some StringProtocol) -> Bool {
    let end = words.last { !"\"')]”’»".contains($0) }
    return end.map { ".!?…。！？".contains($0) } ?? false
  }
}
