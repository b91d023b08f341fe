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

  /// What the keys typed so far mean, looking back from the last one: a false start does no harm, and where one
  /// sequence ends with another the longer one wins.
  package func meaning(of typed: String) -> Meaning? {
    let sequences: [(DigitSequence, Meaning)] = [(accept, .accept), (decline, .decline), (`repeat`, .repeat)]
    return
      sequences
      .filter { typed.hasSuffix($0.0.digits) }
      .max { $0.0.digits.count < $1.0.digits.count }?
      .1
  }

  /// Whether the last keys can still become a sequence.
  package func mayMeanSomething(_ typed: String) -> Bool {
    [accept, decline, `repeat`].contains { sequence in
      (1...sequence.digits.count).contains { typed.hasSuffix(sequence.digits.prefix($0)) }
    }
  }
}
