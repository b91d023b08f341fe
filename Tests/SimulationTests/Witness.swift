import ARI
import Transfer
import Web

@testable import WarmTransfer

/// Watches a simulation from outside and knows only what can be seen there: who is in which bridge, what everybody
/// hears, which keys were pressed. It shares no rule with the product.
struct Witness {
  /// Longer than any event needs that is not late on purpose.
  static let newsTakes: Int64 = 200
  /// The longest pause after which the service repeats what Asterisk has refused.
  static let longestRepeatPause: Int64 = 2_100
  /// The longest sentence and what is waited after it for a word that does not come.
  static let longestDoubt: Int64 = 7_000
  /// As long as nothing is on the way, neither a command nor an event, nobody may be left in silence for longer.
  static let longestIdleSilence: Int64 = 10
  private static let longestLateMusic: Int64 = 2_500
  /// On a day without faults: until the first sound, on the way out, and where a join has failed.
  static let longestCalmSilence: Int64 = 50
  /// Who was too late hears that somebody else has taken the call, and is gone by then.
  static let longestFarewell: Int64 = 12_000
  /// From the last key to the join, on a day without faults.
  static let joinTakes: Int64 = 500
  static let mostCommands = 600

  /// What one caller goes through.
  struct Ear {
    var arrivedAt: Int64?
    var silence: Int64 = 0
    var idleSilence: Int64 = 0
    var talksSince: Int64?
    /// For how long the music has drowned the person.
    var drowned: Int64 = 0
    /// The service has decided how it ends.
    var endIsDecided = false
    /// Who has accepted, and by when they must have been joined.
    var accepted: (leg: String, until: Int64)?
    var evidence = Evidence()
    var endings = 0
    /// The recordings that are somebody's message.
    var messages: [Int] = []
    var wasPromised = false
    var mayBeHungUp = false
  }

  let scenario: Scenario
  private(set) var violation: Violation?
  private var ears: [Ear]
  private var now: Int64 = 0
  private var excused: Set<String> = []
  private var told: [String: FakeAsterisk.Sound] = [:]

  init(_ scenario: Scenario) {
    self.scenario = scenario
    ears = scenario.calls.map { _ in Ear() }
  }

  /// The first one counts: what follows from it is no news.
  mutating func found(_ invariant: Invariant, _ detail: String) {
    if violation == nil { violation = Violation(invariant: invariant, detail: detail) }
  }

  mutating func arrives(_ line: Int) { ears[line].arrivedAt = now }

  mutating func isNews(_ sound: FakeAsterisk.Sound, for channel: String) -> Bool {
    told.updateValue(sound, forKey: channel) != sound
  }

  /// What was heard since the last moment was heard until now.
  mutating func timePasses(to moment: Int64, _ lines: [Line], _ asterisk: FakeAsterisk) {
    let passed = moment - now
    let last = now
    now = moment
    guard passed > 0 else { return }
    lookAtTheClock(lines, asterisk)
    for line in lines.indices {
      guard let channel = asterisk.callers[lines[line].call.channel], channel.place == .stasis,
        !channel.isForeign
      else { continue }
      let sound = asterisk.hears(channel)
      listen(line, lines[line], sound, for: passed, since: last)
      let isDrowned = sound == .music && asterisk.isTalking(channel) && !lines[line].mayBeSilent(at: last)
      ears[line].drowned = isDrowned ? ears[line].drowned + passed : 0
      // Where answers get lost, music that was asked for twice may begin late; nobody tells of that, and it is stopped again.
      let longest = scenario.disturbance.isCalm ? Self.longestIdleSilence : Self.longestLateMusic
      if ears[line].drowned > longest {
        found(.callerHearsSomething, "\(channel.id) hears music instead of the person, and nothing is done")
      }
    }
  }

