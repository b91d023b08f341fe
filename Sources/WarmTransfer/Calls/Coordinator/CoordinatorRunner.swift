import ARI
import Runtime
import Settings
import Store
import Transfer
import Transport
import Web

/// Carries out what the coordinator decides, with real Asterisks, a real clock and a real disk, and tells it what came
/// of it.
///
/// Nothing here decides anything, and nothing on the way of an event waits: what takes time is a job beside it.
actor CoordinatorRunner {
  typealias Job = @Sendable () async -> Void

  private static let jobLimit = 50_000

  /// From a request to Asterisk to its answer.
  nonisolated let requestTimes = SharedHistogram(upTo: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5])

  private var coordinator: TransferCoordinator
  private let pbxs: [PBXName: PBX]
  private let speech: TransferSpeech
  private let dispatchers: DispatcherClient
  private let summaries: SummaryClient
  private let journal: JournalWriter
  private let log: Log
  private nonisolated let clock = SystemClock()
  private let alarmClock: AlarmClock
  private var hasEnded = false
  /// What is to be told when what is more urgent has been begun.
  private var news: [Work] = []
  private var handovers: [Int: CheckedContinuation<Result<TransferID, Refusal>, Never>] = [:]
  private var reconnections: [PBXName: CheckedContinuation<ARIError?, Never>] = [:]

  /// Something may be other than before, for those who look on. Of several only the latest: it says all of it.
  nonisolated let changes: AsyncStream<Void>
  private let newChange: AsyncStream<Void>.Continuation

  private let jobs: AsyncStream<Job>
  private let newJobs: AsyncStream<Job>.Continuation

  /// What is asked on the web goes over `web`.
  init(
    _ pbxs: [PBX],
    web: HTTPClient,
    speech: TransferSpeech,
    journal: JournalWriter,
    alarmClock: AlarmClock,
    settings: Settings,
    log: Log
  ) {
    self.pbxs = Dictionary(uniqueKeysWithValues: pbxs.map { ($0.name, $0) })
    dispatchers = DispatcherClient(http: web)
    summaries = SummaryClient(http: web)
    self.speech = speech
    self.log = log
    self.journal = journal
    self.alarmClock = alarmClock
    coordinator = TransferCoordinator(settings: settings, log: log, identify: Self.newName) {
      entry throws(JournalError) in
      try journal.collect(entry)
    }
    (changes, newChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    (jobs, newJobs) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.jobLimit))
  }

  @Sendable private static func newName(ofCaller channel: String) -> TransferID {
    var random = SystemRandomNumberGenerator()
    return TransferID(from: &random)
  }

  /// Owns all the work that transfers give rise to. Runs until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.followJournal() }
      group.addTask { await self.followAlarms() }
      for announcer in pbxs.values.map(\.announcer) { group.addTask { await announcer.run() } }
      for await job in jobs { group.addImmediateTask(operation: job) }
      group.cancelAll()
    }
    end()
  }

  /// What has been written is done at once: a person who has pressed a key waits for it.
  private func followJournal() async {
    await withDiscardingTaskGroup { group in
      for await progress in journal.progress {
        for job in think({ $0.written(progress, at: $1) }).jobs { group.addImmediateTask(operation: job) }
        conclude()
      }
      group.cancelAll()
    }
  }

  private func followAlarms() async {
    for await _ in alarmClock.rings { decide { $0.timePassed(at: $1) } }
  }

  /// Nobody who waits for an answer is left waiting for a service that has ended.
  private func end() {
    hasEnded = true
    for answer in handovers.values { answer.resume(returning: .failure(Self.stopping)) }
    handovers = [:]
    for answer in reconnections.values { answer.resume(returning: Self.ended) }
    reconnections = [:]
  }

  private static let stopping = Refusal.notAcceptingNow("the service is stopping")
  private static let unknownPBX = ARIError(
    kind: .notFound,
    operation: "request",
    message: "no Asterisk has this name any more"
  )
  private static let ended = ARIError(
    kind: .unanswered(.cancelled),
    operation: "reconnection",
    message: "the service is stopping"
  )

  // MARK: Deciding and doing

  /// The coordinator is told something; what it wants done is begun.
  private func decide<Answer, Failure: Error>(
    _ tell: (inout TransferCoordinator, Moment) throws(Failure) -> Answer
  ) throws(Failure) -> Answer {
    let (answer, jobs) = think(tell)
    for job in jobs {
      if case .dropped = newJobs.yield(job) { log.error("work queue full, dropped a job") }
    }
    conclude()
    return try answer.get()
  }

  /// The coordinator is told something; what takes time of what it wants done is still to be begun, and then `conclude`
  /// to be called.
  private func think<Answer, Failure: Error>(
    _ tell: (inout TransferCoordinator, Moment) throws(Failure) -> Answer
  ) -> (answer: Result<Answer, Failure>, jobs: [Job]) {
    let answer = Result { () throws(Failure) in try tell(&coordinator, clock.now()) }
    var jobs: [Job] = []
    for work in coordinator.takeWork() {
      if let job = job(work) { jobs.append(job) } else { news.append(work) }
    }
    return (answer, jobs)
  }

  /// What wakes others, now that nobody waits for it: the journal's thread, the alarm clock's, and those who are told.
  func conclude() {
    journal.write()
    alarmClock.set(coordinator.nextAlarm().map { .now + ($0 - clock.steady) })
    for told in news { tell(told) }
    news = []
    newChange.yield()
  }

  /// The job that it is, if it takes time. Of all else somebody is only told.
  private func job(_ work: Work) -> Job? {
    switch work {
    case .ask(let ticket, let request, let pbx, _):
      { [client = pbxs[pbx]?.client] in
        let start = ContinuousClock.now
        let answer = await client?.answer(to: request) ?? .failure(Self.unknownPBX)
        let end = ContinuousClock.now
        await self.answered(ticket, answer)
        self.requestTimes.note(end - start)
      }
    case .speak(let speech, let wording, let voice, let transfer, let isOwn):
      { [texts = self.speech] in
        let event = await texts.prepare(speech, wording, voice, for: transfer, isOwn: isOwn)
        await self.post(event, to: transfer)
        await texts.complete(speech, for: transfer)
      }
    case .discardSpeech(let transfer): { [speech] in await speech.discard(transfer) }
    case .askDispatcher(let dispatcher, let request):
      { [dispatchers, settings, clock] in
        let answer = await dispatchers.ask(dispatcher, about: request, settings, at: clock.wall)
        await self.post(.dispatched(answer), to: request.id)
      }
    case .summarize(let model, let request):
      { [summaries] in
        let event = await summaries.summary(for: request, by: model)
        await self.post(event, to: request.id)
      }
    case .readBrief(let token, let caller):
      { [journal, clock] in await self.readBrief(of: caller, await journal.brief(token, of: caller, at: clock.wall)) }
    case .report, .handedOver, .reconnected: nil
    }
  }

  private func tell(_ news: Work) {
    switch news {
    case .ask, .speak, .discardSpeech, .askDispatcher, .summarize, .readBrief: break
    case .report(let step):
      log.record(step)
      speech.note(step.effects, of: step.transfer)
      if settings.general.managerEvents { pbxs[step.pbx]?.announcer.announce(step) }
    case .handedOver(let ticket, let result): handovers.removeValue(forKey: ticket)?.resume(returning: result)
    case .reconnected(let pbx, let error): reconnections.removeValue(forKey: pbx)?.resume(returning: error)
    }
  }

  private func answered(_ ticket: Int, _ answer: Result<AsteriskAnswer, ARIError>) {
    decide { $0.answered(ticket, answer, at: $1) }
  }

  private func readBrief(of caller: ChannelID, _ brief: CallBriefs.Knowledge) {
    decide { $0.readBrief(of: caller, brief, at: $1) }
  }

  private func post(_ event: TransferEvent, to transfer: TransferID) {
    decide { $0.post(event, to: transfer, at: $1) }
  }
}

