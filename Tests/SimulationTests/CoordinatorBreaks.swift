import ARI
import Transfer

@testable import WarmTransfer

// What the coordinator, its arrivals, timers, lanes and looks could do wrong.
extension Break {
  static let aboutTheCoordinator: [Break] = [
    Break(
      name: "a caller of whom nobody was told is never looked for",
      offends: [.endsInTime, .callerHearsSomething, .callerSurvives, .nothingIsLeft],
      distorts: { $0.pbxs[.main]?.suspicions = [] }
    ),
    Break(
      name: "of two callers who come in at once one is forgotten",
      offends: [.callerHearsSomething, .endsInTime],
      distorts: { coordinator in
        if coordinator.arrivals.count > 1 { coordinator.arrivals = Arrivals() }
      }
    ),
    Break(
      name: "a caller who was asked for comes in unnoticed",
      offends: [.endsInTime, .callerHearsSomething],
      hears: { event, simulation in
        guard case .stasisStart(let channel, _, _) = event else { return [event] }
        return simulation.coordinator.switchboard.callersComing(on: .main).contains(channel.id) ? [] : [event]
      }
    ),
    Break(
      name: "a variable that cannot be read counts as not set",
      offends: [.endsOnce],
      answers: { ticket, request, answer in
        guard case .variables = request, case .failure = answer else { return (ticket, answer) }
        return (ticket, .success(.values([:])))
      }
    ),
    Break(
      name: "who hangs up while their variables are read is not noticed",
      offends: [.endsOnce, .endsInTime],
      hears: { event, simulation in
        switch event {
        case .stasisEnd(let channel), .channelDestroyed(let channel, _), .channelHangupRequested(let channel, _):
          simulation.coordinator.arrivals.contains(channel.id(on: .main)) ? [] : [event]
        default: [event]
        }
      }
    ),
    Break(
      name: "timers are looked at twenty seconds late",
      offends: [.endsInTime, .endsOnce, .callerHearsSomething, .callerSurvives],
      wakesLateBy: 20_000
    ),
    Break(
      name: "the end of one transfer takes the timers of all",
      offends: [.endsInTime, .callerHearsSomething],
      follows: { step, coordinator in
        guard step.outcome != nil else { return [] }
        for id in coordinator.switchboard.machines.keys { coordinator.alarms.cancelAll(of: id) }
        return []
      }
    ),
    Break(
      name: "the commands that wait are forgotten when the phase changes",
      offends: [.nothingIsLeft, .endsInTime, .callerHearsSomething, .endsOnce, .onePersonAtATime],
      follows: { step, coordinator in
        if step.before != step.after { coordinator.lanes[step.transfer] = CommandLane(to: .main) }
        return []
      }
    ),
    Break(
      name: "a command does not wait for the answer to the one before it",
      offends: [.callerHearsSomething, .nothingIsLeft, .endsInTime, .endsOnce, .callerSurvives, .talkIsUndisturbed],
      waitsForAnswers: false
    ),
    Break(
      name: "an answer is taken for that to the request before it",
      offends: [.endsInTime, .callerHearsSomething, .staysCalm, .nothingIsLeft],
      answers: { ticket, _, answer in (ticket - 1, answer) }
    ),
    Break(
      name: "a request without an answer is not sent again",
      offends: [.endsInTime, .callerHearsSomething, .staysCalm, .nothingIsLeft],
      distorts: { coordinator in
        for ticket in 1...coordinator.requests.lastTicket { coordinator.alarms.cancel(.askAgain(ticket: ticket)) }
      }
    ),
    Break(
      name: "what is in our application is not seen after a reconnection",
      offends: [.callerSurvives, .endsInTime, .endsOnce, .talkIsUndisturbed, .callerHearsSomething],
      answers: { ticket, request, answer in
        request == .channelsInHand ? (ticket, .success(.names([]))) : (ticket, answer)
      }
    ),
    Break(
      name: "whoever has asked for a caller is not answered",
      offends: [.endsOnce],
      distorts: { $0.handovers = Handovers() }
    ),
  ]
}

extension OpenRequests {
  /// No ticket that was ever given is higher.
  fileprivate var lastTicket: Int {
    var copy = self
    return copy.add(.information, of: .main, for: .nothing)
  }
}
