import ARI
import Runtime
import Transfer
import Web

@testable import WarmTransfer

/// One seed played from the first call to the end of the last transfer: the coordinator of the product, a fake Asterisk,
/// and a clock that jumps.
final class Simulation {
  indirect enum Happening {
    case arrives(Int)
    case isHandedOver(Int)
    case cancelled(Int)
    case decided(Int, Decision)
    case requestedAgain(Int)
    case asterisk(FakeAsterisk.Happening)
    case reaches(FakeAsterisk.Ticket)
    /// Without an answer it has taken too long.
    case answered(FakeAsterisk.Ticket, FakeAsterisk.Answer?)
    case said(ARIEvent, about: Int?, stream: Int)
    case alarm
    case spoken(Int, SpeechID, SpokenMedia?)
    case spokenForCallback(TransferID, TransferEvent)
    /// Somebody on the web answers.
    case told(Int, TransferEvent)
    /// The stream of events is there again.
    case hearsAgain
    case phone(String, String)
    /// Not if the service has died meanwhile.
    case inLife(Int, Happening)
    case isWritten
    case stalls
    case disk(SimulatedJournal.Mood)
    case clockIsSet(Int64)
    case crashes(Disturbance.Crash)
    case startsAgain
  }

  struct Report {
    var outcomes: [Outcome] = []
    var commands = 0
    var crashes = 0
    var callbacks = 0
    var callbackTalks = 0
    var fairness = Fairness()
    var violation: Violation?
    var story: [String] = []
  }

  static let soundsFolder = "sounds"
  /// So long a step may wait for the disk.
  static let longestWrite: Int64 = 520
  static let requestTimeout: Int64 = 5_000
  /// So long a stray command may still make itself heard.
  static let echo: Int64 = 10_000
  /// Far more than the longest story: who gets here goes round in circles.
  static let mostHappenings = 30_000

  let scenario: Scenario
  let fault: Break?
  var random: SeededRandom
  var clock = ManualClock<Happening>()
  var asterisk = FakeAsterisk()
  var coordinator: TransferCoordinator
  let lines: [Line]
  var witness: Witness
  private var answers = AnswerWitness()
  /// Where many wait for few.
  var lineWitness: LineWitness?
  var callbackWitness = CallbackWitness()
  let chronicle: Chronicle
  let journal = SimulatedJournal()
  /// Requests on the way or at work, by the number in which they were sent, whichever service it was.
  var requests: [FakeAsterisk.Ticket: Request] = [:]
  /// Commands that will be done when nobody waits for them any more.
  var strays: Set<FakeAsterisk.Ticket> = []
  var requestsSent = 0
  var lastEnd: Int64?
  var speechesMade = 0
  /// Of one channel the events come in order, however late.
  var lastArrival: [String: Int64] = [:]
  var newestLeg: String?
  /// How many services there have been.
  var life = 1
  /// How many event streams there have been: what one of them was to bring is not brought by the next.
  var stream = 0
  var state = ServiceState.serving
  var isWriting = false
  var crashesToCome: [Disturbance.Crash]
  var crashes = 0
  var servesSince: Int64 = 0
  /// Since the last crash.
  var stepsTaken = 0
  /// Whoever has asked for a caller and has no answer, and by when they must have one.
  var handoversOpen: [Int: (line: Int, until: Int64)] = [:]
  /// Said while the service looks what is there.
  var heldBack: [(ARIEvent, Int?, stream: Int)] = []
  /// For which moment the next look at the coordinator's alarms is planned.
  var alarmAt: Int64?
  /// What the wall clock is ahead of the steady one.
  var wallIsAheadBy: Int64 = 0

  struct Request {
    let line: Int?
    /// The coordinator's own number for it.
    let ticket: Int
    let request: AsteriskRequest
    let answerIsLost: Bool
  }

  init(seed: Int, ofCrowd isCrowd: Bool = false, breaking fault: Break? = nil, tellingIts story: Bool = false) throws {
    random = SeededRandom(seed: seed)
    scenario = try isCrowd ? Scenario(crowd: &random) : Scenario(&random)
    self.fault = fault
    crashesToCome = scenario.disturbance.crashes
    chronicle = Chronicle(isKept: story)
    lines = scenario.calls.map(Line.init)
    witness = Witness(scenario)
    lineWitness = isCrowd ? LineWitness(scenario) : nil
    coordinator = Self.coordinator(scenario, journal)
    // Until somebody stops it.
    asterisk.recordings["tone:ring"] = 3_600_000
    asterisk.unknownEndpoints = scenario.unknownEndpoints
    asterisk.applications = scenario.applications
    asterisk.tellsOfPhones = scenario.phonesAreWatched
  }

