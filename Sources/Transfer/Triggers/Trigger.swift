/// When a conversation with a voice agent needs a person: a section of the conf file.
package struct Trigger: Equatable, Sendable {
  package enum Condition: Equatable, Sendable {
    /// The caller's own words.
    case says(RequestWords)
    /// So many turns in a row in which the voice agent could not help.
    case failedTurns(Int)
    case confidence(below: Double)
    case sentiment(below: Double)
    /// Upper and lower case are the same.
    case topic(oneOf: [String])
    case elapsed(Duration)
  }

  /// What it leads to.
  package enum Action: String, Equatable, Sendable, CaseIterable {
    /// The voice agent asks the caller whether they want a person; once in a conversation.
    case offer
    /// The voice agent hands over.
    case transfer
    /// The service hands over.
    case handOver = "hand-over"
  }

  package var name: String
  /// All of them have to hold.
  package var conditions: [Condition]
  package var action: Action
  /// A target or group; nil: the rules choose.
  package var target: String?
  /// Why the caller is handed over, as the person hears it.
  package var reason: String
  /// What the voice agent may say.
  package var say: String

  package init(
    name: String,
    conditions: [Condition] = [],
    action: Action = .transfer,
    target: String? = nil,
    reason: String = "",
    say: String = ""
  ) {
    self.name = name
    self.conditions = conditions
    self.action = action
    self.target = target
    self.reason = reason
    self.say = say
  }
}

/// What a voice agent reports of one turn of its conversation.
package struct Turn: Equatable, Sendable {
  package enum Speaker: String, Equatable, Sendable, CaseIterable {
    case caller, agent
  }

  package var speaker: Speaker
  package var text: String
  package var language: LanguageTag?
  /// The voice agent could not help, or could; nil: it does not say.
  package var hasFailed: Bool?
  package var confidence: Double?
  package var sentiment: Double?
  package var topic: String?

  package init(_ speaker: Speaker, _ text: String = "") {
    (self.speaker, self.text) = (speaker, text)
  }
}

/// What came of a turn.
package struct TriggerDecision: Equatable, Sendable {
  /// Nil: the conversation goes on.
  package var trigger: Trigger?
  package var why: String

  package init(_ trigger: Trigger? = nil, why: String) {
    (self.trigger, self.why) = (trigger, why)
  }
}
