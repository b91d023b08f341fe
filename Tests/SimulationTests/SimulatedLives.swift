import ARI
import Transfer

@testable import Store
@testable import WarmTransfer

// The service dies between any two steps, Asterisk goes on without it, and another service takes up what is left. Of
// its memory nothing survives: only the journal.
extension Simulation {
  enum ServiceState { case serving, recovering, dead, deadForEver }

  /// As long as the words take with which a caller is sent back.
  private static let timeToCatchUp: Int64 = 10_000
  private static let patienceWithTheDisk = JournalLimits().patience.milliseconds

  var isAlive: Bool { state == .serving || state == .recovering }

  /// What another service does not hear of: it was meant for one that is dead.
  func planForThisLife(_ happening: Happening, in milliseconds: Int64) {
    clock.plan(.inLife(life, happening), in: milliseconds)
  }

  func planForThisLife(_ happening: Happening, at moment: Int64) {
    clock.plan(.inLife(life, happening), at: moment)
  }

  // MARK: The disk

  /// Who never dies need not wait.
  func writeSoon() {
    if journal.mood == .hangs { return noticeThatItHangs() }
    guard isAlive, !isWriting, !journal.waiting.isEmpty, journal.mood == .well else { return }
    if fault?.waitsForTheJournal == false {
      let all = JournalProgress(written: journal.written + UInt64(journal.waiting.count))
      coordinator.written(all, at: moment)
    } else if scenario.disturbance.crashes.isEmpty {
      return written()
    }
    isWriting = true
    planForThisLife(.isWritten, in: random.milliseconds(0...3))
  }

  func written() {
    isWriting = false
    guard journal.mood == .well else { return }
    _ = journal.commit()
    coordinator.written(journal.progress, at: moment)
  }

  /// The journal says so when nothing was written for a while.
  private func noticeThatItHangs() {
    guard isAlive, !journal.isStalled, let oldest = journal.oldestHandedIn else { return }
    planForThisLife(.stalls, at: oldest + Self.patienceWithTheDisk)
  }

  func stalls() {
    guard journal.mood == .hangs, let oldest = journal.oldestHandedIn else { return }
    guard clock.now - oldest >= Self.patienceWithTheDisk else { return }
    journal.isStalled = true
    coordinator.written(journal.progress, at: moment)
  }

  func diskBecomes(_ mood: SimulatedJournal.Mood) {
    chronicle.note(clock.now, "!!! the disk is \(mood)")
    journal.mood = mood
    journal.isStalled = false
    guard isAlive else { return }
    switch mood {
    case .full: coordinator.written(journal.progress, at: moment)
    case .hangs: break
    case .well: written()
    }
  }

  // MARK: The end of a life

  func planTheCrash() {
    guard let crash = crashesToCome.first, stepsTaken >= crash.afterSteps else { return }
    crashesToCome.removeFirst()
    stepsTaken = 0
    planForThisLife(.crashes(crash), in: crash.delay)
  }

  func die(_ crash: Disturbance.Crash) {
    chronicle.note(clock.now, "!!! the service dies")
    crashes += 1
    for line in lines { line.isInterrupted = !line.isAtRest || line.mayBeSilent(at: clock.now) }
    for entry in journal.waiting {
      if let line = line(of: entry.transfer) { lines[line].isInterrupted = true }
    }
    // The disk may have more than the dead knew.
    let unknown = fault?.waitsForTheJournal == false ? 0 : random.below(journal.waiting.count + 1)
    for entry in journal.commit(unknown) {
      let before = line(of: entry.transfer).map { lines[$0].phase } ?? .requested
      note(entry.transfer, entry.event, entry.effects, from: before, to: entry.phase, entry.outcome)
    }
    for entry in journal.waiting { chronicle.note(clock.now, "    ! forgotten: \(entry.transfer) \(entry.event)") }
    life += 1
    state = .dead
    isWriting = false
    heldBack = []
    handoversOpen = [:]
    alarmAt = nil
    for line in lines {
      line.dies()
      // Nothing of the order was written down.
      if line.outcome == nil, !journal.knows(line.call.id) { stays(line) }
    }
    if let pause = crash.pause {
      clock.plan(.startsAgain, in: pause)
    } else {
      state = .deadForEver
    }
  }

  // MARK: Another life

  func startAgain() {
    chronicle.note(clock.now, "!!! a service starts")
    coordinator = Self.coordinator(scenario, journal)
    coordinator.takeUp(journal.unfinished)
    fault?.takesUp(&coordinator)
    // What was spoken for transfers that have ended is swept away.
    for line in lines where coordinator.switchboard.machines[line.call.id] == nil {
      line.speechIsThere = false
    }
    listen()
  }

  /// The stream of events is there again; what it brings has to wait until it was seen what there is.
  func listen() {
    guard isAlive || state == .dead else { return }
    state = .recovering
    stream += 1
    for (_, line, _) in heldBack { if let line { lines[line].eventsOnTheWay -= 1 } }
    heldBack = []
    coordinator.connected(
      to: FakeAsterisk.information,
      of: .main,
      callersBefore: Set(asterisk.channelsInHand),
      at: moment
    )
  }

  func reconnected(_ error: ARIError?) {
    guard error == nil else {
      chronicle.note(clock.now, "the stream is made again: \(error.map { "\($0)" } ?? "")")
      return planForThisLife(.hearsAgain, in: 500)
    }
    chronicle.note(clock.now, "it has seen what is there")
    for line in lines {
      line.knowsAgain()
      guard coordinator.switchboard.machines[line.call.id] == nil, line.outcome == nil else { continue }
      let caller = asterisk.callers[line.call.channel]
      if let caller, caller.exit != nil, !coordinator.arrivals.contains(ChannelID(caller.id, on: .main)) {
        line.isUnknown = true
      }
    }
    state = .serving
    servesSince = clock.now
    let late = heldBack
    heldBack = []
    for (event, line, number) in late { hear(event, line, of: number) }
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
    if line.isUnknown || line.isElsewhere { return true }
    guard let caller = asterisk.callers[line.call.channel] else { return false }
    return caller.exit != nil || caller.limit == nil
  }

  func settleWithoutService() {
    for line in lines where !line.isElsewhere {
      guard let caller = asterisk.callers[line.call.channel], caller.exit == nil else { continue }
      if caller.limit == nil, line.phase == .connected { continue }
      witness.found(.callerSurvives, "\(caller.id) waits for a service that never comes, \(line.phase)")
    }
  }
}