// MARK: - What it is told

extension CoordinatorRunner {
  func takeUp(_ unfinished: [RecordedTransfer], _ waits: [RecentWait], _ conversations: [Conversation]) {
    decide { coordinator, _ in coordinator.takeUp(unfinished, waits, conversations) }
  }

  func use(_ settings: Settings) async {
    decide { coordinator, _ in coordinator.use(settings) }
    await speech.use(settings)
  }

  /// Known before Asterisk's own event says so.
  func learn(_ event: ARIEvent, from pbx: PBXName) { decide { $0.heard(event, from: pbx, at: $1) } }

  /// What it leads to, to be begun at once. Then `conclude` is to be called.
  func receive(_ event: ARIEvent, from pbx: PBXName) -> [Job] { think { $0.heard(event, from: pbx, at: $1) }.jobs }

  /// Asterisk has said something that could not be read.
  func missedAnEvent(of pbx: PBXName) { decide { $0.missedAnEvent(of: pbx, at: $1) } }

  /// Returns when what happened while nobody was listening is known.
  func recover(in asterisk: ARIInformation, of pbx: PBXName, callersBefore: Set<String>) async throws(ARIError) {
    if hasEnded { throw Self.ended }
    let error = await withCheckedContinuation { (answer: CheckedContinuation<ARIError?, Never>) in
      reconnections.updateValue(answer, forKey: pbx)?.resume(returning: Self.ended)
      decide { $0.connected(to: asterisk, of: pbx, callersBefore: callersBefore, at: $1) }
    }
    if let error { throw error }
  }

