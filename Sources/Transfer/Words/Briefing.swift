/// The words of a transfer: what the caller is told, and what the person who answers is told about the caller.
package enum Briefing {
  package static func announcement(of party: Party, for request: TransferRequest) -> String {
    request.policy.announcement.render(callersValues(party, request.policy, request.context))
  }

  static func comfort(
    of party: Party,
    for request: TransferRequest,
    place: Int? = nil,
    wait: Duration? = nil
  ) -> String {
    var values = callersValues(party, request.policy, request.context)
    if let place { values[.place] = SpokenNumber.marked(place) }
    let usual = request.policy.expectedWait * (place ?? 1)
    values[.wait] = request.policy.words.spoken(wait ?? usual)
    if request.offersCallback {
      values[.callbackDigits] = request.policy.callback.offer.map(request.policy.words.spoken)
    }
    return request.policy.comfortMessage.render(values)
  }

  static func farewell(_ cause: Outcome.Cause, of party: Party, for request: TransferRequest) -> String {
    request.policy.farewells.template(for: cause).render(callersValues(party, request.policy, request.context))
  }

  static func menu(
    _ sentence: MenuSentence,
    of party: Party?,
    for request: TransferRequest,
    number: TelephoneNumber? = nil
  ) -> String {
    let (menu, words) = (request.policy.menu, request.policy.words)
    let keys = request.choices.mapValues(words.spoken)
    let choices: [Template.Field: String] = [
      .messageDigits: keys[.message] ?? "", .waitDigits: keys[.wait] ?? "", .returnDigits: keys[.goBack] ?? "",
      .callbackDigits: keys[.callback] ?? "", .number: number?.spoken ?? "",
      .otherDigits: request.policy.callback.prefixes.isEmpty ? "" : CallbackKey.another.rawValue,
    ]
    let values = callersValues(
      party ?? Party(name: "", spokenName: "", targets: [], strategy: .order),
      request.policy,
      request.context
    )
    return (menu.sentences[sentence] ?? .empty).render(values.merging(choices) { _, choice in choice })
  }

  static func callersValues(
    _ party: Party,
    _ policy: TransferPolicy,
    _ context: CallContext
  ) -> [Template.Field: String] {
    [
      .target: party.spokenName,
      .wait: policy.words.spoken(policy.expectedWait),
      .topic: context.topic,
      .reason: withoutFullStop(SpokenExcerpt.beginning(of: context.reason, words: mostWordsOfAReason)),
      .optOutDigits: policy.optOut.map(policy.words.spoken) ?? "",
    ]
  }

  /// The caller knows why they call: a reminder of it is short.
  private static let mostWordsOfAReason = 20

  /// The text that it is put in has its own.
  private static func withoutFullStop(_ text: String) -> String {
    text.hasSuffix(".") && !text.hasSuffix("..") ? String(text.dropLast()) : text
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
    let rest = Int(SpokenLength.inWords(template.render(values)).rounded(.up))
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
      .reason: withoutFullStop(context.reason),
      .facts: facts(context),
      .nextAction: withoutFullStop(context.nextAction),
      .callerName: request.caller.name,
      .callerNumber: request.caller.number,
      .waited: request.callback?.waited ?? "",
      .askedAt: request.callback?.askedAt ?? "",
    ]
    return known.merging(keyValues(target)) { known, _ in known }
  }

  /// What a model made, else what was given, else how the conversation ended; as much of it as there is time for.
  private static func summary(_ context: CallContext, words limit: Int) -> String {
    let text = context.spokenSummary.isEmpty ? context.summary : context.spokenSummary
    return text.isEmpty
      ? SpokenExcerpt.lastTurns(of: context.transcript, words: limit) : SpokenExcerpt.beginning(of: text, words: limit)
  }

  /// Of all that is said of a call: why they call, and what is to be done.
  static func whatCounts(in request: TransferRequest) -> [String] {
    [request.context.reason, request.context.nextAction].map { RecordedPrompt.withoutMarks(withoutFullStop($0)) }
      .map { $0.split(separator: " ").joined(separator: " ") }
  }

  private static func facts(_ context: CallContext) -> String {
    context.facts.filter(\.isSpoken).map { "\($0.label): \($0.value)." }.joined(separator: " ")
  }

  static func valuesForEveryCall(_ target: Target) -> [Template.Field: String] {
    keyValues(target).merging([.target: target.spokenName]) { known, _ in known }
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

extension Template {
  /// It holds words of one call.
  var isOfOneCall: Bool { !fields.isDisjoint(with: [.topic, .reason, .number]) }
}

extension TransferRequest {
  /// Whether what is said holds words of this call or of an answer from outside: then its sound is made for this transfer
  /// alone and goes with it. Everything else is said to many, and kept.
  package func owns(_ speech: SpeechID) -> Bool {
    switch speech {
    case .briefing, .message: true
    case .announcement: isOfThisCall(policy.announcement)
    case .comfort: isOfThisCall(policy.comfortMessage)
    case .farewell:
      isTurnedAway || ([policy.farewells.general] + policy.farewells.byCause.values).contains(where: isOfThisCall)
        || [.messageSent, .callbackPromised].contains { policy.menu.sentences[$0].map(isOfThisCall) ?? false }
    case .menu(let sentence): policy.menu.sentences[sentence].map(isOfThisCall) ?? false
    case .reminder, .taken, .mergePrompt: false
    }
  }

  private func isOfThisCall(_ template: Template) -> Bool {
    template.isOfOneCall || (template.fields.contains(.target) && isForSomebodyOutside)
  }

  private var isTurnedAway: Bool { if case .turnAway = plan { true } else { false } }

  /// A dispatcher has named somebody who is in no conf file.
  private var isForSomebodyOutside: Bool {
    if case .ring(let party) = plan { party.targets.contains { $0.name == $0.dialString } } else { false }
  }
}
