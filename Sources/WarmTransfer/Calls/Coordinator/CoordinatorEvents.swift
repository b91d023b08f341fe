import ARI
import Runtime
import Transfer
import Web

// What Asterisk says, and what it answers.
extension TransferCoordinator {
  /// A frame of the event stream.
  mutating func heard(_ event: ARIEvent, at now: Moment) {
    switch event {
    case .stasisEnd(let channel):
      arrivals.left(channel.id)
      // Perhaps only to come in again, or taken away by somebody: it has to be seen where they are.
      if switchboard.isSurprising(event) { return begin(Look(.whereabouts(channel)), at: now) }
    case .channelDestroyed(let channel, _): arrivals.left(channel.id)
    case .channelHangupRequested(let channel, _): arrivals.hungUp(channel.id)
    case .deviceStateChanged(let device, _): phones.hear(of: device)
    case .stasisStart(let channel, _, replaces: let former?) where arrivals.contains(former):
      return replace(former, by: channel)
    case .stasisStart, .channelStateChanged, .digitReceived, .channelEnteredBridge,
      .channelLeftBridge, .bridgeDestroyed, .playbackStarted, .playbackFinished, .applicationReplaced,
      .applicationMoveFailed, .unknown:
      break
    }
    take(event, at: now)
  }

  mutating func take(_ event: ARIEvent, at now: Moment) {
    switch switchboard.newcomer(in: event) {
    case .caller(let channel, let arguments): arrive(channel, arguments)
    case .late(let channel): ask(.command(.hangUp(channel.id)), for: .nothing)
    case nil: receive(event, at: now)
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
    case .order(let transfer): answered(open.request, of: transfer, answer, at: now)
    case .arrivalVariables(let channel): readVariables(of: channel, answer, at: now)
    case .arrivalCompanions(let channel): readCompanions(of: channel, answer, at: now)
    case .look(let number): seen(number, answer, at: now)
    case .watching(let devices): watching(devices, answer.error, at: now)
    case .deviceStates(let devices): read(answer, of: devices, at: now)
    }
  }
}

// MARK: - Callers who come in

extension TransferCoordinator {
  /// Told of twice, or found while the event is on its way, a caller comes in once.
  private mutating func arrive(_ channel: ARIChannel, _ arguments: [String]) {
    if let id = switchboard.transfer(ofCaller: channel.id) {
      return log.warning("caller is already in a transfer", ["caller": channel.id, "transfer": id])
    }
    if arrivals.cameIn(channel, arguments) { askAbout(channel.id) }
  }

  private mutating func replace(_ former: String, by channel: ARIChannel) {
    arrivals.replace(former, by: channel)
    requests.abandon(.arrivalVariables(channel: former))
    requests.abandon(.arrivalCompanions(channel: former))
    askAbout(channel.id)
  }

  mutating func askAbout(_ channel: String) {
    ask(.variables(Arrival.variableNames, of: channel), for: .arrivalVariables(channel: channel))
    ask(.bridges, for: .arrivalCompanions(channel: channel))
  }

  private mutating func readVariables(
    of channel: String,
    _ answer: Result<AsteriskAnswer, ARIError>,
    at now: Moment
  ) {
    var variables = Arrivals.Variables.unreadable
    if case .success(.values(let values)) = answer { variables = .known(values) }
    if case .failure(let error) = answer {
      log.error("cannot read channel variables, returning the caller", ["caller": channel, "reason": error])
    }
    arrivals.read(variables, of: channel)
    beginIfComplete(channel, at: now)
  }

  /// Whoever shares a bridge with the caller, as a voice agent does that brings one. If nobody can say who that is, the
  /// transfer goes on without.
  private mutating func readCompanions(
    of channel: String,
    _ answer: Result<AsteriskAnswer, ARIError>,
    at now: Moment
  ) {
    var companions: [String] = []
    switch answer {
    case .success(.bridges(let bridges)): companions = bridges.companions(of: channel)
    case .failure(let error): log.warning("cannot list bridges", ["caller": channel, "reason": error])
    case .success: break
    }
    arrivals.found(companions, with: channel)
    beginIfComplete(channel, at: now)
  }

  private mutating func beginIfComplete(_ channel: String, at now: Moment) {
    guard let caller = arrivals.takeIfComplete(channel) else { return }
    let arrival = Arrival(caller)
    var request = request(for: arrival, at: now)
    if let order = caller.order {
      if let refusal = refusal(of: caller, request.plan) {
        return tell(.handedOver(ticket: order.ticket, .failure(refusal)))
      }
      handovers.wait(for: request.id, order.ticket)
    }
    if isDraining { request.plan = .refuse(.disabled) }
    if unwritten.trouble != nil || caller.variables == .unreadable { request.plan = .refuse(.error) }
    guard begin(request, of: arrival, by: caller.isHere ? .requested : .ordered, at: now) else { return }
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
      order: caller.order?.order
    )
  }
}

// MARK: - Phones

extension TransferCoordinator {
  mutating func watchPhones() {
    for batch in phones.begin(settings) { ask(.watchDevices(batch), for: .watching(batch)) }
  }

  /// Nobody is rung before it is known who has signed off.
  mutating func watchPhonesFirst(at now: Moment) {
    watchPhones()
    switchboard.phonesAreKnown = false
    alarms.set(.phones, at: now.steady + WatchedPhones.patience)
  }

  private mutating func watching(_ devices: [String], _ error: ARIError?, at now: Moment) {
    if let error { return couldNotAsk(about: devices, error, at: now) }
    phones.ask(about: devices)
    ask(.deviceStates(devices), for: .deviceStates(devices))
  }

  private mutating func read(
    _ answer: Result<AsteriskAnswer, ARIError>,
    of devices: [String],
    at now: Moment
  ) {
    if case .failure(let error) = answer { return couldNotAsk(about: devices, error, at: now) }
    if case .success(.values(let states)) = answer {
      for device in devices where phones.take(device) {
        receive(.deviceStateChanged(device: device, state: states[device] ?? ""), at: now)
      }
    }
    if phones.batchIsAnswered() { phonesAreKnown(at: now) }
  }

  /// The next audit asks again.
  private mutating func couldNotAsk(about devices: [String], _ error: ARIError, at now: Moment) {
    log.warning("cannot read device states", ["devices": devices, "reason": error])
    phones.couldNotAsk()
    if phones.batchIsAnswered() { phonesAreKnown(at: now) }
  }
}

extension Result where Failure == ARIError {
  fileprivate var error: ARIError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension [ARIBridge] {
  /// The channels that share a bridge with this one.
  func companions(of channel: String) -> [String] {
    first { $0.channels.contains(channel) }?.channels.filter { $0 != channel } ?? []
  }
}
