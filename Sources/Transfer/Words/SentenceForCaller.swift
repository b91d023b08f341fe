extension TransferRequest {
  /// What a voice agent can say to the caller of how their transfer stands, in the caller's language; nil where nothing is
  /// to be said, and where the administrator wants nothing said.
  package func sentence(
    in phase: TransferMachine.Phase,
    _ outcome: Outcome? = nil,
    place: Int? = nil,
    wait: Duration? = nil
  ) -> String? {
    let text =
      switch phase {
      case .requested, .held, .ringing, .briefing: waiting(place, wait)
      case .merging, .connected: policy.mergePrompt.render([:])
      case .returning: farewell(outcome?.cause)
      case .ended: outcome?.result == .returned ? farewell(outcome?.cause) : ""
      }
    return text.wordsAlone
  }

  private func waiting(_ place: Int?, _ wait: Duration?) -> String {
    switch plan {
    case .turnAway(let text): return text
    case .refuse(let cause): return farewell(cause)
    case .ring, .ask:
      guard let party = plan.known else { return "" }
      guard let place, policy.tellsPlace else { return Briefing.announcement(of: party, for: self) }
      return Briefing.comfort(of: party, for: self, place: place, wait: wait)
    }
  }

  private func farewell(_ cause: Outcome.Cause?) -> String {
    if case .turnAway(let text) = plan { return text }
    let template = cause.map { policy.farewells.template(for: $0) } ?? policy.farewells.general
    return template.render(plan.known.map { Briefing.callersValues($0, policy, context) } ?? [:])
  }
}

extension TransferPolicy {
  /// For a caller with whom no transfer has begun.
  package var apology: String? { farewells.template(for: .error).render([:]).wordsAlone }
}

extension TransferPlan {
  fileprivate var known: Party? {
    switch self {
    case .ring(let party): party
    case .ask(let question): question.party
    case .refuse, .turnAway: nil
    }
  }
}

extension String {
  /// Without recorded prompts, which no voice agent has.
  fileprivate var wordsAlone: String? {
    let words = spokenParts.compactMap { part in if case .words(let words) = part { words } else { nil } }
    return words.isEmpty ? nil : SpokenNumber.withoutMarks(words.joined(separator: " "))
  }
}
