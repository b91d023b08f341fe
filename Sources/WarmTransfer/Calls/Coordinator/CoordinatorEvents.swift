import ARI
import Runtime
import Transfer
import Web

// What Asterisk says, and what it answers.
extension TransferCoordinator {
  /// A frame of an event stream.
  mutating func heard(_ event: ARIEvent, from pbx: PBXName, at now: Moment) {
    switch event {
    case .stasisEnd(let channel):
      arrivals.left(channel.id(on: pbx))
      // Perhaps only to come in again, or taken away by somebody: it has to be seen where they are.
      if switchboard.isSurprising(event, from: pbx) { return begin(Look(.whereabouts(channel)), of: pbx, at: now) }
    case .channelDestroyed(let channel, _): arrivals.left(channel.id(on: pbx))
    case .channelHangupRequested(let channel, _): arrivals.hungUp(channel.id(on: pbx))
    case .deviceStateChanged(let device, _): pbxs[pbx, default: .init()].phones.hear(of: device)
    case .stasisStart(let channel, _, replaces: let former?) where arrivals.contains(ChannelID(former, on: pbx)):
      return replace(ChannelID(former, on: pbx), by: channel)
    case .stasisStart, .channelStateChanged, .digitReceived, .channelEnteredBridge,
      .channelLeftBridge, .bridgeDestroyed, .playbackStarted, .playbackFinished, .recordingFinished,
      .applicationReplaced,
      .applicationMoveFailed, .busy, .unknown:
      break
    }
    take(event, from: pbx, at: now)
  }

  mutating func take(_ event: ARIEvent, from pbx: PBXName, at now: Moment) {
    switch switchboard.newcomer(in: event, from: pbx) {
    case .caller(let channel, let arguments): arrive(channel, on: pbx, arguments)
    case .late(let channel): ask(.command(.hangUp(channel.id)), of: pbx, for: .nothing)
    case nil: receive(event, from: pbx, at: now)
    }
  }

  mutating func answered(_ ticket: Int, _ answer: Result<AsteriskAnswer, ARIError>, at now: Moment) {
    switch requests.answered(ticket, answer) {
    case .unknown: break
    case .again: alarms.set(.askAgain(ticket: ticket), at: now.steady + OpenRequests.pause)
    case .closed(let open, let answer):
      if case .failure(let error) = answer { warn(of: error, after: open) }
      close(open, answer, at: now)
    }
  }

  private func warn(of error: ARIError, after open: OpenRequests.Open) {
    if case .command(let command) = open.request, !command.isNote, error.kind != .notFound {
      log.warning("command failed", ["reason": error])
    }
  }

  private mutating func close(
    _ open: OpenRequests.Open,
    _ answer: Result<AsteriskAnswer, ARIError>,
    at now: Moment
  ) {
    switch open.purpose {
    case .nothing: break
    case .order(let transfer):
      if open.attempt > 1, case .command(.stopMusic) = open.request {
        post(.commandFailed(.stopMusic, .unanswered("the first of \(open.attempt)")), to: transfer, at: now)
      }
      answered(open.request, of: transfer, answer, at: now)
      // What was asked first may still be done.
      if open.attempt > 1, case .command(.startMusic(_, class: let name)) = open.request {
        post(.commandSucceeded(.startMusic(name)), to: transfer, at: now)
      }
    case .arrivalVariables(let channel): readVariables(of: channel, answer, at: now)
    case .arrivalCompanions(let channel): readCompanions(of: channel, answer, at: now)
    case .look(let number): seen(number, answer, of: open.pbx, at: now)
    case .watching(let devices): watching(devices, answer.error, of: open.pbx, at: now)
    case .deviceStates(let devices): read(answer, of: devices, on: open.pbx, at: now)
    }
  }
}

// MARK: - Callers who come in

extension TransferCoordinator {
  /// Told of twice, or found while the event is on its way, a caller comes in once.
  private mutating func arrive(_ channel: ARIChannel, on pbx: PBXName, _ arguments: [String]) {
    if let id = switchboard.transfer(ofCaller: channel.id(on: pbx)) {
      return log.warning("caller is already in a transfer", ["caller": channel.id, "transfer": id])
    }
    guard arrivals.cameIn(channel, on: pbx, arguments) else { return }
    if channel.wasSent(to: application) {
      askForVariables(of: channel.id(on: pbx))
    } else {
      askAbout(channel.id(on: pbx))
    }
  }

