import Transfer

extension Settings {
  /// What the file asks for that this version does not do: told at start and by `check`, so that nobody relies on it.
  package var notYet: [String] {
    let policies = [("transfer", transfer)] + targets.map { ($0.name, $0.policy) }
    return policies.flatMap { name, policy in Self.notYet(policy).map { "[\(name)] \($0)" } }
      + groups.filter { $0.strategy != .order }.map {
        "[\($0.name)] strategy = \($0.strategy.rawValue) is not there yet: the members are rung in order"
      }
  }

  private static func notYet(_ policy: TransferPolicy) -> [String] {
    var missing: [String] = []
    if policy.machineDetection != .off {
      missing.append("amd = \(policy.machineDetection.rawValue) is not there yet: only the accept key decides")
    }
    if policy.onFailure == .voicemail || policy.onFailure == .callback {
      missing.append("on_failure = \(policy.onFailure.rawValue) is not there yet: the caller goes back to the dialplan")
    }
    return missing
  }
}
