import Runtime
import Settings
import Transfer
import Web

/// What is counted of transfers since the service started.
struct Metrics: Sendable {
  private struct Ending: Hashable {
    let result: Outcome.Result
    let cause: Outcome.Cause
  }

  private struct TargetEnding: Hashable {
    let target: String
    let result: Outcome.Result
  }

  /// Upper ends, in seconds, of how long callers wait and phases last.
  static let seconds: [Double] = [1, 2, 5, 10, 20, 30, 45, 60, 90, 120, 300, 600, 1_800, 3_600]

  private var endings: [Ending: Int] = [:]
  private var callbackEndings: [Ending: Int] = [:]
  private var targetEndings: [TargetEnding: Int] = [:]
  private var waits = Histogram(upTo: seconds)
  private var phases: [TransferMachine.Phase: Histogram] = [:]
  /// Since when transfers are in their phase.
  private var began: [TransferID: WallTime] = [:]

  mutating func count(_ step: Switchboard.Step) {
    if step.isCallback { return countCallback(step.outcome) }
    if step.before != step.after || step.isFirst { count(phase: step) }
    guard let outcome = step.outcome else { return }
    began[step.transfer] = nil
    endings[Ending(result: outcome.result, cause: outcome.cause), default: 0] += 1
    if let target = outcome.target {
      targetEndings[TargetEnding(target: target, result: outcome.result), default: 0] += 1
    }
    waits.note(outcome.wait)
  }

  /// Nobody is on hold for it, so that its phases say nothing of how long callers wait.
  private mutating func countCallback(_ outcome: Outcome?) {
    guard let outcome else { return }
    callbackEndings[Ending(result: outcome.result, cause: outcome.cause), default: 0] += 1
  }

  private mutating func count(phase step: Switchboard.Step) {
    if let began = began.updateValue(step.at.steady, forKey: step.transfer) {
      phases[step.before, default: Histogram(upTo: Self.seconds)].note(step.at.steady - began)
    }
  }

  func write(to text: inout MetricsText) {
    text.add(
      "ended_total",
      .counter,
      "Transfers that have ended since the service started.",
      endings.map { ([("result", $0.result.rawValue), ("cause", $0.cause.rawValue)], Double($1)) }
    )
    text.add(
      "callbacks_ended_total",
      .counter,
      "Callbacks that have ended since the service started.",
      callbackEndings.map { ([("result", $0.result.rawValue), ("cause", $0.cause.rawValue)], Double($1)) }
    )
    text.add(
      "ended_by_target_total",
      .counter,
      "Transfers that have ended, by the target that was connected or rung last.",
      targetEndings.map { ([("target", $0.target), ("result", $0.result.rawValue)], Double($1)) }
    )
    text.add(
      "wait_seconds",
      "How long callers waited, from the request until they were connected or returned.",
      [([], waits)]
    )
    let ended = TransferMachine.Phase.allCases.filter { $0 != .ended }
    text.add(
      "phase_seconds",
      "How long each phase of a transfer lasted.",
      ended.map { ([("phase", $0.rawValue)], phases[$0] ?? Histogram(upTo: Self.seconds)) }
    )
  }
}

extension Switchboard.Step {
  /// Whoever is called back has no channel of their own.
  fileprivate var isCallback: Bool { channel.isEmpty }
  fileprivate var isFirst: Bool { event == .requested || event == .ordered }
}

/// What is going on just now.
struct MetricsSnapshot: Sendable {
  /// Of a target, as it matters to callers who wait.
  enum AgentState: String, CaseIterable, Sendable {
    case free, ringing, briefing, connected, busy, unreachable, unknown
    case signedOff = "signed_off"
    case wrapUp = "wrap_up"
  }

  var phases: [TransferMachine.Phase: Int] = [:]
  var callbacks: [CallbackReport.State: Int] = [:]
  /// Callers on hold.
  var waiting = 0
  var oldestWait: Duration = .zero
  var agents: [AgentState: Int] = [:]

  func write(to text: inout MetricsText) {
    text.add(
      "under_way",
      .gauge,
      "Transfers in progress.",
      TransferMachine.Phase.allCases.filter { $0 != .ended }.map {
        ([("phase", $0.rawValue)], Double(phases[$0] ?? 0))
      }
    )
    text.add(
      "callbacks",
      .gauge,
      "Open callbacks.",
      CallbackReport.State.allCases.filter { $0 != .ended }.map {
        ([("state", $0.rawValue)], Double(callbacks[$0] ?? 0))
      }
    )
    text.add("waiting", .gauge, "Callers who wait for a person.", [([], Double(waiting))])
    text.add(
      "oldest_wait_seconds",
      .gauge,
      "How long the caller has waited who has waited longest.",
      [([], oldestWait / .seconds(1))]
    )
    text.add(
      "agents",
      .gauge,
      "Targets of the conf file, by what they are doing.",
      AgentState.allCases.map { ([("state", $0.rawValue)], Double(agents[$0] ?? 0)) }
    )
  }
}

extension TransferCoordinator {
  /// In one look at each transfer and at each target.
  func snapshot(on pbx: PBXName, at now: Moment) -> MetricsSnapshot {
    var snapshot = MetricsSnapshot()
    var calls: [String: MetricsSnapshot.AgentState] = [:]
    for machine in switchboard.machines.values {
      let phase = machine.phase
      if machine.request.isCallback {
        snapshot.callbacks[CallbackReport.State(machine), default: 0] += 1
      } else {
        snapshot.phases[phase, default: 0] += 1
      }
      if machine.callerWaits {
        snapshot.waiting += 1
        snapshot.oldestWait = max(snapshot.oldestWait, now.steady - machine.requestedAt)
      }
      for leg in machine.legs where !leg.isCallee {
        calls[leg.target.name] = phase == .connected ? .connected : leg.isAnswered ? .briefing : .ringing
      }
    }
    for target in settings.targets {
      snapshot.agents[calls[target.name] ?? state(of: target, on: pbx, at: now), default: 0] += 1
    }
    return snapshot
  }

  private func state(of target: Target, on pbx: PBXName, at now: Moment) -> MetricsSnapshot.AgentState {
    if !switchboard.people.isAvailable(target.name, on: pbx) { return .signedOff }
    if switchboard.people.isWrappingUp(target.name, at: now.steady) { return .wrapUp }
    return switch switchboard.people.deviceState(of: target, on: pbx) {
    case .free: .free
    case .inUse: .busy
    case .unreachable: .unreachable
    case nil: .unknown
    }
  }
}
