import Runtime
import Settings
import Store
import Transfer
import Web

/// Who does something on their own screen, as it stands in the journal. No section of a conf file is called so.
enum DeskRequester {
  private static let mark = "desk:"

  static func name(of agent: String) -> String { mark + agent }

  /// Nil for a token, and for the service itself.
  static func agent(in requester: String?) -> String? {
    requester.flatMap { $0.hasPrefix(mark) ? String($0.dropFirst(mark.count)) : nil }
  }
}

// What agents do on their screens, and what is shown to them there.
extension TransferCoordinator {
  /// One of their own calls alone.
  mutating func carryOut(_ order: DeskOrder, by agent: String, at now: Moment) throws(Refusal) {
    let requester = DeskRequester.name(of: agent)
    switch order {
    case .accept(let id): try answer(id, of: agent, .accepted(by: requester), at: now) { $0.isAnswered }
    case .decline(let id, let reason):
      try answer(id, of: agent, .declined(by: requester, reason: reason.orNil), at: now) { _ in true }
    case .hearAgain(let id): try answer(id, of: agent, .briefingRequested(by: requester), at: now) { $0.isAnswered }
    case .wrapUp(let id, _, _):
      guard switchboard.people.wrappingUp[agent]?.transfer == id else { throw .unknownTransfer }
      switchboard.people.wrappingUp[agent] = nil
      alarms.cancel(.wrapUp(agent))
      serveEverybody(at: now)
    // Asterisk keeps it, see `ServiceBackend.setAvailability`.
    case .setAvailable: break
    }
  }

  private mutating func answer(
    _ id: TransferID,
    of agent: String,
    _ event: LegEvent,
    at now: Moment,
    when fits: (AgentLeg) -> Bool
  ) throws(Refusal) {
    let machine = try undecided(id)
    post(.leg(try leg(of: machine, agent, fits), event), to: id, at: now)
  }

  mutating func setAlarm(for wrappingUp: WrappingUp) {
    if wrappingUp.until > wrappingUp.endedAt { alarms.set(.wrapUp(wrappingUp.target), at: wrappingUp.until) }
  }

  /// One that ended under a service before this one.
  mutating func takeUp(_ conversation: Conversation) {
    guard let target = settings.targets.first(where: { $0.name == conversation.target }) else { return }
    let wrappingUp = WrappingUp(conversation, lasting: target.policy.wrapUpTime)
    // The latest counts, and whether they have done with that.
    switchboard.people.wrappingUp[target.name] = conversation.isWrappedUp ? nil : wrappingUp
    alarms.cancel(.wrapUp(target.name))
    if !conversation.isWrappedUp { setAlarm(for: wrappingUp) }
  }
}

/// What is shown to an agent: themselves, their calls, and the call that they have just had.
struct AgentView: Sendable {
  struct Call: Sendable {
    let transfer: TransferID
    /// The caller is to be rung for it.
    let isCallback: Bool
    let phase: TransferMachine.Phase
    let stage: AgentLeg.Stage
    let caller: Caller
    let context: CallContext
    /// For whom the caller has asked, or was meant: the department.
    let party: String
    let requestedAt: WallTime
    let connectedAt: WallTime?
    /// Until then they have time to answer, or to decide.
    let deadline: WallTime?
    /// How long that is in all.
    let patience: Duration
    /// As it is spoken.
    let briefing: String
    let isBriefingReady: Bool
    let keys: AnswerKeys
  }

  let report: AgentReport
  let target: Target
  let calls: [Call]
  let wrappingUp: WrappingUp?
  let isWrappingUp: Bool
}