  private mutating func listen(
    _ line: Int,
    _ state: Line,
    _ sound: FakeAsterisk.Sound,
    for passed: Int64,
    since last: Int64
  ) {
    if sound != .silence {
      ears[line].silence = 0
      ears[line].idleSilence = 0
      return
    }
    ears[line].silence += passed
    if !state.mayBeSilent(at: last) { ears[line].idleSilence += passed }
    let ear = ears[line]
    if ear.idleSilence > Self.longestIdleSilence {
      found(.callerHearsSomething, "\(state.call.id): \(ear.idleSilence) ms of silence and nothing is done")
    }
    guard scenario.disturbance.isCalm else { return }
    if ear.silence > Self.longestCalmSilence {
      found(.callerHearsSomething, "\(state.call.id): \(ear.silence) ms of silence on a calm day")
    }
  }

  // MARK: What is done and what happens

  mutating func sends(_ command: AsteriskCommand, _ line: Int, _ lines: [Line]) {
    let state = lines[line]
    if case .hangUp(let channel) = command, channel.stem == state.call.channel, !ears[line].mayBeHungUp {
      found(.callerSurvives, "\(state.call.id): the caller is hung up")
    }
    if state.commandsSent > Self.mostCommands {
      found(.staysCalm, "\(state.call.id): \(state.commandsSent) commands")
    }
  }

  /// Nobody can know that this phone is in use.
  mutating func excuses(_ leg: String) { excused.insert(leg) }

  /// Now they can.
  mutating func excusesNoMore(_ leg: String) { excused.remove(leg) }

  mutating func rings(_ origination: ARIChannels.Origination, _ line: Int, _ asterisk: FakeAsterisk) {
    // Rung anew under its name after a reconnection, while what its first call has said may still be on the way.
    if !ears[line].evidence.rungLegs.insert(origination.channelID).inserted { excuses(origination.channelID) }
    let calls = asterisk.channels.values
      .filter { $0.endpoint == origination.endpoint && !excused.contains($0.id.stem) }
      .map(\.id).sorted()
    if calls.count > 1 { found(.onePersonAtATime, "\(origination.endpoint) is rung twice: \(calls)") }
  }

  mutating func cancelIsAsked(_ line: Int) { ears[line].evidence.cancelWasAsked = true }

  /// A key counts from the moment in which the service has been told of it.
  mutating func delivers(_ event: ARIEvent, _ line: Int?, in phase: TransferMachine.Phase?) {
    guard case .digitReceived(let key, let channel) = event, let line else { return }
    let leg = channel.id.stem
    let before = ears[line].evidence.keys[leg] ?? ""
    ears[line].evidence.keys[leg] = before + key
    guard phase == .briefing, channel.id != scenario.calls[line].channel else { return }
    if accepts(before + key), !accepts(before) { ears[line].accepted = (leg, now + Self.joinTakes) }
  }

  /// On a screen, which counts as the keys do.
  mutating func decides(_ decision: Decision, by leg: String, _ line: Int) {
    switch decision {
    case .accept: ears[line].evidence.keys[leg.stem] = scenario.manners.accept
    case .decline: ears[line].evidence.wasDeclinedOnAScreen = true
    case .cancel: cancelIsAsked(line)
    }
  }

  func keys(of leg: String) -> String { ears.compactMap { $0.evidence.keys[leg.stem] }.first ?? "" }

  /// Judged in the instant in which it happens in Asterisk.
  mutating func occurs(_ event: ARIEvent, _ line: Int?, _ asterisk: FakeAsterisk) {
    guard let line else { return }
    let caller = asterisk.callers[scenario.calls[line].channel]
    ears[line].evidence.take(event, at: now, callerLeftByThemselves: caller?.exit == .hungUp)
    guard case .channelEnteredBridge(let channel, let bridge) = event else { return }
    judge(bridge.id, asterisk)
    judgeTheJoin(of: channel.id, in: bridge.id, line, asterisk)
  }

