import ARI
import Transfer

@testable import WarmTransfer

/// One seed played from the first call to the end of the last transfer: the real switchboard with its machines, a lane
/// for each transfer as the coordinator has it, a fake Asterisk, and a clock that jumps.
struct Simulation {
  enum Happening {
    case arrives(Int)
    case cancelled(Int)
    case asterisk(FakeAsterisk.Happening)
    case reaches(FakeAsterisk.Ticket, AsteriskCommand)
    /// Without an answer it has taken too long.
    case answered(FakeAsterisk.Ticket, FakeAsterisk.Answer?)
    case repeats(Int)
    case said(ARIEvent, about: Int?)
    case fires(Int, TimerID, number: Int)
    case spoken(Int, SpeechID, SpokenMedia?)
    case listed(Set<String>)
    case audit
  }

  struct Report {
    var outcomes: [Outcome] = []
    var commands = 0
    var violation: Violation?
    var story: [String] = []
  }

  static let soundsFolder = "sounds"
  static let requestTimeout: Int64 = 5_000
  static let retryPause: Int64 = 150
  static let attempts = 3
  static let auditPause: Int64 = 30_000
  /// Far more than the longest story: who gets here goes round in circles.
  static let mostHappenings = 20_000

  let scenario: Scenario
  let fault: Break?
  var random: SeededRandom
  var clock = ManualClock<Happening>()
  var asterisk = FakeAsterisk()
  var switchboard = Switchboard()
  var lines: [Line]
  var witness: Witness
  let chronicle: Chronicle
  /// Commands on the way or at work, and whose they are.
  var requests: [FakeAsterisk.Ticket: Request] = [:]
  var commandsSent = 0
  var timersSet = 0
  /// Of one channel the events come in order, however late.
  var lastArrival: [String: Int64] = [:]
  var newestLeg: String?

  struct Request {
    let line: Int
    let command: AsteriskCommand
    let answerIsLost: Bool
  }

  init(seed: Int, breaking fault: Break? = nil, tellingIts story: Bool = false) throws {
    random = SeededRandom(seed: seed)
    scenario = try Scenario(&random)
    self.fault = fault
    chronicle = Chronicle(isKept: story)
    lines = scenario.calls.map {
      Line(call: $0, translation: CommandTranslation(request: $0.request, soundsFolder: Self.soundsFolder))
    }
    witness = Witness(scenario)
    asterisk.unknownEndpoints = scenario.unknownEndpoints
  }

  mutating func run() -> Report {
    for (line, call) in scenario.calls.enumerated() {
      clock.plan(.arrives(line), at: call.arrivesAt)
      if let moment = call.hangsUpAt { clock.plan(.asterisk(.goes(call.request.caller.channel, cause: 16)), at: moment) }
      if let moment = call.cancelledAt { clock.plan(.cancelled(line), at: moment) }
    }
    clock.plan(.audit, at: Self.auditPause)
    while witness.violation == nil, !lines.allSatisfy(\.isOver), let happening = clock.next() {
      witness.timePasses(to: clock.now, lines, asterisk)
      take(happening)
      hearAsterisk()
      witness.look(at: asterisk, lines, now: clock.now)
      tellWhatIsHeard()
      if clock.taken > Self.mostHappenings { witness.found(.staysCalm, "more than \(clock.taken) happenings") }
    }
    witness.settle(lines, asterisk)
    if let violation = witness.violation { chronicle.note(clock.now, "VIOLATION \(violation)") }
    return Report(
      outcomes: lines.compactMap(\.outcome),
      commands: commandsSent,
      violation: witness.violation,
      story: chronicle.lines
    )
  }

  private mutating func take(_ happening: Happening) {
    switch happening {
    case .arrives(let line): arrive(line)
    case .cancelled(let line):
      chronicle.note(clock.now, "cancel of \(id(line)) is asked for")
      post(.cancelRequested, to: line)
    case .asterisk(let happening): happen(happening)
    case .reaches(let ticket, let command): reach(ticket, command)
    case .answered(let ticket, let answer): answered(ticket, answer)
    case .repeats(let line):
      lines[line].isWaiting = false
      sendNext(line)
    case .said(let event, let line): hear(event, line)
    case .fires(let line, let timer, let number):
      guard lines[line].timers[timer] == number else { return }
      lines[line].timers[timer] = nil
      chronicle.note(clock.now, "\(id(line)) timer \(timer)")
      post(.timerFired(timer), to: line)
    case .spoken(let line, let speech, let media): spoken(line, speech, media)
    case .audit:
      clock.plan(.listed(Set(asterisk.channels.keys)), in: random.milliseconds(1...4))
      clock.plan(.audit, in: Self.auditPause)
    case .listed(let channels): audit(channels)
    }
  }

  // MARK: From outside

