import Foundation
import Testing
import Transfer

@testable import Settings

@Suite struct RuleLoadingTests {
  /// Two persons, and the zone of Berlin; the rule stands in the lines from 1 on.
  private static let rest = """

    [general]
    ari_password = x
    [alice]
    type = target
    dial = PJSIP/alice
    [bob]
    type = target
    dial = PJSIP/bob
    [feasts]
    type = holidays
    date = 12-24 - 12-26, 2026-04-03
    """

  private static func zones() throws -> [String: [UInt8]] {
    let berlin = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
    return ["/usr/share/zoneinfo/Europe/Berlin": berlin, "/usr/share/zoneinfo/Broken": Array("x".utf8)]
  }

  private func load(_ rule: String) throws -> Settings {
    var files = try Self.zones()
    files[mainFile] = Array((rule + Self.rest).utf8)
    return try Settings.load(mainFile, from: .inMemory(bytes: files))
  }

  @Test func everyCondition() throws {
    let settings = try load(
      """
      [vip]
      type = rule
      topic = billing
      time = 17:00-09:00,mon-fri,*,* or *,sat-sun
      timezone = Europe/Berlin
      holidays = !feasts
      caller = +49, 0049
      language = de, pt_BR
      tries = >= 2
      fact.tier = gold, platinum
      fact.amount = > 1000
      fact.name = *
      fact.blocked = !
      target = alice
      dispatch_url = https://crm.example.org/dispatch?x=1
      dispatch_secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw
      """
    )
    let rule = try #require(settings.rules.first)
    let calendar = HolidayCalendar(
      name: "feasts",
      days: [try .init(parsing: "12-24 - 12-26"), try .init(parsing: "2026-04-03")]
    )
    let specs = [try TimeSpec(parsing: "17:00-09:00,mon-fri,*,*"), try TimeSpec(parsing: "*,sat-sun")]
    let languages = ["de", "pt-br"].compactMap { LanguageTag($0) }
    let expected: [DispatchRule.Condition] = [
      .topic(oneOf: ["billing"]), .time(anyOf: specs), .caller(oneOf: ["+49", "0049"]), .language(oneOf: languages),
      .tries(try #require(NumberComparison(parsing: ">= 2"))), .fact("tier", .isOneOf(["gold", "platinum"])),
      .fact("amount", .compares(try #require(NumberComparison(parsing: "> 1000")))), .fact("name", .isGiven),
      .fact("blocked", .isMissing), .noHoliday(in: calendar),
    ]
    #expect(rule.conditions == expected)
    #expect(rule.decision == .ring("alice") && rule.zone.name == "Europe/Berlin")
    #expect(rule.dispatcher?.url == "https://crm.example.org/dispatch?x=1")
    #expect(rule.dispatcher?.timeout == .milliseconds(800))
    #expect(rule.dispatcher?.secret?.exposed == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    #expect(!"\(settings)".contains("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
  }

  @Test func aRefusalAndTheZoneOfEverybody() throws {
    let closed =
      "[closed]\ntype = rule\nrefuse = We are closed." + Self.rest + "\n[general](+)\ntimezone = Europe/Berlin"
    var files = try Self.zones()
    files[mainFile] = Array(closed.utf8)
    let rule = try #require(try Settings.load(mainFile, from: .inMemory(bytes: files)).rules.first)
    #expect(rule.decision == .refuse("We are closed.") && rule.zone.name == "Europe/Berlin" && rule.dispatcher == nil)
  }

  @Test func withoutAZoneItIsTheMachines() throws {
    #expect(try load("[x]\ntype = rule\ntarget = bob").rules.first?.zone == .utc)
    var files = try Self.zones()
    files["/etc/localtime"] = files["/usr/share/zoneinfo/Europe/Berlin"]
    files[mainFile] = Array(("[x]\ntype = rule\ntarget = bob" + Self.rest).utf8)
    let zone = try Settings.load(mainFile, from: .inMemory(bytes: files)).general.timeZone
    let summerNoon = WallTime(milliseconds: 1_782_900_000_000)
    #expect(zone.wallClock(at: summerNoon).description == "Wed 2026-07-01 12:00")
  }

  @Test(arguments: [
    ("target = bob\nrefuse = No.", "4: target and refuse are both set; keep one"),
    ("topic = a", "1: [r] has neither 'target' nor 'refuse'"),
    ("target = bbo", "3: target: there is no target or group 'bbo'; did you mean 'bob'?"),
    (
      "target = bob\nholidays = feast",
      "4: holidays: there is no section 'feast' of type = holidays; did you mean 'feasts'?"
    ),
    ("target = bob\nholidays = !bob", "4: holidays: there is no section 'bob' of type = holidays"),
    (
      "target = bob\ntimezone = Europe/Berln",
      "4: timezone: there is no time zone 'Europe/Berln' in /usr/share/zoneinfo"
    ),
    (
      "target = bob\ntimezone = ../../etc/passwd",
      "4: timezone: '../../etc/passwd' is not a time zone such as Europe/Berlin"
    ),
    (
      "target = bob\ntimezone = /etc/localtime",
      "4: timezone: '/etc/localtime' is not a time zone such as Europe/Berlin"
    ),
    ("target = bob\ntimezone = Broken", "4: timezone: the file of 'Broken' in /usr/share/zoneinfo ends too early"),
    ("target = bob\ntime = 9-17 or *", "4: time: '9-17' is not a time or a range such as 09:00-17:30"),
    ("target = bob\ncaller = +49x", "4: caller: '+49x' is not the beginning of a telephone number, such as +49"),
    ("target = bob\nlanguage = german!", "4: language: 'german!' is not a language such as de or pt-BR"),
    ("target = bob\ntries = 2", "4: tries: '2' is not <, <=, >, >= or = and a number"),
    ("target = bob\nfact.amount = > much", "4: fact.amount: '> much' is not <, <=, >, >= or = and a number"),
    ("target = bob\nfact. = x", "4: unknown key 'fact.'"),
    ("target = bob\nfacts.x = x", "4: unknown key 'facts.x'"),
    (
      "target = bob\ndispatch_url = file:///etc/passwd",
      "4: dispatch_url: 'file:///etc/passwd' is not a web address such as https://example.org/path"
    ),
    (
      "target = bob\ndispatch_secret = secret",
      "4: dispatch_secret: is not whsec_ and 24 to 192 bytes in Base64; make one with: openssl rand -base64 32"
    ),
    ("target = bob\ndispatch_timeout = 1", "4: dispatch_timeout: '1' is not within 50 to 10000"),
  ])
  func mistakes(_ lines: String, _ expected: String) throws {
    var files = try Self.zones()
    files[mainFile] = Array(("[r]\ntype = rule\n" + lines + Self.rest).utf8)
    do throws(ConfMistakes) {
      _ = try Settings.load(mainFile, from: .inMemory(bytes: files))
      Issue.record("no mistake was found")
    } catch {
      #expect(error.all.map { "\($0.location.line): \($0.message)" } == [expected])
    }
  }

  @Test(arguments: [
    ("date = 02-30", "3: date: '02-30' is not a day or range such as 12-24, 12-24 - 12-26 or 2026-04-03"),
    ("date = 12-24,", "3: date: '' is not a day or range such as 12-24, 12-24 - 12-26 or 2026-04-03"),
    ("topic = x\ndate = 12-24", "3: unknown key 'topic'; it belongs to a rule"),
    ("", "1: [days] has no 'date', such as date = 01-01, 12-24 - 12-26, 2026-04-03"),
  ])
  func holidays(_ lines: String, _ expected: String) {
    let text = "[days]\ntype = holidays\n\(lines)\n[general]\nari_password = x"
    #expect(SettingsTests.mistakes(in: text) == ["warm_transfer.conf:" + expected])
  }
}
