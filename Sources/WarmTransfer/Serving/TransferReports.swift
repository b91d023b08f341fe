import Store
import Transfer
import Web

extension TransferReport {
  init(_ machine: TransferMachine) {
    self.init(machine.request, phase: machine.phase, requestedAt: machine.requestedAt)
    targets = machine.legs.filter { !$0.isCallee }.map(\.target.name)
    outcome = machine.outcome
  }

  /// One that is over, as the journal knows it.
  init(_ summary: TransferSummary, _ request: TransferRequest) {
    self.init(request, phase: .ended, requestedAt: summary.requestedAt)
    party = summary.party ?? party
    end(as: summary)
    say = request.sentence(in: .ended, outcome)
  }

  /// One of which there is no more than the line in the log.
  init(_ summary: TransferSummary, unreadable reason: JournalError) {
    self.init(
      id: summary.id,
      phase: .ended,
      requestedAt: summary.requestedAt,
      channel: summary.channel,
      callerNumber: summary.callerNumber,
      party: summary.party
    )
    context.topic = summary.topic
    context.callerName = summary.callerName
    unreadable = reason.message
    end(as: summary)
  }

  private mutating func end(as summary: TransferSummary) {
    endedAt = summary.endedAt
    guard let result = summary.result, let cause = summary.cause else { return }
    outcome = Outcome(result: result, cause: cause, target: summary.target, wait: summary.wait ?? .zero)
  }

  init(_ summary: TransferSummary, _ record: RecordedTransfer) { self.init(summary, record.latestRequest) }

  private init(_ request: TransferRequest, phase: TransferMachine.Phase, requestedAt: WallTime) {
    self.init(
      id: request.id,
      phase: phase,
      requestedAt: requestedAt,
      channel: request.caller.channel,
      callerNumber: request.caller.number,
      party: request.plan.party,
      context: request.known
    )
  }
}

extension RecordedTransfer {
  /// With what the transfer has learned on its way, as far as that is known.
  var latestRequest: TransferRequest { isWhole ? replayed().request : request }
}

extension TransferPlan {
  /// The name of the target or the group, where it is known already.
  var party: String? {
    switch self {
    case .ring(let party): party.name
    case .ask, .refuse, .turnAway: nil
    }
  }
}

extension String {
  /// Empty means not given.
  var orNil: String? { isEmpty ? nil : self }
}

extension AgentReport {
  /// What the phones of this Asterisk say of them.
  init(_ target: Target, on pbx: PBXName, _ people: People, _ machines: [TransferID: TransferMachine]) {
    let calls = machines.values.filter { machine in machine.legs.contains { $0.target.name == target.name } }
    self.init(
      name: target.name,
      spokenName: target.spokenName,
      isAvailable: people.isAvailable(target.name, on: pbx),
      device: Device(people.deviceState(of: target, on: pbx)),
      calls: calls.map { Call(transfer: $0.request.id, phase: $0.phase) }
        .sorted { $0.transfer.description < $1.transfer.description }
    )
    missedCalls = people.missedCalls(of: target.name, on: pbx)
  }
}

extension AgentReport.Device {
  init(_ state: DeviceState?) {
    switch state {
    case .free: self = .free
    case .inUse: self = .busy
    case .unreachable: self = .unreachable
    case nil: self = .unknown
    }
  }
}
