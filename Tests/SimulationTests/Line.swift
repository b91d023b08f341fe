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
  var outcome: Outcome?
  var commandsSent = 0
  var outcomeCouldNotBeWritten = false
  /// Asterisk has said of a caller who was there that they were not.
  var callerWasDenied = false

  init(_ call: Scenario.Call) { self.call = call }

  var isAtRest: Bool { orders.isEmpty && eventsOnTheWay == 0 && speechesInWork == 0 }
  var isOver: Bool { outcome != nil && isAtRest }

  func mayPause(until moment: Int64) { pausesUntil = max(pausesUntil, moment) }

  /// The caller may hear nothing for a moment while the service waits for Asterisk or has not been told.
  func mayBeSilent(at now: Int64) -> Bool {
    !orders.isEmpty || eventsOnTheWay > 0 || eventWasLost || now < pausesUntil
  }
}
