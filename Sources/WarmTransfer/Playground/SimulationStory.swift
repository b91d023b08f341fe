import ARI
import Settings
import Store
import Transfer
import Transport

/// One line of what happened in a simulated call.
struct SimulationStep: Equatable, Sendable {
  /// Since the call came in.
  let at: Duration
  /// `caller`, a target's name, or `service`.
  let who: String
  let text: String
  /// What they hear, and for how long.
  var words = ""
  var length: Duration?
}

/// What happened in a simulated call, as an administrator would tell it.
struct SimulationStory: Sendable {
  var start: Moment
  private(set) var steps: [SimulationStep] = []
  /// What is said in each sound file.
  var words: [String: String] = [:]
  private(set) var outcome: Outcome?
  /// The channels of those who were rung, in that order, with their names.
  private(set) var people: [(channel: String, name: String)] = []
  /// What webhooks would have been told.
  private(set) var events: [(webhooks: [String], event: PhaseEvent)] = []
  /// Each phase that the transfer came to, and when.
  private(set) var phases: [(phase: TransferMachine.Phase, at: Duration)] = []

  init(start: Moment) { self.start = start }

  mutating func add(_ who: String, _ text: String, at now: Moment) {
    steps.append(SimulationStep(at: now.steady - start.steady, who: who, text: text.onOneLine))
  }

  mutating func rings(
    _ target: Target,
    _ origination: ARIChannels.Origination,
    person: SimulatedCall.Answer,
    at now: Moment
  ) {
    if person != .unreachable { people.append((origination.channelID, target.name)) }
    let display = origination.callerID.map { ", the phone shows \($0)" } ?? ""
    let limit = target.policy.ringTimeout.inShort
    add(target.name, "would be rung for up to \(limit): \(origination.endpoint)\(display)", at: now)
  }

  // MARK: What people do

  mutating func note(_ happening: SimulatedPBX.Happening, _ pbx: SimulatedPBX, at now: Moment) {
    switch happening {
    case .picksUp(let channel):
      let isMachine = pbx.channels[channel]?.person?.answer == .machine
      note(channel, pbx, isMachine ? "answers: an answering machine" : "answers", at: now)
    case .ends(let channel, let cause): note(channel, pbx, Self.ending(cause, pbx.channels[channel]?.isUp), at: now)
    case .presses(let channel, let key): note(channel, pbx, "presses \(key)", at: now)
    case .told, .answered, .spoken, .rings, .waits, .playbackEnds, .comesBack: break
    }
  }

  private static func ending(_ cause: Int, _ isUp: Bool?) -> String {
    switch cause {
    case 17: "is busy"
    case 21: "rejects the call"
    default: isUp == true ? "hangs up" : "does not answer"
    }
  }

  /// Nothing of somebody who has gone.
  private mutating func note(_ channel: String, _ pbx: SimulatedPBX, _ text: String, at now: Moment) {
    guard let known = pbx.channels[channel] else { return }
    add(known.person?.name ?? "caller", text, at: now)
  }

  // MARK: What the service decides

  mutating func note(_ step: Switchboard.Step, _ machine: TransferMachine?, _ settings: Settings) {
    if let text = text(of: step.event) { add("service", text, at: step.at) }
    if step.before != step.after, step.after == .connected {
      add("service", "the two are connected; they talk for 10 s", at: step.at)
    }
    if step.after != phases.last?.phase { phases.append((step.after, step.at.steady - start.steady)) }
    if let outcome = step.outcome { self.outcome = outcome }
    for change in step.changes { tell(change, step, machine, settings) }
  }

  private func text(of event: TransferEvent) -> String? {
    switch event {
    case .passedOver(let name, let cause): "\(name) is not rung: \(cause.rawValue)"
    case .speechFailed(let speech, let message): "\(speech) cannot be spoken: \(message)"
    case .timerFired(.hold): "hold_timeout is over"
    case .timerFired(.ring(let leg)): "ring_timeout of \(name(of: leg)) is over"
    case .timerFired(.accept(let leg, _)): "accept_timeout is over: \(name(of: leg)) has pressed no key"
    case .leg(let leg, .detected(let detection)): "the detector takes \(name(of: leg)) for \(detection.verdict.inWords)"
    case .commandFailed(.ring(let leg, _, _, _), _): "\(name(of: leg)) cannot be reached"
    // What is seen and heard of it is told by those who see and hear it.
    default: nil
    }
  }

  private func name(of leg: LegID) -> String {
    let number = "agent-\(leg.number)"
    return people.first { $0.channel.hasSuffix(number) }?.name ?? "person \(leg.number)"
  }

  private mutating func tell(
    _ change: PhaseChange,
    _ step: Switchboard.Step,
    _ machine: TransferMachine?,
    _ settings: Settings
  ) {
    let webhooks = settings.webhooks.filter { $0.events.contains(change.phase) }.map(\.name)
    guard !webhooks.isEmpty else { return }
    if let machine { lastRequest = machine.request }
    guard let request = lastRequest else { return }
    let showsContext = [.ringing, .connected, .ended].contains(change.phase)
    let event = PhaseEvent(
      id: Int64(events.count + 1),
      transfer: step.transfer,
      number: events.count + 1,
      at: step.at.wall,
      change: change,
      caller: .init(channel: request.caller.channel, name: request.caller.name, number: request.caller.number),
      topic: request.context.topic,
      party: request.plan.party,
      context: showsContext ? request.context : nil
    )
    events.append((webhooks, event))
  }

  private var lastRequest: TransferRequest?

  // MARK: What they hear

  /// With what was heard, in order.
  func told(with pbx: SimulatedPBX) -> [SimulationStep] {
    let listeners = [("caller", "caller")] + people.map { ($0.channel, $0.name) }
    let heard = listeners.flatMap { channel, name in
      (pbx.heard[channel] ?? []).compactMap { step(of: $0, name) }
    }
    return (steps + heard).enumerated()
      .sorted { ($0.element.at, $0.offset) < ($1.element.at, $1.offset) }.map(\.element)
  }

  private func step(of heard: SimulatedPBX.Heard, _ who: String) -> SimulationStep? {
    let (at, length) = (heard.from - start.steady, heard.to - heard.from)
    switch heard.sound {
    case .music(let name):
      // Until the first words are ready.
      if length < .milliseconds(500) { return nil }
      return SimulationStep(at: at, who: who, text: "hears music, class \(name)", length: length)
    case .words(let playback):
      return SimulationStep(at: at, who: who, text: "hears", words: words[playback.file] ?? "", length: length)
    case .conversation, .ringing: return nil
    case .silence:
      return length < .seconds(2) ? nil : SimulationStep(at: at, who: who, text: "hears nothing", length: length)
    }
  }
}

extension Detection.Verdict {
  fileprivate var inWords: String {
    switch self {
    case .human: "a person"
    case .machine: "a machine"
    case .notSure: "neither a person nor a machine"
    }
  }
}

extension Duration {
  /// `25 s`, `1.5 s`
  var inShort: String {
    let tenths = (milliseconds + 50) / 100
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }
}
