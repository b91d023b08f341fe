import Transfer

/// The keys of `[transfer]`, which each target may set for itself.
extension Schema {
  static let transfer = waiting + caller + farewells + wayOut + menu + agent + detection + speech

  /// How long, and for whom.
  private static let waiting: [SettingKey<TransferPolicy>] = [
    .init(
      "enabled",
      "no: callers go straight back to the dialplan with WT_CAUSE=DISABLED.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.enabled
    ),
    .init(
      "hold_timeout",
      "Longest time a caller waits in all. Seconds, or 2m.",
      .standsFor("90"),
      .seconds(5...3600),
      into: \.holdTimeout
    ),
    .init(
      "ring_timeout",
      "How long one phone rings. Seconds.",
      .standsFor("25"),
      .seconds(3...300),
      into: \.ringTimeout
    ),
    .init(
      "accept_timeout",
      "How long the person has to press a key after the briefing. Seconds.",
      .standsFor("20"),
      .seconds(3...300),
      into: \.acceptTimeout
    ),
    .init(
      "wrapup_time",
      "How long after a call the person is not rung again, to finish their notes. They can be ready earlier on the desk. Seconds. 0: not at all.",
      .standsFor("0"),
      .seconds(0...3600),
      into: \.wrapUpTime
    ),
    .init(
      "expected_wait",
      "What {wait} says until three callers have been connected. Seconds.",
      .standsFor("30"),
      .seconds(1...3600),
      into: \.expectedWait
    ),
    .init(
      "calls_at_once",
      "How many callers a target takes at the same time. Leave it at 1 for a person.",
      .standsFor("1"),
      .number(1...10_000),
      into: \.callsAtOnce
    ),
    .init(
      "skip_unreachable",
      "Skip phones that Asterisk knows are unreachable.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.skipsUnreachable
    ),
    .init(
      "skip_in_use",
      "Skip phones that Asterisk knows are in a call.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.skipsInUse
    ),
    misses,
  ]

  /// What the caller hears.
  private static let caller: [SettingKey<TransferPolicy>] = [
    .init(
      "hold_music",
      "Music class, from musiconhold.conf.",
      .standsFor("default"),
      .identifier(also: "_.-"),
      into: \.holdMusic
    ),
    sentence(.announcement, "First message to the caller. Empty: none."),
    .init(
      "comfort_interval",
      "Seconds between two comfort messages. 0: none.",
      .standsFor("30"),
      .seconds(0...3600),
      into: \.comfortInterval
    ),
    comfort,
    .init(
      "opt_out_digits",
      "Keys the caller can press to stop waiting and go back, such as *. Empty: none.",
      .standsFor(""),
      .digitsOrNothing,
      into: \.optOut
    ),
    sentence(
      .farewell(nil),
      "Message to the caller when nobody could be reached. Empty: none."
    ),
  ]

  /// Where the caller goes, and the voice agent.
  private static let wayOut: [SettingKey<TransferPolicy>] = [
    .init(
      "return_to",
      "Stasis app that callers return to, if the voice agent is an ARI app. Empty: the dialplan.",
      .standsFor(""),
      .identifierOrNothing(also: "_.-"),
      into: \.returnTo
    ),
    sentence(.mergePrompt, "Message to both when they are connected. Empty: none."),
    .init(
      "after_call",
      "What happens to the caller when the person hangs up: return (to the dialplan) or hangup.",
      .standsFor("return"),
      .oneOf,
      into: \.afterCall
    ),
    .init(
      "on_failure",
      "What happens to the caller when nobody could be reached: return (to the dialplan), voicemail, callback, message (they leave one, which the service keeps), menu (they choose) or hangup.",
      .standsFor("return"),
      .oneOf,
      into: \.onFailure
    ),
    .init(
      "mailbox",
      "Mailbox for on_failure = voicemail, as in VoiceMail(). Empty: your dialplan takes care of it.",
      .standsFor(""),
      .identifierOrNothing(also: "@_.-"),
      into: \.mailbox
    ),
    .init(
      "ai_leg",
      "What happens to a voice agent that shares a bridge with the caller when the two are connected: hangup, mute (it keeps listening) or keep (it keeps talking).",
      .standsFor("hangup"),
      .oneOf,
      into: \.voiceAgentLeg
    ),
  ]

  /// What the person who is rung sees, hears and presses.
  private static let agent: [SettingKey<TransferPolicy>] = [
    .init(
      "caller_id",
      "Caller ID that the person's phone shows: \"Name\" <number>, a number, or caller for the caller's own.",
      .standsFor("caller"),
      .callerID,
      into: \.callerID
    ),
    .init(
      "require_caller_id",
      "yes: never show the caller's own number; a target with caller_id = caller is not rung (WT_CAUSE=NOTARGET).",
      .standsFor("no"),
      .yesOrNo,
      into: \.requiresCallerID
    ),
    .init(
      "accept_digits",
      "Keys that take the call. Sequences such as *2 work.",
      .standsFor("1"),
      .digits,
      into: \.keys.accept
    ),
    .init("decline_digits", "Keys that decline the call.", .standsFor("2"), .digits, into: \.keys.decline),
    .init("repeat_digits", "Keys that repeat the briefing.", .standsFor("3"), .digits, into: \.keys.repeat),
    sentence(.briefing, "What the person hears when they answer."),
    .init(
      "briefing_limit",
      "Longest briefing, in seconds. {summary} is cut at the end of a sentence to fit.",
      .standsFor("20"),
      .seconds(5...300),
      into: \.briefingLimit
    ),
    sentence(.reminder, "Reminder halfway through accept_timeout. Empty: none."),
    .init(
      "hint_at_wrong_key",
      "Play the reminder after a wrong key.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.hintsAtWrongKeys
    ),
    sentence(
      .taken,
      "Message to people who answered when someone else was faster (strategy = all). Empty: none."
    ),
  ]

