import Testing

@testable import Transfer

@Suite struct TimeSpecTests {
  /// 0 is Sunday; Saturday the 21st of November, unless said otherwise.
  private static func at(_ hour: Int, _ minute: Int, weekday: Int = 6, day: Int = 21, month: Int = 11) -> WallClock {
    WallClock(minuteOfDay: hour * 60 + minute, weekday: weekday, day: day, month: month)
  }

  @Test(arguments: [
    ("*", at(0, 0), true),
    ("*,*,*,*", at(23, 59), true),
    ("09:00-17:00", at(9, 0), true),
    ("09:00-17:00", at(17, 0), true),
    ("09:00-17:00", at(17, 1), false),
    ("09:00-17:00", at(8, 59), false),
    ("17:00-09:00", at(23, 0), true),
    ("17:00-09:00", at(9, 0), true),
    ("17:00-09:00", at(12, 0), false),
    ("17:00-09:00,mon-fri", at(2, 0), false),
    ("17:00-09:00,mon-fri", at(2, 0, weekday: 1), true),
    ("9:00", at(9, 0), true),
    ("9:00", at(9, 1), false),
    ("08:00-12:00&13:00-17:00", at(12, 30), false),
    ("08:00-12:00 & 13:00 - 17:00", at(13, 30), true),
    ("*,fri-mon", at(1, 0), true),
    ("*,fri-mon", at(1, 0, weekday: 3), false),
    ("*,SAT", at(1, 0), true),
    ("*,mon&7", at(1, 0), true),
    ("*,*,20-22", at(1, 0), true),
    ("*,*,25-5", at(1, 0), false),
    ("*,*,25-5", at(1, 0, day: 31), true),
    ("*,*,*,nov", at(1, 0), true),
    ("*,*,*,oct-feb", at(1, 0, month: 1), true),
    ("*,*,*,12-2", at(1, 0), false),
    ("17:00-09:00|sat|21|11", at(18, 0), true),
  ])
  func matching(_ source: String, _ moment: WallClock, _ expected: Bool) throws {
    #expect(try TimeSpec(parsing: source).contains(moment) == expected)
  }

  @Test(arguments: [
    "", ",,", "24:00-09:00", "09:60", "9-17", "09:00-", "-", "09:00-17:00-18:00", "*,monday-", "*,mo", "*,0", "*,8",
    "*,*,0", "*,*,32", "*,*,*,13", "*,*,*,*,Europe/Berlin", "09:00&", "+9:00", "009:00", "*,*,-1", "٠٩:٠٠",
  ])
  func mistakes(_ source: String) {
    #expect(throws: TimeSpec.ParseError.self) { try TimeSpec(parsing: source) }
  }
}

@Suite struct DispatchRulesTests {
  private static let noon = WallClock(minuteOfDay: 720, weekday: 1, day: 2, month: 3)
  private static let night = WallClock(minuteOfDay: 1380, weekday: 1, day: 2, month: 3)
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
        .init(name: "late", conditions: [.topic(oneOf: ["billing"]), .time(afterHours)], destination: "night-desk"),
        .init(name: "money", conditions: [.topic(oneOf: ["Billing", "invoice"])], destination: "alice"),
        .init(name: "broken", conditions: [.topic(oneOf: ["broken"])], destination: "nobody"),
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
    let everything = DispatchRule(name: "all", conditions: [], destination: "bob")
    let rules = DispatchRules(targets: ["alice", "bob"], rules: [everything])
    #expect(rules.route(.init(at: Self.noon)) == .target("bob", because: .rule("all")))
  }

  @Test func withoutTargetsThereIsNoRoute() {
    #expect(DispatchRules(targets: []).route(.init(target: "bob", at: Self.noon)) == .none(.noTargets))
  }
}
