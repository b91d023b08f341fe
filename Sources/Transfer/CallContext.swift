/// What is known of a caller and why they call: said by a dialplan, a voice agent or the API, heard and read by the
/// person who answers. Empty means not given.
package struct CallContext: Equatable, Sendable, Codable {
  package var topic = ""
  package var reason = ""
  package var summary = ""
  /// As it was given; where it was not, the `Caller` of a request has the name that Asterisk knows.
  package var callerName = ""
  package var nextAction = ""
  package var transcript = ""
  /// When the caller was told that they speak with a machine, in the words of the voice agent that told them.
  package var disclosedAt = ""
  /// What the caller speaks.
  package var language: LanguageTag?
  /// In the order in which they are shown.
  package var facts: [Fact] = []
  /// What a language model made of it, for the ear alone.
  package var spokenSummary = ""

  package struct Fact: Equatable, Sendable, Codable {
    package var name: String
    package var value: String
    /// What people read and hear instead of the name.
    package var label: String
    /// The briefing tells it.
    package var isSpoken: Bool

    package init(name: String, value: String, label: String? = nil, isSpoken: Bool = false) {
      self.name = name
      self.value = value
      self.label = label ?? name
      self.isSpoken = isSpoken
    }
  }

  package init() {}

  /// Texts alone: facts are more than one text.
  package init(reading text: (Field) -> String?) {
    for field in Self.fields { self[field] = text(field) ?? "" }
  }

  /// What is not in it is not given: rows of an earlier version have less.
  package init(from decoder: any Decoder) throws {
    let members = try decoder.container(keyedBy: CodingKeys.self)
    func text(_ key: CodingKeys) throws -> String { try members.decodeIfPresent(String.self, forKey: key) ?? "" }
    topic = try text(.topic)
    reason = try text(.reason)
    summary = try text(.summary)
    callerName = try text(.callerName)
    nextAction = try text(.nextAction)
    transcript = try text(.transcript)
    disclosedAt = try text(.disclosedAt)
    language = try members.decodeIfPresent(LanguageTag.self, forKey: .language)
    facts = try members.decodeIfPresent([Fact].self, forKey: .facts) ?? []
    spokenSummary = try text(.spokenSummary)
  }
}

// MARK: - The table of its parts

extension CallContext {
  /// One part, as each of those call it who give it, take it, or show it.
  package struct Field: Sendable {
    package typealias TextPath = any WritableKeyPath<CallContext, String> & Sendable

    package enum Content: Sendable {
      case line(TextPath, most: Int)
      case lines(TextPath, most: Int)
      /// Who said what.
      case turns(TextPath, most: Int)
      case language
      case facts
    }

    /// In the API, in AGI(), and in what models, dispatchers and webhooks are told.
    package let name: String
    /// What a dialplan sets.
    package let variable: String
    /// In `warm-transfer show`; nil for what is shown with the caller.
    package let title: String?
    /// For the reader of the API's document.
    package let meaning: String
    package let content: Content
    /// Kept for `keep_words_days` and no longer, see `CallContext.redacted`.
    package let isPrivate: Bool

    private init(
      _ name: String,
      _ variable: String,
      title: String?,
      _ meaning: String,
      _ content: Content,
      isPrivate: Bool
    ) {
      self.name = name
      self.variable = variable
      self.title = title
      self.meaning = meaning
      self.content = content
      self.isPrivate = isPrivate
    }

    static let all = [
      Field(
        "topic",
        "WT_TOPIC",
        title: "topic",
        "What the call is about. Rules can choose by it.",
        .line(\.topic, most: 200),
        isPrivate: false
      ),
      Field(
        "reason",
        "WT_REASON",
        title: "reason",
        "Why the caller is handed over.",
        .line(\.reason, most: 200),
        isPrivate: true
      ),
      Field(
        "summary",
        "WT_SUMMARY",
        title: "summary",
        "Two or three sentences.",
        .lines(\.summary, most: 2_000),
        isPrivate: true
      ),
      Field("caller_name", "WT_CALLER_NAME", title: nil, "", .line(\.callerName, most: 200), isPrivate: true),
      Field(
        "next_action",
        "WT_NEXT_ACTION",
        title: "next action",
        "What should be done next.",
        .line(\.nextAction, most: 200),
        isPrivate: true
      ),
      Field(
        "disclosed_at",
        "WT_DISCLOSED_AT",
        title: "disclosed at",
        "When the caller was told that they speak with a machine, such as 2026-11-21T09:30:00Z.",
        .line(\.disclosedAt, most: 40),
        isPrivate: false
      ),
      Field("language", "WT_LANGUAGE", title: "language", "Such as en or pt-BR.", .language, isPrivate: false),
      Field(
        "facts",
        "WT_CONTEXT",
        title: "fact",
        "Names and values, in the order in which they are shown.",
        .facts,
        isPrivate: true
      ),
      Field(
        "transcript",
        "WT_TRANSCRIPT",
        title: "transcript",
        "Text, or a list of turns; at most 100000 characters.",
        .turns(\.transcript, most: 100_000),
        isPrivate: true
      ),
    ]
  }

  package static let fields = Field.all
  package static let mostFacts = 50
  package static let longestFactName = 64
  package static let longestFactValue = 500

  /// The text of a part; that of the facts is empty, and a text is no fact.
  package subscript(field: Field) -> String {
    get {
      switch field.content {
      case .line(let path, _), .lines(let path, _), .turns(let path, _): self[keyPath: path]
      case .language: language?.description ?? ""
      case .facts: ""
      }
    }
    set {
      switch field.content {
      case .line(let path, _), .lines(let path, _), .turns(let path, _): self[keyPath: path] = newValue
      case .language: language = LanguageTag(newValue)
      case .facts: break
      }
    }
  }
}

// MARK: - What the table is for

extension CallContext {
  /// Part by part: what this one does not say is as the other says it.
  package func laid(over other: CallContext) -> CallContext {
    var context = self
    for field in Self.fields where self[field].isEmpty { context[field] = other[field] }
    if facts.isEmpty { context.facts = other.facts }
    return context
  }

  /// To what the API would take: a dialplan is told of no mistake. The names of the parts that were longer.
  package mutating func cut() -> [String] {
    Self.fields.filter { field in
      switch field.content {
      case .line(let path, let most), .lines(let path, let most), .turns(let path, let most):
        return self[keyPath: path].cut(to: most)
      case .language: return false
      case .facts: return cutFacts()
      }
    }
    .map(\.name)
  }

  private mutating func cutFacts() -> Bool {
    var isLonger = facts.count > Self.mostFacts
    facts = Array(facts.prefix(Self.mostFacts))
    for index in facts.indices {
      // What nobody has labelled is called by its name.
      let isUnlabelled = facts[index].label == facts[index].name
      if facts[index].name.cut(to: Self.longestFactName) { isLonger = true }
      if facts[index].value.cut(to: Self.longestFactValue) { isLonger = true }
      if isUnlabelled { facts[index].label = facts[index].name }
    }
    return isLonger
  }
}

extension String {
  /// Counted as the API counts. Whether it was longer.
  fileprivate mutating func cut(to limit: Int) -> Bool {
    guard unicodeScalars.count > limit else { return false }
    self = String(unicodeScalars.prefix(limit))
    return true
  }
}

extension TransferRequest {
  /// The context with the name that the caller is known by.
  package var known: CallContext {
    var known = context
    known.callerName = caller.name
    return known
  }
}
