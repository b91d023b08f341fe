import Transfer

/// The keys of `[transfer]`, which each target may set for itself.
extension Schema {
  static let transfer = waiting + caller + farewells + wayOut + agent + detection + speech

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
      "How long the caller waits in all, until someone takes the call. Seconds, or 2m.",
      .standsFor("90"),
      .seconds(5...3600),
      into: \.holdTimeout
    ),
    .init("ring_timeout", "How long one phone rings.", .standsFor("25"), .seconds(3...300), into: \.ringTimeout),
    .init(
      "accept_timeout",
      "How long the person has to press a key once the briefing has been heard.",
      .standsFor("20"),
      .seconds(3...300),
      into: \.acceptTimeout
    ),
    .init(
      "expected_wait",
      "What {wait} says in the announcement.",
      .standsFor("30"),
      .seconds(1...3600),
      into: \.expectedWait
    ),
    .init(
      "calls_at_once",
      "How many callers a target takes at the same time. 1 for a person: the next caller waits until they are free.",
      .standsFor("1"),
      .number(1...10_000),
      into: \.callsAtOnce
    ),
    .init(
      "skip_unreachable",
      "Do not ring a phone that Asterisk knows to be unreachable: the next target is rung at once.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.skipsUnreachable
    ),
    .init(
      "skip_in_use",
      "Nor one that Asterisk knows to be in a call.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.skipsInUse
    ),
  ]

  /// What the caller hears.
  private static let caller: [SettingKey<TransferPolicy>] = [
    .init(
      "hold_music",
      "The class of musiconhold.conf that the caller hears.",
      .standsFor("default"),
      .identifier(also: "_.-"),
      into: \.holdMusic
    ),
    sentence(.announcement, "What the caller hears first; {reason} is what WT_REASON says. Empty: nothing."),
    .init(
      "comfort_interval",
      "How often a caller who still waits hears comfort_message over the music. 0: never.",
      .standsFor("30"),
      .seconds(0...3600),
      into: \.comfortInterval
    ),
    sentence(.comfort, "What that is. Empty: nothing."),
    .init(
      "opt_out_digits",
      "What the caller presses to go back at once, such as *. Empty: nothing.",
      .standsFor(""),
      .digitsOrNothing,
      into: \.optOut
    ),
    sentence(
      .farewell(nil),
      "What the caller hears on the way back when nobody could be had. Empty: nothing."
    ),
  ]

  /// Where the caller goes, and the voice agent.
  private static let wayOut: [SettingKey<TransferPolicy>] = [
    .init(
      "return_to",
      "The Stasis app that the caller goes back to, where the voice agent is one. Empty: the dialplan.",
      .standsFor(""),
      .identifierOrNothing(also: "_.-"),
      into: \.returnTo
    ),
    sentence(.mergePrompt, "What both hear when they are joined. Empty: nothing."),
    .init(
      "after_call",
      "When the other side hangs up, the caller returns to the dialplan: return, or is hung up: hangup.",
      .standsFor("return"),
      .oneOf,
      into: \.afterCall
    ),
    .init(
      "on_failure",
      "When nobody could be had: return to the dialplan, hangup, voicemail or callback.",
      .standsFor("return"),
      .oneOf,
      into: \.onFailure
    ),
    .init(
      "mailbox",
      "The mailbox for on_failure = voicemail, as VoiceMail() takes it. Empty: your dialplan sees to it.",
      .standsFor(""),
      .identifierOrNothing(also: "@_.-"),
      into: \.mailbox
    ),
    .init(
      "ai_leg",
      "The voice agent that shared a bridge with the caller is, when the two are joined: hangup, mute (it listens), keep (it introduces).",
      .standsFor("hangup"),
      .oneOf,
      into: \.voiceAgentLeg
    ),
  ]

  /// What the person who is rung sees, hears and presses.
  private static let agent: [SettingKey<TransferPolicy>] = [
    .init(
      "caller_id",
      "What the rung phone shows: \"Name\" <number>, a number, or caller for the caller's own.",
      .standsFor("caller"),
      .callerID,
      into: \.callerID
    ),
    .init(
      "accept_digits",
      "What the person presses to take the call. Sequences such as *2 work.",
      .standsFor("1"),
      .digits,
      into: \.keys.accept
    ),
    .init("decline_digits", "To decline it.", .standsFor("2"), .digits, into: \.keys.decline),
    .init("repeat_digits", "To hear the briefing again.", .standsFor("3"), .digits, into: \.keys.repeat),
    sentence(.briefing, "What the person hears on picking up."),
    .init(
      "briefing_limit",
      "How long the briefing may take: {summary} is cut at the end of a sentence to fit. Screens show it whole.",
      .standsFor("20"),
      .seconds(5...300),
      into: \.briefingLimit
    ),
    sentence(.reminder, "Said once more, half-way through accept_timeout. Empty: nothing."),
    .init(
      "hint_at_wrong_key",
      "A wrong key after the briefing is answered with the reminder.",
      .standsFor("yes"),
      .yesOrNo,
      into: \.hintsAtWrongKeys
    ),
    sentence(
      .taken,
      "Said to people who have answered when another was faster (strategy = all). Empty: nothing."
    ),
  ]

  /// Answering machines.
  private static let detection: [SettingKey<TransferPolicy>] = [
    .init(
      "amd",
      "Answering-machine detection: parallel to the briefing, before it, or off.",
      .standsFor("parallel"),
      .oneOf,
      into: \.machineDetection
    ),
    .init(
      "leave_message",
      "Spoken to the voicemail of somebody who is not there, before the next is rung. Empty: nothing. standard: what the language has for it.",
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
      "Milliseconds of silence at first that make a machine. More than amd_total_time: never.",
      .standsFor("8000"),
      .number(1...60_000),
      into: \.detector.initialSilence
    ),
    .init(
      "amd_greeting",
      "A greeting longer than these milliseconds is a machine's.",
      .standsFor("4200"),
      .number(1...60_000),
      into: \.detector.greeting
    ),
    .init(
      "amd_after_greeting_silence",
      "Milliseconds of silence after the first words that make a person.",
      .standsFor("800"),
      .number(1...60_000),
      into: \.detector.afterGreetingSilence
    ),
    .init(
      "amd_total_time",
      "After this many milliseconds it gives up, and the keys decide.",
      .standsFor("7000"),
      .number(100...60_000),
      into: \.detector.totalAnalysis
    ),
    .init(
      "amd_min_word",
      "Milliseconds of sound that make a word.",
      .standsFor("100"),
      .number(1...10_000),
      into: \.detector.minimumWord
    ),
    .init(
      "amd_between_words",
      "Milliseconds of silence that separate two words.",
      .standsFor("50"),
      .number(1...10_000),
      into: \.detector.betweenWords
    ),
    .init(
      "amd_max_words",
      "More words than these in a greeting make a machine.",
      .standsFor("30"),
      .number(1...100),
      into: \.detector.maximumWords
    ),
    .init(
      "amd_silence_threshold",
      "Below this level it is silent, 0 to 32767.",
      .standsFor("256"),
      .number(1...32_767),
      into: \.detector.silenceThreshold
    ),
    .init(
      "amd_max_word_length",
      "A single word longer than these milliseconds makes a machine.",
      .standsFor("5000"),
      .number(1...60_000),
      into: \.detector.maximumWord
    ),
  ]

  /// How everything is spoken.
  private static let speech: [SettingKey<TransferPolicy>] = [
    .init(
      "language",
      "What the person is spoken to in: en, de, es, fr, pt, or a section of type = language. In [transfer] also callers whose own is not known.",
      .standsFor("en")
    ) { text, policy throws(ValueMistake) in
      policy.language = try ValueSyntax.language.parse(text)
    },
    .init(
      "voice",
      "A voice of espeak-ng for that language: en-us, de+f3 (espeak-ng --voices lists them). Without it: the language's own.",
      .explained(example: "en-us")
    ) { text, policy throws(ValueMistake) in
      policy.ownVoice = try ValueSyntax.identifier(also: "_+-").parse(text)
    },
    .init("speech_rate", "Words a minute.", .standsFor("160"), .number(80...450), into: \.voice.wordsPerMinute),
    .init("volume", "0 to 100.", .standsFor("100"), .number(0...100), into: \.voice.volume),
    .init("pitch", "0 to 99; 50 is the voice's own.", .standsFor("50"), .number(0...99), into: \.voice.pitch),
  ]

  /// `return_message_busy` and its fellows: instead of `return_message`, for one cause.
  private static let farewells: [SettingKey<TransferPolicy>] = [
    farewell(.noAnswer, "rang and did not answer"),
    farewell(.busy, "was busy"),
    farewell(.unreachable, "could not be reached"),
    farewell(.declined, "declined"),
    farewell(.machine, "had a machine answer"),
    farewell(.noAcknowledgement, "answered and pressed nothing"),
    farewell(.holdTimeout, "was not found within hold_timeout"),
    farewell(.optOut, "was no longer wanted: the caller pressed opt_out_digits"),
    farewell(.cancelled, "was called off", .standsFor("")),
    farewell(.error, "could not be joined: something broke"),
  ]

  private static func farewell(
    _ cause: Outcome.Cause,
    _ what: String,
    _ absence: SettingKey<TransferPolicy>.Absence = .explained(example: "Sorry, no one is available right now.")
  ) -> SettingKey<TransferPolicy> {
    sentence(.farewell(cause), "The same for \(cause.rawValue): the last one \(what).", otherwise: absence)
  }

  /// Said as it is written in every language; where it is not written each language has its own.
  private static func sentence(
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
  fileprivate mutating func take(_ text: String, for sentence: Sentence) throws(ValueMistake) {
    self[sentence] = try ValueSyntax.template(of: sentence).parse(text)
    ownSentences.insert(sentence)
  }
}
