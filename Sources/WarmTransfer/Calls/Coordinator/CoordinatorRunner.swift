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
  private let clock = SystemClock()
  private let alarmClock: AlarmClock
  private var hasEnded = false
  private var handovers: [Int: CheckedContinuation<Result<TransferID, Refusal>, Never>] = [:]
  private var reconnections: [PBXName: CheckedContinuation<ARIError?, Never>] = [:]

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
      try journal.append(entry)
    }
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
    return try answer.get()
  }

  /// The coordinator is told something; what takes time of what it wants done is still to be begun.
  private func think<Answer, Failure: Error>(
    _ tell: (inout TransferCoordinator, Moment) throws(Failure) -> Answer
  ) -> (answer: Result<Answer, Failure>, jobs: [Job]) {
    let answer = Result { () throws(Failure) in try tell(&coordinator, clock.now()) }
    let jobs = coordinator.takeWork().compactMap(begin)
    alarmClock.set(coordinator.nextAlarm().map { .now + ($0 - clock.steady) })
    return (answer, jobs)
  }

  /// The job that it is, if it takes time.
  private func begin(_ work: Work) -> Job? {
    switch work {
    case .ask(let ticket, let request, let pbx, _):
      return { [client = pbxs[pbx]?.client] in
        let start = ContinuousClock.now
        let answer = await client?.answer(to: request) ?? .failure(Self.unknownPBX)
        let end = ContinuousClock.now
        await self.answered(ticket, answer)
        self.requestTimes.note(end - start)
      }
    case .speak(let speech, let wording, let voice, let transfer, let isOwn):
      return { [texts = self.speech] in
        let event = await texts.prepare(speech, wording, voice, for: transfer, isOwn: isOwn)
        await self.post(event, to: transfer)
      }
    case .discardSpeech(let transfer): return { [speech] in await speech.discard(transfer) }
    case .askDispatcher(let dispatcher, let request):
      return { [dispatchers, settings, clock] in
        let answer = await dispatchers.ask(dispatcher, about: request, settings, at: clock.wall)
        await self.post(.dispatched(answer), to: request.id)
      }
    case .summarize(let model, let request):
      return { [summaries] in
        let event = await summaries.summary(for: request, by: model)
        await self.post(event, to: request.id)
      }
    case .report(let step): if settings.general.managerEvents { pbxs[step.pbx]?.announcer.announce(step) }
    case .handedOver(let ticket, let result): handovers.removeValue(forKey: ticket)?.resume(returning: result)
    case .reconnected(let pbx, let error): reconnections.removeValue(forKey: pbx)?.resume(returning: error)
    }
    return nil
  }

  private func answered(_ ticket: Int, _ answer: Result<AsteriskAnswer, ARIError>) {
    decide { $0.answered(ticket, answer, at: $1) }
  }

  private func post(_ event: TransferEvent, to transfer: TransferID) {
    decide { $0.post(event, to: transfer, at: $1) }
  }
}

// MARK: - What it is told

extension CoordinatorRunner {
  func takeUp(_ unfinished: [RecordedTransfer], _ waits: [RecentWait]) {
    decide { coordinator, _ in coordinator.takeUp(unfinished, waits) }
  }

  func use(_ settings: Settings) { decide { coordinator, _ in coordinator.use(settings) } }

  func receive(_ event: ARIEvent, from pbx: PBXName) { decide { $0.heard(event, from: pbx, at: $1) } }

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

  /// What would become of a caller who is handed over now.
  func outlook(for arrival: Arrival) -> Outlook { coordinator.outlook(for: arrival, at: clock.wall) }
}
