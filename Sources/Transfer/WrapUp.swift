/// What the person who took a call says of it afterwards.
package struct WrapUp: Equatable, Sendable {
  package enum Answer: String, Sendable, CaseIterable {
    case resolved
    case notResolved = "not_resolved"
    case wrongTeam = "wrong_team"
  }

  package var answer: Answer
  /// Empty where nothing was written. It goes when the words of the call go.
  package var note: String
  /// The target's name.
  package var by: String
  package var at: WallTime

  package init(_ answer: Answer, note: String = "", by agent: String, at time: WallTime) {
    self.answer = answer
    self.note = note
    self.by = agent
    self.at = time
  }
}
