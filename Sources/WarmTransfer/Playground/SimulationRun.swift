import ARI
import Runtime
import Settings
import Speech
import Store
import Transfer
import Transport

/// Plays one made-up call to its end: with the real settings, rules, texts, coordinator and voices, on a clock that does
/// not wait, and without an effect on anybody. Nothing is dialled, sent, asked or written.
struct SimulationRun {
  typealias Speaking = @Sendable (Wording, Voice) async throws(SpeechError) -> Recording

  static let application = "simulated"
  private static let caller = "caller"
  /// A conversation; then the person hangs up.
  private static let talk: Duration = .seconds(10)
  /// What speech takes on a machine with time.
  private static let speaking: Duration = .milliseconds(80)
  private static let answering: Duration = .milliseconds(2)

  private struct Plan {
    let at: WallTime
    let happening: SimulatedPBX.Happening
  }

  private let call: SimulatedCall
  private let settings: Settings
  private let limits: SimulationLimits
  private let speak: Speaking
  private let answers: [SimulatedCall.Answer]
  private var coordinator: TransferCoordinator
  private var pbx = SimulatedPBX(application: application)
  private var now: Moment
  /// In the order in which they were made.
  private var plans: [Plan] = []
  private var rung = 0
  private var story: SimulationStory
  private var sounds: [String: Recording] = [:]
  private var spoken: [String: Recording] = [:]

  init(
    _ call: SimulatedCall,
    _ settings: Settings,
    at start: Moment,
    limits: SimulationLimits,
    speak: @escaping Speaking
  ) throws(SimulatedCall.Mistake) {
    var settings = settings
    settings.general.app = Self.application
    self.call = call
    self.settings = settings
    self.limits = limits
    self.speak = speak
    answers = try call.readAnswers()
    now = start
    story = SimulationStory(start: start)
    var id = SimulatedRandom()
    let transfer = TransferID(from: &id)
    coordinator = TransferCoordinator(
      settings: settings,
      log: Log(minimum: .error) { _ in },
      identify: { _ in transfer },
      append: { _ in 1 }
    )
  }

  mutating func run() async throws(SpeechError) -> SimulationReport {
    let started = ContinuousClock.now
    coordinator.connected(to: SimulatedPBX.information, of: .main, callersBefore: [], at: now)
    await carryOut()
    while !plans.isEmpty { await happen(at: plans[0].at) }
    arrive()
    let end = now.steady + limits.length
    var steps = 0
    while let next = nextMoment(), next <= end, steps < limits.steps, started.duration(to: .now) < limits.patience {
      steps += 1
      await happen(at: next)
      if story.outcome != nil, coordinator.callsInHand == 0 { break }
    }
    pbx.stopListening(at: now.steady)
    return try report(wasCut: story.outcome == nil)
  }

  private func report(wasCut: Bool) throws(SpeechError) -> SimulationReport {
    try SimulationReport(
      story: story,
      pbx: pbx,
      sounds: sounds,
      end: now.steady,
      settings: settings,
      limit: limits.sound,
      wasCut: wasCut
    )
  }

  // MARK: Time

  private mutating func nextMoment() -> WallTime? {
    [plans.map(\.at).min(), coordinator.nextAlarm()].compactMap(\.self).min()
  }

  /// What is due first; of several, what was planned first.
  private mutating func happen(at next: WallTime) async {
    now = now + max(.zero, next - now.steady)
    if let index = plans.indices.min(by: { plans[$0].at < plans[$1].at }), plans[index].at <= now.steady {
      happens(plans.remove(at: index).happening)
    } else {
      coordinator.timePassed(at: now)
    }
    await carryOut()
    pbx.listen(at: now.steady)
  }

  private mutating func planWhatFollows() {
    plan(pbx.plans)
    pbx.plans = []
  }

  private mutating func plan(_ happenings: [SimulatedPBX.Plan]) {
    for plan in happenings { plans.append(Plan(at: now.steady + plan.after, happening: plan.happening)) }
  }

  private mutating func arrive() {
    story.start = now
    var caller = SimulatedPBX.Channel(id: Self.caller, isUp: true)
    caller.callerNumber = call.question.caller
    caller.language = "en"
    caller.variables = call.variables
    pbx.arrive(caller)
    if let wait = call.hangsUpAfter { plan([(.seconds(wait), .ends(Self.caller, cause: 16))]) }
    if let wait = call.optsOutAfter {
      for key in (settings.transfer.optOut?.digits ?? "*") {
        plan([(.seconds(wait), .presses(Self.caller, String(key)))])
      }
    }
    planWhatFollows()
  }

