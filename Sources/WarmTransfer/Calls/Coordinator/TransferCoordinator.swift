import ARI
import Runtime
import Settings
import Store
import Transfer
import Transport
import Web

/// Where everything that happens meets: frames from each Asterisk, timers, answers and requests enter here, one after
/// the other, and leave as work for others.
///
/// A value without input or output, clock or task of its own: what happens is told with the moment in which it happens,
/// and what is to be done is put into `work`. The service drives it with a real Asterisk and a real clock, the
/// simulation with others.
struct TransferCoordinator: Sendable {
  /// How often it is looked whether everybody who should be there still is.
  static let auditPause: Duration = .seconds(30)
  /// The event that explains what an audit has seen has arrived by then.
  static let secondLook: Duration = .seconds(2)

  let application: String
  let log: Log
  /// The name of a new transfer, for the caller on this channel.
  private let identify: @Sendable (String) -> TransferID

  private(set) var work: [Work] = []
  private(set) var settings: Settings
  var switchboard: Switchboard
  private(set) var unwritten: UnwrittenSteps
  private(set) var metrics = Metrics()
  private(set) var isDraining = false
  var requests = OpenRequests()
  var arrivals = Arrivals()
  var handovers = Handovers()
  var alarms = Alarms()
  var lanes: [TransferID: CommandLane] = [:]
  /// What is known of each Asterisk that has been connected.
  var pbxs: [PBXName: KnownPBX] = [:]
  var looksBegun = 0
  /// They run on when it has been seen what there is in their Asterisk.
  var timersTakenUp: [(transfer: TransferID, timer: TimerID, deadline: WallTime)] = []

  init(
    settings: Settings,
    log: Log,
    identify: @escaping @Sendable (String) -> TransferID,
    append: @escaping UnwrittenSteps.Append
  ) {
    self.settings = settings
    self.log = log
    self.identify = identify
    application = settings.general.app
    switchboard = Switchboard(
      application: application,
      soundsFolder: settings.general.soundsDirectoryInAsterisk
    )
    unwritten = UnwrittenSteps(log: log, append: append)
    unwritten.webhooks = settings.webhooks
    switchboard.people.timeZone = settings.general.timeZone
  }

  /// What has come up since the last time.
  mutating func takeWork() -> [Work] {
    defer { work = [] }
    return work
  }

  /// Nothing is on its way to Asterisk, or is expected from it.
  var isIdle: Bool { requests.count == 0 }

  /// Callers who are on their way in or out of our hands, and those who are in them; not those who were given up before
  /// they came.
  var callsInHand: Int {
    let givenUp = switchboard.machines.values.count { if case .givenUp = $0.prospect { true } else { false } }
    let dormant = switchboard.machines.values.count { $0.isDormant }
    return lanes.count - givenUp - dormant + arrivals.count
  }

  // MARK: Beginning and ending

  /// Transfers that a service before this one has not ended: as they were after their last entry. What has become of
  /// them meanwhile is seen when Asterisk is there. And how long callers have waited lately, the oldest first.
  mutating func takeUp(
    _ unfinished: [RecordedTransfer],
    _ waits: [RecentWait] = [],
    _ conversations: [Conversation] = []
  ) {
    for wait in waits { switchboard.remember(wait.wait, until: wait.joinedAt, for: wait.party) }
    for conversation in conversations { takeUp(conversation) }
    for transfer in unfinished.compactMap(UnfinishedTransfer.init) {
      let timers = transfer.timers.sorted { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }
      timersTakenUp += timers.map { (transfer.id, $0.key, $0.value) }
      switchboard.adopt(transfer.machine)
      switchboard.phones(of: transfer.machine.request.pbx, areKnown: false)
      unwritten.goOn(transfer.id, after: transfer.lastEntry)
      lanes[transfer.id] = CommandLane(to: transfer.machine.request.pbx)
      log.info("transfer resumed", ["transfer": transfer.id, "phase": transfer.machine.phase.rawValue])
    }
  }

  /// What has been due for long fires now.
  mutating func setTimersTakenUp(on pbx: PBXName) {
    let here = switchboard.transfers(on: pbx)
    for (transfer, timer, deadline) in timersTakenUp where here[transfer] != nil {
      alarms.set(.timer(transfer, timer), at: deadline)
    }
    timersTakenUp.removeAll { here[$0.transfer] != nil || switchboard.machines[$0.transfer] == nil }
  }

  /// Transfers that begin from now on follow these; those under way keep what they began with.
  mutating func use(_ settings: Settings) {
    self.settings = settings
    unwritten.webhooks = settings.webhooks
    switchboard.people.timeZone = settings.general.timeZone
    for (pbx, known) in pbxs where known.information != nil { watchPhones(of: pbx) }
  }

  /// No new transfers; callers who are not talking yet go back to the dialplan. Whoever is to be called back is called
  /// by the service after this one.
  mutating func drain(at now: Moment) {
    isDraining = true
    switchboard.people.isClosed = true
    let waiting = switchboard.machines.filter { $0.value.phase != .connected && !$0.value.request.isCallback }.keys
    for id in waiting.sorted(by: { $0.description < $1.description }) { post(.cancelRequested(), to: id, at: now) }
  }

