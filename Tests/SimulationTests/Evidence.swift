import ARI
import Transfer

/// What was seen of one call: no outcome may say what nobody has seen.
struct Evidence {
  var rungLegs: Set<String> = []
  var answeredLegs: Set<String> = []
  /// Why phones have ended.
  var causes: Set<Int> = []
  /// Leg after leg, the keys that the service was told of.
  var keys: [String: String] = [:]
  var machineWasHeard = false
  var callerPressedAKey = false
  var cancelWasAsked = false
  var wasDeclinedOnAScreen = false
  var callerHungUpAt: Int64?
  var talkedTo: Set<String> = []

  mutating func take(_ event: ARIEvent, at moment: Int64, callerLeftByThemselves: Bool) {
    switch event {
    case .stasisStart(let channel, let arguments, nil):
      if arguments.first == "agent" { answeredLegs.insert(channel.id.stem) }
      if arguments.dropFirst().first == "MACHINE" { machineWasHeard = true }
    // One that was answered ends with 16, and may be rung once more after a crash.
    case .channelDestroyed(_, let cause): causes.insert(cause)
    case .digitReceived(_, let channel):
      if channel.id.hasPrefix("caller") { callerPressedAKey = true }
    case .stasisEnd(let channel):
      if channel.id.hasPrefix("caller"), callerLeftByThemselves { callerHungUpAt = moment }
    default: break
    }
  }

  func supports(_ outcome: Outcome, in scenario: Scenario, of call: Scenario.Call, endedAt moment: Int64) -> Bool {
    switch outcome.cause {
    case .completed: !talkedTo.isEmpty
    case .noAnswer: !rungLegs.isEmpty || !scenario.disturbance.isCalm
    case .busy: causes.contains(17) || scenario.phonesAreWatched
    case .declined:
      wasDeclinedOnAScreen || causes.contains(21) || keys.values.contains { $0.contains(scenario.manners.decline) }
    case .unreachable:
      !causes.isDisjoint(with: [1, 34]) || !scenario.unknownEndpoints.isEmpty || !scenario.disturbance.isCalm
    case .machine: machineWasHeard
    case .noAcknowledgement: !answeredLegs.isEmpty
    case .holdTimeout: moment - call.arrivesAt >= call.request.policy.holdTimeout.milliseconds
    case .optOut: callerPressedAKey
    case .cancelled: cancelWasAsked
    case .noTarget, .disabled:
      switch call.request.plan {
      case .refuse(let cause): cause == outcome.cause
      case .turnAway: outcome.cause == .noTarget
      case .ask: outcome.cause == .noTarget
      case .ring: false
      }
    // On a calm day only what is done with somebody can fail who hangs up or becomes another channel in that instant.
    case .error:
      !answeredLegs.isEmpty || callerHungUpAt != nil || call.isReplacedAt != nil || !scenario.disturbance.isCalm
    case .callerHangup: callerHungUpAt != nil || !scenario.disturbance.isCalm
    }
  }
}

extension String {
  /// The channel that was there before a masquerade.
  var stem: String { hasSuffix("-next") ? String(dropLast(5)) : self }
}
