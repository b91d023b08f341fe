import ARI
import Transfer

extension Switchboard {
  /// What the machine of one transfer decided on one event.
  struct Step: Equatable, Sendable {
    let transfer: TransferID
    let event: TransferEvent
    let at: Moment
    let before: TransferMachine.Phase
    let after: TransferMachine.Phase
    let effects: [TransferEffect]
    /// Those of the effects that are carried out one after the other.
    let orders: [TransferEffect]
    let changes: [PhaseChange]
    let pbx: PBXName
    /// The caller's, after it.
    let channel: String
    /// Of a caller who was asked for and is still in another application.
    let prospect: TransferMachine.Coming.Prospect?
    /// Set when this step ended the transfer.
    let outcome: Outcome?
    /// A conversation is over, and its agent may still have to write something down.
    let wrappingUp: WrappingUp?
    /// Those who have missed too many calls.
    let signOffs: [SignOff]

    /// Somebody has taken the call.
    var joins: Bool { orders.contains { if case .join = $0 { true } else { false } } }

    /// What time has come to repeat is left out while it still waits behind others, and so is an outcome: with slow
    /// answers repetitions would only make the queue longer.
    func orders(behind waiting: [TransferEffect]) -> [TransferEffect] {
      switch event {
      case .timerFired(.again), .timerFired(.leave): orders.filter { !waiting.contains($0) }
      default:
        orders.filter { order in if case .writeOutcome = order { !waiting.contains(order) } else { true } }
      }
    }
  }

  /// A channel that has to be there, and what has happened if it is not.
  struct Expectation: Equatable, Sendable {
    let channel: String
    let transfer: TransferID
    let otherwise: TransferEvent

    /// Nothing if it is met by what was found; nil: the channel is not there.
    func disappointment(by found: ARIChannel?) -> TransferEvent? {
      guard let found else { return otherwise }
      guard case .caller = otherwise else { return nil }
      // In the dialplan they are there as well, and none of ours.
      if found.application.isEmpty || found.application == "Stasis" { return nil }
      return found.hasHungUp ? otherwise : .caller(.takenAway)
    }
  }
}

extension Switchboard {
  /// What must have happened while nobody was listening.
  func recovery(
    from view: AsteriskView,
    of pbx: PBXName
  ) -> [(transfer: TransferID, event: TransferEvent)] {
    transfers(on: pbx).sorted { $0.key.description < $1.key.description }.flatMap { id, machine in
      let events =
        view.isAnotherAsterisk(for: machine)
        ? [.asteriskRestarted] : Recovery.events(for: machine, seeing: view.sighting(of: machine))
      return events.map { (id, $0) }
    }
  }

  /// What must be there, for a comparison with what is. A phone that has not shown itself yet may still come.
  func expectations(on pbx: PBXName) -> [Expectation] {
    transfers(on: pbx).sorted { $0.key.description < $1.key.description }.flatMap { id, machine -> [Expectation] in
      guard !machine.callerHasLeft || machine.request.isCallback else { return [] }
      let caller = Expectation(channel: machine.request.caller.channel, transfer: id, otherwise: .caller(.left))
      return (machine.request.isCallback ? [] : [caller])
        + machine.legs.filter(\.isKnownToExist).map { leg in
          Expectation(
            channel: machine.replacement(of: leg.id) ?? AsteriskNames(transfer: id).leg(leg.id),
            transfer: id,
            otherwise: .leg(leg.id, .ended(HangupCause(code: 0)))
          )
        }
    }
  }
}
