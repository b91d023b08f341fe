/// What the administrator wants of a transfer: the `[transfer]` section, with a target's own keys laid over it.
package struct TransferPolicy: Equatable, Sendable, Codable {
  package var enabled = true
  /// How long the caller waits in all, from the request to the join.
  package var holdTimeout: Duration = .seconds(90)
  package var ringTimeout: Duration = .seconds(25)
  /// Counted from the moment the briefing has been heard once.
  package var acceptTimeout: Duration = .seconds(20)
  /// How long after a call nobody rings them again, unless they say that they are ready.
  package var wrapUpTime: Duration = .zero
  /// What the caller is told to expect until there is experience.
  package var expectedWait: Duration = .seconds(30)
  package var callerID = ProxyCallerID.ofTheCaller
  /// Records of versions that did not know it have none.
  private var needsOwnCallerID: Bool?
  package var holdMusic = "default"
  package var keys: AnswerKeys
  package var announcement: Template
  package var briefing: Template
  package var mergePrompt: Template
  /// How long the briefing may take; the summary is cut to fit.
  package var briefingLimit: Duration = .seconds(20)
  package var afterCall = AfterCall.returnToDialplan
  package var onFailure = FailureOutcome.returnToDialplan
  /// Where on_failure = voicemail leads, as the dialplan's VoiceMail() takes it; may be empty.
  package var mailbox = ""
  package var voice = Voice()
  /// What callers and the person are spoken to in, unless something better is known of the caller.
  package var language: LanguageTag?
  package var words = ShippedLanguage.english.words
  /// Those that the administrator has written, and that no language replaces.
  package var ownSentences: Set<Sentence> = []
  /// Chosen by the administrator; nil: the language's own.
  package var ownVoice: String?
  /// The engine that goes with it; nil: espeak-ng, or the language's own.
  package var ownEngine: String?

  /// Said to a caller who still waits, this often; zero for never.
  package var comfortInterval: Duration = .zero
  package var comfortMessage = Template.empty
  /// Records of versions that told nobody their place have none.
  private var placeIsTold: Bool?
  /// What the caller presses to go back at once.
  package var optOut: DigitSequence?
  package var farewells = Farewells()
  /// The application of Asterisk that the caller goes back to; empty for the dialplan.
  package var returnTo = ""
  package var voiceAgentLeg = VoiceAgentLeg.hangUp

  /// Said to somebody who has heard the briefing and presses nothing.
  package var reminder = Template.empty
  /// A wrong key is answered with the reminder.
  package var hintsAtWrongKeys = false
  /// Said to somebody who has answered when another was faster.
  package var takenMessage = Template.empty

  package var machineDetection = MachineDetection.off
  package var detector = DetectorNumbers()
  /// Spoken to the person's voicemail; empty for never.
  package var voicemailMessage = Template.empty

  /// How many callers this target takes at the same time.
  package var callsAtOnce = 1
  package var skipsUnreachable = true
  package var skipsInUse = true
  /// Records of versions that did not know it have none.
  private var recordedMenu: CallerMenu?
  /// Records of versions that called nobody back have none.
  private var recordedCallback: CallbackPolicy?
  /// Records of versions that signed nobody off have none.
  private var mostMisses: Int?

  package init(keys: AnswerKeys, announcement: Template, briefing: Template, mergePrompt: Template) {
    self.keys = keys
    self.announcement = announcement
    self.briefing = briefing
    self.mergePrompt = mergePrompt
  }
}

extension TransferPolicy {
  /// Nobody is rung whose phone would show the caller's own number.
  package var requiresCallerID: Bool {
    get { needsOwnCallerID ?? false }
    set { needsOwnCallerID = newValue ? true : nil }
  }

  /// The comfort message is the language's own that says where the caller stands in line.
  package var tellsPlace: Bool {
    get { placeIsTold ?? false }
    set { placeIsTold = newValue ? true : nil }
  }

  /// Who misses so many calls in a row is signed off; 0: nobody is.
  package var missesBeforeSignOff: Int {
    get { mostMisses ?? 0 }
    set { mostMisses = newValue == 0 ? nil : newValue }
  }

  /// What it says is another each time: it is asked for when it is to be said.
  package var comfortTellsPlace: Bool { !comfortMessage.fields.isDisjoint(with: [.place, .wait]) }

  package var lacksCallerID: Bool { requiresCallerID && callerID == .ofTheCaller }

  package var menu: CallerMenu {
    get { recordedMenu ?? CallerMenu() }
    set { recordedMenu = newValue }
  }

  package var callback: CallbackPolicy {
    get { recordedCallback ?? CallbackPolicy() }
    set { recordedCallback = newValue }
  }

