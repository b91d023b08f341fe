import Transfer

/// What a caller for whom nobody could be had may choose, and what they are told.
extension Schema {
  static let menu: [SettingKey<TransferPolicy>] = failures + choices + message + callback

  /// `on_failure_busy` and its fellows: instead of `on_failure`, for one cause.
  private static let failures = Outcome.Cause.allCases.filter(\.leadsToFallback).map { cause in
    SettingKey<TransferPolicy>(
      "on_failure_" + cause.rawValue.lowercased(),
      "Instead of on_failure for \(cause.rawValue).",
      .explained(example: "menu")
    ) { text, policy throws(ValueMistake) in
      policy.menu.failures[cause] = try ValueSyntax.oneOf.parse(text)
    }
  }

  private static let choices: [SettingKey<TransferPolicy>] = [
    Schema.sentence(.menu(.menu), "What a caller can choose when nobody could be reached (on_failure = menu)."),
    key(.message, "1", "Key with which a caller leaves a message. Empty: not offered."),
    key(.wait, "2", "Key with which a caller waits for another hold_timeout. Empty: not offered."),
    key(
      .goBack,
      "3",
      "Key with which a caller goes back to the dialplan. Empty: not offered; opt_out_digits always works."
    ),
    key(
      .callback,
      "4",
      "Key with which a caller asks to be called back. Only offered with callback_dial. Empty: not offered."
    ),
    .init(
      "menu_default",
      "What happens to a caller who presses no key: return, message, callback or wait.",
      .standsFor("return"),
      .oneOf,
      into: \.menu.withoutKey
    ),
    .init(
      "menu_timeout",
      "Seconds after the menu in which a key is waited for. Then it is said once more.",
      .standsFor("6"),
      .seconds(1...60),
      into: \.menu.patience
    ),
  ]

  private static let message: [SettingKey<TransferPolicy>] = [
    Schema.sentence(.menu(.messagePrompt), "Said before the beep. Empty: the beep alone."),
    .init(
      "message_longest",
      "Longest message a caller can leave. Seconds.",
      .standsFor("120"),
      .seconds(5...1800),
      into: \.menu.longestMessage
    ),
    .init(
      "message_silence",
      "Silence that ends a message. Seconds. 0: only # ends it.",
      .standsFor("5"),
      .seconds(0...60),
      into: \.menu.silenceAfterMessage
    ),
    Schema.sentence(
      .menu(.messageReview),
      "Said after the message: 1 sends it, 2 plays it, 3 records it again. No key: it is sent."
    ),
    Schema.sentence(.menu(.messageSent), "Said when the message is sent. Empty: none."),
    .init(
      "after_message",
      "What happens to a caller who has left a message: hangup or return (to the dialplan, with WT_RESULT=VOICEMAIL).",
      .standsFor("hangup"),
      .oneOf,
      into: \.menu.afterMessage
    ),
  ]

  private static func key(_ choice: CallerMenu.Choice, _ digits: String, _ documentation: String)
    -> SettingKey<TransferPolicy>
  {
    .init("menu_\(choice.rawValue)_digits", documentation, .standsFor(digits)) { text, policy throws(ValueMistake) in
      policy.menu.keys[choice] = try ValueSyntax.digitsOrNothing.parse(text)
    }
  }
}
