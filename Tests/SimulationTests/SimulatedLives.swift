import ARI
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

// The service dies between any two steps, Asterisk goes on without it, and another service takes up what is left. Of
// its memory nothing survives: only the journal.
extension Simulation {
  /// What another service does not hear of: it was meant for one that is dead.
  func planForThisLife(_ happening: Happening, in milliseconds: Int64) {
    clock.plan(.inLife(life, happening), in: milliseconds)
  }

  /// As long as the words take with which a caller is sent back.
  private static let timeToCatchUp: Int64 = 10_000

  // MARK: The journal

  /// Nothing is done before it is in the journal.
  func record(_ steps: [Switchboard.Step]) {
    for step in steps {
      journal.append(step, of: switchboard.machines[step.transfer]?.request)
      stepsTaken += 1
      planTheCrash()
      if fault?.waitsForTheJournal == false { carryOut([step]) }
    }
    // Who never dies need not wait.
    if scenario.disturbance.crashes.isEmpty, fault?.waitsForTheJournal != false {
      carryOut(journal.commit())
    } else {
      commitSoon()
    }
  }

  private func commitSoon() {
    guard !isWriting, !journal.waiting.isEmpty else { return }
    isWriting = true
    planForThisLife(.isWritten, in: random.milliseconds(0...3))
  }

  func written() {
    isWriting = false
    let steps = journal.commit()
    if fault?.waitsForTheJournal != false { carryOut(steps) }
    commitSoon()
  }

  // MARK: The end of a life

  private func planTheCrash() {
    guard let crash = crashesToCome.first, stepsTaken >= crash.afterSteps else { return }
    crashesToCome.removeFirst()
    stepsTaken = 0
    planForThisLife(.crashes(crash), in: crash.delay)
  }

  func die(_ crash: Disturbance.Crash) {
    chronicle.note(clock.now, "!!! the service dies")
    crashes += 1
    for line in lines { line.isInterrupted = !line.isAtRest || line.mayBeSilent(at: clock.now) }
    for step in journal.waiting {
      if let line = line(of: step.transfer) { lines[line].isInterrupted = true }
    }
    // The disk may have more than the dead knew.
    let written = journal.commit(random.below(journal.waiting.count + 1))
    for step in written { note(step) }
    for step in journal.waiting { chronicle.note(clock.now, "    ! forgotten: \(step.transfer) \(step.event)") }
    journal.loseWhatWaits()
    life += 1
    state = .dead
    isWriting = false
    heldBack = []
    timersTakenUp = []
    requests = [:]
    hangUpsOnTheWay = 0
    for line in lines { line.dies() }
    if let pause = crash.pause {
      clock.plan(.startsAgain, in: pause)
    } else {
      state = .deadForEver
    }
  }

  // MARK: Another life

  func startAgain() {
    chronicle.note(clock.now, "!!! a service starts")
    switchboard = Switchboard(soundsFolder: Self.soundsFolder)
    for transfer in journal.unfinished { takeUp(transfer) }
    // What was spoken for transfers that have ended is swept away.
    for line in lines where switchboard.machines[line.call.request.id] == nil { line.speechIsThere = false }
    listen()
  }

  private func takeUp(_ transfer: UnfinishedTransfer) {
    guard let line = line(of: transfer.id) else { return }
    chronicle.note(clock.now, "\(transfer.id) is taken up again, \(transfer.machine.phase)")
    switchboard.adopt(transfer.machine)
    let timers = transfer.timers.sorted { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }
    timersTakenUp += timers.filter { fault?.restores($0.key) ?? true }.map { (line, $0.key, $0.value) }
  }

  /// The stream of events is there again; what it brings has to wait until it was seen what there is.
  func listen() {
    state = .recovering
    planForThisLife(.sees(Glance()), in: random.milliseconds(0...2))
  }

  /// One list after the other, as fast as Asterisk answers.
  func see(_ glance: Glance) {
    var glance = glance
    if glance.channels == nil {
      glance.channels = asterisk.channels.values.map(ARIChannel.listed)
    } else if glance.bridges == nil {
      glance.bridges = asterisk.bridges.values.sorted { $0.id < $1.id }.map(ARIBridge.listed)
    } else {
      let inHand = asterisk.channels.values.filter { $0.place == .stasis && !$0.isForeign }.map(\.id)
      return recover(
        AsteriskView(
          channels: glance.channels ?? [],
          bridges: glance.bridges ?? [],
          inHand: inHand,
          run: "the only one"
        )
      )
    }
    planForThisLife(.sees(glance), in: random.milliseconds(0...2))
  }

