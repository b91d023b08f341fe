/// What is known of one conversation with a voice agent, turn by turn, and when it needs a person.
package struct WatchedConversation: Equatable, Sendable {
  /// What a person is shown of it: how it ended.
  package static let longestTranscript = 8_000

  private let beganAt: WallTime
  private var failedInARow = 0
  private var confidence: Double?
  private var sentiment: Double?
  private var topic: String?
  /// Triggers whose offer has been made.
  private var offered: Set<String> = []
  package private(set) var transcript = ""
  package private(set) var language: LanguageTag?

  package init(at now: WallTime) { beganAt = now }

  package var knownTopic: String { topic ?? "" }

  /// The first trigger all of whose conditions hold decides.
  package mutating func take(_ turn: Turn, _ triggers: [Trigger], at now: WallTime) -> TriggerDecision {
    note(turn)
    for trigger in triggers where !offered.contains(trigger.name) {
      let reasons = trigger.conditions.map { reason($0, turn, at: now) }
      guard !reasons.isEmpty, reasons.allSatisfy({ $0 != nil }) else { continue }
      if trigger.action == .offer { offered.insert(trigger.name) }
      return TriggerDecision(trigger, why: reasons.compactMap { $0 }.joined(separator: ", and "))
    }
    return TriggerDecision(why: triggers.isEmpty ? "the conf file has no triggers" : "no trigger")
  }

  private mutating func note(_ turn: Turn) {
    if let hasFailed = turn.hasFailed { failedInARow = hasFailed ? failedInARow + 1 : 0 }
    confidence = turn.confidence ?? confidence
    sentiment = turn.sentiment ?? sentiment
    topic = turn.topic ?? topic
    language = turn.language ?? language
    guard !turn.text.isEmpty else { return }
    let line = "\(turn.speaker == .caller ? "Caller" : "Agent"): \(turn.text)"
    transcript = String((transcript.isEmpty ? line : "\(transcript)\n\(line)").suffix(Self.longestTranscript))
  }

  /// Nil where it does not hold.
  private func reason(_ condition: Trigger.Condition, _ turn: Turn, at now: WallTime) -> String? {
    switch condition {
    case .says(let words):
      let isAsking = turn.speaker == .caller && words.are(in: turn.text, language)
      return isAsking ? "the caller asks for a person" : nil
    case .failedTurns(let most): return failedInARow >= most ? "\(failedInARow) failed turns in a row" : nil
    case .confidence(let least): return confidence.flatMap { $0 < least ? "confidence \($0) is below \(least)" : nil }
    case .sentiment(let least): return sentiment.flatMap { $0 < least ? "sentiment \($0) is below \(least)" : nil }
    case .topic(let names):
      let found = names.first { $0.lowercased() == topic?.lowercased() }
      return found.map { "the topic is \($0)" }
    case .elapsed(let limit): return now - beganAt >= limit ? "\(limit.milliseconds / 1_000) seconds have passed" : nil
    }
  }
}
