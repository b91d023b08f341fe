import Transfer

/// How callers are called back who would not wait, and what is said to them and to the person.
extension Schema {
  static let callback: [SettingKey<TransferPolicy>] = dialling + tries + words

  private static let dialling: [SettingKey<TransferPolicy>] = [
    .init(
      "callback_dial",
      "How a caller is dialed who is to be called back; * stands for the number. Empty: no callbacks; on_failure = callback then goes back to the dialplan with WT_RESULT=CALLBACK.",
      .explained(example: "PJSIP/*@trunk")
    ) { text, policy throws(ValueMistake) in
      policy.callback.dial = text.isEmpty ? nil : try ValueSyntax<DialPattern?>.dialPattern.parse(text)
    },
    .init(
      "callback_caller_id",
      "Caller ID that the called caller's phone shows. Default: caller_id.",
      .explained(example: "\"Acme\" <+18005551212>")
    ) { text, policy throws(ValueMistake) in
      policy.callback.callerID = try ValueSyntax<ProxyCallerID>.callerID.parse(text)
    },
    .init(
      "callback_numbers",
      "First digits of the numbers that callers may key in, such as +1, 0. Empty: only the number they call from.",
      .explained(example: "+1, 001")
    ) { text, policy throws(ValueMistake) in
      policy.callback.prefixes = text.isEmpty ? [] : try ValueSyntax.list(of: .beginningOfNumber).parse(text)
    },
    .init(
      "callback_digits",
      "Key with which a caller who waits asks to be called back; comfort_message can name it as {callback_digits}. Empty: not offered.",
      .standsFor(""),
      .digitsOrNothing,
      into: \.callback.offer
    ),
    .init(
      "after_callback",
      "What happens to a caller who has been promised a callback: hangup or return (to the dialplan, with WT_RESULT=CALLBACK).",
      .standsFor("hangup"),
      .oneOf,
      into: \.callback.afterPromise
    ),
  ]

  private static let tries: [SettingKey<TransferPolicy>] = [
    .init(
      "callback_ring_timeout",
      "Seconds that the caller's phone rings.",
      .standsFor("30"),
      .seconds(5...300),
      into: \.callback.ringTimeout
    ),
    .init(
      "callback_tries",
      "How many times the caller's phone is rung at most.",
      .standsFor("3"),
      .number(1...20),
      into: \.callback.tries
    ),
    .init(
      "callback_pause",
      "Seconds between two tries.",
      .standsFor("600"),
      .seconds(5...86_400),
      into: \.callback.pause
    ),
    .init(
      "callback_expiry",
      "Seconds after which nobody is called back any more.",
      .standsFor("86400"),
      .seconds(60...2_592_000),
      into: \.callback.expiry
    ),
    .init(
      "callback_hours",
      "When callers are called back, in Asterisk's time syntax. Default: at any time.",
      .explained(example: "09:00-20:00,mon-sat,*,*")
    ) { text, policy throws(ValueMistake) in
      do throws(TimeSpec.ParseError) {
        _ = try TimeSpec(parsing: text)
      } catch {
        throw ValueMistake(error.description)
      }
      policy.callback.hours = [text]
    },
    .init(
      "callback_amd",
      "Listen for an answering machine while the caller who was called back hears callback_greeting.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.callback.detectsMachines
    ),
  ]

  private static let words: [SettingKey<TransferPolicy>] = [
    sentence(.menu(.callbackConfirm), "Asked before a callback is promised: 1 confirms the number, 2 takes another."),
    sentence(.menu(.callbackNumber), "Asks for another number. The pound key ends it, * begins anew."),
    sentence(.menu(.callbackPromised), "Said when a callback is promised. Empty: none."),
    sentence(.menu(.callbackBriefing), "Heard by the person in place of briefing when somebody is to be called back."),
    sentence(
      .menu(.callbackGreeting),
      "Heard by the caller who was called back, before the two are connected. Empty: they are connected at once."
    ),
    sentence(
      .menu(.callbackMessage),
      "Left on the answering machine of a caller who was called back; then nobody calls again. Empty: another try."
    ),
    sentence(.menu(.callbackUnreached), "Told to the person when the caller could not be reached. Empty: none."),
    sentence(
      .menu(.callbackSorry),
      "Told to the caller who was called back when the person has hung up meanwhile. Empty: none."
    ),
  ]
}
