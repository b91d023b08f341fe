import ARI
import Settings
import Transfer
import Web

/// A caller who has just come in from the dialplan, and how their call becomes a transfer.
struct Arrival: Sendable {
  /// The channel variables that a dialplan may set.
  static let variableNames =
    CallerVariables.names + [
      "WT_TARGET", "WT_PRIORITY", "WT_TRIES", "WT_RETURN_TO", "WT_AI_CHANNEL", AsteriskNames.deadMansSwitch,
      AsteriskNames.lastTransfer,
      presentation, CallBriefs.variable, answering,
    ]
  private static let presentation = "CALLERID(pres)"
  /// `accept`: the call is answered when somebody has accepted.
  private static let answering = "WT_ANSWER"

  /// The parts of what is known that stand in Stasis() itself; none of them is long.
  private static let arguments: Set = ["topic", "reason", "language"]
  /// Ten years.
  private static let longestLimit = 315_360_000.0

  let channel: ARIChannel
  /// The arguments of `Stasis(warm-transfer,key=value,...)`.
  let arguments: [String]
  let variables: [String: String]
  /// The channels that share a bridge with the caller's.
  var companions: [String] = []
  /// Set when it was the API that asked for the transfer: what it said counts before all else.
  var order: TransferOrder?

  func request(_ id: TransferID, _ settings: Settings, at moment: WallTime) -> TransferRequest {
    var context = known
    context.language = callersLanguage ?? settings.transfer.language
    let route = settings.dispatch.route(question(context, at: moment))
    let dispatcher = settings.dispatcher(on: route)
    let party = settings.party(on: route)
    // What the caller hears and how long they wait is the target's to say when there is only one.
    let only = dispatcher == nil && party?.targets.count == 1 ? party?.targets[0] : nil
    var policy = settings.inWords(for: callersLanguage, only?.policy ?? settings.transfer)
    if caller.isAnsweredOnAccept { policy = policy.withoutWords }
    if let application = returnTo {
      policy.returnTo = settings.general.isOwn(application) ? "" : application
    }
    context.facts = settings.arranged(context.facts)
    var request = TransferRequest(
      id: id,
      caller: caller,
      context: context,
      policy: policy,
      plan: plan(route, party, policy, dispatcher, settings.targets.contains(where: \.isRungByDialplan)),
      voiceAgent: voiceAgent,
      tries: tries,
      summary: settings.summaryModel == nil ? .given : .model
    )
    request.priority =
      ownPriority ?? settings.priority(on: route) ?? settings.priority(in: context.facts) ?? Priority.usual
    request.requestedBy = order?.requestedBy
    return request
  }

  /// Given for this call.
  private var ownPriority: Int? { order?.priority ?? givenPriority.flatMap(Priority.parse) }
  private var givenPriority: String? { given("priority", "WT_PRIORITY") }

  /// What was given in place of a number.
  var unreadablePriority: String? { givenPriority.flatMap { Priority.parse($0) == nil ? $0 : nil } }

  /// The application that was named for the way back.
  private var returnTo: String? { order?.returnTo ?? given("return_to", "WT_RETURN_TO") }

  /// Ours, which was named for the way back: the dialplan is it.
  func refusedReturn(_ general: GeneralSettings) -> String? { returnTo.flatMap { general.isOwn($0) ? $0 : nil } }

  /// What the rules are asked.
  private func question(_ context: CallContext, at moment: WallTime) -> DispatchRequest {
    DispatchRequest(
      topic: context.topic,
      target: order?.target ?? given("target", "WT_TARGET"),
      callerNumber: callerNumber,
      language: context.language,
      tries: tries,
      facts: context.facts,
      at: moment
    )
  }

  /// What this service wrote when the caller went back the last time.
  private var tries: Int { given(nil, "WT_TRIES").flatMap { Int($0) }.map { min(max($0, 0), 1_000_000) } ?? 0 }

  /// Named, or the only one who is with the caller.
  private var voiceAgent: String? {
    given("ai_channel", "WT_AI_CHANNEL") ?? (companions.count == 1 ? companions[0] : nil)
  }

  private func plan(
    _ route: Route,
    _ party: Party?,
    _ policy: TransferPolicy,
    _ dispatcher: (rule: String, DispatchRule.Dispatcher)?,
    _ mayRingThroughDialplan: Bool
  ) -> TransferPlan {
    if !policy.enabled { return .refuse(.disabled) }
    let plan = plan(route, party)
    guard let (rule, dispatcher) = dispatcher else { return plan }
    return .ask(
      DispatchQuestion(
        rule: rule,
        spokenName: dispatcher.spokenName,
        timeout: dispatcher.timeout,
        fallback: plan,
        mayRingThroughDialplan: mayRingThroughDialplan
      )
    )
  }

  private func plan(_ route: Route, _ party: Party?) -> TransferPlan {
    if case .refused(let message, _) = route { return .turnAway(message) }
    return party?.plan ?? .refuse(.noTarget)
  }

  private var caller: Caller {
    var caller = Caller(
      channel: channel.id,
      name: known.callerName.orNil ?? (isWithheld ? "" : channel.callerName),
      number: callerNumber,
      isAnswered: channel.isUp,
      dialplansLimit: dialplansLimit
    )
    caller.isAnsweredOnAccept = !channel.isUp && variables[Self.answering]?.lowercased() == "accept"
    return caller
  }

