/// Several targets that stand in for each other.
package struct TargetGroup: Equatable, Sendable, Codable {
  package enum Strategy: String, Equatable, Sendable, Codable, CaseIterable {
    case order, all
    case leastRecent = "least-recent"
  }

  package var name: String
  /// What the caller is told.
  package var spokenName: String
  /// Names of targets, each once.
  package var members: [String]
  package var strategy: Strategy

  package init(name: String, spokenName: String, members: [String], strategy: Strategy) {
    self.name = name
    self.spokenName = spokenName
    self.members = members
    self.strategy = strategy
  }
}
