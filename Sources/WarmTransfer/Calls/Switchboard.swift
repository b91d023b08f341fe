import ARI
import Transfer

/// All transfers that are under way, and the one place where something from outside becomes an event of one of them.
///
/// A value without input or output: the coordinator gives it what happened and carries out what it answers.
struct Switchboard: Sendable {
  private(set) var machines: [TransferID: TransferMachine] = [:]
  private let application: String
  private let soundsFolder: String
  private var callers: [ChannelID: TransferID] = [:]
  /// Whoever is to be called back.
  private(set) var callbacks: [TransferID: TelephoneNumber] = [:]
  /// Callers whose end has let go.
  private var hungUp: Set<ChannelID> = []
  /// Channels that have taken the place of one that we made.
  private var replacements: [ChannelID: AsteriskName] = [:]
  var people = People()
  private(set) var waitTimes = WaitTimes()

  /// The sounds folder is the one that Asterisk sees.
  init(application: String, soundsFolder: String) {
    self.application = application
    self.soundsFolder = soundsFolder
  }

  /// The transfer in which this channel is the caller.
  func transfer(ofCaller channel: ChannelID) -> TransferID? { callers[channel] }

  /// The transfer that this channel is a part of: as its caller, as something that we have made for it, or in the place
  /// of one of these. The second half of a Local channel is one of them too.
  func transfer(of channel: ChannelID) -> TransferID? {
    let firstHalf = channel.id.prefix { $0 != ";" }
    return callers[channel] ?? (replacements[channel] ?? AsteriskName(parsing: String(firstHalf)))?.transfer
  }

  /// Nothing for a caller who is in a transfer already: that one goes on.
  mutating func begin(_ request: TransferRequest, by event: TransferEvent = .requested, at now: Moment) -> [Step] {
    let caller = ChannelID(request.caller.channel, on: request.pbx)
    guard machines[request.id] == nil, request.isCallback || callers[caller] == nil else { return [] }
    var request = request
    if case .ring(let party) = request.plan, let wait = waitTimes.estimate(for: party.name) {
      request.policy.expectedWait = wait
    }
    machines[request.id] = TransferMachine(request)
    if request.isCallback {
      callbacks[request.id] = TelephoneNumber(request.caller.number)
    } else {
      callers[caller] = request.id
    }
    return post(event, to: request.id, at: now)
  }

  /// A transfer that a service before this one has begun.
  mutating func adopt(_ machine: TransferMachine) {
    let id = machine.request.id
    machines[id] = machine
    let pbx = machine.request.pbx
    if machine.request.isCallback { callbacks[id] = TelephoneNumber(machine.request.caller.number) }
    if !machine.callerHasLeft { callers[machine.caller] = id }
    for leg in machine.legs {
      if let channel = machine.replacement(of: leg.id) { replacements[ChannelID(channel, on: pbx)] = .leg(id, leg.id) }
    }
    _ = people.update(id, on: pbx, machine)
  }

  /// The transfers in this Asterisk.
  func transfers(on pbx: PBXName) -> [TransferID: TransferMachine] { machines.filter { $0.value.request.pbx == pbx } }

  /// Channels of others that are a part of a transfer: callers, and what has taken the place of a phone's own.
  func channelsOfOthers(on pbx: PBXName) -> Set<String> {
    Set((Array(callers.keys) + replacements.keys).filter { $0.pbx == pbx }.map(\.id))
  }

  /// Callers who were asked for and have not shown themselves.
  func callersComing(on pbx: PBXName) -> Set<String> {
    Set(callers.keys.filter { $0.pbx == pbx && isComing($0) }.map(\.id))
  }

  private func isComing(_ channel: ChannelID) -> Bool {
    callers[channel].flatMap { machines[$0] }?.prospect != nil
  }

  /// Nothing for a transfer that has ended: what is late changes nothing.
  mutating func post(_ event: TransferEvent, to id: TransferID, at now: Moment) -> [Step] {
    guard let first = step(event, of: id, at: now) else { return [] }
    let signedOff = first.step.signOffs.map(\.target)
    return [first.step] + serveInTurn(id, at: now) + (first.freed + signedOff).flatMap { serveLine(for: $0, at: now) }
  }

  mutating func receive(_ event: ARIEvent, from pbx: PBXName, at now: Moment) -> [Step] {
    if case .deviceStateChanged(let device, let state) = event {
      people.take(DeviceState(state), of: device, on: pbx)
      return people.wished(by: device).flatMap { serveLine(for: $0, at: now) }
    }
    note(event, from: pbx)
    return meaning(of: event, from: pbx).flatMap { post($0.event, to: $0.transfer, at: now) }
  }