  /// Answering machines.
  private static let detection: [SettingKey<TransferPolicy>] = [
    .init(
      "amd",
      "Answering machine detection: parallel (during the briefing), before (the briefing waits for it) or off.",
      .standsFor("parallel"),
      .oneOf,
      into: \.machineDetection
    ),
    .init(
      "leave_message",
      "Message to leave on the person's voicemail. Empty: none. standard: the message of the language.",
      .standsFor("")
    ) { text, policy throws(ValueMistake) in
      if text == "standard" {
        policy.ownSentences.remove(.voicemailMessage)
      } else {
        try policy.take(text, for: .voicemailMessage)
      }
    },
    .init(
      "amd_initial_silence",
      "Silence at the start that means a machine, in ms. More than amd_total_time: never.",
      .standsFor("8000"),
      .number(1...60_000),
      into: \.detector.initialSilence
    ),
    .init(
      "amd_greeting",
      "A greeting longer than this means a machine, in ms.",
      .standsFor("4200"),
      .number(1...60_000),
      into: \.detector.greeting
    ),
    .init(
      "amd_after_greeting_silence",
      "Silence after the greeting that means a person, in ms.",
      .standsFor("800"),
      .number(1...60_000),
      into: \.detector.afterGreetingSilence
    ),
    .init(
      "amd_total_time",
      "After this time detection gives up and the keys decide, in ms.",
      .standsFor("7000"),
      .number(100...60_000),
      into: \.detector.totalAnalysis
    ),
    .init(
      "amd_min_word",
      "Shortest sound that counts as a word, in ms.",
      .standsFor("100"),
      .number(1...10_000),
      into: \.detector.minimumWord
    ),
    .init(
      "amd_between_words",
      "Silence that separates two words, in ms.",
      .standsFor("50"),
      .number(1...10_000),
      into: \.detector.betweenWords
    ),
    .init(
      "amd_max_words",
      "More words than this in the greeting mean a machine.",
      .standsFor("30"),
      .number(1...100),
      into: \.detector.maximumWords
    ),
    .init(
      "amd_silence_threshold",
      "Level below which sound counts as silence, 1 to 32767.",
      .standsFor("256"),
      .number(1...32_767),
      into: \.detector.silenceThreshold
    ),
    .init(
      "amd_max_word_length",
      "A single word longer than this means a machine, in ms.",
      .standsFor("5000"),
      .number(1...60_000),
      into: \.detector.maximumWord
    ),
  ]

  /// How everything is spoken.
  private static let speech: [SettingKey<TransferPolicy>] = [
    .init(
      "language",
      "Language spoken to the person: en, de, es, fr, pt, or a section of type = language. In [transfer] also to callers whose language is not known.",
      .standsFor("en")
    ) { text, policy throws(ValueMistake) in
      policy.language = try ValueSyntax.language.parse(text)
    },
    .init(
      "voice",
      "espeak-ng voice for that language, such as en-us or de+f3 (espeak-ng --voices lists them), or a section of type = voice. Default: the language's own.",
      .explained(example: "en-us")
    ) { text, policy throws(ValueMistake) in
      policy.ownVoice = try ValueSyntax.identifier(also: "_+-").parse(text)
    },
    .init(
      "speech_rate",
      "Words per minute, 80 to 450.",
      .standsFor("160"),
      .number(80...450),
      into: \.voice.wordsPerMinute
    ),
    .init("volume", "Volume, 0 to 100.", .standsFor("100"), .number(0...100), into: \.voice.volume),
    .init("pitch", "Pitch, 0 to 99. 50 is the voice's own.", .standsFor("50"), .number(0...99), into: \.voice.pitch),
  ]

  /// `return_message_busy` and its fellows: instead of `return_message`, for one cause.
  private static let farewells: [SettingKey<TransferPolicy>] = [
    farewell(.noAnswer, "the last person did not answer"),
    farewell(.busy, "the last person was busy"),
    farewell(.unreachable, "the last phone could not be reached"),
    farewell(.declined, "the last person declined"),
    farewell(.machine, "the last phone was answered by a machine"),
    farewell(.noAcknowledgement, "the last person answered but pressed no key"),
    farewell(.holdTimeout, "hold_timeout ran out"),
    farewell(.optOut, "the caller pressed opt_out_digits"),
    farewell(.cancelled, "the transfer was cancelled", .standsFor("")),
    farewell(.error, "the transfer failed"),
  ]

  private static func farewell(
    _ cause: Outcome.Cause,
    _ what: String,
    _ absence: SettingKey<TransferPolicy>.Absence = .explained(example: "Sorry, no one is available right now.")
  ) -> SettingKey<TransferPolicy> {
    sentence(.farewell(cause), "Instead of return_message for \(cause.rawValue): \(what).", otherwise: absence)
  }

  /// Said as it is written in every language; where it is not written each language has its own.
  static func sentence(
    _ sentence: Sentence,
    _ documentation: String,
    otherwise absence: SettingKey<TransferPolicy>.Absence = .standsFor("")
  ) -> SettingKey<TransferPolicy> {
    let english = ShippedLanguage.english.sentences[sentence]
    return SettingKey(sentence.key, documentation, english.map { .saidInItsLanguage($0) } ?? absence) {
      text,
      policy throws(ValueMistake) in
      try policy.take(text, for: sentence)
    }
  }
}

extension TransferPolicy {
  mutating func take(_ text: String, for sentence: Sentence) throws(ValueMistake) {
    self[sentence] = try ValueSyntax.template(of: sentence).parse(text)
    ownSentences.insert(sentence)
  }
}