  /// The music lasts until the very moment of the join.
  private mutating func judgeTheJoin(of person: String, in bridge: String, _ line: Int, _ asterisk: FakeAsterisk) {
    let caller = scenario.calls[line].channel
    guard scenario.disturbance.isCalm, person.stem != caller, person != scenario.calls[line].request.voiceAgent else {
      return
    }
    guard asterisk.bridges[bridge]?.members.contains(where: { $0.stem == caller }) == true else { return }
    guard ears[line].silence > 0 else { return }
    found(.callerHearsSomething, "\(person) is joined after \(ears[line].silence) ms of silence")
  }

  private mutating func judge(_ bridge: String, _ asterisk: FakeAsterisk) {
    guard let members = asterisk.bridges[bridge]?.members.map(\.stem), members.count > 1 else { return }
    for (line, call) in scenario.calls.enumerated() where members.contains(call.channel) {
      let others = members.filter { $0 != call.channel && $0 != call.request.voiceAgent }
      if others.count > 1 { found(.onePersonAtATime, "\(call.id): \(others) at once") }
      ears[line].talksSince = now
      for other in others {
        ears[line].evidence.talkedTo.insert(other)
        let keys = ears[line].evidence.keys[other] ?? ""
        if !accepts(keys) { found(.nobodyHearsBeforeAccepting, "\(other) is joined after the keys '\(keys)'") }
      }
    }
  }

  /// Reads the keys from the first to the last: of what ends at a key the longest counts, and the first word decides.
  func accepts(_ keys: String) -> Bool {
    let manners = scenario.manners
    for end in keys.indices {
      let typed = keys[...end]
      let isAccepted = typed.hasSuffix(manners.accept)
      let isDeclined = typed.hasSuffix(manners.decline)
      if isAccepted && isDeclined { return manners.accept.count > manners.decline.count }
      if isAccepted || isDeclined { return isAccepted }
    }
    return false
  }

  mutating func steps(
    _ line: Int,
    _ effects: [TransferEffect],
    from before: TransferMachine.Phase,
    to after: TransferMachine.Phase,
    _ outcome: Outcome?,
    callerHasLeft: Bool
  ) {
    if callerHasLeft || after == .returning {
      if !ears[line].endIsDecided { judgeTheEnd(line) }
      ears[line].endIsDecided = true
    }
    for case .keepMessage(let message) in effects { ears[line].messages.append(message.recording) }
    for case .beginCallback in effects { ears[line].wasPromised = true }
    for effect in effects where effect == .hangUpCaller {
      let isConnected = before == .connected
      let policy = scenario.calls[line].request.policy
      let mayGo = ears[line].wasPromised && policy.callback.afterPromise == .hangUp
      let hasLeftAMessage = !ears[line].messages.isEmpty && policy.menu.afterMessage == .hangUp
      ears[line].mayBeHungUp =
        isConnected ? policy.afterCall == .hangUp : policy.onFailure == .hangUp || hasLeftAMessage || mayGo
    }
    guard outcome != nil else { return }
    ears[line].endings += 1
    if ears[line].endings > 1 {
      found(.endsOnce, "\(scenario.calls[line].id) ends for the \(ears[line].endings). time")
    }
  }

  /// Nobody is looked after who has hung up before.
  private mutating func judgeTheEnd(_ line: Int) {
    guard scenario.disturbance.isCalm, let hungUp = ears[line].evidence.callerHungUpAt else { return }
    guard now - hungUp > Self.newsTakes else { return }
    found(.endsOnce, "\(scenario.calls[line].id): the caller has hung up \(now - hungUp) ms before")
  }