  static func coordinator(_ scenario: Scenario, _ journal: SimulatedJournal) -> TransferCoordinator {
    journal.beginLife()
    let unknown = scenario.calls[0].id
    return TransferCoordinator(
      settings: scenario.settings,
      log: Log(minimum: .error, sink: { _ in }),
      identify: { caller in TransferID("t" + caller.stem.filter(\.isNumber)) ?? unknown },
      append: { entry in journal.append(entry) }
    )
  }

  func run() -> Report {
    planTheCalls()
    listen()
    settle()
    var last = clock.now
    while witness.violation == nil, !isQuiet, let happening = clock.next() {
      witness.timePasses(to: clock.now, lines, asterisk)
      watchTheLine(since: last)
      watchTheAnswers(since: last)
      last = clock.now
      take(happening)
      settle()
      tellWhatIsHeard()
      if clock.taken > Self.mostHappenings * max(1, lines.count / 10) {
        witness.found(.staysCalm, "more than \(clock.taken) happenings")
      }
    }
    if state == .deadForEver {
      settleWithoutService()
    } else {
      witness.settle(lines, asterisk, handoversOpen: handoversOpen.count)
      if let forgotten = callbackWitness.settle() { witness.found(.calledOnce, forgotten) }
    }
    lineWitness?.settle(lines)
    if let violation = witness.violation { chronicle.note(clock.now, "VIOLATION \(violation)") }
    return Report(
      outcomes: lines.compactMap(\.outcome),
      commands: requestsSent,
      crashes: crashes,
      callbacks: callbackWitness.kept,
      callbackTalks: callbackWitness.talks,
      fairness: lineWitness?.fairness ?? Fairness(),
      violation: witness.violation,
      story: chronicle.lines
    )
  }

  private func watchTheLine(since last: Int64) {
    guard state == .serving, clock.now > last else { return }
    if let idle = lineWitness?.timePasses(to: clock.now, since: last, lines, asterisk, servesSince: servesSince) {
      witness.found(.nobodyIdles, idle)
    }
  }

  private func watchTheAnswers(since last: Int64) {
    let isCalm = scenario.disturbance.isCalm
    if let fault = answers.timePasses(to: clock.now, since: last, lines, asterisk, isCalm: isCalm) {
      witness.found(.answeredOnAcceptance, fault)
    }
  }

  /// What has come up is carried out, and what Asterisk says of it is sent on its way, until nothing comes up any more.
  private func settle() {
    repeat {
      journal.now = clock.now
      if isAlive {
        fault?.distorts(&coordinator)
        carryOut()
      }
      hearAsterisk()
    } while isAlive && !coordinator.work.isEmpty
    let isIdle = !isAlive || journal.waiting.isEmpty && coordinator.isIdle
    for line in lines { line.isBusy = !isIdle && isBusy(line) }
    guard isAlive, let next = coordinator.nextAlarm()?.milliseconds, next != alarmAt else { return }
    alarmAt = next
    planForThisLife(.alarm, at: next + (fault?.wakesLateBy ?? 0))
  }

  private func isBusy(_ line: Line) -> Bool {
    let call = line.call
    let caller = asterisk.callers[call.channel]?.id ?? call.channel
    return coordinator.isWorking(for: call.id) || coordinator.arrivals.contains(ChannelID(caller, on: .main))
      || journal.hasUnwritten(of: call.id, since: clock.now - Self.longestWrite)
  }

  /// Everything is over, and what has strayed has had its time.
  private var isQuiet: Bool {
    if state == .deadForEver { return lines.allSatisfy(isOutOfHand) }
    guard state == .serving, journal.waiting.isEmpty, coordinator.isIdle else { return false }
    guard coordinator.switchboard.machines.keys.allSatisfy({ !$0.isCallback }) else { return false }
    guard lines.allSatisfy(\.isOver), handoversOpen.values.allSatisfy({ $0.until < clock.now }) else { return false }
    // None has ended where nobody has seen the only caller.
    guard let lastEnd else { return strays.isEmpty }
    let sinceThen = clock.now - lastEnd
    // What was made too late is found by an audit.
    if !asterisk.bridges.isEmpty, scenario.disturbance.lost > 0, sinceThen < 5 * Self.longestUnnoticed { return false }
    return strays.isEmpty && sinceThen >= (scenario.disturbance.lost > 0 ? Self.echo : 0)
  }