  mutating func phones(of pbx: PBXName, areKnown: Bool) {
    people.phones[pbx, default: .init()].areKnown = areKnown
  }

  /// A caller has left our application whom nobody has sent and who has not hung up: perhaps only to come in again, when
  /// the transfer was asked for twice.
  func isSurprising(_ event: ARIEvent, from pbx: PBXName) -> Bool {
    guard case .stasisEnd(let channel) = event else { return false }
    let id = ChannelID(channel.id, on: pbx)
    return !hungUp.contains(id) && callers[id].flatMap { machines[$0] }?.callerWaits ?? false
  }

  /// Somebody has come into our application who is neither a part of a transfer nor was to be one.
  func newcomer(in event: ARIEvent, from pbx: PBXName) -> Newcomer? {
    if let channel = leftover(in: event, from: pbx) { return .late(channel) }
    guard case .stasisStart(let channel, let arguments, let replaced) = event else { return nil }
    let id = ChannelID(channel.id, on: pbx)
    guard name(of: id) == nil, !isComing(id) else { return nil }
    if let replaced {
      let name = AsteriskName(parsing: replaced)
      if case .leg(let transfer, _) = name, machine(transfer, on: pbx) == nil { return .late(channel) }
      let former = ChannelID(replaced, on: pbx)
      let isKnown = callers[former] != nil || replacements[former] != nil || name != nil
      return isKnown ? nil : .caller(channel, arguments)
    }
    guard let (transfer, leg) = Self.legPickedUp(arguments) else { return .caller(channel, arguments) }
    return isRinging(leg, of: transfer, on: pbx) ? nil : .late(channel)
  }

