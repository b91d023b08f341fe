/// The words of a transfer: what the caller is told, and what the person who answers is told about the caller.
package enum Briefing {
  package static func announcement(of party: Party, policy: TransferPolicy) -> String {
    policy.announcement.render(callersValues(party, policy))
  }

  static func comfort(of party: Party, policy: TransferPolicy) -> String {
    policy.comfortMessage.render(callersValues(party, policy))
  }

  static func farewell(_ cause: Outcome.Cause, of party: Party, policy: TransferPolicy) -> String {
    policy.farewells.template(for: cause).render(callersValues(party, policy))
  }

  /// What callers are told holds nothing of the call itself: it is synthesized once and kept.
  private static func callersValues(_ party: Party, _ policy: TransferPolicy) -> [Template.Field: String] {
    [
      .target: party.spokenName,
      .wait: policy.words.spoken(policy.expectedWait),
      .optOutDigits: policy.optOut.map(policy.words.spoken) ?? "",
    ]
  }

  static func reminder(for target: Target) -> String {
    target.policy.reminder.render(keyValues(target))
  }

  package static func text(of request: TransferRequest, for target: Target) -> String {
    text(target.policy.briefing, of: request, for: target)
  }

  static func voicemailMessage(of request: TransferRequest, for target: Target) -> String {
    text(target.policy.voicemailMessage, of: request, for: target)
  }

  /// The summary gets what time the rest leaves.
  private static func text(_ template: Template, of request: TransferRequest, for target: Target) -> String {
    var values = values(of: request, for: target)
    let rest = template.render(values).split(separator: " ").count
    values[.summary] = summary(request.context, words: max(fewestWords, target.policy.briefingWords - rest))
    return template.render(values)
  }

  /// A summary that says less than that says nothing.
  private static let fewestWords = 8

  /// All but the summary.
  private static func values(of request: TransferRequest, for target: Target) -> [Template.Field: String] {
    let context = request.context
    let known: [Template.Field: String] = [
      .target: target.spokenName,
      .topic: context.topic,
      .reason: context.reason,
      .facts: facts(context),
      .nextAction: context.nextAction,
      .callerName: request.caller.name,
      .callerNumber: request.caller.number,
    ]
    return known.merging(keyValues(target)) { known, _ in known }
  }

  /// What a model made, else what was given, else how the conversation ended; as much of it as an ear can take.
  private static func summary(_ context: CallContext, words limit: Int) -> String {
    let text = context.spokenSummary.isEmpty ? context.summary : context.spokenSummary
    return text.isEmpty
      ? ForTheEar.lastTurns(of: context.transcript, words: limit) : ForTheEar.summary(text, words: limit)
  }

  private static func facts(_ context: CallContext) -> String {
    context.facts.filter(\.isSpoken).map { "\($0.label): \($0.value)." }.joined(separator: " ")
  }

  private static func keyValues(_ target: Target) -> [Template.Field: String] {
    let (keys, words) = (target.policy.keys, target.policy.words)
    return [
      .acceptDigits: words.spoken(keys.accept),
      .declineDigits: words.spoken(keys.decline),
      .repeatDigits: words.spoken(keys.repeat),
    ]
  }
}
