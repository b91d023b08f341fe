extension TransferMachine {
  package enum State: Equatable, Sendable, Codable {
    /// Can go to: goingOnHold, leaving.
    case new
    /// Can go to: seeking, leaving, ended.
    case goingOnHold
    /// The caller hears music while somebody is found. Can go to: merging, leaving, ended.
    case seeking(Seeking)
    /// Somebody has accepted; the two are being joined. Can go to: connected, seeking, leaving, ended.
    case merging(Merging)
    /// Can go to: leaving, ended.
    case connected(Talk)
    /// The caller is on the way out of our hands. Can go to: ended.
    case leaving(Leaving)
    case ended(Outcome)
  }

  package struct Seeking: Equatable, Sendable, Codable {
    package internal(set) var legs: [AgentLeg] = []
    var waiting: [Target]
    /// What the caller hears instead of the music just now.
    var callerHears: PlaybackID?
    var lastFailure: Failure?
  }

  package struct Merging: Equatable, Sendable, Codable {
    package internal(set) var leg: AgentLeg
    var callerEntered = false
    var legEntered = false
    /// Where the search goes on if the join fails.
    var seeking: Seeking
  }

  package struct Talk: Equatable, Sendable, Codable {
    package let leg: AgentLeg
    package let wait: Duration
  }

  package struct Leaving: Equatable, Sendable, Codable {
    package let outcome: Outcome
    let way: AfterCall
  }

  struct Failure: Equatable, Sendable, Codable {
    var target: String
    var cause: Outcome.Cause
  }
}
