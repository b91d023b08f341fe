/// A text to be spoken, in two parts of whole sentences.
package struct Wording: Equatable, Sendable {
  /// What is said of this call.
  package let beginning: String
  /// What every call of the kind ends with, such as which key to press: its sound need not be made for each.
  package let ending: String

  package init(_ beginning: String, ending: String = "") {
    (self.beginning, self.ending) = (beginning, ending)
  }

  package var text: String { [beginning, ending].filter { !$0.isEmpty }.joined(separator: " ") }

  package func mapped(_ change: (String) -> String) -> Wording { Wording(change(beginning), ending: change(ending)) }

  /// `text` cut where the first sentence begins that lies in `tail` with all behind it; not at all where none does.
  init(_ text: String, cutWithin tail: String) {
    self.init(text)
    guard text.hasSuffix(tail) else { return }
    var start = text.index(text.endIndex, offsetBy: -tail.count)
    while start < text.endIndex {
      let before = text[..<start]
      if before.isEmpty || (before.last == " " && SpokenExcerpt.endsASentence(before.dropLast())) {
        self.init(String(before.dropLast()), ending: String(text[start...]))
        return
      }
      start = text.index(after: start)
    }
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
    return Wording(text, cutWithin: template.tail(Briefing.valuesForEveryCall(target)))
  }
}
