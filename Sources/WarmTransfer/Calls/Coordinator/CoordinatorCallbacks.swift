import ARI
import Runtime
import Settings
import Transfer
import Web

// Those who are called back.
extension TransferCoordinator {
  /// One number is called once, however many times somebody was promised it.
  mutating func beginCallback(_ promise: CallbackPromise, of transfer: TransferID, at now: Moment) {
    guard let machine = switchboard.machines[transfer] else { return }
    let asked = settings.general.timeZone.wallClock(at: now.wall).timeOfDay
    let since = machine.request.waitingSince ?? machine.requestedAt
    let request = machine.request.callback(promise, askedAt: asked, waitingSince: since, at: now.steady)
    guard let request, let number = TelephoneNumber(request.caller.number) else {
      return log.error("cannot call back", ["transfer": transfer, "number": promise.number])
    }
    if let open = switchboard.callback(of: number) {
      return log.info("callback requested already", ["transfer": transfer, "callback": open.request.id])
    }
    _ = begin(callback: request, at: now)
  }

  /// Whoever calls in while they are to be called back has the place in line that they would have had then.
  func withPlaceOfCallback(_ request: TransferRequest) -> (request: TransferRequest, callback: TransferID?) {
    guard case .ring = request.plan, let number = TelephoneNumber(request.caller.number),
      let open = switchboard.callback(of: number)
    else { return (request, nil) }
    var request = request
    request.waitingSince = open.request.waitingSince ?? open.requestedAt
    return (request, open.request.id)
  }
}

// What is asked about them from outside.
extension TransferCoordinator {
  /// Each arrival is compared with all of them.
  private static let mostCallbacks = 1_000

  /// Oldest first.
  var callbacks: [CallbackReport] {
    switchboard.machines.values.compactMap(report(callback:)).filter { $0.state != .ended }
      .sorted { ($0.requestedAt, $0.id.description) < ($1.requestedAt, $1.id.description) }
  }

  /// Somebody can be called back.
  var offersCallbacks: Bool {
    settings.transfer.callback.dial != nil || settings.targets.contains { $0.policy.callback.dial != nil }
  }

  func callback(_ id: TransferID) -> CallbackReport? { switchboard.machines[id].flatMap(report(callback:)) }

  private func report(callback machine: TransferMachine) -> CallbackReport? {
    CallbackReport(machine, place: switchboard.standing(of: machine.request.id).place)
  }

  /// The ticket under which it is told that this is written down.
  mutating func callBack(_ order: CallbackOrder, on pbx: PBXName, at now: Moment) throws(Refusal) -> Int {
    if let reason = notAccepting { throw reason }
    guard let number = TelephoneNumber(order.number) else {
      throw .invalid(field: "number", why: "is not a telephone number")
    }
    if let target = order.target, !settings.knows(target) { throw .unknownTarget(target) }
    let transfer = TransferOrder(
      channel: "",
      target: order.target,
      context: order.context,
      requestedBy: order.requestedBy
    )
    var arrival = Arrival(channel: ARIChannel(callerNumber: number.description), arguments: [], variables: [:])
    arrival.order = transfer
    let request = request(for: arrival, on: pbx, at: now)
    switch request.plan {
    case .refuse(.disabled): throw .notAcceptingNow("the conf file says enabled = no")
    case .refuse, .turnAway: throw .noTarget
    case .ring, .ask: break
    }
    let notBefore = order.notBefore.map { now.steady + ($0 - now.wall) }
    let promise = CallbackPromise(number: number.description, notBefore: notBefore)
    guard let callback = request.callback(promise, askedAt: "", waitingSince: nil, at: now.steady) else {
      throw .noCallbacks
    }
    if let open = switchboard.callback(of: number) { throw .callbackOpen(open.request.id) }
    guard switchboard.machines.values.count(where: \.request.isCallback) < Self.mostCallbacks else {
      throw .notAcceptingNow("too many callbacks are open")
    }
    let ticket = handovers.begin()
    handovers.wait(for: callback.id, ticket)
    _ = begin(callback: callback, at: now)
    return ticket
  }
}