  /// A channel of a transfer that is over.
  private func leftover(in event: ARIEvent, from pbx: PBXName) -> ARIChannel? {
    switch event {
    case .stasisStart(let channel, _, nil), .channelStateChanged(let channel):
      switch name(of: ChannelID(channel.id, on: pbx)) {
      case .leg(let id, _), .snoop(let id, _): machine(id, on: pbx) == nil ? channel : nil
      case .bridge, .earlierHold, .playback, .recording, nil: nil
      }
    case .stasisStart, .stasisEnd, .channelHangupRequested, .channelDestroyed, .busy, .digitReceived,
      .channelEnteredBridge, .channelLeftBridge, .bridgeDestroyed, .playbackStarted, .playbackFinished,
      .recordingFinished, .applicationReplaced, .applicationMoveFailed, .deviceStateChanged, .unknown:
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
  func commands(for order: TransferEffect, of id: TransferID, writesCDR: Bool) -> [AsteriskCommand] {
    guard let machine = machines[id] else { return [] }
    let translation = CommandTranslation(
      machine: machine,
      application: application,
      soundsFolder: soundsFolder,
      writesCDR: writesCDR
    )
    return translation.commands(for: order)
  }
}

// MARK: - One step, and who is rung next

extension Switchboard {
  private mutating func step(
    _ event: TransferEvent,
    of id: TransferID,
    at now: Moment
  ) -> (step: Step, freed: [String])? {
    guard var machine = machines[id] else { return nil }
    let (before, talkBefore) = (machine.phase, machine.talk)
    let (legsBefore, callerBefore) = (machine.legs, machine.caller)
    // Digits that decide nothing are not even written down.
    guard let (event, effects) = machine.applyWhatMayBeKnown(event, at: now.steady) else { return nil }
    let outcome = machine.outcome
    machines[id] = outcome == nil ? machine : nil
    if callers[callerBefore] == id { callers[callerBefore] = nil }
    if machine.callerHasLeft { hungUp.remove(callerBefore) }
    if !machine.callerHasLeft { callers[machine.caller] = id }
    if outcome != nil { callbacks[id] = nil }
    if outcome != nil { replacements = replacements.filter { $0.value.transfer != id } }
    if before != .connected, machine.phase == .connected, !machine.request.isCallback { rememberWait(of: machine) }
    let wrappingUp = talkBefore.flatMap { machine.talk == nil ? WrappingUp(after: $0, machine, at: now.steady) : nil }
    if let wrappingUp { people.wrappingUp[wrappingUp.target] = wrappingUp }
    let signOffs = people.note(machine.reactions(since: legsBefore), on: machine.request.pbx)
    let step = Step(
      transfer: id,
      event: event,
      at: now,
      before: before,
      after: machine.phase,
      effects: effects,
      orders: effects.filter(\.isOrder),
      changes: machine.changes(by: event, from: before, at: now.steady, signingOff: signOffs.first?.target),
      pbx: machine.request.pbx,
      channel: machine.request.caller.channel,
      prospect: machine.prospect,
      outcome: outcome,
      wrappingUp: wrappingUp,
      signOffs: signOffs
    )
    let freed = people.update(id, on: step.pbx, outcome == nil ? machine : nil)
    people.keepHours(of: id, at: now.wall)
    return (step, freed)
  }

  mutating func serveEverybody(at now: Moment) -> [Step] {
    people.keepHours(at: now.wall)
    return people.lines.targets.flatMap { serveLine(for: $0, at: now) }
  }

  /// Somebody may be free for this caller, and others may stand before them: whose alarm is a moment late.
  private mutating func serveInTurn(_ id: TransferID, at now: Moment) -> [Step] {
    people.wished(by: id).flatMap { serveLine(for: $0, at: now) }
  }

  /// Those who wait are served in the order of the line, until the target takes no more.
  private mutating func serveLine(for target: String, at now: Moment) -> [Step] {
    var steps: [Step] = []
    var index = 0
    while let place = people.lines.place(index, for: target), !people.takesNobody(target, at: now.steady) {
      if people.calls(of: target) < place.callsAtOnce { steps += serve(place.transfer, at: now) }
      // Whoever was served has left the line.
      if people.lines.place(index, for: target) == place { index += 1 }
    }
    return steps
  }

  private mutating func serve(_ id: TransferID, at now: Moment) -> [Step] {
    var steps: [Step] = []
    while let event = people.answer(to: id, at: now), let step = step(event, of: id, at: now) {
      steps.append(step.step)
    }
    return steps
  }

  private mutating func rememberWait(of machine: TransferMachine) {
    guard case .connected(let talk) = machine.state, case .ring(let party) = machine.request.plan else { return }
    remember(talk.wait, until: machine.requestedAt + talk.wait, for: party.name)
  }

  /// A caller was joined with somebody of this target or group after so long.
  mutating func remember(_ wait: Duration, until join: WallTime, for party: String) {
    waitTimes.add(wait, until: join, for: party)
  }
}

// MARK: - What a frame from Asterisk means, and to which transfer

extension Switchboard {
  private typealias Meaning = (transfer: TransferID, event: TransferEvent)

  /// A name that belongs to a transfer in another Asterisk means nothing in this one.
  private func meaning(of event: ARIEvent, from pbx: PBXName) -> [Meaning] {
    namedMeaning(of: event, from: pbx).filter { machine($0.transfer, on: pbx) != nil }
  }

  private func namedMeaning(of event: ARIEvent, from pbx: PBXName) -> [Meaning] {
    switch event {
    case .stasisStart(let channel, let arguments, let replaced):
      if let replaced {
        replacement(of: ChannelID(replaced, on: pbx), by: channel)
      } else {
        entrance(of: channel.id(on: pbx), arguments)
      }
    case .channelStateChanged(let channel): channel.state == "Ringing" ? onLeg(channel.id(on: pbx), .rang) : []
    case .channelDestroyed(let channel, let cause):
      if case .snoop(let id, let leg) = name(of: channel.id(on: pbx)) {
        [(id, .leg(leg, .snoopClosed))]
      } else {
        gone(channel.id(on: pbx), HangupCause(code: cause))
      }
    case .busy(let channel): onLeg(channel.id(on: pbx), .ended(.busy))
    // Hung up, or taken away by somebody else: out of our hands.
    case .stasisEnd(let channel): gone(channel.id(on: pbx), .normal)
    case .channelHangupRequested(let channel, _): onCaller(channel.id(on: pbx), .hungUp)
    case .applicationMoveFailed(let channel): onCaller(channel.id(on: pbx), .moveFailed)
    case .digitReceived(let digit, let channel): pressed(digit, channel.id(on: pbx))
    case .channelEnteredBridge(let channel, let bridge): entrance(of: channel.id(on: pbx), into: bridge)
    case .playbackFinished(let playback):
      if case .playback(let id, let playback) = AsteriskName(parsing: playback.id) {
        [(id, .playbackEnded(playback))]
      } else {
        []
      }
    case .recordingFinished(let recording):
      if case .recording(let id, let number) = AsteriskName(parsing: recording.name) {
        [(id, .caller(.recorded(number, Recorded(recording))))]
      } else {
        []
      }
    case .playbackStarted, .channelLeftBridge, .bridgeDestroyed, .applicationReplaced,
      .deviceStateChanged, .unknown:
      []
    }
  }

  private func gone(_ channel: ChannelID, _ cause: HangupCause) -> [Meaning] {
    onLeg(channel, .ended(cause)) + onCaller(channel, .left)
  }

  private func pressed(_ digit: String, _ channel: ChannelID) -> [Meaning] {
    onLeg(channel, .pressed(digit)) + onCaller(channel, .pressed(digit))
  }

  private func entrance(of channel: ChannelID, _ arguments: [String]) -> [Meaning] {
    if isComing(channel) { return onCaller(channel, .cameIn) }
    switch name(of: channel) {
    case .leg(let id, let leg):
      // Where somebody else has picked up the ringing phone, their channel stands for the leg.
      let isAnother = AsteriskName(parsing: channel.id) == nil
      return (isAnother ? [(id, .leg(leg, .becameChannel(channel.id)))] : []) + [(id, .leg(leg, .answered))]
    case .snoop(let id, let leg): return [(id, .leg(leg, Self.heard(arguments)))]
    case .bridge, .earlierHold, .playback, .recording, nil: return []
    }
  }

  private func machine(_ id: TransferID, on pbx: PBXName) -> TransferMachine? {
    machines[id].flatMap { $0.request.pbx == pbx ? $0 : nil }
  }

  private func isRinging(_ leg: LegID, of id: TransferID, on pbx: PBXName) -> Bool {
    machine(id, on: pbx)?.legs.contains { $0.id == leg && !$0.isAnswered } ?? false
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

  private func name(of channel: ChannelID) -> AsteriskName? {
    replacements[channel] ?? AsteriskName(parsing: channel.id)
  }

  private mutating func note(_ event: ARIEvent, from pbx: PBXName) {
    if case .channelHangupRequested(let caller, _) = event, callers[caller.id(on: pbx)] != nil {
      hungUp.insert(caller.id(on: pbx))
    }
    guard case .stasisStart(let channel, let arguments, let replaced) = event else { return }
    if let replaced {
      let former = replacements.removeValue(forKey: ChannelID(replaced, on: pbx))
      replacements[channel.id(on: pbx)] = former ?? AsteriskName(parsing: replaced)
    } else if AsteriskName(parsing: channel.id) == nil, let (id, leg) = Self.legPickedUp(arguments),
      isRinging(leg, of: id, on: pbx)
    {
      replacements[channel.id(on: pbx)] = .leg(id, leg)
    }
  }

  private func replacement(of replaced: ChannelID, by channel: ARIChannel) -> [Meaning] {
    if case .leg(let id, let leg) = name(of: channel.id(on: replaced.pbx)) {
      return [(id, .leg(leg, .becameChannel(channel.id)))]
    }
    return callers[replaced].map { [($0, .caller(.becameChannel(channel.id)))] } ?? []
  }

  /// A channel whose place another has taken speaks for the leg no more.
  private func onLeg(_ channel: ChannelID, _ event: LegEvent) -> [Meaning] {
    guard case .leg(let id, let leg) = name(of: channel) else { return [] }
    let standsForLeg = machines[id]?.replacement(of: leg).map { $0 == channel.id } ?? true
    return standsForLeg ? [(id, .leg(leg, event))] : []
  }

  private func onCaller(_ channel: ChannelID, _ event: CallerEvent) -> [Meaning] {
    callers[channel].map { [($0, .caller(event))] } ?? []
  }

  private func entrance(of channel: ChannelID, into bridge: ARIBridge) -> [Meaning] {
    switch AsteriskName(parsing: bridge.id) {
    // Where the caller has gone before, nobody is talked with; that they have is told, or looked for when the time is up.
    case .bridge(let id):
      (machines[id].map { $0.request.isCallback || bridge.channels.contains($0.request.caller.channel) } == true
        ? onLeg(channel, .enteredTalk) : [])
        + onCaller(channel, .enteredHold)
    case .earlierHold, .leg, .snoop, .playback, .recording, nil: []
    }
  }
}

extension TransferMachine {
  fileprivate var caller: ChannelID { ChannelID(request.caller.channel, on: request.pbx) }
}
