import ARI
import Store
import Runtime
import Settings
import Transfer
import Transport
import Web

/// Where everything that happens meets: frames from Asterisk, timers, results of commands and requests enter here,
/// one after the other, and leave as effects.
///
/// Nothing on this path waits. Commands of one transfer are sent one by one in a lane of its own; speech, sleeping and
/// the reading of channel variables are jobs beside it.
actor TransferCoordinator {
  typealias Job = @Sendable () async -> Void

  /// The commands of one transfer on their way to Asterisk.
  private struct Lane {
    let orders: AsyncStream<TransferEffect>.Continuation
    /// Those that have no answer yet.
    var waiting: [TransferEffect] = []

    mutating func take(_ order: TransferEffect) {
      waiting.append(order)
      orders.yield(order)
    }
  }

  /// Far more than any transfer ever has waiting.
  private static let laneLimit = 512
  private static let jobLimit = 50_000
  /// How often it is looked whether everybody who should be there still is.
  private static let auditPause: Duration = .seconds(30)

  let ari: ARIClient
  private let speech: TransferSpeech
  private let dispatchers: DispatcherClient
  private let summaries: SummaryClient
  private let announcer: ManagerAnnouncer
  let log: Log
  let clock: SystemClock

  private(set) var settings: Settings
  private(set) var switchboard: Switchboard
  private var deadlines = Deadlines()
  private(set) var unwritten: UnwrittenSteps
  private let journal: JournalWriter
  private var lanes: [TransferID: Lane] = [:]
  /// Lanes that still send commands, also of transfers that have ended.
  private var lanesAtWork = 0
  private(set) var isDraining = false
  private(set) var figures = Metrics()
  /// The one in which the transfers are.
  private var asterisk: ARIInformation?
  /// Callers of whom more is being asked before their transfers begin, and whether they have gone meanwhile.
  private var arriving: [String: Bool] = [:]
  /// By the callers' channels.
  var handovers: [String: Handover] = [:]

  private let jobs: AsyncStream<Job>
  private let newJobs: AsyncStream<Job>.Continuation

  /// What is asked on the web goes over `web`.
  init(
    ari: ARIClient,
    web: HTTPClient,
    speech: TransferSpeech,
    journal: JournalWriter,
    settings: Settings,
    log: Log
  ) {
    self.ari = ari
    dispatchers = DispatcherClient(http: web)
    summaries = SummaryClient(http: web)
    self.speech = speech
    announcer = ManagerAnnouncer(ari, log)
    self.settings = settings
    self.log = log
    self.journal = journal
    unwritten = UnwrittenSteps(journal, log: log)
    unwritten.webhooks = settings.webhooks
    clock = SystemClock()
    switchboard = Switchboard(soundsFolder: settings.general.soundsDirectoryInAsterisk)
    (jobs, newJobs) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.jobLimit))
  }

  /// Owns all the work that transfers give rise to. Runs until the task is cancelled.
  func run() async {
    await withDiscardingTaskGroup { group in
      group.addTask { await self.audit() }
      group.addTask { await self.followJournal() }
      group.addTask { [announcer] in await announcer.run() }
      group.addTask { await self.hurryJournal() }
      for await job in jobs { group.addTask(operation: job) }
      group.cancelAll()
    }
  }

  private func followJournal() async {
    for await progress in journal.progress { unwritten.written(progress).forEach(carryOut) }
  }

  private func hurryJournal() async {
    while true {
      do { try await Task.sleep(for: UnwrittenSteps.patience / 2) } catch { return }
      unwritten.overdue(at: clock.now()).forEach(carryOut)
    }
  }

  /// Transfers that a service before this one has not ended: as they were after their last entry. What has become of
  /// them meanwhile is seen when Asterisk is there.
  func takeUp(_ unfinished: [RecordedTransfer]) {
    for transfer in unfinished.compactMap(UnfinishedTransfer.init) {
      for (timer, deadline) in transfer.timers {
        _ = deadlines.start(.init(transfer: transfer.id, timer: timer), at: deadline)
      }
      switchboard.adopt(transfer.machine)
      unwritten.goOn(transfer.id, after: transfer.lastEntry)
      openLane(of: transfer.id)
      log.info("transfer taken up again", ["transfer": transfer.id, "phase": transfer.machine.phase.rawValue])
    }
  }

  /// The event stream is new. What happened before has to be seen from what is still there.
  func recover(in asterisk: ARIInformation) async throws(ARIError) {
    let view = AsteriskView(
      channels: try await ari.channels.list(),
      bridges: try await ari.bridges.list(),
      inHand: try await ari.applications.channels(),
      run: asterisk.startedAt
    )
    if let former = self.asterisk, former.startedAt != asterisk.startedAt {
      log.warning("Asterisk has been restarted, its calls are gone", ["transfers": switchboard.machines.count])
    }
    self.asterisk = asterisk
    for (channel, arguments) in view.newcomers(besides: switchboard.channelsOfOthers) where arriving[channel.id] == nil
    {
      take(.stasisStart(channel, arguments: arguments, replaces: nil))
    }
    for (transfer, event) in switchboard.recovery(from: view) { post(event, to: transfer) }
    switchboard.writesCDR = try await ari.modules.isRunning("func_cdr.so")
    let leftovers = view.leftovers(besides: Set(switchboard.machines.keys))
    if !leftovers.isEmpty {
      log.warning("released what belongs to no transfer", ["channels and bridges": leftovers.count])
      start { [ari, log] in
        for command in leftovers { _ = await ari.attempt([command], log) }
      }
    }
    wake()
  }

  /// No event is lost while the stream is up, as far as anybody knows. A caller must not depend on that.
  private func audit() async {
    while true {
      do {
        try await Task.sleep(for: Self.auditPause)
        try await reconcile()
      } catch is CancellationError {
        return
      } catch {
        log.debug("could not look who is there", ["reason": "\(error)"])
      }
    }
  }

  /// Transfers that begin from now on follow these; those under way keep what they began with.
  func use(_ settings: Settings) async {
    self.settings = settings
    unwritten.webhooks = settings.webhooks
    await watchPhones()
  }

  // MARK: From Asterisk

  func receive(_ event: ARIEvent) {
    if case .stasisEnd(let channel) = event, arriving[channel.id] != nil { arriving[channel.id] = true }
    if case .stasisEnd(let channel) = event, switchboard.isSurprising(event) {
      start { [ari] in
        if await ari.hasInHand(channel.id) { return }
        await self.lose(channel.id, isStillThere: ari.isThere(channel.id), event)
      }
    } else {
      take(event)
    }
  }

  private func lose(_ caller: String, isStillThere: Bool, _ event: ARIEvent) {
    if isStillThere, let transfer = switchboard.transfer(ofCaller: caller) {
      post(.caller(.takenAway), to: transfer)
    } else {
      take(event)
    }
  }

  private func take(_ event: ARIEvent) {
    switch switchboard.newcomer(in: event) {
    case .caller(let channel, let arguments): arrive(channel, arguments)
    case .late(let channel): start { [ari, log] in _ = await ari.attempt([.hangUp(channel.id)], log) }
    case nil: switchboard.receive(event, at: clock.now()).forEach(record)
    }
  }

  /// What happened while nobody was listening has to be seen from what is still there.
  func reconcile() async throws(ARIError) {
    let expectations = switchboard.expectations
    // A stream that is only being made again finds out by itself, and more.
    guard !expectations.isEmpty, try await ari.information() == asterisk else { return }
    let channels = try await ari.channels.list()
    for expectation in expectations {
      if let event = expectation.disappointment(among: channels) { post(event, to: expectation.transfer) }
    }
  }

  /// Asterisk tells from now on which of the targets' phones are free.
  func watchPhones() async {
    let signs = settings.targets.map { DeviceState.sign(of: $0.name) }
    for device in Set(settings.targets.compactMap(DeviceState.device) + signs) {
      do throws(ARIError) {
        try await ari.applications.subscribe(to: "deviceState:" + device)
        let state = try await ari.deviceStates.get(device)
        switchboard.receive(.deviceStateChanged(device: device, state: state), at: clock.now()).forEach(record)
      } catch {
        log.warning("the state of a phone cannot be had", ["device": device, "reason": error])
      }
    }
  }

  private func arrive(_ channel: ARIChannel, _ arguments: [String]) {
    arriving[channel.id] = false
    let order = handovers[channel.id]?.order
    start { [ari] in
      async let variables = ari.variables(Arrival.variableNames, of: channel.id)
      async let companions = ari.companions(of: channel.id)
      await self.begin(
        Arrival(
          channel: channel,
          arguments: arguments,
          variables: variables,
          companions: companions,
          order: order
        )
      )
    }
  }

  private func begin(_ arrival: Arrival) {
    var random = SystemRandomNumberGenerator()
    let id = TransferID(from: &random)
    var request = arrival.request(id, settings, at: clock.now())
    request.asteriskRun = asterisk?.startedAt
    if isDraining { request.plan = .refuse(.disabled) }
    if unwritten.trouble != nil { request.plan = .refuse(.error) }
    let hasGone = arriving.removeValue(forKey: arrival.channel.id) ?? false
    let steps = switchboard.begin(request, at: clock.now())
    if steps.isEmpty {
      settle(arrival.channel.id, .failure(.channelNotHandedOver("it is in a transfer already")))
      return log.warning("the caller is in a transfer already", ["caller": request.caller.channel])
    }
    log.info("transfer requested", ["transfer": id, "caller": request.caller.channel, "topic": request.context.topic])
    let tooLong = arrival.tooLong
    if !tooLong.isEmpty { log.warning("what is known of the caller was cut", ["transfer": id, "parts": tooLong]) }
    openLane(of: id)
    steps.forEach(record)
    settle(arrival.channel.id, .success(id))
    if hasGone { post(.caller(.left), to: id) }
  }

  // MARK: The path

  func post(_ event: TransferEvent, to transfer: TransferID) {
    switchboard.post(event, to: transfer, at: clock.now()).forEach(record)
  }

  /// Nothing is done before it is in the journal.
  private func record(_ step: Switchboard.Step) {
    unwritten.take(step, of: switchboard.machines[step.transfer]?.request).forEach(carryOut)
  }

  private func carryOut(_ step: Switchboard.Step) {
    for order in step.orders(behind: lanes[step.transfer]?.waiting ?? []) { lanes[step.transfer]?.take(order) }
    for effect in step.effects { carryOut(effect, of: step.transfer) }
    announcer.announce(step)
    log.record(step)
    figures.count(step)
    guard step.outcome != nil else { return }
    deadlines.cancelAll(of: step.transfer)
    lanes.removeValue(forKey: step.transfer)?.orders.finish()
  }

  private func carryOut(_ effect: TransferEffect, of transfer: TransferID) {
    switch effect {
    case .startTimer(let timer, let deadline):
      if let wakeUp = deadlines.start(.init(transfer: transfer, timer: timer), at: deadline) { sleep(until: wakeUp) }
    case .cancelTimer(let timer):
      deadlines.cancel(.init(transfer: transfer, timer: timer))
    case .prepareSpeech(let id, let text, let voice):
      start { [speech] in await self.post(speech.prepare(id, text, voice, for: transfer), to: transfer) }
    case .askDispatcher(let rule): askDispatcher(of: rule, for: transfer)
    case .summarize: summarize(transfer)
    case .tellReports:
      let notes = switchboard.commands(for: effect, of: transfer)
      start { [ari, log] in _ = await ari.attempt(notes, log) }
    default:
      break
    }
  }

  private func askDispatcher(of rule: String, for transfer: TransferID) {
    guard let request = switchboard.machines[transfer]?.request else { return }
    guard let dispatcher = settings.dispatcher(ofRule: rule) else {
      return post(.dispatched(.failed("the conf file has no such rule any more")), to: transfer)
    }
    start { [dispatchers, settings, clock] in
      let answer = await dispatchers.ask(dispatcher, about: request, settings, at: clock.now())
      await self.post(.dispatched(answer), to: transfer)
    }
  }

  private func summarize(_ transfer: TransferID) {
    guard let request = switchboard.machines[transfer]?.request, let model = settings.summaryModel else { return }
    start { [summaries] in await self.post(summaries.summary(for: request, by: model), to: transfer) }
  }

  private func openLane(of transfer: TransferID) {
    let (orders, lane) = AsyncStream.makeStream(
      of: TransferEffect.self,
      bufferingPolicy: .bufferingOldest(Self.laneLimit)
    )
    lanes[transfer] = Lane(orders: lane)
    lanesAtWork += 1
    start { [ari, speech, log] in
      for await order in orders {
        if order == .discardSpeech { await speech.discard(transfer) }
        if order == .lookIntoTalk {
          await self.lookIntoTalk(of: transfer)
          continue
        }
        let failure = await ari.attempt(await self.commands(for: order, of: transfer), log)
        await self.answered(order, failure, of: transfer)
      }
      await self.laneEnded()
    }
  }

  private func commands(for order: TransferEffect, of transfer: TransferID) -> [AsteriskCommand] {
    switchboard.commands(for: order, of: transfer)
  }

  func answered(_ order: TransferEffect, _ failure: CommandFailure?, of transfer: TransferID) {
    if lanes[transfer]?.waiting.isEmpty == false { lanes[transfer]?.waiting.removeFirst() }
    if let failure {
      post(.commandFailed(order, failure), to: transfer)
    } else if order.wantsConfirmation {
      post(.commandSucceeded(order), to: transfer)
    }
  }

  private func laneEnded() { lanesAtWork -= 1 }

  func start(_ job: @escaping Job) {
    if case .dropped = newJobs.yield(job) { log.error("too much work at once, something was left undone") }
  }

  // MARK: Timers

  private func sleep(until deadline: WallTime) {
    let wait = deadline - clock.now()
    start {
      do {
        try await Task.sleep(for: max(.zero, wait))
        await self.wake()
      } catch {
        // The service is stopping: nobody waits for this any more.
      }
    }
  }

  private func wake() {
    let (due, next) = deadlines.due(at: clock.now())
    for timer in due { post(.timerFired(timer.timer), to: timer.transfer) }
    if let next { sleep(until: next) }
  }

  // MARK: Stopping

  /// No new transfers; callers who are not talking yet go back to the dialplan.
  func drain() {
    isDraining = true
    for (id, machine) in switchboard.machines where machine.phase != .connected { post(.cancelRequested(), to: id) }
  }

  /// Transfers that are not over, or whose last commands are still being sent.
  var transfersUnderWay: Int { max(switchboard.machines.count, lanesAtWork) }
}