  private var callerNumber: String { isWithheld ? "" : channel.callerNumber }

  /// Asterisk may know the number all the same, from a trunk that it trusts: nobody is shown it or told it. A trunk that is
  /// not trusted writes the word in its place.
  private var isWithheld: Bool {
    variables[Self.presentation]?.hasPrefix("prohib") == true || channel.callerNumber.lowercased() == "anonymous"
  }

  /// In seconds; 0 where none is set.
  private var dialplansLimit: Duration? {
    guard let seconds = variables[AsteriskNames.deadMansSwitch].flatMap(Double.init) else { return nil }
    return (0.001...Self.longestLimit).contains(seconds) ? .milliseconds(Int64(seconds * 1_000)) : nil
  }

  /// Given for this call, or the phone's. Asterisk calls every channel `en` of which nobody has said anything: that says
  /// nothing.
  private var callersLanguage: LanguageTag? {
    if let given = known.language { return given }
    return channel.language == "en" ? nil : LanguageTag(channel.language)
  }

  private var known: CallContext {
    var context = everything
    _ = context.cut()
    return context
  }

  /// The parts of what was given that are longer than the API would take, and are cut.
  var tooLong: [String] {
    var context = everything
    return context.cut()
  }

  /// Part by part: from the API, else from the arguments, else from the variables.
  private var everything: CallContext {
    let words = CallContext { Self.arguments.contains($0.name) ? value(ofArgument: $0.name) : nil }
    let given = words.laid(over: CallerVariables(variables).context)
    return order.map { $0.context.laid(over: given) } ?? given
  }

  /// An argument counts before a variable; an empty one counts as none.
  private func given(_ argument: String?, _ variable: String) -> String? {
    if let argument, let value = value(ofArgument: argument), !value.isEmpty { return value }
    return variables[variable].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func value(ofArgument name: String) -> String? {
    arguments.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }
}

extension GeneralSettings {
  /// Whether that is our own application, as somebody may have written it. A caller who went back there would be
  /// transferred again, and again.
  func isOwn(_ application: String) -> Bool {
    let name = application.prefix { $0 != "," }.filter { $0 != " " && $0 != "\t" }
    return name.lowercased() == app.lowercased()
  }
}

extension Settings {
  /// Somebody outside who is asked about this call first, and by which rule.
  fileprivate func dispatcher(on route: Route) -> (rule: String, DispatchRule.Dispatcher)? {
    guard let name = route.rule else { return nil }
    return dispatcher(ofRule: name).map { (name, $0) }
  }

  func dispatcher(ofRule name: String) -> DispatchRule.Dispatcher? { rules.first { $0.name == name }?.dispatcher }

  /// What the rule says that has decided.
  fileprivate func priority(on route: Route) -> Int? {
    route.rule.flatMap { name in rules.first { $0.name == name }?.priority }
  }

  /// A target's own language is for the person, not for the caller.
  fileprivate func inWords(for caller: LanguageTag?, _ policy: TransferPolicy) -> TransferPolicy {
    let known = caller.flatMap { tag in phrases(for: tag).map { (tag, $0) } }
    let usual = transfer.language.flatMap { tag in phrases(for: tag).map { (tag, $0) } }
    guard let (language, phrases) = known ?? usual else { return policy }
    var policy = policy
    if policy.language != transfer.language {
      (policy.language, policy.ownVoice) = (transfer.language, transfer.ownVoice)
      policy.ownEngine = transfer.ownEngine
    }
    return policy.speaking(phrases, as: language)
  }

  fileprivate func party(on route: Route) -> Party? {
    switch route {
    case .target(let name, _): target(name).map { Party($0) }
    case .group(let group, _): party(of: group)
    case .refused, .none: nil
    }
  }

  /// A target or a group.
  func party(named name: String) -> Party? {
    target(name).map { Party($0) } ?? groups.first { $0.name == name }.map(party)
  }

  private func party(of group: TargetGroup) -> Party {
    Party(
      name: group.name,
      spokenName: group.spokenName,
      targets: group.members.compactMap(target),
      strategy: group.strategy
    )
  }

  private func target(_ name: String) -> Target? { targets.first { $0.name == name } }
}

extension Party {
  init(_ target: Target) {
    self.init(name: target.name, spokenName: target.spokenName, targets: [target], strategy: .order)
  }

  /// Rings those who may be rung.
  var plan: TransferPlan {
    guard !targets.isEmpty else { return .refuse(.noTarget) }
    var party = self
    party.targets.removeAll { !$0.policy.enabled }
    guard !party.targets.isEmpty else { return .refuse(.disabled) }
    party.targets.removeAll(where: \.policy.lacksCallerID)
    return party.targets.isEmpty ? .refuse(.noTarget) : .ring(party)
  }
}

extension Route {
  /// The one that has decided.
  fileprivate var rule: String? {
    switch self {
    case .target(_, because: .rule(let name)), .group(_, because: .rule(let name)), .refused(_, byRule: let name): name
    case .target, .group, .none: nil
    }
  }
}
