/// A text to be spoken: what is said of one call, and what every call of the kind ends with.
package struct Wording: Equatable, Sendable {
  /// Whole sentences.
  package struct Piece: Equatable, Sendable {
    package let text: String
    /// Whoever asks to hear it again hears this first.
    package let isImportant: Bool

    package init(_ text: String, isImportant: Bool = false) {
      (self.text, self.isImportant) = (text, isImportant)
    }
  }

  /// A name in another language than the text.
  package struct Name: Equatable, Sendable {
    package let text: String
    package let language: LanguageTag

    package init(_ text: String, _ language: LanguageTag) { (self.text, self.language) = (text, language) }
  }

  /// What is said of this call.
  package private(set) var pieces: [Piece]
  /// What every call of the kind ends with, such as which key to press: its sound need not be made for each.
  package private(set) var ending: String
  package private(set) var name: Name?
  /// Another text is heard right behind it.
  package var isContinued = false

  package init(_ beginning: String, ending: String = "") {
    pieces = beginning.isEmpty ? [] : [Piece(beginning)]
    self.ending = ending
  }

  package var beginning: String { pieces.map(\.text).joined(separator: " ") }
  package var text: String { [beginning, ending].filter { !$0.isEmpty }.joined(separator: " ") }

  package func mapped(_ change: (String) -> String) -> Wording {
    var changed = self
    changed.pieces = pieces.map { Piece(change($0.text), isImportant: $0.isImportant) }.filter { !$0.text.isEmpty }
    changed.ending = change(ending)
    changed.name = name.map { Name(change($0.text), $0.language) }
    return changed
  }

  /// The same with another text, which is a part of it.
  package func saying(_ text: String, ending: String = "", isContinued: Bool = false) -> Wording {
    var part = Wording(text, ending: ending)
    (part.name, part.isContinued) = (name, isContinued)
    return part
  }

  /// `text` cut where the first sentence begins that lies in `tail` with all behind it; not at all where none does.
  init(_ text: String, cutWithin tail: String) {
    self.init(text)
    guard text.hasSuffix(tail) else { return }
    var start = text.index(text.endIndex, offsetBy: -tail.count)
    while start < text.endIndex {
      if text.beginsASentence(at: start) {
        self.init(String(text[..<start].dropLast()), ending: String(text[start...]))
        return
      }
      start = text.index(after: start)
    }
  }

  /// With the sentences marked that hold one of these.
  func marking(_ values: [String]) -> Wording {
    let text = beginning
    let found = values.filter { !$0.isEmpty }.compactMap { text.firstRange(of: $0) }.map(text.sentences)
    guard !found.isEmpty else { return self }
    var marked = self
    marked.pieces = []
    var start = text.startIndex
    for range in found.sorted(by: { $0.lowerBound < $1.lowerBound }) where range.upperBound > start {
      marked.append(text[start..<max(start, range.lowerBound)], isImportant: false)
      marked.append(text[max(start, range.lowerBound)..<range.upperBound], isImportant: true)
      start = range.upperBound
    }
    marked.append(text[start...], isImportant: false)
    return marked
  }

  private mutating func append(_ text: Substring, isImportant: Bool) {
    let text = text.split(separator: " ").joined(separator: " ")
    guard !text.isEmpty else { return }
    if let last = pieces.last, last.isImportant == isImportant {
      pieces[pieces.count - 1] = Piece(last.text + " " + text, isImportant: isImportant)
    } else {
      pieces.append(Piece(text, isImportant: isImportant))
    }
  }

  package func naming(_ name: Name?) -> Wording {
    var wording = self
    wording.name = name
    return wording
  }
}

extension String {
  fileprivate func beginsASentence(at place: Index) -> Bool {
    let before = self[..<place]
    return before.isEmpty || (before.last == " " && SpokenExcerpt.endsASentence(before.dropLast()))
  }

  /// The whole sentences that hold it.
  fileprivate func sentences(around range: Range<Index>) -> Range<Index> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start > startIndex, !beginsASentence(at: start) { start = index(before: start) }
    while end < endIndex, !beginsASentence(at: end) { end = index(after: end) }
    return start..<end
  }
}

extension TransferMachine {
  /// The text of `.prepareSpeech`, and what of it is the same for everybody who calls. Only what is made for one transfer
  /// has parts: everything else is made once as it is.
  package func wording(of speech: SpeechID, _ text: String) -> Wording {
    guard let target = legs.first(where: { $0.id == speech.leg })?.target else { return Wording(text) }
    let template: Template? =
      switch speech {
      case .briefing: target.policy.briefing
      case .message: target.policy.voicemailMessage
      case .announcement, .comfort, .reminder, .taken, .mergePrompt, .farewell, .menu: nil
      }
    guard let template else { return Wording(text) }
    let wording = Wording(text, cutWithin: template.tail(Briefing.valuesForEveryCall(target)))
      .naming(callersName(for: target.policy.voice))
    if case .briefing = speech { return wording.marking(Briefing.whatCounts(in: request)) }
    return wording
  }

  /// Only where it is not in the language of this voice.
  private func callersName(for voice: Voice) -> Wording.Name? {
    guard let language = request.context.language, let spoken = voice.language, !request.caller.name.isEmpty,
      language.broadening.last != spoken.broadening.last
    else { return nil }
    return Wording.Name(request.caller.name, language)
  }
}
