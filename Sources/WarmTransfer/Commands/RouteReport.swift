import Runtime
package import Settings
package import Transfer

/// A call that there is not, as the command line describes it.
package struct RouteQuestion: Equatable, Sendable {
  package struct Mistake: Error, Equatable {
    package let message: String
  }

  package var topic: String?
  package var target: String?
  package var caller = ""
  package var language: String?
  package var tries = 0
  package var facts: [CallContext.Fact] = []
  /// `2026-12-24 18:00`, by the clock of `[general]`; nil: now.
  package var moment: String?

  package init() {}

  fileprivate func request(by zone: TimeZoneTable, _ usual: LanguageTag?) throws(Mistake) -> DispatchRequest {
    DispatchRequest(
      topic: topic,
      target: target,
      callerNumber: caller,
      language: try tag() ?? usual,
      tries: tries,
      facts: facts,
      at: try time(by: zone)
    )
  }

  private func tag() throws(Mistake) -> LanguageTag? {
    guard let language else { return nil }
    guard let tag = LanguageTag(language) else { throw Mistake(message: "'\(language)' is not a language such as de") }
    return tag
  }

  /// On the clock of these settings.
  func moment(in settings: Settings) throws(Mistake) -> WallTime { try time(by: settings.general.timeZone) }

  private func time(by zone: TimeZoneTable) throws(Mistake) -> WallTime {
    guard let moment else { return WallTime(milliseconds: Timestamp.now().milliseconds) }
    guard let time = zone.moment(written: moment) else {
      throw Mistake(message: "'\(moment)' is not a time such as '2026-12-24 18:00'")
    }
    return time
  }
}

extension TimeZoneTable {
  /// `2026-12-24 18:00`, as the clocks there show it. Nil for what is no time.
  func moment(written text: String) -> WallTime? {
    let isDateAndTime = text.contains { $0 == " " || $0 == "T" }
    guard isDateAndTime, let read = Timestamp(date: String(text.map { $0 == " " ? "T" : $0 })) else { return nil }
    return moment(of: TimeZoneTable.utc.wallClock(at: WallTime(milliseconds: read.milliseconds)))
  }
}

/// What `warm-transfer route` says: who would be rung for a call, and why. The service itself asks the same rules.
package struct RouteReport: Equatable, Sendable {
  package let lines: [String]
  /// Somebody would be rung.
  package let hasRoute: Bool

  package init(_ question: RouteQuestion, _ settings: Settings) throws(RouteQuestion.Mistake) {
    let zone = settings.general.timeZone
    let request = try question.request(by: zone, settings.transfer.language)
    let route = settings.dispatch.route(request)
    let verdicts = Self.words(on: settings.dispatch.explain(request))
    let objection = Self.objection(to: route, settings)
    lines =
      ["\(zone.wallClock(at: request.moment)) in \(zone.name)"] + verdicts + [objection ?? Self.words(for: route)]
    hasRoute =
      switch route {
      case .target, .group: objection == nil
      case .refused, .none: false
      }
  }

  private static func words(on verdicts: [Verdict]) -> [String] {
    let width = verdicts.map(\.rule.name.count).max() ?? 0
    let chosen = verdicts.firstIndex(where: \.takesCall)
    return verdicts.indices.map { index in
      let verdict = verdicts[index]
      let name = verdict.rule.name + String(repeating: " ", count: width - verdict.rule.name.count)
      if index == chosen { return "  \(name)  yes  \(words(for: verdict.rule))" }
      let reason =
        verdict.takesCall ? "matches too, but an earlier rule wins" : verdict.objections.joined(separator: "; ")
      return "  \(name)  no   \(reason)"
    }
  }

  private static func words(for rule: DispatchRule) -> String {
    let asks = rule.dispatcher.map { "asks \($0.url) for \($0.timeout.milliseconds) ms, else " } ?? ""
    return switch rule.decision {
    case .ring(let name): asks + name
    case .refuse(let message): asks + "refuses: \(message)"
    }
  }

  /// Why the settings forbid to ring whom the rules have found.
  private static func objection(to route: Route, _ settings: Settings) -> String? {
    let name: String
    switch route {
    case .target(let target, _): name = target
    case .group(let group, _): name = group.name
    case .refused, .none: return nil
    }
    guard case .refuse(let cause) = settings.party(named: name)?.plan else { return nil }
    let why = cause == .disabled ? "enabled = no" : "require_caller_id = yes, and caller_id = caller"
    return "rings nobody: \(name) has \(why)"
  }

  private static func words(for route: Route) -> String {
    switch route {
    case .target(let name, let reason): "rings \(name): \(words(for: reason))"
    case .group(let group, let reason):
      "rings \(group.name) (\(group.members.joined(separator: ", "))): \(words(for: reason))"
    case .refused(let message, let rule): "rings nobody: rule '\(rule)' refuses the call: \(message)"
    case .none(let reason): "rings nobody: \(reason)"
    }
  }

  private static func words(for reason: RouteReason) -> String {
    switch reason {
    case .requested: "the call names it"
    case .rule(let name): "rule '\(name)'"
    case .topic: "it has the name of the topic"
    case .onlyTarget: "it is the only target"
    }
  }
}
