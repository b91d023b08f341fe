extension TransferMachine {
  package enum State: Equatable, Sendable, Codable {
    /// Can go to: goingOnHold, leaving.
    case new
    /// Can go to: seeking, leaving, clearing.
    case goingOnHold
    /// The caller hears music while somebody is found. Can go to: merging, takingLeave, leaving, clearing.
    case seeking(Seeking)
    /// Somebody has accepted; the two are being joined. Can go to: connected, seeking, leaving, clearing.
    case merging(Merging)
    /// Can go to: leaving, clearing.
    case connected(Talk)
    /// The caller hears why they go back. Can go to: leaving, clearing.
    case takingLeave(Leaving)
    /// The caller is on the way out of our hands. Can go to: clearing.
    case leaving(Leaving)
    /// The caller is out of our hands; what was made for them is taken away. Can go to: ended.
    case clearing(Outcome)
    case ended(Outcome)
  }

  package struct Seeking: Equatable, Sendable, Codable {
    package internal(set) var legs: [AgentLeg] = []
    /// Those who have not been rung yet.
    var untried: [Target]
    var hold = Hold()
    /// Asterisk did not open the bridge for the talk: it has to be opened before the join.
    var lacksTalk = false
    var lastFailure: Failure?
  }

  /// The caller's side of the waiting.
  package struct Hold: Equatable, Sendable, Codable {
    /// What the caller hears instead of the music just now.
    var hears: PlaybackID?
    var comforts = 0
    var typed = ""
  }

  package struct Merging: Equatable, Sendable, Codable {
    package internal(set) var leg: AgentLeg
    var callerEntered = false
    var legEntered = false
    var musicIsStopped = false
    /// Where the search goes on if the join fails.
    var seeking: Seeking
  }

  package struct Talk: Equatable, Sendable, Codable {
    package internal(set) var leg: AgentLeg
    package let wait: Duration
  }

  package struct Leaving: Equatable, Sendable, Codable {
    package let outcome: Outcome
    var way: WayOut
    /// It ends with the words of farewell.
    var musicIsStopped = false
    /// A caller who was sent on goes without that.
    var hasHungUp = false
    /// Asterisk has said once that the caller is not there. Once may be a mistake.
    var isDoubted = false
  }

  /// Where a caller goes from us.
  package enum WayOut: Equatable, Sendable, Codable {
    case dialplan
    case application(String)
    case hangUp
  }

  struct Failure: Equatable, Sendable, Codable {
    var target: String
    var cause: Outcome.Cause
  }
}
