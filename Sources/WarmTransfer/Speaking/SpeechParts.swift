import Speech
import Transfer

/// A text that is made and played part by part: the first is heard while the others are still being made, and whoever
/// hears it again hears what counts first.
struct SpeechParts: Equatable {
  /// As they are heard.
  let parts: [Wording]
  /// Their numbers as they are heard the second time; nil: as the first time.
  let again: [Int]?

  /// Nobody hears more of it at once.
  static let longestAtOnce: Duration = .seconds(30)
  /// What is shorter sounds cut off by itself.
  private static let shortestSentence = 3.0

  init(_ wording: Wording, bySentence: Bool) {
    let pieces = wording.pieces
    let isReordered = pieces.firstIndex { $0.isImportant } ?? 0 > 0
    let isLong = wording.estimatedLength(.init()) > Self.longestAtOnce
    guard bySentence || isReordered || isLong else {
      (parts, again) = ([wording], nil)
      return
    }
    var units: [Wording.Piece] = []
    for piece in pieces {
      units += bySentence || isLong ? Self.sentences(of: piece) : [piece]
    }
    let texts = units.map(\.text) + (wording.ending.isEmpty ? [] : [wording.ending])
    parts = texts.enumerated().map { number, text in
      let isContinued = number < texts.count - 1
      let isEnding = number == units.count
      return wording.saying(isEnding ? "" : text, ending: isEnding ? text : "", isContinued: isContinued)
    }
    let first = units.indices.filter { units[$0].isImportant }
    let rest = texts.indices.filter { !first.contains($0) }
    again = isReordered ? first + rest : nil
  }

  private static func sentences(of piece: Wording.Piece) -> [Wording.Piece] {
    var sentences: [String] = []
    for sentence in SpokenExcerpt.sentences(of: piece.text) {
      if let last = sentences.last, SpokenLength.inWords(last) < shortestSentence {
        sentences[sentences.count - 1] = last + " " + sentence
      } else {
        sentences.append(sentence)
      }
    }
    return sentences.map { Wording.Piece($0, isImportant: piece.isImportant) }
  }
}

extension Wording {
  func estimatedLength(_ voice: Voice) -> Duration {
    .milliseconds(Int(SpokenLength.inWords(text) * 60_000) / max(1, voice.wordsPerMinute))
  }
}
