import Transfer

/// The keys of the waiting line: who comes first in it, what callers are told of it, and who is taken out of it.
extension Schema {
  static let comfort = SettingKey<TransferPolicy>(
    "comfort_message",
    "Message to a caller who is still waiting. Empty: none. place: the caller's place in line and the estimated wait, in the words of the language.",
    ShippedLanguage.english.sentences[.comfort].map { .saidInItsLanguage($0) } ?? .standsFor("")
  ) { text, policy throws(ValueMistake) in
    policy.tellsPlace = text == "place"
    if policy.tellsPlace {
      policy.ownSentences.remove(.comfort)
    } else {
      policy[.comfort] = try ValueSyntax.template(of: .comfort).parse(text)
      policy.ownSentences.insert(.comfort)
    }
  }

  static let misses = SettingKey<TransferPolicy>(
    "misses_before_sign_off",
    "Sign a person off who misses this many calls in a row: no answer, an answering machine, or no key pressed. 0: never.",
    .standsFor("0"),
    .number(0...100),
    into: \.missesBeforeSignOff
  )

  static let rulePriority = SettingKey<RuleDraft>(
    "priority",
    "Priority in the waiting line, -100 to 100, for calls whose own is not given. Higher is served first. Default: 0.",
    .explained(example: "5")
  ) { text, rule throws(ValueMistake) in
    rule.priority = try ValueSyntax<Int>.priority.parse(text)
  }

  static let factPriority = SettingKey<FactLabel>(
    "priority",
    "yes: the fact's value, a number, is the call's priority in the waiting line, if neither the call nor a rule sets one.",
    .standsFor("no"),
    .yesOrNo,
    into: \.isPriority
  )
}

extension ValueSyntax where Value == Int {
  static var priority: Self {
    Self { text throws(ValueMistake) in
      let size = wholeNumber(text.first == "-" ? text.dropFirst() : text[...])
      guard let size, size <= Priority.range.upperBound else {
        let range = Priority.range
        throw ValueMistake("\(quoted(text)) is not a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
      return text.first == "-" ? -size : size
    }
  }
}