  /// No new transfers; callers who are not talking yet go back to the dialplan.
  func drain() { decide { $0.drain(at: $1) } }

  func takeOver(
    _ channel: ARIChannel,
    of pbx: PBXName,
    from application: String,
    _ order: TransferOrder
  ) async throws(Refusal) -> TransferReport {
    if hasEnded { throw Self.stopping }
    let ticket = try decide { coordinator, _ throws(Refusal) in
      try coordinator.takeOver(channel, of: pbx, from: application, order)
    }
    let id = try await withCheckedContinuation { handovers[ticket] = $0 }.get()
    // It may be over already, with a caller who has hung up.
    guard let report = report(of: id) else { throw .alreadyEnded }
    return report
  }

  /// Answered when it is in the journal.
  func callBack(_ order: CallbackOrder, on pbx: PBXName) async throws(Refusal) -> CallbackReport {
    if hasEnded { throw Self.stopping }
    let ticket = try decide { coordinator, now throws(Refusal) in try coordinator.callBack(order, on: pbx, at: now) }
    let id = try await withCheckedContinuation { handovers[ticket] = $0 }.get()
    guard let report = callback(id) else { throw .alreadyEnded }
    return report
  }

  func decide(
    _ decision: Decision,
    on id: TransferID,
    target: String?,
    by requester: String
  ) throws(Refusal) -> TransferReport {
    try decide { coordinator, now throws(Refusal) in
      try coordinator.decide(decision, on: id, target: target, by: requester, at: now)
    }
  }
}

// MARK: - What browsers do and see

extension CoordinatorRunner {
  /// By which all times of transfers go.
  nonisolated var steady: WallTime { clock.steady }

  func carryOut(_ order: DeskOrder, by agent: String) throws(Refusal) {
    try decide { coordinator, now throws(Refusal) in try coordinator.carryOut(order, by: agent, at: now) }
  }

  func isWrappingUp(_ transfer: TransferID, _ agent: String) -> Bool {
    coordinator.switchboard.people.wrappingUp[agent]?.transfer == transfer
  }

  func sight(of agents: [String], withAll: Bool, on pbx: PBXName) -> LiveSight {
    coordinator.sight(of: agents, withAll: withAll, on: pbx, at: clock.now())
  }
}

// MARK: - What it tells

extension CoordinatorRunner {
  var settings: Settings { coordinator.settings }
  var isDraining: Bool { coordinator.isDraining }
  var reports: [TransferReport] { coordinator.reports }
  var phases: [TransferMachine.Phase] { coordinator.phases }

  func metrics(on pbx: PBXName) -> (Metrics, MetricsSnapshot) {
    (coordinator.metrics, coordinator.snapshot(on: pbx, at: clock.now()))
  }

  /// Why nothing can be written just now; nil while all is well.
  var journalTrouble: String? { coordinator.unwritten.trouble.map { "\($0)" } }

  /// Callers who are on their way in, in transfers that are not over, or whose last commands are still being sent.
  var transfersUnderWay: Int { coordinator.callsInHand }

  func agents(on pbx: PBXName) -> [AgentReport] { coordinator.agents(on: pbx) }

  func transfer(of channel: ChannelID) -> TransferID? { coordinator.transfer(of: channel) }

  func report(of id: TransferID) -> TransferReport? { coordinator.report(of: id) }

  var callbacks: [CallbackReport] { coordinator.callbacks }

  func callback(_ id: TransferID) -> CallbackReport? { coordinator.callback(id) }

  /// What would become of a caller who is handed over now.
  func outlook(for arrival: Arrival) -> Outlook { coordinator.outlook(for: arrival, at: clock.wall) }
}