  mutating func tell(_ news: Work) { work.append(news) }

  // MARK: From the journal

  mutating func written(_ progress: JournalProgress, at now: Moment) {
    for step in unwritten.written(progress) { carryOut(step, at: now) }
  }

  // MARK: Time

  /// When `timePassed` is wanted next.
  mutating func nextAlarm() -> WallTime? { alarms.next() }

  mutating func timePassed(at now: Moment) {
    while let alarm = alarms.takeDue(at: now.steady) {
      switch alarm {
      case .timer(let transfer, let timer): post(.timerFired(timer), to: transfer, at: now)
      case .askAgain(let ticket):
        if let open = requests[ticket] { work.append(.ask(ticket, open.request, of: open.pbx, attempt: open.attempt)) }
      case .audit(let pbx): audit(pbx, at: now)
      case .phones(let pbx): phonesAreKnown(of: pbx, at: now)
      case .wrapUp: serveEverybody(at: now)
      }
    }
  }

  // MARK: The path

  /// Something has happened to a transfer.
  mutating func post(_ event: TransferEvent, to transfer: TransferID, at now: Moment) {
    for step in switchboard.post(event, to: transfer, at: now) { record(step, at: now) }
  }

  /// As far as they will be.
  mutating func phonesAreKnown(of pbx: PBXName, at now: Moment) {
    alarms.cancel(.phones(pbx))
    guard !switchboard.people.areKnown(on: pbx) else { return }
    switchboard.phones(of: pbx, areKnown: true)
    serveEverybody(at: now)
  }

  /// Somebody can be rung who could not before.
  mutating func serveEverybody(at now: Moment) {
    for step in switchboard.serveEverybody(at: now) { record(step, at: now) }
  }

  mutating func receive(_ event: ARIEvent, from pbx: PBXName, at now: Moment) {
    for step in switchboard.receive(event, from: pbx, at: now) { record(step, at: now) }
  }

  mutating func resume(after view: AsteriskView, of pbx: PBXName, at now: Moment) {
    for (transfer, event) in switchboard.recovery(from: view, of: pbx) { post(event, to: transfer, at: now) }
  }

  /// What the transfer of this caller would be.
  func request(for arrival: Arrival, on pbx: PBXName, at now: Moment) -> TransferRequest {
    var request = arrival.request(identify(arrival.channel.id), settings, at: now.wall)
    request.pbx = pbx
    request.asteriskRun = pbxs[pbx, default: .init()].information?.startedAt
    return request
  }

  /// False for a caller who is in a transfer already.
  mutating func begin(_ request: TransferRequest, of arrival: Arrival, by event: TransferEvent, at now: Moment) -> Bool
  {
    let steps = switchboard.begin(request, by: event, at: now)
    guard !steps.isEmpty else { return false }
    let id = request.id
    log.info("transfer requested", ["transfer": id, "caller": request.caller.channel, "topic": request.context.topic])
    if let own = arrival.refusedReturn(settings.general) {
      log.warning("return_to names this service's own app, using the dialplan instead", ["transfer": id, "app": own])
    }
    if let text = arrival.unreadablePriority {
      log.warning("priority is not a number, ignored", ["transfer": id, "priority": text])
    }
    let tooLong = arrival.tooLong
    if !tooLong.isEmpty { log.warning("call context shortened", ["transfer": id, "parts": tooLong]) }
    begin(steps, of: request, at: now)
    return true
  }

  private mutating func begin(_ steps: [Switchboard.Step], of request: TransferRequest, at now: Moment) {
    lanes[request.id] = CommandLane(to: request.pbx)
    for step in steps { record(step, at: now) }
  }

  /// False for one that has been begun.
  mutating func begin(callback request: TransferRequest, at now: Moment) -> Bool {
    let steps = switchboard.begin(request, at: now)
    guard !steps.isEmpty else { return false }
    log.info("callback requested", ["transfer": request.id, "number": request.caller.number])
    begin(steps, of: request, at: now)
    return true
  }

  /// Nothing is done before it is in the journal.
  private mutating func record(_ step: Switchboard.Step, at now: Moment) {
    for ready in unwritten.take(step, of: switchboard.machines[step.transfer]?.request) { carryOut(ready, at: now) }
  }

  private mutating func carryOut(_ step: Switchboard.Step, at now: Moment) {
    let id = step.transfer
    var overflow: [TransferEffect] = []
    for order in step.orders(behind: lanes[id]?.orders ?? []) where lanes[id]?.add(order) == false {
      overflow.append(order)
    }
    for effect in step.effects { carryOut(effect, of: id, on: step.pbx, at: now) }
    work.append(.report(step))
    metrics.count(step)
    if step.outcome != nil {
      alarms.cancelAll(of: id)
      lanes[id]?.close()
    }
    if let wrappingUp = step.wrappingUp { setAlarm(for: wrappingUp) }
    for signOff in step.signOffs { ask(.command(.signOff(signOff.target)), of: step.pbx, for: .nothing) }
    if let (ticket, answer) = handovers.answer(in: step) { tell(.handedOver(ticket: ticket, answer)) }
    if step.prospect != .asked { forgetRequest(ofBringing: id, at: now) }
    advance(id, at: now)
    for order in overflow {
      log.error("too many commands are waiting", ["transfer": id])
      post(.commandFailed(order, .refused("too many commands are waiting")), to: id, at: now)
    }
  }