  private mutating func lookAtTheClock(_ lines: [Line], _ asterisk: FakeAsterisk) {
    for (line, state) in lines.enumerated() where state.outcome == nil && !state.isUnknown {
      guard let arrival = ears[line].arrivedAt else { continue }
      let isCalm = scenario.disturbance.isCalm
      let hold = state.call.limit - Scenario.switchGrace
      let patience =
        hold + state.call.longestMenu + scenario.disturbance.pauses + (isCalm ? 10_000 : 135_000)
        + (ears[line].talksSince == nil ? 0 : FarEnd.longestCall)
      if now - arrival > patience {
        found(.endsInTime, "\(state.call.id) is still not over after \(now - arrival) ms")
      }
      if isCalm, let (leg, deadline) = ears[line].accepted, now > deadline {
        ears[line].accepted = nil
        judgeTheAcceptance(of: leg, line, asterisk)
      }
      if isCalm, let start = ears[line].talksSince, now - start > Self.longestFarewell {
        ears[line].talksSince = .max
        lookForLosers(line, asterisk)
      }
    }
  }

  private mutating func judgeTheAcceptance(of leg: String, _ line: Int, _ asterisk: FakeAsterisk) {
    let call = scenario.calls[line]
    guard asterisk.callers[call.channel]?.place == .stasis, !ears[line].endIsDecided else { return }
    let isThere = asterisk.channels[leg] != nil || asterisk.channels[Simulation.successor(of: leg)] != nil
    if isThere && !ears[line].evidence.talkedTo.contains(leg) {
      found(.acceptanceIsHonoured, "\(leg) has accepted and is not joined")
    }
  }

  private mutating func lookForLosers(_ line: Int, _ asterisk: FakeAsterisk) {
    let prefix = "wt-\(scenario.calls[line].id)-agent-"
    for channel in asterisk.channels.values where channel.id.hasPrefix(prefix) && !channel.endpoint.isEmpty {
      if channel.bridge == nil { found(.onePersonAtATime, "\(channel.id) is still there, and somebody else was taken") }
    }
  }

  // MARK: Conversations

  struct Conversation {
    let caller: FakeAsterisk.Channel
    let other: String
    let hearsMusic: Bool
    let hearsWords: Bool
  }

  /// Two who talk with each other, and nobody wants it otherwise.
  func conversation(_ line: Int, _ lines: [Line], _ asterisk: FakeAsterisk) -> Conversation? {
    let call = scenario.calls[line]
    guard lines[line].phase == .connected, !ears[line].evidence.cancelWasAsked else { return nil }
    guard let caller = asterisk.callers[call.channel], let bridge = caller.bridge,
      asterisk.bridges[bridge]?.kind != .holding
    else { return nil }
    let others = asterisk.bridges[bridge]?.members.filter { $0 != caller.id && $0 != call.request.voiceAgent } ?? []
    return others.first.map { other in
      Conversation(
        caller: caller,
        other: other,
        hearsMusic: caller.music != nil,
        hearsWords: caller.playing != nil
      )
    }
  }

  mutating func looksAfter(
    _ talk: Conversation,
    _ command: AsteriskCommand,
    _ line: Int,
    _ asterisk: FakeAsterisk
  ) {
    let members = talk.caller.bridge.flatMap { asterisk.bridges[$0]?.members } ?? []
    let isDisturbed =
      talk.caller.playing != nil && !talk.hearsWords || talk.caller.music != nil && !talk.hearsMusic
    if isDisturbed || !members.contains(talk.other) {
      found(.talkIsUndisturbed, "\(scenario.calls[line].id): \(command) while the two talk")
    }
  }