  private mutating func replace(_ former: ChannelID, by channel: ARIChannel) {
    arrivals.replace(former, by: channel)
    requests.abandon(.arrivalVariables(former))
    requests.abandon(.arrivalCompanions(former))
    askAbout(channel.id(on: former.pbx))
  }

  mutating func askAbout(_ channel: ChannelID) {
    askForVariables(of: channel)
    ask(.bridges, of: channel.pbx, for: .arrivalCompanions(channel))
  }

  private mutating func askForVariables(of channel: ChannelID) {
    let variables = AsteriskRequest.variables(Arrival.variableNames, of: channel.id)
    ask(variables, of: channel.pbx, for: .arrivalVariables(channel))
  }

  /// Who comes from the dialplan is in no bridge. But of one who was in a transfer before nobody can tell where they come
  /// from now: Asterisk shows the last thing that the dialplan did, also when another application has had them since.
  private mutating func askForCompanions(of channel: ChannelID, _ variables: [String: String]) {
    guard let caller = arrivals.caller(channel), caller.companions == nil else { return }
    guard requests.isOpen(.arrivalCompanions(channel)) == false else { return }
    if variables[AsteriskNames.lastTransfer, default: ""].isEmpty { return arrivals.found([], with: channel) }
    ask(.bridges, of: channel.pbx, for: .arrivalCompanions(channel))
  }

  private mutating func readVariables(
    of channel: ChannelID,
    _ answer: Result<AsteriskAnswer, ARIError>,
    at now: Moment
  ) {
    var variables = Arrivals.Variables.unreadable
    if case .success(.values(let values)) = answer { variables = .known(values) }
    if case .failure(let error) = answer, error.kind == .notFound {
      // They have hung up, and the event that says so is on its way or lost.
      arrivals.hungUp(channel)
      arrivals.left(channel)
    } else if case .failure(let error) = answer {
      log.error("cannot read channel variables, returning the caller", ["caller": channel.id, "reason": error])
    }
    arrivals.read(variables, of: channel)
    if case .known(let values) = variables {
      askForCompanions(of: channel, values)
      askForBrief(of: channel, values)
    } else {
      arrivals.found([], with: channel)
    }
    beginIfComplete(channel, at: now)
  }

  /// Whoever shares a bridge with the caller, as a voice agent does that brings one. If nobody can say who that is, the
  /// transfer goes on without.
  private mutating func readCompanions(
    of channel: ChannelID,
    _ answer: Result<AsteriskAnswer, ARIError>,
    at now: Moment
  ) {
    var companions: [String] = []
    switch answer {
    case .success(.bridges(let bridges)): companions = bridges.companions(of: channel.id)
    case .failure(let error): log.warning("cannot list bridges", ["caller": channel.id, "reason": error])
    case .success: break
    }
    arrivals.found(companions, with: channel)
    beginIfComplete(channel, at: now)
  }

  /// Without a disk that takes it, nobody can use one.
  private mutating func askForBrief(of channel: ChannelID, _ variables: [String: String]) {
    guard let text = variables[CallBriefs.variable], !text.isEmpty, let caller = arrivals.caller(channel) else {
      return
    }
    guard caller.brief == .none || caller.brief == .unreadable else { return }
    guard let token = BriefToken(text) else { return arrivals.found(.unknown, for: channel) }
    if unwritten.trouble != nil { return arrivals.found(.unreadable, for: channel) }
    arrivals.found(.awaited, for: channel)
    tell(.readBrief(token, of: channel))
  }

  /// What the call was said to be about before it came.
  mutating func readBrief(of channel: ChannelID, _ brief: CallBriefs.Knowledge, at now: Moment) {
    guard arrivals.caller(channel)?.brief == .awaited else { return }
    arrivals.found(brief, for: channel)
    beginIfComplete(channel, at: now)
  }

