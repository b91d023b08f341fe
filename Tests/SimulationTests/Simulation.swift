import ARI
import Transfer

@testable import WarmTransfer

/// One seed played from the first call to the end of the last transfer: the real switchboard with its machines, a lane
/// for each transfer as the coordinator has it, a fake Asterisk, and a clock that jumps.
final class Simulation {
  indirect enum Happening {
    case arrives(Int)
    case cancelled(Int)
    case requestedAgain(Int)
    case asterisk(FakeAsterisk.Happening)
    case reaches(FakeAsterisk.Ticket, AsteriskCommand)
    /// Without an answer it has taken too long.
    case answered(FakeAsterisk.Ticket, FakeAsterisk.Answer?)
    case repeats(Int)
    /// A phone that shows itself when its transfer is over.
    case isHungUp(String)
    case said(ARIEvent, about: Int?)
    case fires(Int, TimerID, number: Int)
    case spoken(Int, SpeechID, SpokenMedia?)
    /// Somebody on the web answers.
    case told(Int, TransferEvent)
    case audit
    /// The stream of events is there again.
    case hearsAgain
    case lists([Switchboard.Expectation])
    case listed([(transfer: TransferID, event: TransferEvent)])
    case phone(String, String)
    /// Not if the service has died meanwhile.
    case inLife(Int, Happening)
    case comesIn(String)
    case isWritten
    case crashes(Disturbance.Crash)
    case startsAgain
    case sees(Glance)
    case clearsAway(AsteriskCommand)
  }

  struct Report {
    var outcomes: [Outcome] = []
    var commands = 0
    var crashes = 0
    var violation: Violation?
    var story: [String] = []
  }

  static let soundsFolder = "sounds"
  static let requestTimeout: Int64 = 5_000
  static let retryPause: Int64 = 150
  static let attempts = 3
  static let auditPause: Int64 = 30_000
  /// So long a stray command may still make itself heard.
  static let echo: Int64 = 10_000
  /// Far more than the longest story: who gets here goes round in circles.
  static let mostHappenings = 20_000

  let scenario: Scenario
  let fault: Break?
  var random: SeededRandom
  var clock = ManualClock<Happening>()
  var asterisk = FakeAsterisk()
  var switchboard = Switchboard(soundsFolder: Simulation.soundsFolder)
  let lines: [Line]
  var witness: Witness
  let chronicle: Chronicle
  /// Commands on the way or at work, and whose they are.
  var requests: [FakeAsterisk.Ticket: Request] = [:]
  /// Commands that will be done when nobody waits for them any more.
  var strays: Set<FakeAsterisk.Ticket> = []
  var hangUpsOnTheWay = 0
  var commandsSent = 0
  var lastEnd: Int64?
  var timersSet = 0
  var speechesMade = 0
  /// Of one channel the events come in order, however late.
  var lastArrival: [String: Int64] = [:]
  var newestLeg: String?
  /// How many services there have been.
  var life = 1
  var state = ServiceState.serving
  var journal = SimulatedJournal()
  var isWriting = false
  var crashesToCome: [Disturbance.Crash]
  var crashes = 0
  var servesSince: Int64 = 0
  /// Since the last crash.
  var stepsTaken = 0
  /// They run on when it was seen what there is.
  var timersTakenUp: [(line: Int, timer: TimerID, deadline: WallTime)] = []
  /// Said while the service looks what is there.
  var heldBack: [(ARIEvent, Int?)] = []

  struct Request {
    let line: Int
    let command: AsteriskCommand
    let answerIsLost: Bool
  }

  init(seed: Int, breaking fault: Break? = nil, tellingIts story: Bool = false) throws {
    random = SeededRandom(seed: seed)
    scenario = try Scenario(&random)
    self.fault = fault
    crashesToCome = scenario.disturbance.crashes
    chronicle = Chronicle(isKept: story)
    lines = scenario.calls.map(Line.init)
    witness = Witness(scenario)
    asterisk.unknownEndpoints = scenario.unknownEndpoints
    asterisk.applications = scenario.applications
    asterisk.tellsOfPhones = scenario.phonesAreWatched
  }

