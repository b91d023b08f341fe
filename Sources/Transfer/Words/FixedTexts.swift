/// What is said in the same words to everybody, and so is known before anybody calls.
extension Briefing {
  /// What callers hear who wait for this party.
  package static func fixedTexts(of party: Party, for policy: TransferPolicy) -> [String] {
    let causes = policy.farewells.byCause.values
    let templates = [policy.announcement, policy.comfortMessage, policy.mergePrompt, policy.farewells.general] + causes
    let values = callersValues(party, policy, CallContext())
    return templates.filter { !$0.isOfOneCall }.map { $0.render(values) }
  }

  /// What the person hears who answers.
  package static func fixedTexts(of target: Target) -> [String] {
    let tail = target.policy.briefing.tail(valuesForEveryCall(target))
    // Behind some sentence of the call.
    let ending = Wording("... " + tail, cutWithin: tail).ending
    return [ending, reminder(for: target), target.policy.takenMessage.render([:])]
  }
}
