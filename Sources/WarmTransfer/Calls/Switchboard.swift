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
    let at: Moment
    let before: TransferMachine.Phase
    let after: TransferMachine.Phase
    let effects: [TransferEffect]
    /// Those of the effects that are carried out one after the other.
    let orders: [TransferEffect]
    let changes: [PhaseChange]
    /// The caller's, after it.
    let channel: String
    /// Of a caller who was asked for and is still in another application.
    let prospect: TransferMachine.Coming.Prospect?
    /// Set when this step ended the transfer.
    let outcome: Outcome?

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

  private(set) var machines: [TransferID: TransferMachine] = [:]
  private let application: String
  private let soundsFolder: String
  /// As far as it is known: Asterisk is asked when it is there.
  var writesCDR = true
  private var callers: [String: TransferID] = [:]
  /// Callers whose end has let go.
  private var hungUp: Set<String> = []
  /// Channels that have taken the place of one that we made.
  private var replacements: [String: AsteriskName] = [:]
  private(set) var people = People()
  /// Until then nobody is rung: they may have signed off.
  var phonesAreKnown = true
  private var waitTimes = WaitTimes()

  /// The sounds folder is the one that Asterisk sees.
  init(application: String, soundsFolder: String) {
    self.application = application
    self.soundsFolder = soundsFolder
  }

  /// As callers have waited lately for this target or group; nil until there is experience.
  func usualWait(for party: String) -> Duration? { waitTimes.estimate(for: party) }

  /// The transfer in which this channel is the caller.
  func transfer(ofCaller channel: String) -> TransferID? { callers[channel] }

  /// The transfer that this channel is a part of: as its caller, as something that we have made for it, or in the place
  /// of one of these. The second half of a Local channel is one of them too.
  func transfer(of channel: String) -> TransferID? {
    callers[channel] ?? (replacements[channel] ?? AsteriskName(parsing: String(channel.prefix { $0 != ";" })))?.transfer
  }

  /// Nothing for a caller who is in a transfer already: that one goes on.
  mutating func begin(_ request: TransferRequest, by event: TransferEvent = .requested, at now: Moment) -> [Step] {
    guard machines[request.id] == nil, callers[request.caller.channel] == nil else { return [] }
    var request = request
    if case .ring(let party) = request.plan, let wait = waitTimes.estimate(for: party.name) {
      request.policy.expectedWait = wait
    }
    machines[request.id] = TransferMachine(request)
    callers[request.caller.channel] = request.id
    return post(event, to: request.id, at: now)
  }

  /// A transfer that a service before this one has begun.
  mutating func adopt(_ machine: TransferMachine) {
    let id = machine.request.id
    machines[id] = machine
    if !machine.callerHasLeft { callers[machine.request.caller.channel] = id }
    for leg in machine.legs {
      if let channel = machine.replacement(of: leg.id) { replacements[channel] = .leg(id, leg.id) }
    }
    _ = people.update(id, machine)
  }

  /// Channels of others that are a part of a transfer: callers, and what has taken the place of a phone's own.
  var channelsOfOthers: Set<String> { Set(callers.keys).union(replacements.keys) }

  /// Callers who were asked for and have not shown themselves.
  var callersComing: Set<String> { Set(callers.filter { isComing($0.key) }.keys) }

  private func isComing(_ channel: String) -> Bool {
    callers[channel].flatMap { machines[$0] }?.prospect != nil
  }

  /// What must have happened while nobody was listening.
  func recovery(from view: AsteriskView) -> [(transfer: TransferID, event: TransferEvent)] {
    machines.sorted { $0.key.description < $1.key.description }.flatMap { id, machine in
      let events =
        view.isAnotherAsterisk(for: machine)
        ? [.asteriskRestarted] : Recovery.events(for: machine, seeing: view.sighting(of: machine))
      return events.map { (id, $0) }
    }
  }

  /// Nothing for a transfer that has ended: what is late changes nothing.
  mutating func post(_ event: TransferEvent, to id: TransferID, at now: Moment) -> [Step] {
    guard let first = step(event, of: id, at: now) else { return [] }
    return [first.step] + (first.freedSomebody ? serveEverybody(at: now) : serve(id, at: now))
  }

  mutating func receive(_ event: ARIEvent, at now: Moment) -> [Step] {
    if case .deviceStateChanged(let device, let state) = event {
      people.devices[device] = DeviceState(state)
      return serveEverybody(at: now)
    }
    note(event)
    return meaning(of: event).flatMap { post($0.event, to: $0.transfer, at: now) }
  }

  /// A caller has left our application whom nobody has sent and who has not hung up: perhaps only to come in again, when
  /// the transfer was asked for twice.
  func isSurprising(_ event: ARIEvent) -> Bool {
    guard case .stasisEnd(let channel) = event, !hungUp.contains(channel.id) else { return false }
    return callers[channel.id].flatMap { machines[$0] }?.callerWaits ?? false
  }

  /// Somebody has come into our application who is neither a part of a transfer nor was to be one.
  func newcomer(in event: ARIEvent) -> Newcomer? {
    if let channel = leftover(in: event) { return .late(channel) }
    guard case .stasisStart(let channel, let arguments, let replaced) = event, name(of: channel) == nil else {
      return nil
    }
    if isComing(channel.id) { return nil }
    if let replaced {
      if case .leg(let id, _) = AsteriskName(parsing: replaced), machines[id] == nil { return .late(channel) }
      let isKnown = callers[replaced] != nil || replacements[replaced] != nil || AsteriskName(parsing: replaced) != nil
      return isKnown ? nil : .caller(channel, arguments)
    }
    guard let (id, leg) = Self.legPickedUp(arguments) else { return .caller(channel, arguments) }
    return isRinging(leg, of: id) ? nil : .late(channel)
  }

  /// A channel of a transfer that is over.
  private func leftover(in event: ARIEvent) -> ARIChannel? {
    switch event {
    case .stasisStart(let channel, _, nil), .channelStateChanged(let channel):
      switch name(of: channel) {
      case .leg(let id, _), .snoop(let id, _): machines[id] == nil ? channel : nil
      case .hold, .talk, .playback, nil: nil
      }
    case .stasisStart, .stasisEnd, .channelHangupRequested, .channelDestroyed, .digitReceived, .channelEnteredBridge,
      .channelLeftBridge, .bridgeDestroyed, .playbackStarted, .playbackFinished, .applicationReplaced,
      .applicationMoveFailed, .deviceStateChanged, .unknown:
      nil
    }
  }

  enum Newcomer: Equatable, Sendable {
    case caller(ARIChannel, [String])
    /// A phone that is not wanted any more.
    case late(ARIChannel)
  }

  /// What an order comes down to in Asterisk, at the moment in which it is sent: the channel that it is about may have
  /// become another since it was given.
  func commands(for order: TransferEffect, of id: TransferID) -> [AsteriskCommand] {
    guard let machine = machines[id] else { return [] }
    let translation = CommandTranslation(
      machine: machine,
      application: application,
      soundsFolder: soundsFolder,
      writesCDR: writesCDR
    )
    return translation.commands(for: order)
  }

  /// What must be there, for a comparison with what is. A phone that has not shown itself yet may still come.
  var expectations: [Expectation] {
    machines.sorted { $0.key.description < $1.key.description }.flatMap { id, machine -> [Expectation] in
      guard !machine.callerHasLeft else { return [] }
      let caller = Expectation(channel: machine.request.caller.channel, transfer: id, otherwise: .caller(.left))
      return [caller]
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

// MARK: - One step, and who is rung next

extension Switchboard {
  private mutating func step(
    _ event: TransferEvent,
    of id: TransferID,
    at now: Moment
  ) -> (step: Step, freedSomebody: Bool)? {
    guard var machine = machines[id] else { return nil }
    let before = machine.phase
    let callerBefore = machine.request.caller.channel
    // Digits that decide nothing are not even written down.
    guard let (event, effects) = machine.applyWhatMayBeKnown(event, at: now.steady) else { return nil }
    let outcome = machine.outcome
    machines[id] = outcome == nil ? machine : nil
    if callers[callerBefore] == id { callers[callerBefore] = nil }
    if machine.callerHasLeft { hungUp.remove(callerBefore) }
    if !machine.callerHasLeft { callers[machine.request.caller.channel] = id }
    if outcome != nil { replacements = replacements.filter { $0.value.transfer != id } }
    if before != .connected, machine.phase == .connected { rememberWait(of: machine) }
    let step = Step(
      transfer: id,
      event: event,
      at: now,
      before: before,
      after: machine.phase,
      effects: effects,
      orders: effects.filter(\.isOrder),
      changes: machine.changes(by: event, from: before, at: now.steady),
      channel: machine.request.caller.channel,
      prospect: machine.prospect,
      outcome: outcome
    )
    return (step, people.update(id, outcome == nil ? machine : nil))
  }

  /// Those who wait are served in the order in which they came.
  mutating func serveEverybody(at now: Moment) -> [Step] {
    people.waiting.flatMap { serve($0, at: now) }
  }

  private mutating func serve(_ id: TransferID, at now: Moment) -> [Step] {
    var steps: [Step] = []
    while phonesAreKnown, let event = people.answer(to: id, at: now.steady), let step = step(event, of: id, at: now) {
      steps.append(step.step)
    }
    return steps
  }

  private mutating func rememberWait(of machine: TransferMachine) {
    guard case .connected(let talk) = machine.state, case .ring(let party) = machine.request.plan else { return }
    remember(talk.wait, for: party.name)
  }

  /// A caller was joined with somebody of this target or group after so long.
  mutating func remember(_ wait: Duration, for party: String) { waitTimes.add(wait, for: party) }
}

// MARK: - What a frame from Asterisk means, and to which transfer

extension Switchboard {
  private typealias Meaning = (transfer: TransferID, event: TransferEvent)

  private func meaning(of event: ARIEvent) -> [Meaning] {
    switch event {
    case .stasisStart(let channel, let arguments, let replaced): entrance(of: channel, arguments, replaced)
    case .channelStateChanged(let channel): channel.state == "Ringing" ? onLeg(channel, .rang) : []
    case .channelDestroyed(let channel, let cause):
      if case .snoop(let id, let leg) = name(of: channel) {
        [(id, .leg(leg, .snoopClosed))]
      } else {
        onLeg(channel, .ended(HangupCause(code: cause))) + onCaller(channel, .left)
      }
    // Hung up, or taken away by somebody else: out of our hands.
    case .stasisEnd(let channel): onLeg(channel, .ended(HangupCause.normal)) + onCaller(channel, .left)
    case .channelHangupRequested(let channel, _): onCaller(channel, .hungUp)
    case .applicationMoveFailed(let channel): onCaller(channel, .moveFailed)
    case .digitReceived(let digit, let channel): onLeg(channel, .pressed(digit)) + onCaller(channel, .pressed(digit))
    case .channelEnteredBridge(let channel, let bridge): entrance(of: channel, into: bridge)
    case .playbackFinished(let playback):
      if case .playback(let id, let playback) = AsteriskName(parsing: playback.id) {
        [(id, .playbackEnded(playback))]
      } else {
        []
      }
    case .playbackStarted, .channelLeftBridge, .bridgeDestroyed, .applicationReplaced,
      .deviceStateChanged, .unknown:
      []
    }
  }

  private func entrance(of channel: ARIChannel, _ arguments: [String], _ replaced: String?) -> [Meaning] {
    if let replaced { return replacement(of: replaced, by: channel) }
    if isComing(channel.id) { return onCaller(channel, .cameIn) }
    switch name(of: channel) {
    case .leg(let id, let leg):
      // Where somebody else has picked up the ringing phone, their channel stands for the leg.
      let isAnother = AsteriskName(parsing: channel.id) == nil
      return (isAnother ? [(id, .leg(leg, .becameChannel(channel.id)))] : []) + [(id, .leg(leg, .answered))]
    case .snoop(let id, let leg): return [(id, .leg(leg, Self.heard(arguments)))]
    case .hold, .talk, .playback, nil: return []
    }
  }

  private func isRinging(_ leg: LegID, of id: TransferID) -> Bool {
    machines[id]?.legs.contains { $0.id == leg && !$0.isAnswered } ?? false
  }

  /// The arguments with which every phone is rung.
  private static func legPickedUp(_ arguments: [String]) -> (TransferID, LegID)? {
    guard arguments.count == 3, arguments[0] == "agent" else { return nil }
    guard let id = TransferID(arguments[1]), let number = Int(arguments[2]) else { return nil }
    return (id, LegID(number))
  }

  /// What the shipped dialplan says on bringing a snoop back; on its first entry there is nothing of that.
  private static func heard(_ arguments: [String]) -> LegEvent {
    guard arguments.first == "amd" else { return .snoopOpened }
    let verdict = arguments.dropFirst().first ?? ""
    let cause = arguments.dropFirst(2).joined(separator: ",")
    return switch verdict {
    case "SILENCE": .greetingEnded
    case "HUMAN": .detected(Detection(.human, cause: cause))
    case "MACHINE": .detected(Detection(.machine, cause: cause))
    default: .detected(Detection(.notSure, cause: verdict + cause))
    }
  }

  private func name(of channel: ARIChannel) -> AsteriskName? {
    replacements[channel.id] ?? AsteriskName(parsing: channel.id)
  }

  private mutating func note(_ event: ARIEvent) {
    if case .channelHangupRequested(let channel, _) = event, callers[channel.id] != nil { hungUp.insert(channel.id) }
    guard case .stasisStart(let channel, let arguments, let replaced) = event else { return }
    if let replaced {
      replacements[channel.id] = replacements.removeValue(forKey: replaced) ?? AsteriskName(parsing: replaced)
    } else if AsteriskName(parsing: channel.id) == nil, let (id, leg) = Self.legPickedUp(arguments),
      isRinging(leg, of: id)
    {
      replacements[channel.id] = .leg(id, leg)
    }
  }

  private func replacement(of replaced: String, by channel: ARIChannel) -> [Meaning] {
    if case .leg(let id, let leg) = name(of: channel) { return [(id, .leg(leg, .becameChannel(channel.id)))] }
    return callers[replaced].map { [($0, .caller(.becameChannel(channel.id)))] } ?? []
  }

  /// A channel whose place another has taken speaks for the leg no more.
  private func onLeg(_ channel: ARIChannel, _ event: LegEvent) -> [Meaning] {
    guard case .leg(let id, let leg) = name(of: channel) else { return [] }
    let standsForLeg = machines[id]?.replacement(of: leg).map { $0 == channel.id } ?? true
    return standsForLeg ? [(id, .leg(leg, event))] : []
  }

  private func onCaller(_ channel: ARIChannel, _ event: CallerEvent) -> [Meaning] {
    callers[channel.id].map { [($0, .caller(event))] } ?? []
  }

  private func entrance(of channel: ARIChannel, into bridge: ARIBridge) -> [Meaning] {
    switch AsteriskName(parsing: bridge.id) {
    case .hold: onCaller(channel, .enteredHold)
    case .talk: onLeg(channel, .enteredTalk) + onCaller(channel, .enteredTalk)
    case .leg, .snoop, .playback, nil: []
    }
  }
}
