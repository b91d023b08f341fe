/// A question to somebody outside the service, who says whom the caller gets; the caller is on hold meanwhile.
package struct DispatchQuestion: Equatable, Sendable, Codable {
  /// The section of the conf file that holds where to ask, and how.
  package var rule: String
  /// What the caller is told that they will be connected with.
  package var spokenName: String
  package var timeout: Duration
  /// What is done when no good answer comes in time.
  package var fallback: TransferPlan
  /// Somebody who could be named is reached through the dialplan.
  package var mayRingThroughDialplan: Bool

  package init(
    rule: String,
    spokenName: String,
    timeout: Duration,
    fallback: TransferPlan,
    mayRingThroughDialplan: Bool = false
  ) {
    self.rule = rule
    self.spokenName = spokenName
    self.timeout = timeout
    self.fallback = fallback
    self.mayRingThroughDialplan = mayRingThroughDialplan
  }

  /// Nobody yet.
  var party: Party { Party(name: rule, spokenName: spokenName, targets: [], strategy: .order) }
}

/// What came of it. Names are looked up in the conf file before they get here.
package enum DispatchAnswer: Equatable, Sendable, Codable {
  case ring(Party, facts: [CallContext.Fact])
  /// The caller is told so on the way back.
  case refuse(String)
  case failed(String)
}

/// Whom the caller gets is decided outside.
extension TransferMachine {
  func ask(_ question: DispatchQuestion, at now: WallTime) -> [TransferEffect] {
    [.askDispatcher(rule: question.rule), .startTimer(.dispatch, at: now + question.timeout)]
  }

  /// Only the first answer counts, and none after its time.
  mutating func follow(_ answer: DispatchAnswer, at now: WallTime) -> [TransferEffect] {
    guard case .ask(let question) = request.plan else { return [] }
    switch answer {
    case .ring(let party, let facts):
      request.context.facts += facts.filter { fact in !request.context.facts.contains { $0.name == fact.name } }
      request.plan = .ring(party)
    case .refuse(let message):
      request.plan = .turnAway(RecordedPrompt.withoutMarks(message))
    case .failed:
      request.plan = question.fallback
    }
    return [.cancelTimer(.dispatch)] + state.stage.planChanged(&self, at: now)
  }

  /// Only now is it known whether several are rung at once.
  func prepareTakenMessage(_ party: Party) -> [TransferEffect] {
    prompts(party).filter { if case .prepareSpeech(.taken, _, _) = $0 { true } else { false } }
  }
}

/// A summary that is made while the phone rings.
extension TransferMachine {
  func summary() -> [TransferEffect] { request.summary == .model ? [.summarize] : [] }

  /// For whoever has not answered yet: a briefing that has begun is not changed any more.
  mutating func brief(withSummary words: String) -> [TransferEffect] {
    request.context.spokenSummary = words
    return state.stage.legs.filter { !$0.isAnswered }.map { $0.prepareBriefing(of: request) }
  }
}
