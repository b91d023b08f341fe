import Testing

@testable import Transfer

@Suite struct DispatchRulesTests {
  /// A Monday.
  private static let noon = moment("2026-03-02 12:00")
  private static let night = moment("2026-03-02 23:00")
  private static let support = TargetGroup(
    name: "support",
    spokenName: "support",
    members: ["alice", "bob"],
    strategy: .order
  )

  private static func rules() throws -> DispatchRules {
    let afterHours = try TimeSpec(parsing: "17:00-09:00,mon-fri,*,*")
    return DispatchRules(
      targets: ["alice", "bob", "night-desk"],
      groups: [support],
      rules: [
        .init(
          name: "late",
          conditions: [.topic(oneOf: ["billing"]), .time(anyOf: [afterHours])],
          decision: .ring("night-desk")
        ),
        .init(name: "money", conditions: [.topic(oneOf: ["Billing", "invoice"])], decision: .ring("alice")),
        .init(name: "broken", conditions: [.topic(oneOf: ["broken"])], decision: .ring("nobody")),
      ]
    )
  }

  @Test(arguments: [
    // A target that was asked for.
    (DispatchRequest(topic: "billing", target: "bob", at: noon), Route.target("bob", because: .requested)),
    (DispatchRequest(target: "support", at: noon), .group(support, because: .requested)),
    (DispatchRequest(topic: "billing", target: "carol", at: noon), .none(.unknown("carol"))),
    (DispatchRequest(target: "Bob", at: noon), .none(.unknown("Bob"))),
    // The first rule that matches.
    (DispatchRequest(topic: "billing", at: night), .target("night-desk", because: .rule("late"))),
    (DispatchRequest(topic: "billing", target: "", at: noon), .target("alice", because: .rule("money"))),
    (DispatchRequest(topic: "INVOICE", at: night), .target("alice", because: .rule("money"))),
    (DispatchRequest(topic: "broken", at: noon), .none(.unknown("nobody"))),
    // A topic that is a name.
    (DispatchRequest(topic: "Support", at: noon), .group(support, because: .topic)),
    (DispatchRequest(topic: "bob", at: noon), .target("bob", because: .topic)),
    // Nothing.
    (DispatchRequest(topic: "weather", at: noon), .none(.nothingMatches(topic: "weather"))),
    (DispatchRequest(topic: "", at: noon), .none(.nothingMatches(topic: nil))),
  ])
  func routing(_ request: DispatchRequest, _ expected: Route) throws {
    #expect(try Self.rules().route(request) == expected)
  }

  @Test func theOnlyTargetTakesWhatNothingElseTakes() {
    let rules = DispatchRules(targets: ["alice"])
    #expect(rules.route(.init(topic: "weather", at: Self.noon)) == .target("alice", because: .onlyTarget))
    #expect(rules.route(.init(at: Self.noon)) == .target("alice", because: .onlyTarget))
    #expect(rules.route(.init(target: "bob", at: Self.noon)) == .none(.unknown("bob")))
  }

  @Test func aRuleWithoutConditionsTakesEverything() {
    let everything = DispatchRule(name: "all", decision: .ring("bob"))
    let rules = DispatchRules(targets: ["alice", "bob"], rules: [everything])
    #expect(rules.route(.init(at: Self.noon)) == .target("bob", because: .rule("all")))
  }

  @Test func withoutTargetsThereIsNoRoute() {
    #expect(DispatchRules(targets: []).route(.init(target: "bob", at: Self.noon)) == .none(.noTargets))
  }

  @Test func aRuleMayRefuse() {
    let rules = DispatchRules(targets: ["alice"], rules: [.init(name: "closed", decision: .refuse("Closed."))])
    #expect(rules.route(.init(at: Self.noon)) == .refused("Closed.", byRule: "closed"))
    #expect(rules.route(.init(target: "alice", at: Self.noon)) == .target("alice", because: .requested))
  }

  @Test func everyRuleIsExplained() throws {
    let verdicts = try Self.rules().explain(.init(topic: "billing", at: Self.noon))
    #expect(verdicts.map(\.rule.name) == ["late", "money", "broken"])
    #expect(verdicts.map(\.takesCall) == [false, true, false])
    #expect(verdicts[0].objections == ["it is Mon 2026-03-02 12:00 in UTC, not 17:00-09:00,mon-fri,*,*"])
    #expect(verdicts[2].objections == ["the topic is 'billing', not broken"])
    #expect(try Self.rules().explain(.init(target: "bob", at: Self.noon)).isEmpty)
  }
}
