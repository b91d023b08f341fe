extension TransferMachine {
  package enum Phase: String, Sendable, Codable, CaseIterable {
    case requested, held, ringing, briefing, merging, connected, returning, ended
  }

  package var phase: Phase {
    switch state {
    case .new, .goingOnHold: .requested
    case .seeking(let seeking):
      if seeking.legs.contains(where: \.isAnswered) { .briefing } else { seeking.legs.isEmpty ? .held : .ringing }
    case .merging: .merging
    case .connected: .connected
    case .leaving(let leaving): leaving.outcome.result == .connected ? .connected : .returning
    case .ended: .ended
    }
  }

  package var outcome: Outcome? {
    if case .ended(let outcome) = state { outcome } else { nil }
  }

  /// Those who are rung, briefed or connected just now.
  package var legs: [AgentLeg] {
    switch state {
    case .new, .goingOnHold, .leaving, .ended: []
    case .seeking(let seeking): seeking.legs
    case .merging(let merging): [merging.leg]
    case .connected(let talk): [talk.leg]
    }
  }
}

extension TransferEvent {
  /// The leg that it speaks of, if it speaks of one.
  var leg: LegID? {
    switch self {
    case .leg(let id, _): id
    case .timerFired(.ring(let id)), .timerFired(.hearing(let id, _)), .timerFired(.accept(let id, _)): id
    case .commandFailed(.ring(let id, _, _, _), _), .commandFailed(.join(let id), _): id
    case .commandFailed(.release(let id), _): id
    case .requested, .cancelRequested, .caller, .speechReady, .speechFailed, .playbackEnded, .timerFired,
      .commandFailed:
      nil
    }
  }
}