extension TransferCoordinator {
  /// Nil for somebody whom the conf file does not know.
  func view(of agent: String, on pbx: PBXName, at now: Moment) -> AgentView? {
    guard let target = settings.targets.first(where: { $0.name == agent }) else { return nil }
    let people = switchboard.people
    let machines = switchboard.machines.values.sorted {
      ($0.requestedAt, $0.request.id.description) < ($1.requestedAt, $1.request.id.description)
    }
    let calls = machines.flatMap { machine in
      machine.legs.filter { $0.target.name == agent }.map { view(of: $0, in: machine) }
    }
    let wrappingUp = people.wrappingUp[agent].flatMap { now.steady - $0.endedAt < WrappingUp.longestForm ? $0 : nil }
    return AgentView(
      report: AgentReport(target, on: pbx, people, switchboard.machines),
      target: target,
      calls: calls,
      wrappingUp: wrappingUp,
      isWrappingUp: people.isWrappingUp(agent, at: now.steady)
    )
  }

  private func view(of leg: AgentLeg, in machine: TransferMachine) -> AgentView.Call {
    let (id, policy) = (machine.request.id, leg.target.policy)
    var (timer, patience): (TimerID?, Duration) = (nil, .zero)
    switch leg.stage {
    case .dialing, .ringing: (timer, patience) = (.ring(leg.id), policy.ringTimeout)
    case .deciding(afterHearing: let hearing):
      (timer, patience) = (.accept(leg.id, hearing: hearing), policy.acceptTimeout)
    case .screening, .awaitingBriefing, .hearing, .waitingForSilence, .awaitingMessage, .leavingMessage, .accepted:
      break
    }
    // Whoever is called back has waited since they were promised it, and before.
    let isCallback = machine.request.isCallback
    let since = isCallback ? machine.request.waitingSince ?? machine.requestedAt : machine.requestedAt
    return AgentView.Call(
      transfer: id,
      isCallback: isCallback,
      phase: machine.phase,
      stage: leg.stage,
      caller: machine.request.caller,
      context: machine.request.known,
      party: machine.partyName,
      requestedAt: since,
      connectedAt: machine.talk.map { since + $0.wait },
      deadline: timer.flatMap { alarms.moment(of: .timer(id, $0)) },
      patience: patience,
      briefing: Briefing.text(of: machine.request, for: leg.target),
      isBriefingReady: machine.isReady(.briefing(leg.id)),
      keys: policy.keys
    )
  }

  func sight(of agents: [String], withAll: Bool, on pbx: PBXName, at now: Moment) -> LiveSight {
    var sight = LiveSight()
    for agent in agents { sight.desks[agent] = view(of: agent, on: pbx, at: now) }
    sight.links = Dictionary(settings.facts.map { ($0.name, $0.link) }) { first, _ in first }
    guard withAll else { return sight }
    sight.transfers = switchboard.machines.values.filter { !$0.request.isCallback }.map { machine in
      TransferOverview(
        report: report(machine),
        partyName: machine.partyName,
        limit: alarms.moment(of: .timer(machine.request.id, .hold)),
        patience: machine.request.policy.holdTimeout,
        connectedAt: machine.talk.map { machine.requestedAt + $0.wait }
      )
    }
    sight.callbacks = CallbacksOverview(callbacks, areOffered: offersCallbacks)
    sight.agents = self.agents(on: pbx).map { report in
      let isWrappingUp = switchboard.people.isWrappingUp(report.name, at: now.steady)
      let until = isWrappingUp ? switchboard.people.wrappingUp[report.name]?.until : nil
      return AgentOverview(report: report, wrappingUpUntil: until)
    }
    return sight
  }
}

/// What those see who look on.
struct LiveSight: Sendable {
  var desks: [String: AgentView] = [:]
  var transfers: [TransferOverview] = []
  var callbacks = CallbacksOverview()
  var agents: [AgentOverview] = []
  /// Where facts lead to, by their names.
  var links: [String: String] = [:]
}

/// A transfer as it is on the board.
struct TransferOverview: Sendable {
  let report: TransferReport
  let partyName: String
  /// Until then the caller waits.
  let limit: WallTime?
  let patience: Duration
  let connectedAt: WallTime?
}
