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
