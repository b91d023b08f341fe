import ARI
import Testing
import Transfer
import Transport

@testable import WarmTransfer

/// A mistake made on purpose, in the coordinator or at its edges: the proof that the simulation would notice if the
/// product made it.
struct Break: Sendable, CustomTestStringConvertible {
  let name: String
  /// What it is caught by, one of them at each time.
  let offends: Set<Invariant>
  /// Found where many wait for few.
  var isAboutTheLine = false
  /// What is heard instead of a frame from Asterisk.
  var hears: @Sendable (ARIEvent, Simulation) -> [ARIEvent] = { event, _ in [event] }
  /// What Asterisk is asked instead; of nothing it is said that it was done.
  var asks: @Sendable (AsteriskRequest, Int, Simulation) -> AsteriskRequest? = { request, _, _ in request }
  /// What is heard instead of an answer, and under which ticket.
  var answers: @Sendable (Int, AsteriskRequest, Answer) -> (Int, Answer) = { ticket, _, answer in (ticket, answer) }
  /// What else Asterisk is told behind a step, and what the coordinator forgets at it.
  var follows: @Sendable (Switchboard.Step, inout TransferCoordinator) -> [AsteriskCommand] = { _, _ in [] }
  /// What becomes of the coordinator before it hears anything else.
  var distorts: @Sendable (inout TransferCoordinator) -> Void = { _ in }
  /// What a new service forgets of what it has taken up.
  var takesUp: @Sendable (inout TransferCoordinator) -> Void = { _ in }
  /// Nothing is done before it is in the journal.
  var waitsForTheJournal = true
  var discardsSpeech = true
  /// A command is taken for done when it is sent.
  var waitsForAnswers = true
  var wakesLateBy: Int64 = 0

  typealias Answer = Result<AsteriskAnswer, ARIError>

  var testDescription: String { name }

  static let all =
    aboutKeys + aboutTheCaller + aboutTheEnd + aboutCrashes + aboutTheCoordinator + aboutTheLine + aboutMessages
    + aboutCallbacks + aboutAnswers
}

// MARK: - Who says yes, and when

