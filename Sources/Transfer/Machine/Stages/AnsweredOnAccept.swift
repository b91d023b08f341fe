// A caller who is answered when somebody has accepted: until then whoever calls for them can take them back.
extension TransferMachine {
  var answerAwaitsPerson: Bool { request.caller.isAnsweredOnAccept && !request.caller.isAnswered }

  /// Only when the two are joined: answered by nobody, the caller could not be refused any more. What is said in between
  /// goes out as early media.
  mutating func answerJoinedCaller() -> [TransferEffect] {
    guard answerAwaitsPerson else { return [] }
    request.caller.isAnswered = true
    return [.answerCaller]
  }
}

extension TransferPolicy {
  /// For a caller who is answered when somebody has accepted: says nothing to them, asks them nothing, and leaves what
  /// comes after a failure to whoever calls for them.
  package var withoutWords: TransferPolicy {
    var policy = self
    policy.announcement = .empty
    policy.comfortInterval = .zero
    policy.farewells = Farewells()
    policy.optOut = nil
    policy.onFailure = .returnToDialplan
    policy.menu = CallerMenu()
    policy.returnTo = ""
    return policy
  }
}