  func run() -> Report {
    planTheCalls()
    clock.plan(.audit, at: Self.auditPause)
    if let outage = scenario.disturbance.outage { clock.plan(.hearsAgain, at: outage.upperBound) }
    while witness.violation == nil, !isQuiet, let happening = clock.next() {
      witness.timePasses(to: clock.now, lines, asterisk)
      take(happening)
      hearAsterisk()
      tellWhatIsHeard()
      if clock.taken > Self.mostHappenings { witness.found(.staysCalm, "more than \(clock.taken) happenings") }
    }
    if state == .deadForEver { settleWithoutService() } else { witness.settle(lines, asterisk) }
    if let violation = witness.violation { chronicle.note(clock.now, "VIOLATION \(violation)") }
    return Report(
      outcomes: lines.compactMap(\.outcome),
      commands: commandsSent,
      crashes: crashes,
      violation: witness.violation,
      story: chronicle.lines
    )
  }

  /// Everything is over, and what has strayed has had its time.
  private var isQuiet: Bool {
    if state == .deadForEver { return lines.allSatisfy(isOutOfHand) }
    guard state == .serving, journal.waiting.isEmpty else { return false }
    guard hangUpsOnTheWay == 0, lines.allSatisfy(\.isOver) else { return false }
    // None has ended where nobody has seen the only caller.
    guard let lastEnd else { return strays.isEmpty }
    return strays.isEmpty && clock.now - lastEnd >= (scenario.disturbance.lost > 0 ? Self.echo : 0)
  }