extension Break {
  private static let aboutKeys: [Break] = [
    Break(
      name: "who has not pressed a key for long is taken to have accepted",
      offends: [.nobodyHearsBeforeAccepting],
      follows: { step, coordinator in
        guard case .timerFired(.reminder(let leg, _)) = step.event else { return [] }
        return [.add([step.channel(of: leg)], to: step.bridge)]
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
      follows: { step, _ in
        guard case .leg(let leg, .answered) = step.event else { return [] }
        return [.add([step.channel(of: leg)], to: step.bridge)]
      }
    ),
    Break(
      name: "one person is rung for everybody",
      offends: [.onePersonAtATime],
      asks: { request, _, _ in
        guard case .command(.originate(var origination)) = request else { return request }
        origination.endpoint = "PJSIP/p1"
        return .command(.originate(origination))
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
      follows: { step, _ in
        step.effects.contains { if case .join = $0 { true } else { false } } ? [.stopMusic(step.channel)] : []
      }
    ),
    Break(
      name: "the music goes on after the join",
      offends: [.callerHearsSomething],
      asks: leavingOut { if case .stopMusic = $0 { true } else { false } }
    ),
    Break(
      name: "nobody starts the music",
      offends: [.callerHearsSomething],
      asks: leavingOut { if case .startMusic = $0 { true } else { false } }
    ),
    Break(
      name: "a busy phone costs the caller their call",
      offends: [.callerSurvives, .endsOnce],
      follows: { step, _ in
        guard case .leg(_, .ended(HangupCause(code: 17))) = step.event else { return [] }
        return [.hangUp(step.channel)]
      }
    ),
    Break(
      name: "a caller who goes back is not sent anywhere",
      offends: [.callerSurvives, .callerHearsSomething, .endsInTime],
      asks: leavingOut { if case .continueInDialplan = $0 { true } else { false } }
    ),
    Break(
      name: "the end of the hold time is not noticed",
      offends: [.endsInTime],
      distorts: { coordinator in
        for id in coordinator.switchboard.machines.keys { coordinator.alarms.cancel(.timer(id, .hold)) }
      }
    ),
    Break(
      name: "the dead-man's switch is lifted before the caller goes",
      offends: [.callerSurvives],
      follows: { step, _ in
        let isTold = step.effects.contains { effect in
          if case .writeOutcome(let outcome) = effect { outcome.result != .connected } else { false }
        }
        return isTold ? [.set(AsteriskNames.deadMansSwitch, to: "0", on: step.channel)] : []
      }
    ),
    Break(
      name: "the dead-man's switch goes along to another application",
      offends: [.callerSurvives],
      asks: { request, ticket, simulation in
        simulation.order(ticket) == .liftDeadMansSwitch && simulation.phase(ticket) != .connected ? nil : request
      }
    ),
    Break(
      name: "the dead-man's switch cuts the conversation",
      offends: [.endsInTime, .callerSurvives],
      asks: { request, ticket, simulation in
        guard simulation.phase(ticket) == .connected, case .command(.set(let variables, let channel)) = request else {
          return request
        }
        let others = variables.filter { $0.name != AsteriskNames.deadMansSwitch }
        return others.isEmpty ? nil : .command(.set(others, on: channel))
      }
    ),
    Break(
      name: "a caller who hangs up while talking is not noticed",
      offends: [.endsOnce, .callerHearsSomething],
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
      asks: { request, ticket, simulation in
        guard case .release = simulation.order(ticket) else { return request }
        let phase = simulation.phase(ticket)
        return phase == .merging || phase == .connected ? nil : request
      }
    ),
    Break(
      name: "the wrong phone is released",
      offends: [.endsInTime, .onePersonAtATime, .nothingIsLeft, .callerHearsSomething],
      asks: { request, ticket, simulation in
        guard case .release(let leg) = simulation.order(ticket), case .command(.hangUp(let channel)) = request else {
          return request
        }
        let another = leg.number == 1 ? 2 : 1
        return .command(.hangUp(String(channel.dropLast()) + String(another)))
      }
    ),
    Break(
      name: "the bridge is left",
      offends: [.nothingIsLeft],
      asks: leavingOut { if case .destroyBridge = $0 { true } else { false } }
    ),
    Break(
      name: "what was spoken is left",
      offends: [.nothingIsLeft],
      discardsSpeech: false
    ),
    Break(
      name: "the dialplan is not told",
      offends: [.endsOnce],
      asks: leavingOut { if case .set(let all, _) = $0 { all.contains { $0.name == "WT_RESULT" } } else { false } }
    ),
    Break(
      name: "the dialplan is told of a success that was none",
      offends: [.endsOnce],
      asks: { request, _, _ in
        guard case .command(.set(let all, let channel)) = request else { return request }
        let changed = all.map { $0.name == "WT_RESULT" ? AsteriskCommand.Variable($0.name, "CONNECTED") : $0 }
        return .command(.set(changed, on: channel))
      }
    ),
    Break(
      name: "what has failed is tried again at once",
      offends: [.staysCalm],
      follows: { step, coordinator in
        if case .timerFired(.again) = step.event, case .timerFired(let timer) = step.event {
          coordinator.alarms.set(.timer(step.transfer, timer), at: step.at.steady)
        }
        return []
      }
    ),
  ]

  /// It is said to be done without anything having been done.
  static func leavingOut(
    _ isLeftOut: @escaping @Sendable (AsteriskCommand) -> Bool
  ) -> @Sendable (AsteriskRequest, Int, Simulation) -> AsteriskRequest? {
    { request, _, _ in
      if case .command(let command) = request, isLeftOut(command) { nil } else { request }
    }
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
      offends: [.endsInTime, .callerHearsSomething, .nothingIsLeft],
      follows: { step, coordinator in
        if step.event == .resumed { coordinator.lanes[step.transfer] = CommandLane(to: .main) }
        return []
      }
    ),
    Break(
      name: "a conversation is parted when it is taken up again",
      offends: [.talkIsUndisturbed, .nothingIsLeft],
      follows: { step, _ in
        guard step.event == .resumed, step.after == .connected else { return [] }
        return [.createBridge("another", .proxied), .add([step.channel], to: "another")]
      }
    ),
    Break(
      name: "the timers are not set again",
      offends: [.endsInTime],
      takesUp: { $0.timersTakenUp = [] }
    ),
  ]
}

extension Simulation {
  fileprivate func isFirstKey(of leg: String) -> Bool { witness.keys(of: leg).count == 1 }

  fileprivate func isTalking(_ caller: String) -> Bool {
    coordinator.transfer(of: ChannelID(caller, on: .main)).flatMap { coordinator.switchboard.machines[$0] }?.phase
      == .connected
  }

  private func transfer(_ ticket: Int) -> TransferID? {
    if case .order(let transfer) = coordinator.requests[ticket]?.purpose { transfer } else { nil }
  }

  /// What the request with this ticket is a part of.
  fileprivate func order(_ ticket: Int) -> TransferEffect? {
    transfer(ticket).flatMap { coordinator.lanes[$0]?.orders.first }
  }

  /// There is none any more when the transfer has ended.
  fileprivate func phase(_ ticket: Int) -> TransferMachine.Phase? {
    transfer(ticket).flatMap { coordinator.switchboard.machines[$0]?.phase }
  }
}

extension Switchboard.Step {
  private var names: AsteriskNames { AsteriskNames(transfer: transfer) }
  fileprivate var bridge: String { names.bridge }
  fileprivate func channel(of leg: LegID) -> String { names.leg(leg) }
}
