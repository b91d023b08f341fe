/// What the person who was rung can press.
package struct AnswerKeys: Equatable, Sendable, Codable {
  package enum Meaning: Equatable, Sendable {
    case accept, decline, `repeat`
  }

  package var accept: DigitSequence
  package var decline: DigitSequence
  package var `repeat`: DigitSequence

  package init(accept: DigitSequence, decline: DigitSequence, repeat again: DigitSequence) {
    self.accept = accept
    self.decline = decline
    self.repeat = again
  }

  var sequences: [DigitSequence] { [accept, decline, `repeat`] }

  func meaning(of sequence: DigitSequence) -> Meaning? {
    if sequence == accept { return .accept }
    if sequence == decline { return .decline }
    return sequence == `repeat` ? .repeat : nil
  }
}
