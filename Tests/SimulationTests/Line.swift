import Transfer

/// What the simulation keeps of one call: what is on the way, and what may explain a silence.
final class Line {
  let call: Scenario.Call

  var speechesInWork = 0
  var speechIsThere = false
  var eventsOnTheWay = 0
  var eventWasLost = false
  /// The service waits for Asterisk or for the disk.
  var isBusy = false
  /// The service waits a moment before it repeats what Asterisk has refused, or before it misses what was not told.
  private var pausesUntil: Int64 = 0
  /// As it was when a step of the transfer was carried out last.
  var phase = TransferMachine.Phase.requested
  /// The service has died with something under way here, or something has happened that it was not told.
  var isInterrupted = false
  /// Nobody has handed them over yet.
  var isElsewhere = false
  /// There was no service when the caller came, or it died before it had written anything down: and they have gone.
  var isUnknown = false
  var outcome: Outcome?
  var commandsSent = 0
  var outcomeCouldNotBeWritten = false
  /// Asterisk has said of a caller who was there that they were not.
  var callerWasDenied = false

  init(_ call: Scenario.Call) { self.call = call }

  var isAtRest: Bool { !isBusy && eventsOnTheWay == 0 && speechesInWork == 0 }
  var isOver: Bool { isUnknown || outcome != nil && isAtRest }

  /// All that was in the memory of the service.
  func dies() {
    (isBusy, speechesInWork, eventsOnTheWay) = (false, 0, 0)
    eventWasLost = false
  }

  /// The service has looked at what is there.
  func knowsAgain() { (isInterrupted, eventWasLost) = (false, false) }

  func mayPause(until moment: Int64) { pausesUntil = max(pausesUntil, moment) }

  /// The caller may hear nothing for a moment while the service waits for Asterisk or has not been told.
  func mayBeSilent(at now: Int64) -> Bool {
    isBusy || eventsOnTheWay > 0 || eventWasLost || isInterrupted || now < pausesUntil
  }
}
