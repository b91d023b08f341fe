/// What a caller for whom nobody could be had may choose, with a key, and the words that go with it.
package struct CallerMenu: Equatable, Sendable, Codable {
  package enum Choice: String, Hashable, Sendable, Codable, CaseIterable {
    case message, wait, callback
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
}

/// What is said to a caller for whom nobody could be had.
package enum MenuSentence: String, Hashable, Sendable, Codable, CaseIterable {
  case menu
  case messagePrompt = "message_prompt"
  case messageReview = "message_review"
  case messageSent = "message_sent"
  /// Whether they are to be called on this number.
  case callbackConfirm = "callback_confirm"
  /// They are to key in another.
  case callbackNumber = "callback_number"
  case callbackPromised = "callback_promised"
  /// What the person hears in place of the briefing.
  case callbackBriefing = "callback_briefing"
  /// What the caller hears who answers when they are called back.
  case callbackGreeting = "callback_greeting"
  /// Left on their answering machine.
  case callbackMessage = "callback_message"
  /// To the person: the caller did not answer.
  case callbackUnreached = "callback_unreached"
  /// To the caller who has answered: the person has gone.
  case callbackSorry = "callback_sorry"
}

/// What can be done with a message that was left, by the keys that every language names.
enum MessageKey: String, CaseIterable {
  case send = "1"
  case listen = "2"
  case again = "3"
}

/// What a caller answers who is to be called back.
enum CallbackKey: String, CaseIterable {
  case confirm = "1"
  case another = "2"
}

extension CaseIterable where Self: RawRepresentable, RawValue == String {
  /// What is pressed for each.
  static var sequences: [DigitSequence] { allCases.compactMap { DigitSequence($0.rawValue) } }
}

extension TransferRequest {
  /// What this caller can choose.
  var choices: [CallerMenu.Choice: DigitSequence] {
    policy.menu.keys.filter { $0.key != .callback || offersCallback }
  }
}
