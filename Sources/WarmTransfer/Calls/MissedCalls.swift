import Transfer

/// Calls that people have missed in a row, and who was signed off for it. Kept in memory alone: after a restart the count
/// begins anew, while those who were signed off stay so, as Asterisk keeps that.
struct MissedCalls: Sendable {
  private var inARow: [String: Int] = [:]
  /// How many calls those have missed who were signed off for it, by their names.
  private(set) var signedOff: [String: Int] = [:]

  /// Who has to be signed off now.
  mutating func note(_ reaction: Reaction, of target: Target) -> SignOff? {
    guard reaction == .missed else {
      inARow[target.name] = nil
      return nil
    }
    let missed = inARow[target.name, default: 0] + 1
    let most = target.policy.missesBeforeSignOff
    guard most > 0, missed >= most else {
      inARow[target.name] = missed
      return nil
    }
    inARow[target.name] = nil
    signedOff[target.name] = missed
    return SignOff(target: target.name, missed: missed)
  }

  /// By themselves, or by whoever else may.
  mutating func signedOn(_ target: String) {
    inARow[target] = nil
    signedOff[target] = nil
  }
}

/// Somebody is not rung any more until they sign on again.
struct SignOff: Equatable, Sendable {
  let target: String
  /// So many calls in a row.
  let missed: Int
}