  /// Callers may leave one with the service.
  package var takesMessages: Bool {
    let failures = [onFailure] + menu.failures.values
    return failures.contains(.message)
      || failures.contains(.menu) && (menu.keys[.message] != nil || menu.withoutKey == .message)
  }

  func failureOutcome(_ cause: Outcome.Cause) -> FailureOutcome {
    guard cause.leadsToFallback else { return .returnToDialplan }
    let outcome = menu.failures[cause] ?? onFailure
    // Where Asterisk does not do what it is told, nobody is kept on hold for questions.
    return cause == .error && (outcome == .menu || outcome == .message) ? .returnToDialplan : outcome
  }

  var briefingWords: Int { Int(briefingLimit.milliseconds) * voice.wordsPerMinute / 60_000 }
}

/// The caller ID that a target's phone shows.
package enum ProxyCallerID: Equatable, Sendable, Codable {
  case ofTheCaller
  /// The name may be empty.
  case fixed(name: String, number: String)
}

/// What becomes of a caller whose conversation was ended by the other side.
package enum AfterCall: String, Equatable, Sendable, Codable, CaseIterable {
  case returnToDialplan = "return"
  case hangUp = "hangup"
}

/// What becomes of a caller for whom nobody could be had.
package enum FailureOutcome: String, Equatable, Sendable, Codable, CaseIterable {
  case returnToDialplan = "return"
  case hangUp = "hangup"
  case voicemail, callback
  /// They choose.
  case menu
  /// They leave a message, which is recorded here.
  case message
}

/// What a caller for whom nobody could be had is told on the way back.
package struct Farewells: Equatable, Sendable, Codable {
  package var general = Template.empty
  /// Instead of the general one.
  package var byCause: [Outcome.Cause: Template] = [:]

  package init() {}

  package func template(for cause: Outcome.Cause) -> Template { byCause[cause] ?? general }
}

/// What becomes of the voice agent's leg when the caller is joined with a person.
package enum VoiceAgentLeg: String, Equatable, Sendable, Codable, CaseIterable {
  case hangUp = "hangup"
  /// It hears the conversation and is not heard.
  case mute
  /// It introduces the two to each other.
  case keep
}

/// When answering machines are listened for.
package enum MachineDetection: String, Equatable, Sendable, Codable, CaseIterable {
  case parallel, before, off
}

/// What Asterisk's AMD() goes by, in milliseconds but for the words and the level.
package struct DetectorNumbers: Equatable, Sendable, Codable {
  /// Silence before anything is said that makes a machine.
  package var initialSilence = 2_500
  /// A greeting longer than this is a machine's.
  package var greeting = 1_500
  /// Silence after the first words that makes a person.
  package var afterGreetingSilence = 800
  package var totalAnalysis = 5_000
  package var minimumWord = 100
  package var betweenWords = 50
  package var maximumWords = 2
  package var silenceThreshold = 256
  package var maximumWord = 5_000

  package init() {}

  /// In the order in which AMD() takes them.
  package var arguments: String {
    [
      initialSilence, greeting, afterGreetingSilence, totalAnalysis, minimumWord, betweenWords, maximumWords,
      silenceThreshold, maximumWord,
    ]
    .map { String($0) }.joined(separator: ",")
  }
}

/// How prompts and briefings are spoken.
package struct Voice: Hashable, Sendable, Codable {
  /// A voice or language that espeak-ng knows, such as `en` or `de+f3`.
  package var name = "en"
  package var wordsPerMinute = 160
  /// In percent of full scale.
  package var volume = 100
  /// 0 to 99; 50 is the voice's own.
  package var pitch = 50
  /// The section of the engine that speaks in its place, with `name` as the one that stands in for it. Nil: espeak-ng.
  package var engine: String?

  package init() {}

  /// What it speaks, by its name.
  package var language: LanguageTag? { LanguageTag(String(name.prefix { $0 != "+" })) }
}

/// Somebody who can be rung.
package struct Target: Equatable, Sendable, Codable {
  /// The name of the target's section in the conf file: what a request may say.
  package var name: String
  /// What the caller is told.
  package var spokenName: String
  /// What Asterisk dials, `PJSIP/alice`. It comes from the conf file alone.
  package var dialString: String
  package var policy: TransferPolicy

  package init(name: String, spokenName: String, dialString: String, policy: TransferPolicy) {
    self.name = name
    self.spokenName = spokenName
    self.dialString = dialString
    self.policy = policy
  }
}

extension Target {
  /// `Local/6001@from-internal`, alone or as one of several that ring at once. Asterisk takes it in any case.
  package var isRungByDialplan: Bool {
    dialString.split(separator: "&").contains { $0.lowercased().hasPrefix("local/") }
  }
}
