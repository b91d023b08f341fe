/// Where a transfer stands: what it answers to each thing that can happen. What a stage says nothing about changes nothing
/// while the transfer is in it.
protocol Stage: Equatable, Sendable, Codable {
  /// Those who are rung, briefed or connected.
  var legs: [AgentLeg] { get }
  var callerHearsMusic: Bool { get }

  func requested(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func ordered(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  /// The dispatcher has answered, or its time is up: the request has a new plan.
  func planChanged(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func granted(_ name: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func passedOver(_ name: String, _ cause: Outcome.Cause, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]

  func placeFound(_ place: Int?, _ wait: Duration?, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]

  func callerCameIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerEnteredHold(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerWasRecorded(_ number: Int, _ recorded: Recorded, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  func callerBecameAnotherChannel(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerCouldNotBeMoved(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerHungUp(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]

  func leg(_ id: LegID, _ event: LegEvent, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  func speechFailed(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect]

  /// Asterisk was asked who is in the bridge for the conversation.
  func talkSeen(caller: Bool, legs: Set<LegID>, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  /// Whoever was to be called back has called in.
  func callerCalledIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  /// Caller and leg are talking with each other, whatever the record says.
  func conversationSeen(with leg: LegID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  /// Takes up again what was decided and may not have been done. Nothing of it does harm if it was.
  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  /// Every channel and bridge has gone with the old Asterisk.
  func asteriskRestarted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
}

extension TransferMachine {
  /// Each stage says in its own comment where it can go.
  package enum State: Equatable, Sendable, Codable {
    case new(New)
    case coming(Coming)
    case goingOnHold(GoingOnHold)
    case seeking(Seeking)
    case merging(Merging)
    case connected(Talk)
    case choosing(Choosing)
    case leavingMessage(LeavingMessage)
    case arrangingCallback(ArrangingCallback)
    case resting(Resting)
    case callingBack(CallingBack)
    case sayingGoodbye(SayingGoodbye)
    case returning(Returning)
    case clearing(Clearing)
    case ended(Ended)

    var stage: any Stage {
      switch self {
      case .new(let stage): stage
      case .coming(let stage): stage
      case .goingOnHold(let stage): stage
      case .seeking(let stage): stage
      case .merging(let stage): stage
      case .connected(let stage): stage
      case .choosing(let stage): stage
      case .leavingMessage(let stage): stage
      case .arrangingCallback(let stage): stage
      case .resting(let stage): stage
      case .callingBack(let stage): stage
      case .sayingGoodbye(let stage): stage
      case .returning(let stage): stage
      case .clearing(let stage): stage
      case .ended(let stage): stage
      }
    }
  }

  package struct Failure: Equatable, Sendable, Codable {
    package var target: String
    package var cause: Outcome.Cause
  }
}

// MARK: - What most stages do

extension Stage {
  var legs: [AgentLeg] { [] }
  var callerHearsMusic: Bool { false }

  func requested(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func ordered(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func cancelled(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func planChanged(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func granted(_ name: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func passedOver(_ name: String, _ cause: Outcome.Cause, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  { [] }

  func placeFound(_ place: Int?, _ wait: Duration?, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  { [] }

  func callerCameIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerEnteredHold(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerStrayed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerPressed(_ key: String, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerWasRecorded(_ number: Int, _ recorded: Recorded, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  { [] }
  func callerBecameAnotherChannel(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerCouldNotBeMoved(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func callerHungUp(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }

  func callerLeft(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.clear(transfer.abandoned(transfer.lastTarget, at: now), dismissing: legs)
  }

  func callerWasTakenAway(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.clear(transfer.lost(transfer.lastTarget, at: now), dismissing: legs)
  }

  func leg(_ id: LegID, _ event: LegEvent, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    []
  }
  func speechReady(_ speech: SpeechID, _ media: SpokenMedia, _ transfer: inout TransferMachine, at now: WallTime)
    -> [TransferEffect]
  { [] }
  func speechFailed(_ speech: SpeechID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func playbackEnded(_ playback: PlaybackID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    []
  }
  func timerFired(_ timer: TimerID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }
  func succeeded(_ command: TransferEffect, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    []
  }
  func failed(
    _ command: TransferEffect,
    _ failure: CommandFailure,
    _ transfer: inout TransferMachine,
    at now: WallTime
  ) -> [TransferEffect] { [] }

  /// An answer that comes when nobody waits for it any more.
  func talkSeen(caller: Bool, legs: Set<LegID>, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect]
  { [] }

  func callerCalledIn(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }

  func conversationSeen(with leg: LegID, _ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    transfer.takeUpConversation(with: leg, at: now)
  }

  func resumed(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] { [] }

  func asteriskRestarted(_ transfer: inout TransferMachine, at now: WallTime) -> [TransferEffect] {
    callerWasTakenAway(&transfer, at: now)
  }
}
