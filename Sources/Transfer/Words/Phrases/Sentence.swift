/// One of the sentences that are said in every language.
package enum Sentence: Hashable, Sendable, Codable {
  /// In place of `comfort`, for a caller who is told where they stand in line.
  case place
  case announcement, comfort, mergePrompt, briefing, reminder, taken, voicemailMessage
  /// What the caller is told on the way back; nil: for every cause that has no words of its own.
  case farewell(Outcome.Cause?)
  case menu(MenuSentence)

  /// Those that each shipped language has.
  package static let shipped: [Sentence] =
    [
      .announcement, .comfort, .place, .farewell(nil), .farewell(.optOut), .farewell(.error), .mergePrompt, .briefing,
      .reminder,
      .taken, .voicemailMessage,
    ]
    + MenuSentence.allCases.filter { $0 != .callbackMessage }.map { .menu($0) }

  package static let all: [Sentence] =
    shipped + Outcome.Cause.allCases.map { .farewell($0) } + [.menu(.callbackMessage)]

  /// As the conf file calls it.
  package var key: String {
    switch self {
    case .announcement: "announcement"
    case .comfort: "comfort_message"
    case .place: "place_message"
    case .mergePrompt: "merge_prompt"
    case .briefing: "briefing"
    case .reminder: "reminder"
    case .taken: "taken_message"
    case .voicemailMessage: "leave_message"
    case .menu(let sentence): sentence.rawValue
    case .farewell(nil): "return_message"
    case .farewell(.some(let cause)): "return_message_" + cause.rawValue.lowercased()
    }
  }
}

extension Sentence {
  /// What its text may hold, most usual first. Anything else would be spoken as nothing.
  package var fields: [Template.Field] {
    switch self {
    case .comfort, .place: [.target, .place, .callbackDigits] + Self.ofTheCaller
    case .announcement, .farewell: [.target] + Self.ofTheCaller
    case .menu(.menu):
      [.messageDigits, .waitDigits, .callbackDigits, .returnDigits, .target] + Self.ofTheCaller
    case .menu(.callbackConfirm): [.number, .otherDigits, .target, .topic]
    case .menu(.callbackPromised): [.number, .target, .topic]
    case .menu(.callbackBriefing): [.waited, .askedAt] + Self.ofTheCall + Self.keys
    case .menu(.callbackGreeting), .menu(.callbackMessage): [.callerName, .target, .topic, .reason]
    case .menu(.callbackUnreached), .menu(.callbackSorry): []
    case .menu(.messagePrompt), .menu(.messageReview), .menu(.messageSent), .menu(.callbackNumber): [.target, .topic]
    case .briefing: Self.ofTheCall + Self.keys
    case .voicemailMessage: Self.ofTheCall
    case .reminder: Self.keys
    case .mergePrompt, .taken: []
    }
  }

  private static let ofTheCaller: [Template.Field] = [.wait, .topic, .reason, .optOutDigits]
  private static let ofTheCall: [Template.Field] = [
    .target, .topic, .reason, .summary, .facts, .nextAction, .callerName, .callerNumber,
  ]
  private static let keys: [Template.Field] = [.acceptDigits, .declineDigits, .repeatDigits]
}

extension TransferPolicy {
  package subscript(sentence: Sentence) -> Template {
    get {
      switch sentence {
      case .announcement: announcement
      case .comfort: tellsPlace ? .empty : comfortMessage
      case .place: tellsPlace ? comfortMessage : .empty
      case .mergePrompt: mergePrompt
      case .briefing: briefing
      case .reminder: reminder
      case .taken: takenMessage
      case .voicemailMessage: voicemailMessage
      case .menu(let sentence): menu.sentences[sentence] ?? .empty
      case .farewell(nil): farewells.general
      case .farewell(.some(let cause)): farewells.template(for: cause)
      }
    }
    set {
      switch sentence {
      case .announcement: announcement = newValue
      case .comfort: if !tellsPlace { comfortMessage = newValue }
      case .place: if tellsPlace { comfortMessage = newValue }
      case .mergePrompt: mergePrompt = newValue
      case .briefing: briefing = newValue
      case .reminder: reminder = newValue
      case .taken: takenMessage = newValue
      case .voicemailMessage: voicemailMessage = newValue
      case .menu(let sentence): menu.sentences[sentence] = newValue
      case .farewell(nil): farewells.general = newValue
      case .farewell(.some(let cause)): farewells.byCause[cause] = newValue
      }
    }
  }

  /// The same in another language. What the administrator has written is said as it is in every language; a voice that
  /// was chosen is kept for the language that it was chosen for.
  package func speaking(_ phrases: Phrasebook, as spoken: LanguageTag) -> TransferPolicy {
    var policy = self
    for (sentence, template) in phrases.sentences where !ownSentences.contains(sentence) { policy[sentence] = template }
    policy.words = phrases.words
    let isOwn = spoken == language
    policy.voice.name = isOwn ? ownVoice ?? phrases.voice : phrases.voice
    policy.voice.engine = isOwn && (ownVoice != nil || ownEngine != nil) ? ownEngine : phrases.engine
    return policy
  }
}
