import Testing

@testable import Transfer

/// Each kind of condition: what is known of the call, and what speaks against the rule; nil where it holds.
@Suite struct RuleConditionTests {
  private static let noon = moment("2026-11-23 12:00")

  private func objection(
    _ condition: DispatchRule.Condition,
    _ request: DispatchRequest,
    in zone: TimeZoneTable = .utc
  ) -> String? {
    let objections = DispatchRule(name: "r", conditions: [condition], decision: .ring("x"), zone: zone)
      .objections(to: request)
    return objections.first
  }

  @Test(arguments: [
    ("billing", nil), ("BILLING", nil), ("invoices", nil),
    ("weather", "the topic is 'weather', not billing or Invoices"),
    ("", "no topic is given"),
  ])
  func topic(_ topic: String, _ expected: String?) {
    #expect(
      objection(.topic(oneOf: ["billing", "Invoices"]), .init(topic: topic, at: Self.noon)) == expected
    )
  }

  @Test(arguments: [
    ("+49301234", nil), ("+1 (555) 987", nil), ("030", "the caller's number 030 does not begin with +49 or +1555"),
    ("0049301234", "the caller's number 0049301234 does not begin with +49 or +1555"),
    ("", "the caller's number is unknown"), ("anonymous", "the caller's number is unknown"),
  ])
  func caller(_ number: String, _ expected: String?) {
    #expect(
      objection(.caller(oneOf: ["+49", "+1555"]), .init(callerNumber: number, at: Self.noon)) == expected
    )
  }

  @Test(arguments: [
    ("de", nil), ("de_AT", nil), ("pt-BR", nil), ("pt", "the language is pt, not de or pt-br"),
    ("den", "the language is den, not de or pt-br"), ("", "the caller's language is unknown"),
  ])
  func language(_ tag: String, _ expected: String?) throws {
    let languages = try ["de", "pt_br"].map { try #require(LanguageTag($0)) }
    let request = DispatchRequest(language: LanguageTag(tag), at: Self.noon)
    #expect(objection(.language(oneOf: languages), request) == expected)
  }

  @Test(arguments: [
    (">= 2", 2, nil), (">= 2", 1, "tries is 1, not >= 2"), ("= 0", 0, nil), ("< 1", 0, nil), ("<= 1", 1, nil),
    ("> 1", 1, "tries is 1, not > 1"),
  ])
  func tries(_ comparison: String, _ tries: Int, _ expected: String?) throws {
    let condition = DispatchRule.Condition.tries(try #require(NumberComparison(parsing: comparison)))
    #expect(objection(condition, .init(tries: tries, at: Self.noon)) == expected)
  }

  @Test(arguments: [
    // One of several.
    (DispatchRule.FactTest.isOneOf(["gold", "platinum"]), "Gold", nil),
    (.isOneOf(["gold", "platinum"]), "silver", "the fact 'tier' is 'silver', not gold or platinum"),
    (.isOneOf(["gold"]), "", "the fact 'tier' is not given"),
    (.isOneOf(["gold"]), "-", "the fact 'tier' is not given"),
    // There at all.
    (.isGiven, "x", nil), (.isGiven, "-", "the fact 'tier' is not given"),
    (.isMissing, "-", nil), (.isMissing, "", nil), (.isMissing, "x", "the fact 'tier' is given"),
  ])
  func fact(_ test: DispatchRule.FactTest, _ value: String, _ expected: String?) {
    let facts = value == "-" ? [] : [CallContext.Fact(name: "tier", value: value)]
    #expect(objection(.fact("tier", test), .init(facts: facts, at: Self.noon)) == expected)
  }

  @Test(arguments: [
    ("> 1000", "1000.01", nil), ("> 1000", "1000", "the fact 'amount' is 1000, not > 1000"), ("<=-2.5", "-3", nil),
    ("= 7", "7.0", nil), ("> 0", "many", "the fact 'amount' is 'many', not a number"),
    ("> 0", "1e9", "the fact 'amount' is '1e9', not a number"),
    ("> 0", "inf", "the fact 'amount' is 'inf', not a number"),
    ("> 0", "1,000", "the fact 'amount' is '1,000', not a number"),
    ("> 0", "+1", "the fact 'amount' is '+1', not a number"),
  ])
  func numbers(_ comparison: String, _ value: String, _ expected: String?) throws {
    let test = DispatchRule.FactTest.compares(try #require(NumberComparison(parsing: comparison)))
    let facts = [CallContext.Fact(name: "amount", value: value)]
    #expect(objection(.fact("amount", test), .init(facts: facts, at: Self.noon)) == expected)
  }

  @Test(arguments: ["", "5", "> ", ">> 1", "> x", "=> 1", "> 1 2", "> nan", "> 0x10"])
  func noComparison(_ text: String) {
    #expect(NumberComparison(parsing: text) == nil)
  }
}

/// Rules that hold at night, on holidays, and in other places than this one.
@Suite struct RuleTimeTests {
  /// Greenwich's time.
  @Test(arguments: [
    // 17:00 in New York, in winter and in summer.
    ("America/New_York", "09:00-16:59", "2026-01-05 21:59", true),
    ("America/New_York", "09:00-16:59", "2026-01-05 22:00", false),
    ("America/New_York", "09:00-16:59", "2026-07-06 20:59", true),
    ("America/New_York", "09:00-16:59", "2026-07-06 21:00", false),
    // Over midnight: it is Monday there already.
    ("Asia/Tokyo", "00:00-08:59,mon", "2026-11-22 15:00", true),
    ("Asia/Tokyo", "00:00-08:59,mon", "2026-11-22 14:59", false),
    ("America/Los_Angeles", "*,sun", "2026-11-23 07:59", true),
    ("America/Los_Angeles", "*,sun", "2026-11-23 08:00", false),
    ("Europe/Berlin", "22:00-06:00", "2026-11-23 21:00", true),
    ("Europe/Berlin", "22:00-06:00", "2026-11-24 05:01", false),
    // The night in which 02:30 does not exist, and the one in which it comes twice.
    ("Europe/Berlin", "02:30", "2026-03-29 01:30", false),
    ("Europe/Berlin", "03:30", "2026-03-29 01:30", true),
    ("Europe/Berlin", "02:30", "2026-10-25 00:30", true),
    ("Europe/Berlin", "02:30", "2026-10-25 01:30", true),
    ("Europe/Berlin", "02:30", "2026-10-25 02:30", false),
    // The turn of the year.
    ("Pacific/Auckland", "*,*,1,jan", "2026-12-31 11:00", true),
    ("Pacific/Auckland", "*,*,1,jan", "2026-12-31 10:59", false),
  ])
  func times(_ name: String, _ spec: String, _ greenwich: String, _ holds: Bool) throws {
    let rule = DispatchRule(
      name: "r",
      conditions: [.time(anyOf: [try TimeSpec(parsing: spec)])],
      decision: .ring("x"),
      zone: try zone(name)
    )
    #expect(rule.objections(to: .init(at: moment(greenwich))).isEmpty == holds)
  }

  @Test func anyOfSeveralTimes() throws {
    let night = DispatchRule.Condition.time(
      anyOf: [try TimeSpec(parsing: "17:00-08:59,mon-fri"), try TimeSpec(parsing: "*,sat-sun")]
    )
    let rule = DispatchRule(name: "r", conditions: [night], decision: .ring("x"))
    #expect(rule.objections(to: .init(at: moment("2026-11-22 12:00"))).isEmpty)
    #expect(rule.objections(to: .init(at: moment("2026-11-23 18:00"))).isEmpty)
    #expect(
      rule.objections(to: .init(at: moment("2026-11-23 12:00")))
        == ["it is Mon 2026-11-23 12:00 in UTC, not 17:00-08:59,mon-fri or *,sat-sun"]
    )
  }

  @Test(arguments: [
    ("12-24", "2026-12-24 12:00", true), ("12-24", "2031-12-24 12:00", true), ("12-24", "2026-12-25 12:00", false),
    ("12-24 - 12-26", "2026-12-25 12:00", true), ("12-24 - 12-26", "2026-12-27 00:00", false),
    ("12-24 - 01-02", "2027-01-02 12:00", true), ("12-24 - 01-02", "2026-12-31 12:00", true),
    ("12-24 - 01-02", "2026-06-01 12:00", false), ("02-29", "2028-02-29 12:00", true),
    ("2026-04-03", "2026-04-03 12:00", true), ("2026-04-03", "2027-04-03 12:00", false),
    ("2026-12-30 - 2027-01-02", "2027-01-01 12:00", true), ("2026-12-30 - 2027-01-02", "2027-12-31 12:00", false),
    // It is the 24th where the rule is.
    ("12-24", "2026-12-23 23:30", true), ("12-24", "2026-12-24 23:30", false),
  ])
  func holidays(_ days: String, _ greenwich: String, _ isHoliday: Bool) throws {
    let calendar = HolidayCalendar(name: "feasts", days: [try .init(parsing: days)])
    let request = DispatchRequest(at: moment(greenwich))
    let berlin = try zone("Europe/Berlin")
    let only = DispatchRule(name: "r", conditions: [.holiday(in: calendar)], decision: .ring("x"), zone: berlin)
    let never = DispatchRule(name: "r", conditions: [.noHoliday(in: calendar)], decision: .ring("x"), zone: berlin)
    #expect(only.objections(to: request).isEmpty == isHoliday)
    #expect(never.objections(to: request).isEmpty != isHoliday)
  }

  @Test(arguments: [
    "", "24", "12-24-", "02-30", "2026-02-29", "12-26 - 2026-12-28", "2026-12-28 - 2026-12-24", "12-24-12-26", "xmas",
    "12-24 - ", "-1-01", "12-24 - 12-25 - 12-26",
  ])
  func noDays(_ text: String) {
    #expect(throws: HolidayCalendar.ParseError.self) { try HolidayCalendar.Days(parsing: text) }
  }
}
