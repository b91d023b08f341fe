/// What is known of a call when a target is chosen for it.
package struct DispatchRequest: Equatable, Sendable {
  package var topic: String?
  package var target: String?
  /// Empty when it is withheld.
  package var callerNumber: String
  package var language: LanguageTag?
  /// How many transfers of this caller have come to nothing already.
  package var tries: Int
  package var facts: [CallContext.Fact]
  package var moment: WallTime

  /// An empty topic or target counts as none.
  package init(
    topic: String? = nil,
    target: String? = nil,
    callerNumber: String = "",
    language: LanguageTag? = nil,
    tries: Int = 0,
    facts: [CallContext.Fact] = [],
    at moment: WallTime
  ) {
    self.topic = topic?.isEmpty == false ? topic : nil
    self.target = target?.isEmpty == false ? target : nil
    self.callerNumber = callerNumber
    self.language = language
    self.tries = tries
    self.facts = facts
    self.moment = moment
  }
}

/// Decides about the calls that meet all its conditions.
package struct DispatchRule: Equatable, Sendable {
  package enum Condition: Equatable, Sendable {
    /// Upper and lower case are the same.
    case topic(oneOf: [String])
    case time(anyOf: [TimeSpec])
    case holiday(in: HolidayCalendar)
    case noHoliday(in: HolidayCalendar)
    /// The first digits of the caller's number.
    case caller(oneOf: [String])
    case language(oneOf: [LanguageTag])
    case tries(NumberComparison)
    case fact(String, FactTest)
  }

  /// What the value of a fact must be.
  package enum FactTest: Equatable, Sendable {
    /// Upper and lower case are the same.
    case isOneOf([String])
    /// What is no number does not compare.
    case compares(NumberComparison)
    case isGiven
    case isMissing
  }

  package enum Decision: Equatable, Sendable {
    /// The name of a target or a group.
    case ring(String)
    /// The caller hears this and goes back.
    case refuse(String)
  }

  /// Who is asked about the call before the rule itself decides.
  package struct Dispatcher: Equatable, Sendable {
    package var url: String
    package var timeout: Duration
    /// What the question is signed with; nil: it is not.
    package var secret: Secret?
    /// What the caller is told meanwhile that they will be connected with.
    package var spokenName: String
    /// What a dial string must look like that comes in the answer; nil: none may come.
    package var dialPattern: DialPattern?

    package init(
      url: String,
      timeout: Duration,
      secret: Secret? = nil,
      spokenName: String = "",
      dialPattern: DialPattern? = nil
    ) {
      self.url = url
      self.timeout = timeout
      self.secret = secret
      self.spokenName = spokenName
      self.dialPattern = dialPattern
    }
  }

  package var name: String
  /// None at all: the rule takes every call.
  package var conditions: [Condition]
  package var decision: Decision
  package var dispatcher: Dispatcher?
  /// Of the calls that it takes and that have none of their own; nil: it says nothing of that.
  package var priority: Int?
  /// By whose clock times and holidays are meant.
  package var zone: TimeZoneTable

  package init(
    name: String,
    conditions: [Condition] = [],
    decision: Decision,
    dispatcher: Dispatcher? = nil,
    priority: Int? = nil,
    zone: TimeZoneTable = .utc
  ) {
    self.name = name
    self.conditions = conditions
    self.decision = decision
    self.dispatcher = dispatcher
    self.priority = priority
    self.zone = zone
  }

  /// What speaks against the rule for this call, in words; nothing when it takes the call.
  package func objections(to request: DispatchRequest) -> [String] {
    conditions.compactMap { $0.objection(to: request, at: zone.wallClock(at: request.moment), in: zone.name) }
  }
}

extension DispatchRule.Condition {
  fileprivate func objection(to request: DispatchRequest, at clock: WallClock, in zone: String) -> String? {
    switch self {
    case .topic(let topics):
      guard let topic = request.topic else { return "no topic is given" }
      return topics.contains(ignoringCase: topic) ? nil : "the topic is '\(topic)', not \(alternatives(topics))"
    case .time(let specs):
      if specs.contains(where: { $0.contains(clock) }) { return nil }
      return "it is \(clock) in \(zone), not \(alternatives(specs.map(\.source)))"
    case .holiday(let calendar):
      return calendar.contains(clock.date) ? nil : "\(clock.date) is not one of '\(calendar.name)'"
    case .noHoliday(let calendar):
      return calendar.contains(clock.date) ? "\(clock.date) is one of '\(calendar.name)'" : nil
    case .caller(let prefixes):
      let number = request.callerNumber.filter { $0 == "+" || $0.isASCIIDigit }
      if number.isEmpty { return "the caller's number is unknown" }
      return prefixes.contains { number.hasPrefix($0) }
        ? nil : "the caller's number \(number) does not begin with \(alternatives(prefixes))"
    case .language(let languages):
      guard let language = request.language else { return "the caller's language is unknown" }
      return languages.contains { $0.includes(language) }
        ? nil : "the language is \(language), not \(alternatives(languages.map(\.description)))"
    case .tries(let comparison):
      return comparison.holds(for: Double(request.tries)) ? nil : "tries is \(request.tries), not \(comparison)"
    case .fact(let name, let test): return test.objection(to: name, in: request.facts)
    }
  }
}

extension DispatchRule.FactTest {
  fileprivate func objection(to name: String, in facts: [CallContext.Fact]) -> String? {
    guard let value = facts.first(where: { $0.name == name && !$0.value.isEmpty })?.value else {
      return self == .isMissing ? nil : "the fact '\(name)' is not given"
    }
    let shown = value.count > 40 ? "\(value.prefix(40))…" : value
    switch self {
    case .isGiven: return nil
    case .isMissing: return "the fact '\(name)' is given"
    case .isOneOf(let values):
      return values.contains(ignoringCase: value)
        ? nil : "the fact '\(name)' is '\(shown)', not \(alternatives(values))"
    case .compares(let comparison):
      guard let number = plainNumber(value) else { return "the fact '\(name)' is '\(shown)', not a number" }
      return comparison.holds(for: number) ? nil : "the fact '\(name)' is \(shown), not \(comparison)"
    }
  }
}

private func alternatives(_ words: [String]) -> String { words.joined(separator: " or ") }

extension [String] {
  fileprivate func contains(ignoringCase word: String) -> Bool {
    let lowered = word.lowercased()
    return contains { $0.lowercased() == lowered }
  }
}
