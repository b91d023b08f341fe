import Transfer

@testable import WarmTransfer

/// What the simulation keeps of one call: the lane of its transfer, its timers, and what is on the way.
final class Line {
  let call: Scenario.Call

  // The lane: orders one by one, the commands of an order one by one.
  var orders: [TransferEffect] = []
  /// Those of the first order that are still to be sent; nil until its turn has come.
  var commands: ArraySlice<AsteriskCommand>?
  var attempt = 1
  var isWaiting = false

  /// A timer that was cancelled or set anew fires with an old number.
  var timers: [TimerID: Int] = [:]
  var speechesInWork = 0
  var speechIsThere = false

  var eventsOnTheWay = 0
  var eventWasLost = false
  /// The service waits a moment before it repeats what Asterisk has refused, or before it misses what was not told.
  private var pausesUntil: Int64 = 0
  /// As the journal has it.
  var phase = TransferMachine.Phase.requested
  /// The service has died with something under way here, or something has happened that it was not told.
  var isInterrupted = false
  /// There was no service when the caller came, or it died before it had written anything down: and they have gone.
  var isUnknown = false
  var outcome: Outcome?
  var commandsSent = 0
  var outcomeCouldNotBeWritten = false
  /// Asterisk has said of a caller who was there that they were not.
  var callerWasDenied = false

  init(_ call: Scenario.Call) { self.call = call }

  var isAtRest: Bool { orders.isEmpty && eventsOnTheWay == 0 && speechesInWork == 0 }
  var isOver: Bool { isUnknown || outcome != nil && isAtRest }

  /// All that was in the memory of the service.
  func dies() {
    (orders, commands, attempt, isWaiting) = ([], nil, 1, false)
    (timers, speechesInWork, eventsOnTheWay) = ([:], 0, 0)
    eventWasLost = false
  }

  /// The service has looked at what is there.
  func knowsAgain() { (isInterrupted, eventWasLost) = (false, false) }

  func mayPause(until moment: Int64) { pausesUntil = max(pausesUntil, moment) }

  /// The caller may hear nothing for a moment while the service waits for Asterisk or has not been told.
  func mayBeSilent(at now: Int64) -> Bool {
    !orders.isEmpty || eventsOnTheWay > 0 || eventWasLost || isInterrupted || now < pausesUntil
  }
}