  private func planTheCalls() {
    for (line, call) in scenario.calls.enumerated() {
      let channel = call.request.caller.channel
      clock.plan(.arrives(line), at: call.arrivesAt)
      if let moment = call.hangsUpAt {
        clock.plan(.asterisk(.goes(channel, cause: 16)), at: moment)
        clock.plan(.asterisk(.goes(Self.successor(of: channel), cause: 16)), at: moment)
      }
      if let moment = call.cancelledAt { clock.plan(.cancelled(line), at: moment) }
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
  }

  /// The name of the channel that takes this one's place in a masquerade.
  static func successor(of channel: String) -> String { channel + "-next" }

  private func take(_ happening: Happening) {
    switch happening {
    case .arrives(let line): arrive(line)
    case .cancelled(let line):
      guard isAlive else { return }
      chronicle.note(clock.now, "cancel of \(id(line)) is asked for")
      witness.cancelIsAsked(line)
      post(.cancelRequested(), to: line)
    case .requestedAgain(let line): requestAgain(lines[line])
    case .asterisk(let happening): happen(happening)
    case .reaches(let ticket, let command): reach(ticket, command)
    case .answered(let ticket, let answer): answered(ticket, answer)
    case .repeats(let line):
      lines[line].isWaiting = false
      sendNext(line)
    case .isHungUp(let channel):
      hangUpsOnTheWay -= 1
      _ = asterisk.perform(.hangUp(channel), 0, at: clock.now)
    case .said(let event, let line): hear(event, line)
    case .fires(let line, let timer, let number):
      guard lines[line].timers[timer] == number else { return }
      lines[line].timers[timer] = nil
      chronicle.note(clock.now, "\(id(line)) timer \(timer)")
      post(.timerFired(timer), to: line)
    case .spoken(let line, let speech, let media): spoken(line, speech, media)
    case .told(let line, let event): post(event, to: line)
    case .audit:
      if state == .serving { lookWhoIsThere() }
      clock.plan(.audit, in: Self.auditPause)
    case .hearsAgain: listen()
    case .lists(let expectations):
      let channels = asterisk.channels.values.map(ARIChannel.listed)
      let news = expectations.compactMap { expectation in
        expectation.disappointment(among: channels).map { (expectation.transfer, $0) }
      }
      planForThisLife(.listed(news), in: random.milliseconds(0...2))
    case .listed(let news): audit(news)
    case .phone(let endpoint, let state): asterisk.say(.device(endpoint, state), about: endpoint)
    case .inLife(let number, let happening): if number == life { take(happening) }
    case .comesIn(let channel): comesIn(channel)
    case .isWritten: written()
    case .crashes(let crash): die(crash)
    case .startsAgain: startAgain()
    case .sees(let glance): see(glance)
    case .clearsAway(let command):
      hangUpsOnTheWay -= 1
      _ = asterisk.perform(command, 0, at: clock.now)
    }
  }

  // MARK: From outside

  private func arrive(_ line: Int) {
    let call = lines[line].call
    let channel = call.request.caller.channel
    if !isAlive, random.chance(50) {
      chronicle.note(clock.now, "\(channel) finds the door closed and goes on in the dialplan")
      return lines[line].isUnknown = true
    }
    chronicle.note(clock.now, "\(channel) comes in as \(call.request.id)")
    asterisk.arrive(channel, isUp: call.request.caller.isAnswered, limit: clock.now + call.limit, at: clock.now)
    if let voiceAgent = call.request.voiceAgent { asterisk.arrive(voiceAgent: voiceAgent) }
    witness.arrives(line)
    // Whoever comes in while nobody listens is seen later.
    if isAlive, scenario.disturbance.outage?.contains(clock.now) != true { return comesIn(channel) }
    lines[line].isInterrupted = true
  }

  /// Answered with the transfer that there is already.
  private func requestAgain(_ line: Line) {
    var request = line.call.request
    guard isAlive, let id = TransferID("again"), let caller = asterisk.callers[request.caller.channel] else { return }
    guard switchboard.transfer(ofCaller: caller.id) != nil else { return }
    request.id = id
    request.caller.channel = caller.id
    chronicle.note(clock.now, "\(caller.id) is asked for again")
    if !switchboard.begin(request, at: moment).isEmpty { witness.found(.endsOnce, "\(caller.id) is in two transfers") }
  }

  private func lookWhoIsThere() {
    planForThisLife(.lists(switchboard.expectations), in: random.milliseconds(0...2))
  }

  private func happen(_ happening: FakeAsterisk.Happening) {
    if scenario.disturbance.hidesReplacements, happening.isReplacement { return }
    chronicle.note(clock.now, "    * \(happening)")
    switch happening {
    case .isPickedUp(let leg, _), .isReplaced(let leg, _): witness.excuses(leg)
    default: break
    }
    asterisk.happens(happening, at: clock.now)
    if case .limitReached(let channel) = happening { judgeTheSwitch(channel) }
  }

  private func audit(_ news: [(transfer: TransferID, event: TransferEvent)]) {
    for line in lines.indices { lines[line].eventWasLost = false }
    for (transfer, event) in news {
      guard let line = line(of: transfer) else { continue }
      chronicle.note(clock.now, "\(transfer) audit: \(event)")
      post(event, to: line)
    }
  }

  private func spoken(_ line: Int, _ speech: SpeechID, _ media: SpokenMedia?) {
    lines[line].speechesInWork -= 1
    post(media.map { .speechReady(speech, $0) } ?? .speechFailed(speech, "no voice"), to: line)
  }

  func hear(_ event: ARIEvent, _ line: Int?) {
    if state == .recovering { return heldBack.append((event, line)) }
    if let line { lines[line].eventsOnTheWay -= 1 }
    witness.delivers(event, line, in: line.flatMap { switchboard.machines[lines[$0].call.request.id]?.phase })
    if case .stasisStart(_, _, let leg?) = event { witness.excusesNoMore(leg) }
    chronicle.note(clock.now, "    <- \(event.inShort)")
    if case .stasisEnd(let channel) = event, switchboard.isSurprising(event), asterisk.channels[channel.id] != nil,
      let line
    {
      return post(.caller(.takenAway), to: line)
    }
    for event in fault?.hears(event, self) ?? [event] {
      switch switchboard.newcomer(in: event) {
      case .late(let channel):
        hangUpsOnTheWay += 1
        planForThisLife(.isHungUp(channel.id), in: random.milliseconds(1...4))
      // The caller of a new transfer, which is another story.
      case .caller(let channel, _): clock.plan(.asterisk(.goes(channel.id, cause: 16)), in: 1)
      case nil: record(switchboard.receive(event, at: moment))
      }
    }
  }

  // MARK: The path

  func post(_ event: TransferEvent, to line: Int) {
    for event in fault?.posts(event, self) ?? [event] {
      record(switchboard.post(event, to: lines[line].call.request.id, at: moment))
    }
  }

  func carryOut(_ steps: [Switchboard.Step]) {
    for step in steps {
      guard let line = line(of: step.transfer) else { continue }
      carryOut(step, line)
    }
  }

  private func carryOut(_ step: Switchboard.Step, _ line: Int) {
    note(step)
    lines[line].orders += fault?.does(step) ?? step.orders(behind: lines[line].orders)
    for effect in step.effects {
      switch effect {
      case .startTimer(let timer, let deadline): start(timer, at: deadline, line)
      case .cancelTimer(let timer): lines[line].timers[timer] = nil
      case .prepareSpeech(let speech, _, _): prepare(speech, line)
      case .askDispatcher: askDispatcher(line)
      case .summarize: summarize(line)
      default: break
      }
    }
    if step.outcome != nil { lines[line].timers = [:] }
    sendNext(line)
  }

  func start(_ timer: TimerID, at deadline: WallTime, _ line: Int) {
    timersSet += 1
    lines[line].timers[timer] = timersSet
    clock.plan(.fires(line, timer, number: timersSet), at: deadline.milliseconds)
  }

  /// From now on it is a part of what has happened, whatever becomes of the service.
  func note(_ step: Switchboard.Step) {
    guard let line = line(of: step.transfer) else { return }
    chronicle.note(clock.now, "\(step.transfer) \(step.event)")
    if step.before != step.after { chronicle.note(clock.now, "\(step.transfer) \(step.before) -> \(step.after)") }
    let callerHasLeft = switchboard.machines[step.transfer]?.callerHasLeft ?? true
    lines[line].phase = step.after
    witness.steps(step, line, lines, callerHasLeft: callerHasLeft)
    if let outcome = step.outcome {
      chronicle.note(clock.now, "\(step.transfer) ENDS \(outcome.result.rawValue) \(outcome.cause.rawValue)")
      lines[line].outcome = outcome
      lastEnd = clock.now
    }
  }

  /// In time or not, or never.
  private func askDispatcher(_ line: Int) {
    let others = scenario.calls.compactMap { call -> DispatchAnswer? in
      if case .ring(let party) = call.request.plan { .ring(party, facts: []) } else { nil }
    }
    let answer = random.one(of: others + [.refuse("We are closed."), .failed("500")])
    if random.chance(85) { planForThisLife(.told(line, .dispatched(answer)), in: random.milliseconds(0...1_500)) }
  }

  private func summarize(_ line: Int) {
    let answer: TransferEvent = random.chance(80) ? .summarized("Made.") : .summaryFailed("500")
    planForThisLife(.told(line, answer), in: random.milliseconds(100...8_000))
  }

  private func prepare(_ speech: SpeechID, _ line: Int) {
    lines[line].speechesInWork += 1
    lines[line].speechIsThere = true
    let pause = random.milliseconds(5...700)
    if random.chance(scenario.disturbance.speechFails) { return planForThisLife(.spoken(line, speech, nil), in: pause) }
    let length: Int64 =
      if case .briefing = speech { scenario.manners.briefing } else { random.milliseconds(300...3_000) }
    speechesMade += 1
    let file = "speech-\(speechesMade)"
    asterisk.recordings["sound:\(Self.soundsFolder)/\(file)"] = length
    planForThisLife(.spoken(line, speech, SpokenMedia(file: file, length: .milliseconds(length))), in: pause)
  }

  // MARK: Names

  var moment: WallTime { WallTime(milliseconds: clock.now) }

  func id(_ line: Int) -> String { lines[line].call.request.id.description }

  func line(of transfer: TransferID) -> Int? { lines.firstIndex { $0.call.request.id == transfer } }

  private func tellWhatIsHeard() {
    guard chronicle.isKept else { return }
    for channel in asterisk.channels.values.sorted(by: { $0.id < $1.id }) where channel.place == .stasis {
      let sound = asterisk.hears(channel)
      if witness.isNews(sound, for: channel.id) { chronicle.note(clock.now, "    ~ \(channel.id) hears \(sound)") }
    }
  }
}