  /// The caller is here, or was given up: the request that was to bring them is not waited for, and not sent again.
  private mutating func forgetRequest(ofBringing transfer: TransferID, at now: Moment) {
    guard lanes[transfer]?.orders.first == .bringCaller else { return }
    for request in requests.abandon(.order(transfer)) {
      answered(request, of: transfer, .failure(.abandoned), at: now)
    }
  }

  /// What is no order, and goes its own way.
  private mutating func carryOut(
    _ effect: TransferEffect,
    of transfer: TransferID,
    on pbx: PBXName,
    at now: Moment
  ) {
    switch effect {
    case .startTimer(let timer, let deadline): alarms.set(.timer(transfer, timer), at: deadline)
    case .cancelTimer(let timer): alarms.cancel(.timer(transfer, timer))
    case .prepareSpeech(let speech, let text, let voice):
      let machine = switchboard.machines[transfer]
      let wording = machine?.wording(of: speech, text) ?? Wording(text)
      work.append(.speak(speech, wording, voice, for: transfer, isOwn: machine?.request.owns(speech) ?? true))
    case .askDispatcher(let rule): askDispatcher(of: rule, for: transfer, at: now)
    case .findPlace:
      let standing = switchboard.standing(of: transfer)
      post(.placeFound(standing.place, wait: standing.wait), to: transfer, at: now)
    case .beginCallback(let promise):
      beginCallback(promise, of: transfer, at: now)
      post(.commandSucceeded(effect), to: transfer, at: now)
    case .summarize:
      guard let request = switchboard.machines[transfer]?.request, let model = settings.summaryModel else { return }
      work.append(.summarize(model, request))
    case .tellReports:
      for note in commands(for: effect, of: transfer, on: pbx) { ask(note, of: pbx, for: .nothing) }
    default: break
    }
  }

  private mutating func askDispatcher(of rule: String, for transfer: TransferID, at now: Moment) {
    guard let request = switchboard.machines[transfer]?.request else { return }
    guard let dispatcher = settings.dispatcher(ofRule: rule) else {
      return post(.dispatched(.failed("the conf file has no such rule any more")), to: transfer, at: now)
    }
    work.append(.askDispatcher(dispatcher, request))
  }
}

// MARK: - Commands, one after the other

extension TransferCoordinator {
  mutating func ask(_ request: AsteriskRequest, of pbx: PBXName, for purpose: OpenRequests.Purpose) {
    work.append(.ask(requests.add(request, of: pbx, for: purpose), request, of: pbx, attempt: 1))
  }

  func isWorking(for transfer: TransferID) -> Bool { lanes[transfer].map { !$0.isIdle } ?? false }

  /// Sends what can be sent, and tells the transfer of the orders that are done.
  mutating func advance(_ transfer: TransferID, at now: Moment) {
    while var lane = lanes[transfer] {
      if let order = lane.nextOrder() {
        if order == .discardSpeech { work.append(.discardSpeech(transfer)) }
        lane.begin(order == .lookIntoTalk ? [.bridges] : commands(for: order, of: transfer, on: lane.pbx))
      }
      let (requests, isWaitedFor) = lane.nextRequests()
      let finished = lane.takeFinished()
      lanes[transfer] = lane.isDone ? nil : lane
      let purpose = isWaitedFor ? OpenRequests.Purpose.order(transfer) : .nothing
      for request in requests { ask(request, of: lane.pbx, for: purpose) }
      guard let finished else { return }
      if let event = event(of: finished, transfer) { post(event, to: transfer, at: now) }
    }
  }

  private func commands(
    for effect: TransferEffect,
    of transfer: TransferID,
    on pbx: PBXName
  ) -> [AsteriskRequest] {
    let writesCDR = pbxs[pbx, default: .init()].writesCDR
    return switchboard.commands(for: effect, of: transfer, writesCDR: writesCDR).map { .command($0) }
  }

  /// What the transfer is told of an order that is done.
  private func event(of finished: CommandLane.Finished, _ transfer: TransferID) -> TransferEvent? {
    switch finished.answer {
    case .failure(let error): return .commandFailed(finished.order, CommandFailure(error))
    case .success(.bridges(let bridges)): return switchboard.machines[transfer]?.talk(in: bridges)
    case .success: return finished.order.wantsConfirmation ? .commandSucceeded(finished.order) : nil
    }
  }

  mutating func answered(
    _ request: AsteriskRequest,
    of transfer: TransferID,
    _ answer: Result<AsteriskAnswer, ARIError>,
    at now: Moment
  ) {
    lanes[transfer]?.answered(request, answer)
    advance(transfer, at: now)
  }
}

extension ARIError {
  fileprivate static let abandoned = ARIError(
    kind: .unanswered(.cancelled),
    operation: "hand-over",
    message: "gave up waiting"
  )
}
