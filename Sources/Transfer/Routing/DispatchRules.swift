/// What becomes of a call.
package enum Route: Equatable, Sendable {
  case target(String, because: RouteReason)
  case group(TargetGroup, because: RouteReason)
  /// The caller hears the message and goes back.
  case refused(String, byRule: String)
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
    case .noTargets: "the conf file has no targets"
    case .unknown(let name): "there is no target or group '\(name)'"
    case .nothingMatches(.some(let topic)): "no rule matches, and no target or group is named '\(topic)'"
    case .nothingMatches(.none): "no rule matches, and no topic or target was given"
    }
  }
}

/// What one rule says of a call.
package struct Verdict: Equatable, Sendable {
  package let rule: DispatchRule
  /// In words; none: the rule takes the call.
  package let objections: [String]

  package var takesCall: Bool { objections.isEmpty }
}

/// Chooses who is rung for a call. It never guesses: a target that was asked for and does not exist is no route.
package struct DispatchRules: Equatable, Sendable {
  package var targets: [String]
  package var groups: [TargetGroup]
  /// The first that takes the call wins.
  package var rules: [DispatchRule]

  package init(targets: [String], groups: [TargetGroup] = [], rules: [DispatchRule] = []) {
    self.targets = targets
    self.groups = groups
    self.rules = rules
  }

  /// Those that rules name, each once.
  package var topics: [String] {
    var topics: [String] = []
    for case .topic(let names) in rules.flatMap(\.conditions) {
      topics += names.filter { !topics.contains($0) }
    }
    return topics
  }

  /// In file order. Nobody asks the rules about a call that names its target.
  package func explain(_ request: DispatchRequest) -> [Verdict] {
    request.target == nil ? rules.map { Verdict(rule: $0, objections: $0.objections(to: request)) } : []
  }

  package func route(_ request: DispatchRequest) -> Route {
    if targets.isEmpty { return .none(.noTargets) }
    if let name = request.target { return route(to: name, because: .requested) ?? .none(.unknown(name)) }
    if let rule = explain(request).first(where: \.takesCall)?.rule { return route(by: rule) }
    if let topic = request.topic?.lowercased(), let route = route(to: topic, because: .topic) { return route }
    if targets.count == 1 { return .target(targets[0], because: .onlyTarget) }
    return .none(.nothingMatches(topic: request.topic))
  }

  private func route(by rule: DispatchRule) -> Route {
    switch rule.decision {
    case .ring(let name): route(to: name, because: .rule(rule.name)) ?? .none(.unknown(name))
    case .refuse(let message): .refused(message, byRule: rule.name)
    }
  }

  private func route(to name: String, because reason: RouteReason) -> Route? {
    if targets.contains(name) { return .target(name, because: reason) }
    return groups.first { $0.name == name }.map { .group($0, because: reason) }
  }
}