  mutating func settle(_ lines: [Line], _ asterisk: FakeAsterisk, handoversOpen: Int) {
    if handoversOpen > 0 { found(.endsOnce, "whoever has asked for a caller was not answered") }
    for (line, state) in lines.enumerated() where !state.isUnknown {
      guard let outcome = state.outcome else {
        found(.endsInTime, "\(state.call.id) never ends")
        return
      }
      settle(ears[line], state, outcome, asterisk)
    }
    // A phone that nobody knows to ring is seen when it tells so; if that is lost as well, nobody can know.
    let isHidden = { [excused, scenario] (name: String) in
      scenario.disturbance.losesEvents && excused.contains(name.stem)
    }
    let isOurs = { (name: String) in name.hasPrefix("wt-") && !isHidden(name) }
    let left =
      asterisk.channels.keys.filter(isOurs) + asterisk.bridges.keys + asterisk.playbacks.map(\.id).filter(isOurs)
    let kept = zip(lines, ears).flatMap { line, ear in ear.messages.map { "wt-\(line.call.id)-message-\($0)" } }
    if Set(asterisk.messages.keys) != Set(kept) || kept.count != asterisk.messages.count {
      found(.nothingIsLeft, "messages kept: \(kept.sorted()), recordings: \(asterisk.messages.keys.sorted())")
    }
    if !left.isEmpty { found(.nothingIsLeft, "left: \(left.sorted().joined(separator: " "))") }
  }

  private mutating func settle(_ ear: Ear, _ state: Line, _ outcome: Outcome, _ asterisk: FakeAsterisk) {
    let id = state.call.id
    if state.speechIsThere { found(.nothingIsLeft, "\(id): speech") }
    guard let channel = asterisk.callers[state.call.channel], let exit = channel.exit else {
      return found(.callerSurvives, "\(id): the caller was left behind")
    }
    if let voiceAgent = state.call.request.voiceAgent {
      let isThere = asterisk.channels[voiceAgent] != nil
      if isThere == (outcome.result == .connected) {
        found(.nothingIsLeft, "\(id): \(outcome.result), and the voice agent is \(isThere ? "still there" : "gone")")
      }
    }
    if !ear.evidence.supports(outcome, in: scenario, of: state.call, endedAt: now) {
      found(.endsOnce, "\(id): \(outcome.result) \(outcome.cause), and nothing of that was seen")
    }
    switch exit {
    case .hungUp:
      // The transfer may have had its end already when the caller left.
      let isCalm = scenario.disturbance.isCalm && state.call.isReplacedAt == nil
      if isCalm, outcome.cause == .error { found(.endsOnce, "\(id): ERROR, and the caller has hung up") }
      return
    case .wasHungUp:
      if !ear.mayBeHungUp { found(.callerSurvives, "\(id): the caller was hung up") }
    case .takenByTheSwitch:
      if scenario.disturbance.isCalm { found(.endsInTime, "\(id): the dead-man's switch was needed") }
      // One who was put through while nobody listened, and was taken before anybody did, looks like one who has gone.
      let isInTheDialplan = asterisk.channels[channel.id] != nil && channel.id == state.call.channel
      if outcome.result == .abandoned, isInTheDialplan { found(.endsOnce, "\(id): ABANDONED, and is there") }
      return
    case .moved(let application, let arguments):
      if !scenario.applications.contains(application) { found(.callerSurvives, "\(id): moved to nobody") }
      let expected = ["returned", outcome.result.rawValue, outcome.cause.rawValue, id.description]
      if arguments != expected { found(.endsOnce, "\(id): ended with \(outcome), the application reads \(arguments)") }
      let isArmed = asterisk.channels[channel.id] != nil && channel.limit != nil
      let isBelieved = scenario.disturbance.failing + scenario.disturbance.lost == 0
      if isArmed, isBelieved { found(.callerSurvives, "\(id): the switch will take the caller") }
      return
    case .continued:
      if outcome.result == .abandoned { found(.endsOnce, "\(id): ABANDONED, and the caller is in the dialplan") }
    }
    guard !state.outcomeCouldNotBeWritten else { return }
    let written = ["WT_RESULT", "WT_CAUSE", "WT_TRANSFER_ID"].map { channel.variables[$0] ?? "" }
    let expected = [outcome.result.rawValue, outcome.cause.rawValue, id.description]
    if written != expected { found(.endsOnce, "\(id): ended with \(expected), the dialplan reads \(written)") }
  }
}