  private mutating func beginIfComplete(_ channel: ChannelID, at now: Moment) {
    guard let caller = arrivals.takeIfComplete(channel) else { return }
    let arrival = Arrival(caller)
    var request = request(for: arrival, on: channel.pbx, at: now)
    if let order = caller.order {
      if let refusal = refusal(of: caller, on: channel.pbx, request.plan) {
        return tell(.handedOver(ticket: order.ticket, .failure(refusal)))
      }
      handovers.wait(for: request.id, order.ticket)
    }
    if isDraining { request.plan = .refuse(.disabled) }
    if caller.brief == .unknown {
      log.warning("WT_BRIEF names no brief, or one that has expired or was used", ["caller": channel.id])
      request.plan = .refuse(.noTarget)
    }
    if unwritten.trouble != nil || caller.variables == .unreadable || caller.brief == .unreadable {
      request.plan = .refuse(.error)
    }
    let (placed, callback) = withPlaceOfCallback(request)
    request = placed
    guard begin(request, of: arrival, by: caller.isHere ? .requested : .ordered, at: now) else { return }
    if let callback { post(.calledIn(request.id), to: callback, at: now) }
    if caller.hasHungUp { post(.caller(.hungUp), to: request.id, at: now) }
    if caller.hasLeft { post(.caller(.left), to: request.id, at: now) }
  }
}

extension Arrival {
  fileprivate init(_ caller: Arrivals.Caller) {
    var variables: [String: String] = [:]
    if case .known(let known) = caller.variables { variables = known }
    self.init(
      channel: caller.channel,
      arguments: caller.arguments,
      variables: variables,
      companions: caller.companions ?? [],
      order: caller.order?.order ?? caller.orderOfBrief
    )
  }
}

// MARK: - Phones

extension TransferCoordinator {
  mutating func watchPhones(of pbx: PBXName) {
    for batch in pbxs[pbx, default: .init()].phones.begin(settings) {
      ask(.watchDevices(batch), of: pbx, for: .watching(batch))
    }
  }

  /// Nobody is rung before it is known who has signed off.
  mutating func watchPhonesFirst(of pbx: PBXName, at now: Moment) {
    watchPhones(of: pbx)
    switchboard.phones(of: pbx, areKnown: false)
    alarms.set(.phones(pbx), at: now.steady + WatchedPhones.patience)
  }

  private mutating func watching(_ devices: [String], _ error: ARIError?, of pbx: PBXName, at now: Moment) {
    if let error { return couldNotAsk(about: devices, of: pbx, error, at: now) }
    pbxs[pbx, default: .init()].phones.ask(about: devices)
    ask(.deviceStates(devices), of: pbx, for: .deviceStates(devices))
  }

  private mutating func read(
    _ answer: Result<AsteriskAnswer, ARIError>,
    of devices: [String],
    on pbx: PBXName,
    at now: Moment
  ) {
    if case .failure(let error) = answer { return couldNotAsk(about: devices, of: pbx, error, at: now) }
    if case .success(.values(let states)) = answer {
      for device in devices where pbxs[pbx, default: .init()].phones.take(device) {
        receive(.deviceStateChanged(device: device, state: states[device] ?? ""), from: pbx, at: now)
      }
    }
    if pbxs[pbx, default: .init()].phones.batchIsAnswered() { phonesAreKnown(of: pbx, at: now) }
  }

  /// The next audit asks again.
  private mutating func couldNotAsk(
    about devices: [String],
    of pbx: PBXName,
    _ error: ARIError,
    at now: Moment
  ) {
    log.warning("cannot read device states", ["devices": devices, "reason": error])
    pbxs[pbx, default: .init()].phones.couldNotAsk()
    if pbxs[pbx, default: .init()].phones.batchIsAnswered() { phonesAreKnown(of: pbx, at: now) }
  }
}

extension Result where Failure == ARIError {
  fileprivate var error: ARIError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension [ARIBridge] {
  /// The channels that share a bridge with this one, and are not our own.
  func companions(of channel: String) -> [String] {
    let members = first { $0.channels.contains(channel) }?.channels ?? []
    return members.filter { $0 != channel && AsteriskName(parsing: $0) == nil }
  }
}
