import Transfer

/// A trigger while it is read.
struct TriggerDraft {
  var trigger: Trigger
  var asksForPerson = false
  var words = RequestWords()
}

extension Schema {
  static let trigger: [SettingKey<TriggerDraft>] =
    [
      kind(
        .trigger,
        "Says when a conversation with a voice agent needs a person. All its conditions must hold; the first trigger that fires decides."
      )
    ]
    + conditions + consequences

  private static let conditions: [SettingKey<TriggerDraft>] = [
    .init(
      "asks_for_person",
      "The caller asks for a person, in the words that come with the service (en, de, es, fr, pt).",
      .standsFor("no"),
      .yesOrNo,
      into: \.asksForPerson
    ),
    .init(
      "words",
      "Or: the caller says one of these, whatever they speak. A * stands for any ending.",
      .explained(example: "supervisor, complain*"),
      .list(of: .words),
      into: \.words.always
    ),
    .init(
      family: "words",
      member: "de",
      "Or: the caller speaks this language and says one of these.",
      example: "Chef, Beschwerde*"
    ) { language, text, draft throws(ValueMistake) in
      draft.words.byLanguage[try ValueSyntax.language.parse(language)] = try ValueSyntax.list(of: .words).parse(text)
    },
    condition("failed_turns", "So many turns in a row in which the voice agent could not help.", example: "3") {
      text throws(ValueMistake) in
      .failedTurns(try ValueSyntax.number(1...100).parse(text))
    },
    condition(
      "confidence_below",
      "The voice agent understands the caller less surely than this, 0 to 1.",
      example: "0.4"
    ) {
      text throws(ValueMistake) in
      .confidence(below: try ValueSyntax.decimal(0...1).parse(text))
    },
    condition("sentiment_below", "The caller's mood is worse than this, -1 to 1.", example: "-0.5") {
      text throws(ValueMistake) in
      .sentiment(below: try ValueSyntax.decimal(-1...1).parse(text))
    },
    condition("topics", "The conversation is about one of these.", example: "complaint, cancellation") {
      text throws(ValueMistake) in
      .topic(oneOf: try ValueSyntax.list(of: .words).parse(text))
    },
    condition("after", "The conversation has lasted so long. Seconds, or 5m.", example: "5m") {
      text throws(ValueMistake) in
      .elapsed(try ValueSyntax.seconds(1...24 * 3_600).parse(text))
    },
  ]

  private static let consequences: [SettingKey<TriggerDraft>] = [
    .init(
      "action",
      "offer (the voice agent asks the caller, once), transfer (the voice agent hands over) or hand-over (the service does).",
      .standsFor("transfer"),
      .oneOf,
      into: \.trigger.action
    ),
    .init(
      "target",
      "Target or group to ring. Default: the rules choose.",
      .explained(example: "alice")
    ) { text, draft throws(ValueMistake) in
      draft.trigger.target = try ValueSyntax<String>.words.parse(text)
    },
    .init(
      "reason",
      "Why the caller is handed over, as the person hears it. Default: none.",
      .explained(example: "The caller asks for a person"),
      .words,
      into: \.trigger.reason
    ),
    .init(
      "say",
      "What the voice agent may say then. Default: as it likes.",
      .explained(example: "Would you like to talk to one of my colleagues?"),
      .words,
      into: \.trigger.say
    ),
  ]

  private static func condition(
    _ name: String,
    _ documentation: String,
    example: String,
    _ parse: @escaping @Sendable (String) throws(ValueMistake) -> Trigger.Condition
  ) -> SettingKey<TriggerDraft> {
    SettingKey(name, documentation, .explained(example: example)) { text, draft throws(ValueMistake) in
      draft.trigger.conditions.append(try parse(text))
    }
  }
}

extension ValueSyntax where Value == Double {
  static func decimal(_ range: ClosedRange<Double>) -> Self {
    Self { text throws(ValueMistake) in
      let isPlain = text.allSatisfy { $0.isASCIIDigit || $0 == "." || $0 == "-" }
      guard isPlain, let number = Double(text), range.contains(number) else {
        throw ValueMistake("\(quoted(text)) is not a number from \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}
