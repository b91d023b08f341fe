import ARI
import Testing
import Transfer

@testable import WarmTransfer

/// A mistake made on purpose, between the switchboard and the rest of the world: the proof that the simulation would
/// notice if the product made it.
struct Break: Sendable, CustomTestStringConvertible {
  /// There is no phase any more when the transfer has ended.
  typealias Sending =
    @Sendable (_ order: TransferEffect, [AsteriskCommand], TransferMachine.Phase?) -> [AsteriskCommand]

  let name: String
  /// What it is caught by, one of them at each time.
  let offends: Set<Invariant>
  /// What is heard instead of a frame from Asterisk.
  var hears: @Sendable (ARIEvent, Simulation) -> [ARIEvent] = { event, _ in [event] }
  /// What the transfer is told instead.
  var posts: @Sendable (TransferEvent, Simulation) -> [TransferEvent] = { event, _ in [event] }
  /// What is done instead of what was decided.
  var does: @Sendable (Switchboard.Step) -> [TransferEffect] = { $0.orders }
  /// Nothing is done before it is in the journal.
  var waitsForTheJournal = true
  /// The timers that a new service sets again.
  var restores: @Sendable (TimerID) -> Bool = { _ in true }
  /// What Asterisk is told instead.
  var sends: Sending = { _, commands, _ in commands }

  var testDescription: String { name }

  static let all = aboutKeys + aboutTheCaller + aboutTheEnd + aboutCrashes
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
      name: "the first key of a person is not noticed",
      offends: [.acceptanceIsHonoured],
      hears: { event, simulation in
        guard case .digitReceived(_, let channel) = event, channel.id.hasPrefix("wt-") else { return [event] }
        return simulation.isFirstKey(of: channel.id) ? [] : [event]
      }
    ),
    Break(
      name: "who picks up is joined at once",
      offends: [.nobodyHearsBeforeAccepting],
      does: { step in
        guard case .leg(let leg, .answered) = step.event else { return step.orders }
        return step.orders + [.openTalk, .join(leg)]
      }
    ),
    Break(
      name: "one person is rung for everybody",
      offends: [.onePersonAtATime],
      sends: { _, commands, _ in
        commands.map { command in
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
      does: { step in
        step.orders.flatMap { order in
          if case .join = order { [.stopMusic, order] } else { [order] }
        }
      }
    ),
    Break(
      name: "the music goes on after the join",
      offends: [.callerHearsSomething],
      sends: doingNothing { $0 == .stopMusic }
    ),
    Break(
      name: "nobody starts the music",
      offends: [.callerHearsSomething],
      sends: doingNothing { if case .startMusic = $0 { true } else { false } }
    ),
    Break(
      name: "a busy phone costs the caller their call",
      offends: [.callerSurvives],
      does: { step in
        guard case .leg(_, .ended(HangupCause(code: 17))) = step.event else { return step.orders }
        return step.orders + [.hangUpCaller]
      }
    ),
    Break(
      name: "a caller who goes back is not sent anywhere",
      offends: [.callerSurvives, .callerHearsSomething, .endsInTime],
      sends: doingNothing { $0 == .returnCaller }
    ),
    Break(
      name: "the end of the hold time is not noticed",
      offends: [.endsInTime],
      posts: { event, _ in event == .timerFired(.hold) ? [] : [event] }
    ),
    Break(
      name: "the dead-man's switch is lifted before the caller goes",
      offends: [.callerSurvives],
      does: { step in
        step.orders.flatMap { order -> [TransferEffect] in
          if case .writeOutcome(let outcome) = order, outcome.result != .connected {
            return [.liftDeadMansSwitch, order]
          }
          return [order]
        }
      }
    ),
    Break(
      name: "the dead-man's switch goes along to another application",
      offends: [.callerSurvives],
      sends: { order, commands, phase in order == .liftDeadMansSwitch && phase != .connected ? [] : commands }
    ),
    Break(
      name: "the dead-man's switch cuts the conversation",
      offends: [.endsInTime, .callerSurvives],
      sends: { order, commands, phase in order == .liftDeadMansSwitch && phase == .connected ? [] : commands }
    ),
    Break(
      name: "a caller who hangs up while talking is not noticed",
      offends: [.endsOnce],
      hears: { event, simulation in
        switch event {
        case .stasisEnd(let channel), .channelDestroyed(let channel, _):
          simulation.isTalking(channel.id) ? [] : [event]
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
      name: "those who were too late are not released",
      offends: [.onePersonAtATime, .endsInTime],
      sends: { order, commands, phase in
        guard case .release = order, phase == .merging || phase == .connected else { return commands }
        return []
      }
    ),
    Break(
      name: "the wrong phone is released",
      offends: [.endsInTime, .onePersonAtATime, .nothingIsLeft, .callerHearsSomething],
      sends: { order, commands, _ in
        guard case .release(let leg) = order, case .hangUp(let channel) = commands.first else { return commands }
        let another = leg.number == 1 ? 2 : 1
        return [.hangUp(String(channel.dropLast()) + String(another))]
      }
    ),
    Break(
      name: "the bridge of the hold is left",
      offends: [.nothingIsLeft],
      sends: doingNothing { $0 == .closeHold }
    ),
    Break(
      name: "what was spoken is left",
      offends: [.nothingIsLeft],
      does: { step in step.orders.filter { $0 != .discardSpeech } }
    ),
    Break(
      name: "the dialplan is not told",
      offends: [.endsOnce],
      sends: doingNothing { if case .writeOutcome = $0 { true } else { false } }
    ),
    Break(
      name: "the dialplan is told of a success that was none",
      offends: [.endsOnce],
      sends: { _, commands, _ in
        commands.map { command in
          guard case .set("WT_RESULT", _, let channel) = command else { return command }
          return .set("WT_RESULT", to: "CONNECTED", on: channel)
        }
      }
    ),
    Break(
      name: "what has failed is tried again at once",
      offends: [.staysCalm],
      does: { step in
        guard case .commandFailed(let order, _) = step.event, case .stopPlayback = order else { return step.orders }
        return step.orders + [order]
      }
    ),
  ]

  /// The order is confirmed without anything having been done.
  private static func doingNothing(for isLeftOut: @escaping @Sendable (TransferEffect) -> Bool) -> Sending {
    { order, commands, _ in isLeftOut(order) ? [] : commands }
  }
}

// MARK: - What the next service makes of it

extension Break {
  private static let aboutCrashes: [Break] = [
    Break(
      name: "effects are carried out before the journal has them",
      offends: [.callerHearsSomething, .callerSurvives, .endsOnce, .nothingIsLeft, .onePersonAtATime],
      waitsForTheJournal: false
    ),
    Break(
      name: "what was decided is not taken up again",
      offends: [.endsInTime, .callerHearsSomething],
      posts: { event, _ in event == .resumed ? [] : [event] }
    ),
    Break(
      name: "a conversation is put on hold again",
      offends: [.talkIsUndisturbed, .nothingIsLeft],
      does: { step in
        guard step.event == .resumed, step.after == .connected else { return step.orders }
        return [.openHold, .holdCaller] + step.orders
      }
    ),
    Break(
      name: "the timers are not set again",
      offends: [.endsInTime],
      restores: { _ in false }
    ),
  ]
}

extension Simulation {
  fileprivate func isFirstKey(of leg: String) -> Bool { witness.keys(of: leg).count == 1 }

  fileprivate func isTalking(_ caller: String) -> Bool {
    switchboard.transfer(ofCaller: caller).flatMap { switchboard.machines[$0] }?.phase == .connected
  }
}