  private func recover(_ view: AsteriskView) {
    chronicle.note(clock.now, "it has seen what is there")
    for line in lines { line.knowsAgain() }
    for (transfer, event) in switchboard.recovery(from: view) {
      if let line = line(of: transfer) { post(event, to: line) }
    }
    for command in view.leftovers(besides: Set(switchboard.machines.keys)) {
      chronicle.note(clock.now, "left over: \(command)")
      hangUpsOnTheWay += 1
      planForThisLife(.clearsAway(command), in: random.milliseconds(1...4))
    }
    for (channel, _) in view.newcomers(besides: switchboard.channelsOfOthers) { begin(channel.id) }
    for line in lines where switchboard.machines[line.call.request.id] == nil && line.outcome == nil {
      if asterisk.callers[line.call.request.caller.channel]?.exit != nil { line.isUnknown = true }
    }
    state = .serving
    servesSince = clock.now
    // What has been due for long fires now, when it is known what there is.
    for (line, timer, deadline) in timersTakenUp { start(timer, at: deadline, line) }
    timersTakenUp = []
    watchPhones()
    let late = heldBack
    heldBack = []
    for (event, line) in late { hear(event, line) }
  }

  /// What Asterisk says of them has to wait as well.
  func comesIn(_ channel: String) {
    if state == .recovering { planForThisLife(.comesIn(channel), in: 2) } else { begin(channel) }
  }

  private func begin(_ channel: String) {
    guard let line = lines.firstIndex(where: { asterisk.callers[$0.call.request.caller.channel]?.id == channel }) else {
      return
    }
    if lines[line].outcome != nil { witness.found(.endsOnce, "\(id(line)) has ended, and its caller is taken anew") }
    var request = lines[line].call.request
    request.caller.channel = channel
    record(switchboard.begin(request, at: moment))
  }

  /// Each is asked for when the stream is there again.
  private func watchPhones() {
    guard scenario.phonesAreWatched else { return }
    for endpoint in scenario.endpoints {
      let isOurs = asterisk.channels.values.contains { $0.endpoint == endpoint }
      let isTheirs = scenario.otherCalls.contains { $0.endpoint == endpoint && ($0.from..<$0.to).contains(clock.now) }
      let state = isOurs || isTheirs ? "INUSE" : "NOT_INUSE"
      record(switchboard.receive(.deviceStateChanged(device: endpoint, state: state), at: moment))
    }
  }

  /// A service that has been there for long enough has to be faster, also with a transfer that another one began.
  func judgeTheSwitch(_ channel: String) {
    let isServed = state == .serving && clock.now - servesSince > Self.timeToCatchUp
    guard isServed, scenario.disturbance.isCalmBetweenCrashes else { return }
    guard asterisk.channels[channel]?.exit == .takenByTheSwitch else { return }
    witness.found(.endsInTime, "\(channel): the dead-man's switch was needed")
  }

  // MARK: No other life

  /// Nobody will look after this caller any more, and nobody has to: they are where they belong, or will never be cut.
  func isOutOfHand(_ line: Line) -> Bool {
    if line.isUnknown { return true }
    guard let caller = asterisk.callers[line.call.request.caller.channel] else { return false }
    return caller.exit != nil || caller.limit == nil
  }

  func settleWithoutService() {
    for line in lines {
      guard let caller = asterisk.callers[line.call.request.caller.channel], caller.exit == nil else { continue }
      if caller.limit == nil, line.phase == .connected { continue }
      witness.found(.callerSurvives, "\(caller.id) waits for a service that never comes, \(line.phase)")
    }
  }

  /// What is seen of Asterisk so far.
  struct Glance {
    var channels: [ARIChannel]?
    var bridges: [ARIBridge]?
  }

  enum ServiceState { case serving, recovering, dead, deadForEver }

  var isAlive: Bool { state == .serving || state == .recovering }
}

extension ARIBridge {
  /// As Asterisk lists it.
  static func listed(_ bridge: FakeAsterisk.Bridge) -> ARIBridge {
    do {
      return try ARIBridge(["id": .string(bridge.id), "channels": .array(bridge.members.map(JSON.string))])
    } catch {
      preconditionFailure("the fake lists what Asterisk never lists: \(error)")
    }
  }
}
