import ARI
import Testing
import Transfer

@testable import WarmTransfer

/// A mistake made on purpose, between the switchboard and the rest of the world: the proof that the simulation would
/// notice if the product made it.
struct Break: Sendable, CustomTestStringConvertible {
  typealias Order = Switchboard.Order
  typealias Step = Switchboard.Step

  let name: String
  /// What it is caught by, one of them at each time.
  let offends: Set<Invariant>
  /// What is heard instead of a frame from Asterisk.
  var hears: @Sendable (ARIEvent, Simulation) -> [ARIEvent] = { event, _ in [event] }
  /// What the transfer is told instead.
  var posts: @Sendable (TransferEvent, Simulation) -> [TransferEvent] = { event, _ in [event] }
  /// What is done instead of what was decided.
  var does: @Sendable (Step, Scenario.Call) -> [Order] = { step, _ in step.orders }

  var testDescription: String { name }

  static let all = aboutKeys + aboutTheCaller + aboutTheEnd
}

// MARK: - Who says yes, and when

extension Break {
  private static let aboutKeys: [Break] = [
    Break(
      name: "a timeout counts as acceptance",
      offends: [.nobodyHearsBeforeAccepting],
      posts: { event, simulation in
        guard case .timerFired(.accept(let leg, _)) = event else { return [event] }
        return simulation.scenario.manners.accept.map { .leg(leg, .pressed(String($0))) }
      }
    ),
    Break(
      name: "any key accepts",
      offends: [.nobodyHearsBeforeAccepting],
      hears: { event, simulation in
        guard case .digitReceived(_, let channel) = event else { return [event] }
        return simulation.scenario.manners.accept.map { .digitReceived(String($0), channel) }
      }
    ),
    Break(
      name: "who picks up is joined at once",
      offends: [.nobodyHearsBeforeAccepting],
      does: { step, call in
        guard case .leg(let leg, .answered) = step.event else { return step.orders }
        let names = AsteriskNames(transfer: step.transfer)
        return step.orders + [
          Order(effect: .openTalk, commands: [.createBridge(names.talk, .proxied)]),
          Order(effect: .join(leg), commands: [.add([call.request.caller.channel, names.leg(leg)], to: names.talk)]),
        ]
      }
    ),
    Break(
      name: "one person is rung for everybody",
      offends: [.onePersonAtATime],
      does: { step, _ in
        step.rewriting { command in
          guard case .originate(var origination) = command else { return command }
          origination.endpoint = "PJSIP/p1"
          return .originate(origination)
        }
      }
    ),
  ]
}

// MARK: - What the caller goes through

extension Break {
  private static let aboutTheCaller: [Break] = [
    Break(
      name: "the music ends before the join",
      offends: [.callerHearsSomething],
      does: { step, _ in
        guard step.after == .merging else { return step.orders }
        return step.orders.filter { $0.effect == .stopMusic } + step.orders.filter { $0.effect != .stopMusic }
      }
    ),
    Break(
      name: "the music goes on after the join",
      offends: [.callerHearsSomething],
      does: { step, _ in step.doingNothing { $0 == .stopMusic } }
    ),
    Break(
      name: "a caller whose join has failed is not held again",
      offends: [.callerHearsSomething],
      does: { step, _ in
        guard step.before == .merging else { return step.orders }
        return step.doingNothing { effect in
          if case .startMusic = effect { true } else { effect == .holdCaller }
        }
      }
    ),
    Break(
      name: "a busy phone costs the caller their call",
      offends: [.callerSurvives],
      does: { step, call in
        guard case .leg(_, .ended(HangupCause(code: 17))) = step.event else { return step.orders }
        return step.orders + [Order(effect: .hangUpCaller, commands: [.hangUp(call.request.caller.channel)])]
      }
    ),
    Break(
      name: "the caller is let go of without being sent anywhere",
      offends: [.callerSurvives, .callerHearsSomething, .endsInTime],
      does: { step, _ in step.doingNothing { $0 == .returnCaller } }
    ),
    Break(
      name: "the end of the hold time is not noticed",
      offends: [.endsInTime],
      posts: { event, _ in event == .timerFired(.hold) ? [] : [event] }
    ),
    Break(
      name: "the dead-man's switch cuts the conversation",
      offends: [.endsInTime],
      does: { step, _ in step.doingNothing { $0 == .liftDeadMansSwitch } }
    ),
    Break(
      name: "a caller who hangs up while being joined is not noticed",
      offends: [.endsOnce],
      hears: { event, simulation in
        switch event {
        case .stasisEnd(let channel), .channelDestroyed(let channel, _):
          simulation.isMerging(channel.id) ? [] : [event]
        default: [event]
        }
      }
    ),
  ]
}

// MARK: - What is left, and what is told

extension Break {
  private static let aboutTheEnd: [Break] = [
    Break(
      name: "the losers' phones are not released",
      offends: [.endsInTime],
      does: { step, _ in
        guard step.before == .merging || step.after == .merging || step.after == .connected else { return step.orders }
        return step.doingNothing { if case .release = $0 { true } else { false } }
      }
    ),
    Break(
      name: "the wrong phone is released",
      offends: [.endsInTime, .onePersonAtATime, .nothingIsLeft, .callerHearsSomething],
      does: { step, _ in
        step.orders.map { order in
          guard case .release(let leg) = order.effect else { return order }
          let other = AsteriskNames(transfer: step.transfer).leg(LegID(leg.number == 1 ? 2 : 1))
          return Order(effect: order.effect, commands: [.hangUp(other)])
        }
      }
    ),
    Break(
      name: "the bridge of the hold is left",
      offends: [.nothingIsLeft],
      does: { step, _ in step.doingNothing { $0 == .closeHold } }
    ),
    Break(
      name: "what was spoken is left",
      offends: [.nothingIsLeft],
      does: { step, _ in step.orders.filter { $0.effect != .discardSpeech } }
    ),
    Break(
      name: "the dialplan is not told",
      offends: [.endsOnce],
      does: { step, _ in step.doingNothing { if case .writeOutcome = $0 { true } else { false } } }
    ),
    Break(
      name: "the dialplan is told of a success that was none",
      offends: [.endsOnce],
      does: { step, _ in
        step.rewriting { command in
          guard case .set("WT_RESULT", _, let channel) = command else { return command }
          return .set("WT_RESULT", to: "CONNECTED", on: channel)
        }
      }
    ),
    Break(
      name: "what has failed is tried again at once",
      offends: [.staysCalm],
      does: { step, _ in
        guard case .commandFailed(let effect, _) = step.event, case .stopPlayback = effect else { return step.orders }
        let name = AsteriskNames(transfer: step.transfer).playback(.announcement)
        return step.orders + [Order(effect: effect, commands: [.stopPlayback(name)])]
      }
    ),
  ]
}

extension Switchboard.Step {
  /// The order is confirmed without anything having been done.
  fileprivate func doingNothing(for isLeftOut: (TransferEffect) -> Bool) -> [Switchboard.Order] {
    orders.map { isLeftOut($0.effect) ? .init(effect: $0.effect, commands: []) : $0 }
  }

  fileprivate func rewriting(_ rewrite: (AsteriskCommand) -> AsteriskCommand) -> [Switchboard.Order] {
    orders.map { .init(effect: $0.effect, commands: $0.commands.map(rewrite)) }
  }
}

extension Simulation {
  fileprivate func isMerging(_ caller: String) -> Bool {
    switchboard.transfer(ofCaller: caller).flatMap { switchboard.machines[$0] }?.phase == .merging
  }
}