  private func planTheCalls() {
    for (line, call) in scenario.calls.enumerated() {
      let channel = call.channel
      clock.plan(.arrives(line), at: call.arrivesAt)
      if let moment = call.hangsUpAt {
        clock.plan(.asterisk(.goes(channel, cause: 16)), at: moment)
        clock.plan(.asterisk(.goes(Self.successor(of: channel), cause: 16)), at: moment)
      }
      if let moment = call.cancelledAt { clock.plan(.cancelled(line), at: moment) }
      if let (decision, moment) = call.decision { clock.plan(.decided(line, decision), at: moment) }
      if let moment = call.requestedAgainAt { clock.plan(.requestedAgain(line), at: moment) }
      if let moment = call.optsOutAt { clock.plan(.asterisk(.presses(channel, "*")), at: moment) }
      if let moment = call.isReplacedAt {
        clock.plan(.asterisk(.isReplaced(channel, by: Self.successor(of: channel))), at: moment)
      }
    }
    for call in scenario.otherCalls where scenario.phonesAreWatched {
      clock.plan(.phone(call.endpoint, "INUSE"), at: call.from)
      clock.plan(.phone(call.endpoint, "NOT_INUSE"), at: call.to)
    }
    if let outage = scenario.disturbance.outage { clock.plan(.hearsAgain, at: outage.upperBound) }
    if let illness = scenario.disturbance.disk {
      clock.plan(.disk(illness.mood), at: illness.time.lowerBound)
      clock.plan(.disk(.well), at: illness.time.upperBound)
    }
    if let (moment, jump) = scenario.disturbance.clockIsSet { clock.plan(.clockIsSet(jump), at: moment) }
  }

  /// The name of the channel that takes this one's place in a masquerade.
  static func successor(of channel: String) -> String { channel + "-next" }

  private func take(_ happening: Happening) {
    switch happening {
    case .arrives(let line): arrive(line)
    case .isHandedOver(let line): handOver(line)
    case .cancelled(let line): cancel(line)
    case .decided(let line, let decision): decide(line, decision)
    case .requestedAgain(let line): requestAgain(lines[line])
    case .asterisk(let happening): happen(happening)
    case .reaches(let number): reach(number)
    case .answered(let number, let answer): answered(number, answer)
    case .said(let event, let line, let number): hear(event, line, of: number)
    case .alarm:
      alarmAt = nil
      coordinator.timePassed(at: moment)
    case .spoken(let line, let speech, let media): spoken(line, speech, media)
    case .spokenForCallback(let transfer, let event): coordinator.post(event, to: transfer, at: moment)
    case .told(let line, let event): post(event, to: line)
    case .hearsAgain: listen()
    case .phone(let endpoint, let state):
      if state == "INUSE" { asterisk.othersInUse.insert(endpoint) } else { asterisk.othersInUse.remove(endpoint) }
      asterisk.say(.device(endpoint, state), about: endpoint)
    case .inLife(let number, let happening): if number == life { take(happening) }
    case .isWritten: written()
    case .stalls: stalls()
    case .disk(let mood): diskBecomes(mood)
    case .clockIsSet(let jump):
      chronicle.note(clock.now, "!!! the clock is set by \(jump) ms")
      wallIsAheadBy += jump
    case .crashes(let crash): die(crash)
    case .startsAgain: startAgain()
    }
  }

  func post(_ event: TransferEvent, to line: Int) {
    coordinator.post(event, to: lines[line].call.id, at: moment)
  }

  // MARK: Names

  var moment: Moment {
    Moment(
      steady: WallTime(milliseconds: clock.now),
      wall: WallTime(milliseconds: clock.now + wallIsAheadBy)
    )
  }

  func id(_ line: Int) -> String { lines[line].call.id.description }

  func line(of transfer: TransferID) -> Int? { lines.firstIndex { $0.call.id == transfer } }

  private func tellWhatIsHeard() {
    guard chronicle.isKept else { return }
    for channel in asterisk.channels.values.sorted(by: { $0.id < $1.id }) where channel.place == .stasis {
      let sound = asterisk.hears(channel)
      if witness.isNews(sound, for: channel.id) { chronicle.note(clock.now, "    ~ \(channel.id) hears \(sound)") }
    }
  }
}
