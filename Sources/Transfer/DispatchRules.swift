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

/// What is known of a call when a target is chosen for it.
package struct DispatchRequest: Equatable, Sendable {
  package var topic: String?
  package var target: String?
  package var moment: WallClock

  /// An empty topic or target counts as none.
  package init(topic: String? = nil, target: String? = nil, at moment: WallClock) {
    self.topic = topic?.isEmpty == false ? topic : nil
    self.target = target?.isEmpty == false ? target : nil
    self.moment = moment
  }
}

/// Sends the calls that meet all its conditions to one target or group.
package struct DispatchRule: Equatable, Sendable, Codable {
  package enum Condition: Equatable, Sendable, Codable {
    /// Upper and lower case are the same.
    case topic(oneOf: [String])
    case time(TimeSpec)
  }

  package var name: String
  /// None at all: the rule takes every call.
  package var conditions: [Condition]
  /// The name of a target or a group.
  package var destination: String

  package init(name: String, conditions: [Condition], destination: String) {
    self.name = name
    self.conditions = conditions
    self.destination = destination
  }

  package func takes(_ request: DispatchRequest) -> Bool {
    conditions.allSatisfy { $0.holds(for: request) }
  }
}

extension DispatchRule.Condition {
  fileprivate func holds(for request: DispatchRequest) -> Bool {
    switch self {
    case .topic(let topics):
      guard let topic = request.topic?.lowercased() else { return false }
      return topics.contains { $0.lowercased() == topic }
    case .time(let spec): return spec.contains(request.moment)
    }
  }
}

/// Who is rung for a call.
package enum Route: Equatable, Sendable {
  case target(String, because: RouteReason)
  case group(TargetGroup, because: RouteReason)
  case none(NoRoute)
}

/// What decided.
package enum RouteReason: Equatable, Sendable {
  case requested
  case rule(String)
  case topic
  case onlyTarget
}

/// Why nobody is rung.
package enum NoRoute: Equatable, Sendable, CustomStringConvertible {
  case noTargets
  /// A name that was asked for, or that a rule holds, and that nobody has.
  case unknown(String)
  case nothingMatches(topic: String?)

  package var description: String {
    switch self {
    case .noTargets: "there are no targets"
    case .unknown(let name): "there is no target or group '\(name)'"
    case .nothingMatches(.some(let topic)): "no rule, target or group is for the topic '\(topic)'"
    case .nothingMatches(.none): "no rule matches, and no topic or target was given"
    }
  }
}

/// Chooses who is rung for a call. It never guesses: a target that was asked for and does not exist is no route.
package struct DispatchRules: Equatable, Sendable {
  package var targets: [String]
  package var groups: [TargetGroup]
  /// The first that matches wins.
  package var rules: [DispatchRule]

  package init(targets: [String], groups: [TargetGroup] = [], rules: [DispatchRule] = []) {
    self.targets = targets
    self.groups = groups
    self.rules = rules
  }

  package func route(_ request: DispatchRequest) -> Route {
    if targets.isEmpty { return .none(.noTargets) }
    if let name = request.target { return route(to: name, because: .requested) ?? .none(.unknown(name)) }
    if let rule = rules.first(where: { $0.takes(request) }) {
      return route(to: rule.destination, because: .rule(rule.name)) ?? .none(.unknown(rule.destination))
    }
    if let topic = request.topic?.lowercased(), let route = route(to: topic, because: .topic) { return route }
    if targets.count == 1 { return .target(targets[0], because: .onlyTarget) }
    return .none(.nothingMatches(topic: request.topic))
  }

  private func route(to name: String, because reason: RouteReason) -> Route? {
    if targets.contains(name) { return .target(name, because: reason) }
    return groups.first { $0.name == name }.map { .group($0, because: reason) }
  }
}