  private mutating func happens(_ happening: SimulatedPBX.Happening) {
    story.note(happening, pbx, at: now)
    switch happening {
    case .told(let event): coordinator.heard(event, from: .main, at: now)
    case .answered(let ticket, let answer): coordinator.answered(ticket, answer, at: now)
    case .spoken(let event, let transfer): coordinator.post(event, to: transfer, at: now)
    case .rings, .picksUp, .ends, .presses, .waits, .playbackEnds, .comesBack: pbx.happens(happening)
    }
  }

  // MARK: What the coordinator wants

  private mutating func carryOut() async {
    while true {
      coordinator.written(JournalProgress(written: .max), at: now)
      let work = coordinator.takeWork()
      if work.isEmpty { break }
      for work in work { await carryOut(work) }
    }
    planWhatFollows()
  }

  private mutating func carryOut(_ work: Work) async {
    switch work {
    case .ask(let ticket, let request, _, _): plan([(Self.answering, .answered(ticket, answer(request)))])
    case .speak(let speech, let wording, let voice, let transfer, _):
      plan([(Self.speaking, .spoken(await say(speech, wording, voice), of: transfer))])
    case .askDispatcher(let dispatcher, let request):
      story.add("service", "would ask \(dispatcher.url) who is rung; without an answer the rule decides", at: now)
      coordinator.post(.dispatched(.failed("not asked")), to: request.id, at: now)
    case .summarize(let model, let request):
      story.add("service", "would ask \(model.url) for a spoken summary; the given one is used", at: now)
      coordinator.post(.summaryFailed("not asked"), to: request.id, at: now)
    case .report(let step):
      story.note(step, coordinator.switchboard.machines[step.transfer], settings)
      if step.before != .connected, step.after == .connected { hangUpLater(step.transfer) }
    case .readBrief(_, let caller): coordinator.readBrief(of: caller, .unknown, at: now)
    case .discardSpeech, .handedOver, .reconnected: break
    }
  }

  private mutating func hangUpLater(_ transfer: TransferID) {
    guard let leg = coordinator.switchboard.machines[transfer]?.legs.last else { return }
    plan([(Self.talk, .ends(AsteriskNames(transfer: transfer).leg(leg.id), cause: 16))])
  }

  private mutating func answer(_ request: AsteriskRequest) -> Result<AsteriskAnswer, ARIError> {
    guard case .command(let command) = request else { return pbx.answer(looking: request) }
    var person: SimulatedPerson?
    if case .originate(let origination) = command, let leg = leg(origination.channelID) {
      let answer = answers[min(rung, answers.count - 1)]
      rung += 1
      person = SimulatedPerson(name: leg.target.name, answer: answer, keys: leg.target.policy.keys)
      story.rings(leg.target, origination, person: answer, at: now)
    }
    return pbx.perform(command, by: person)
  }

  private func leg(_ channel: String) -> AgentLeg? {
    guard case .leg(let transfer, let leg) = AsteriskName(parsing: channel) else { return nil }
    return coordinator.switchboard.machines[transfer]?.legs.first { $0.id == leg }
  }

  // MARK: Speech

  /// A tone stands for each recorded prompt.
  private func sound(of wording: Wording, _ voice: Voice) async throws(SpeechError) -> Recording {
    let parts = wording.text.spokenParts
    guard parts.contains(where: { if case .recorded = $0 { true } else { false } }) else {
      return try await speak(wording, voice)
    }
    var samples: [Int16] = []
    for part in parts {
      switch part {
      case .words(let words): samples += try await speak(Wording(words), voice).samples
      case .recorded: samples += SimulatedSound.tone(ofRate: Recording.spokenRate)
      }
    }
    return Recording(samples: samples, rate: Recording.spokenRate)
  }

  private mutating func say(_ speech: SpeechID, _ wording: Wording, _ voice: Voice) async -> TransferEvent {
    let file = "\(sounds.count)"
    let key = "\(voice.name) \(voice.wordsPerMinute) \(voice.pitch) \(voice.volume) \(wording.text)"
    do throws(SpeechError) {
      guard spoken.count < limits.texts else { throw SpeechError(.tooLong, "more texts than a simulation speaks") }
      let recording = if let known = spoken[key] { known } else { try await sound(of: wording, voice) }
      spoken[key] = recording
      sounds[file] = recording
      pbx.lengths[file] = recording.duration
      story.words[file] = wording.text.withPromptsNamed
      return .speechReady(speech, SpokenMedia(file: file, length: recording.duration))
    } catch {
      return .speechFailed(speech, error.description)
    }
  }
}

/// The same transfer has the same name each time.
private struct SimulatedRandom: RandomNumberGenerator {
  private var last: UInt64 = 0

  mutating func next() -> UInt64 {
    last = last &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return last
  }
}
