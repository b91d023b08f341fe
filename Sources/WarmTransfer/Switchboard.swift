import ARI
import Transfer

/// All transfers that are under way, and the one place where something from outside becomes an event of one of them.
///
/// A value without input or output: the coordinator gives it what happened and carries out what it answers.
struct Switchboard: Sendable {
  /// What the machine of one transfer decided on one event.
  struct Step: Equatable, Sendable {
    let transfer: TransferID
    let event: TransferEvent
    let at: WallTime
    let before: TransferMachine.Phase
    let after: TransferMachine.Phase
    let effects: [TransferEffect]
    /// Set when this step ended the transfer.
    let outcome: Outcome?
  }

  private(set) var machines: [TransferID: TransferMachine] = [:]
  private var transfersByCaller: [String: TransferID] = [:]

  /// The transfer that this channel waits in as the caller.
  func transfer(ofCaller channel: String) -> TransferID? { transfersByCaller[channel] }

  mutating func begin(_ request: TransferRequest, at now: WallTime) -> Step? {
    guard machines[request.id] == nil, transfersByCaller[request.caller.channel] == nil else { return nil }
    machines[request.id] = TransferMachine(request)
    transfersByCaller[request.caller.channel] = request.id
    return post(.requested, to: request.id, at: now)
  }

  /// Nil for a transfer that has ended: what is late changes nothing.
  mutating func post(_ event: TransferEvent, to id: TransferID, at now: WallTime) -> Step? {
    guard var machine = machines[id] else { return nil }
    let before = machine.phase
    let effects = machine.apply(event, at: now)
    let outcome = machine.outcome
    if outcome == nil {
      machines[id] = machine
    } else {
      machines[id] = nil
      transfersByCaller[machine.request.caller.channel] = nil
    }
    return Step(
      transfer: id,
      event: event,
      at: now,
      before: before,
      after: machine.phase,
      effects: effects,
      outcome: outcome
    )
  }

  /// What a frame from Asterisk means, and to which transfer.
  func meaning(of event: ARIEvent) -> (TransferID, TransferEvent)? {
    switch event {
    case .stasisStart(let channel, _, _): onLeg(channel, .answered)
    case .channelStateChanged(let channel): channel.state == "Ringing" ? onLeg(channel, .rang) : nil
    case .channelDestroyed(let channel, let cause):
      onLeg(channel, .ended(HangupCause(code: cause))) ?? onCaller(channel, .left)
    case .stasisEnd(let channel):
      // A leg outlives this by a moment, and only its end tells why.
      onCaller(channel, .left)
    case .digitReceived(let digit, let channel): onLeg(channel, .pressed(digit))
    case .channelEnteredBridge(let channel, let bridge): entrance(of: channel, into: bridge)
    case .playbackFinished(let playback):
      if case .playback(let id, let playback) = AsteriskName(parsing: playback.id) {
        (id, .playbackEnded(playback))
      } else {
        nil
      }
    case .playbackStarted, .channelHangupRequested, .channelLeftBridge, .bridgeDestroyed, .applicationReplaced,
      .unknown:
      nil
    }
  }

  /// What must have happened while nobody was listening, seen from what is still there.
  func changes(channels: Set<String>) -> [(TransferID, TransferEvent)] {
    machines.sorted { $0.key.description < $1.key.description }.flatMap { id, machine in
      if !channels.contains(machine.request.caller.channel) { return [(id, TransferEvent.caller(.left))] }
      let names = AsteriskNames(transfer: id)
      return machine.legs
        .filter { !channels.contains(names.leg($0.id)) }
        .map { (id, .leg($0.id, .ended(HangupCause(code: 0)))) }
    }
  }

  private func onLeg(_ channel: ARIChannel, _ event: LegEvent) -> (TransferID, TransferEvent)? {
    guard case .leg(let id, let leg) = AsteriskName(parsing: channel.id) else { return nil }
    return (id, .leg(leg, event))
  }

  private func onCaller(_ channel: ARIChannel, _ event: CallerEvent) -> (TransferID, TransferEvent)? {
    transfersByCaller[channel.id].map { ($0, .caller(event)) }
  }

  private func entrance(of channel: ARIChannel, into bridge: ARIBridge) -> (TransferID, TransferEvent)? {
    switch AsteriskName(parsing: bridge.id) {
    case .hold: onCaller(channel, .enteredHold)
    case .talk: onLeg(channel, .enteredTalk) ?? onCaller(channel, .enteredTalk)
    case .leg, .playback, nil: nil
    }
  }
}