  private mutating func arrive(_ line: Int) {
    let call = lines[line].call
    let channel = call.request.caller.channel
    chronicle.note(clock.now, "\(channel) comes in as \(call.request.id)")
    asterisk.arrive(channel, isUp: call.request.caller.isAnswered, limit: clock.now + call.limit, at: clock.now)
    witness.arrives(line)
    if let step = switchboard.begin(call.request, at: moment) { carryOut(step, line) }
  }

  private mutating func happen(_ happening: FakeAsterisk.Happening) {
    chronicle.note(clock.now, "            * \(happening)")
    asterisk.happens(happening, at: clock.now)
  }

  private mutating func audit(_ channels: Set<String>) {
    for line in lines.indices { lines[line].eventWasLost = false }
    for (transfer, event) in switchboard.changes(channels: channels) {
      guard let line = lines.firstIndex(where: { $0.call.request.id == transfer }) else { continue }
      chronicle.note(clock.now, "\(transfer) audit: \(event)")
      post(event, to: line)
    }
  }

  private mutating func spoken(_ line: Int, _ speech: SpeechID, _ media: SpokenMedia?) {
    lines[line].speechesInWork -= 1
    chronicle.note(clock.now, "\(id(line)) speech \(speech) \(media == nil ? "failed" : "is ready")")
    post(media.map { .speechReady(speech, $0) } ?? .speechFailed(speech, "no voice"), to: line)
  }

  private mutating func hear(_ event: ARIEvent, _ line: Int?) {
    if let line { lines[line].eventsOnTheWay -= 1 }
    let event = fault?.hears(event, self) ?? event
    witness.delivers(event)
    guard let (transfer, meaning) = switchboard.meaning(of: event),
      let line = lines.firstIndex(where: { $0.call.request.id == transfer })
    else { return }
    chronicle.note(clock.now, "\(id(line)) hears \(meaning)")
    post(meaning, to: line)
  }

  // MARK: The path

  mutating func post(_ event: TransferEvent, to line: Int) {
    let event = fault?.posts(event, lines[line]) ?? event
    guard let step = switchboard.post(event, to: lines[line].call.request.id, at: moment) else { return }
    carryOut(step, line)
  }

  private mutating func carryOut(_ step: Switchboard.Step, _ line: Int) {
    let effects = fault?.does(step) ?? step.effects
    if step.before != step.after { chronicle.note(clock.now, "\(id(line)) \(step.before) -> \(step.after)") }
    for effect in effects {
      switch effect {
      case .startTimer(let timer, let deadline):
        timersSet += 1
        lines[line].timers[timer] = timersSet
        clock.plan(.fires(line, timer, number: timersSet), at: deadline.milliseconds)
      case .cancelTimer(let timer): lines[line].timers[timer] = nil
      case .prepareSpeech(let speech, _, _): prepare(speech, line)
      case .discardSpeech:
        lines[line].speechIsThere = false
      default:
        lines[line].orders.append(.init(effect: effect, commands: lines[line].translation.commands(for: effect)))
      }
    }
    witness.steps(step, line, lines)
    if let outcome = step.outcome {
      chronicle.note(clock.now, "\(id(line)) ENDS \(outcome.result.rawValue) \(outcome.cause.rawValue)")
      lines[line].outcome = outcome
      lines[line].timers = [:]
    }
    sendNext(line)
  }

  private mutating func prepare(_ speech: SpeechID, _ line: Int) {
    lines[line].speechesInWork += 1
    lines[line].speechIsThere = true
    let pause = random.milliseconds(5...700)
    if random.chance(scenario.disturbance.speechFails) { return clock.plan(.spoken(line, speech, nil), in: pause) }
    let length: Int64 =
      if case .briefing = speech { scenario.manners.briefing } else { random.milliseconds(300...3_000) }
    let file = "\(id(line))-\(timersSet)-\(commandsSent)-\(speech)"
    asterisk.recordings["sound:\(Self.soundsFolder)/\(file)"] = length
    clock.plan(.spoken(line, speech, SpokenMedia(file: file, length: .milliseconds(length))), in: pause)
  }

  // MARK: Names

  var moment: WallTime { WallTime(milliseconds: clock.now) }

  func id(_ line: Int) -> String { lines[line].call.request.id.description }

  func line(ofCaller channel: String) -> Int? {
    lines.firstIndex { $0.call.request.caller.channel == channel }
  }

  private mutating func tellWhatIsHeard() {
    guard chronicle.isKept else { return }
    for channel in asterisk.channels.values.sorted(by: { $0.id < $1.id }) where channel.place == .stasis {
      let sound = asterisk.hears(channel)
      if witness.isNews(sound, for: channel.id) { chronicle.note(clock.now, "        \(channel.id) hears \(sound)") }
    }
  }
}
