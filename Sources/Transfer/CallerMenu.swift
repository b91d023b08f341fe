/// What a caller for whom nobody could be had may choose, with a key, and the words that go with it.
package struct CallerMenu: Equatable, Sendable, Codable {
  package enum Choice: String, Hashable, Sendable, Codable, CaseIterable {
    case message, wait
    case goBack = "return"
  }

  /// Those that are offered.
  package var keys: [Choice: DigitSequence] = [:]
  /// What becomes of a caller who presses none.
  package var withoutKey = Choice.goBack
  /// From the end of a question to its repetition, or to the end of the patience.
  package var patience: Duration = .seconds(6)
  package var longestMessage: Duration = .seconds(120)
  /// Whoever says nothing for so long has said everything; zero: only the key ends a message.
  package var silenceAfterMessage: Duration = .seconds(5)
  package var afterMessage = AfterCall.hangUp
  /// In place of the one for every cause.
  package var failures: [Outcome.Cause: FailureOutcome] = [:]
  package var sentences: [MenuSentence: Template] = [:]

  package init() {}

  func choice(of keys: DigitSequence) -> Choice? { self.keys.first { $0.value == keys }?.key }
}

/// What is said to a caller for whom nobody could be had.
package enum MenuSentence: String, Hashable, Sendable, Codable, CaseIterable {
  case menu
  case messagePrompt = "message_prompt"
  case messageReview = "message_review"
  case messageSent = "message_sent"
}

/// What can be done with a message that was left, by the keys that every language names.
enum MessageKey: String, CaseIterable {
  case send = "1"
  case listen = "2"
  case again = "3"

  static let sequences = allCases.compactMap { DigitSequence($0.rawValue) }
}
