/// What figures and the audit trail tell of one transfer: made by telling a machine once more what has happened.
package struct TransferCourse: Equatable, Sendable {
  package struct Step: Equatable, Sendable {
    package let at: WallTime
    package let change: PhaseChange
  }

  /// The call to one person.
  package struct Call: Equatable, Sendable {
    package enum End: Equatable, Sendable {
      case connected
      case failed(Outcome.Cause)
      /// Somebody else was faster, or the caller went.
      case released
    }

    package let leg: LegID
    package let target: String
    package let rungAt: WallTime
    package fileprivate(set) var answeredAt: WallTime?
    package fileprivate(set) var acceptedAt: WallTime?
    /// Nil as long as it goes on.
    package fileprivate(set) var end: End?
    package fileprivate(set) var detection: Detection?
  }

  /// What somebody did by the API or on a page.
  package struct Action: Equatable, Sendable {
    package enum Kind: String, Sendable {
      case accepted, declined, cancelled
    }

    package let at: WallTime
    package let kind: Kind
    package let by: String
    /// Whose call was accepted or declined.
    package let target: String?
  }

  package private(set) var steps: [Step] = []
  package private(set) var calls: [Call] = []
  package private(set) var actions: [Action] = []
  /// What was said in the briefings.
  package private(set) var briefings: [String] = []
  private var machine: TransferMachine

  package init(_ request: TransferRequest) { machine = TransferMachine(request) }

  /// With what the transfer has learned on its way.
  package var request: TransferRequest { machine.request }

  package func reached(_ phase: TransferMachine.Phase) -> WallTime? { steps.first { $0.change.phase == phase }?.at }

  package mutating func note(_ event: TransferEvent, at now: WallTime) {
    let before = machine
    note(machine.apply(event, at: now), at: now)
    let changes = machine.changes(by: event, from: before.phase, at: now)
    steps += changes.map { Step(at: now, change: $0) }
    if case .leg(let leg, let event) = event { note(event, of: leg, at: now) }
    if case .cancelRequested(let by?) = event {
      actions.append(Action(at: now, kind: .cancelled, by: by, target: nil))
    }
    for leg in before.legs where !machine.legs.contains(where: { $0.id == leg.id }) { close(leg.id, before, changes) }
  }

  private mutating func note(_ effects: [TransferEffect], at now: WallTime) {
    for effect in effects {
      switch effect {
      case .ring(let leg, _, _, _):
        if !calls.contains(where: { $0.leg == leg }), let target = machine.legs.first(where: { $0.id == leg })?.target {
          calls.append(Call(leg: leg, target: target.name, rungAt: now))
        }
      case .join(let leg): change(leg) { $0.acceptedAt = now }
      case .prepareSpeech(.briefing, let text, _): if !briefings.contains(text) { briefings.append(text) }
      default: break
      }
    }
  }

  private mutating func note(_ event: LegEvent, of leg: LegID, at now: WallTime) {
    switch event {
    case .answered: change(leg) { $0.answeredAt = $0.answeredAt ?? now }
    case .detected(let detection): change(leg) { $0.detection = detection }
    case .accepted(let by?): act(.accepted, by, leg, at: now)
    case .declined(let by?, _): act(.declined, by, leg, at: now)
    default: break
    }
  }

  private mutating func act(_ kind: Action.Kind, _ by: String, _ leg: LegID, at now: WallTime) {
    actions.append(Action(at: now, kind: kind, by: by, target: calls.first { $0.leg == leg }?.target))
  }

  private mutating func change(_ leg: LegID, _ change: (inout Call) -> Void) {
    guard let index = calls.firstIndex(where: { $0.leg == leg }) else { return }
    change(&calls[index])
  }

  /// The phone is no part of the transfer any more.
  private mutating func close(_ leg: LegID, _ before: TransferMachine, _ changes: [PhaseChange]) {
    let end: Call.End
    if before.phase == .connected {
      end = .connected
    } else if let cause = failure(of: leg, changes) {
      end = .failed(cause)
    } else {
      end = .released
    }
    change(leg) { $0.end = end }
  }

  /// Why nothing came of this call; nil where that was not its own doing.
  private func failure(of leg: LegID, _ changes: [PhaseChange]) -> Outcome.Cause? {
    let target = calls.first { $0.leg == leg }?.target
    if case .seeking(let seeking) = machine.state {
      return seeking.lastFailure?.target == target ? seeking.lastFailure?.cause : nil
    }
    guard let change = changes.last, change.target == target, let cause = change.cause else { return nil }
    switch cause {
    case .noAnswer, .busy, .unreachable, .declined, .machine, .noAcknowledgement: return cause
    case .completed, .holdTimeout, .optOut, .cancelled, .noTarget, .disabled, .error, .callerHangup: return nil
    }
  }
}
