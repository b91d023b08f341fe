import Settings
import Testing
import Transfer

@testable import WarmTransfer

@Suite struct RouteReportTests {
  private static let conf = """
    [general]
    ari_password = x
    timezone = UTC
    [alice]
    type = target
    dial = PJSIP/alice
    [bob]
    type = target
    dial = PJSIP/bob
    [pair]
    type = group
    members = bob, alice
    [off]
    type = target
    dial = PJSIP/off
    enabled = no
    [dora]
    type = target
    dial = PJSIP/dora
    require_caller_id = yes
    [feasts]
    type = holidays
    date = 12-24 - 12-26
    [closed]
    type = rule
    holidays = feasts
    fact.tier = !
    refuse = We are closed today.
    [gold]
    type = rule
    fact.tier = gold
    target = alice
    [asked]
    type = rule
    topic = billing
    dispatch_url = https://crm.example.org/
    target = pair
    """

  private func report(_ change: (inout RouteQuestion) -> Void) throws -> RouteReport {
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(Self.conf.utf8) }, expand: { [$0] })
    var question = RouteQuestion()
    change(&question)
    return try RouteReport(question, try Settings.load("/etc/asterisk/warm_transfer.conf", from: files))
  }

  @Test func whichRuleMatchedAndWhyTheOthersDidNot() throws {
    let report = try report {
      ($0.topic, $0.moment) = ("billing", "2026-12-24 18:00")
      $0.facts = [.init(name: "tier", value: "gold")]
    }
    #expect(
      report.lines == [
        "Thu 2026-12-24 18:00 in UTC",
        "  closed  no   the fact 'tier' is given",
        "  gold    yes  alice",
        "  asked   no   matches too, but an earlier rule wins",
        "rings alice: rule 'gold'",
      ]
    )
    #expect(report.hasRoute)
  }

  @Test func everyReasonOfARuleIsNamed() throws {
    let report = try report {
      ($0.topic, $0.moment, $0.facts) = ("x", "2026-12-23 18:00", [.init(name: "tier", value: "a")])
    }
    #expect(report.lines[1] == "  closed  no   the fact 'tier' is given; 2026-12-23 is not one of 'feasts'")
    #expect(report.lines.last == "rings nobody: no rule matches, and no target or group is named 'x'")
    #expect(!report.hasRoute)
  }

  @Test(arguments: [
    ("", "", "2026-12-25 00:00", "rings nobody: rule 'closed' refuses the call: We are closed today.", false),
    ("billing", "", "2026-12-01 00:00", "rings pair (bob, alice): rule 'asked'", true),
    ("billing", "bob", "2026-12-01 00:00", "rings bob: the call names it", true),
    ("", "off", "2026-12-01 00:00", "rings nobody: off has enabled = no", false),
    (
      "", "dora", "2026-12-01 00:00", "rings nobody: dora has require_caller_id = yes, and caller_id = caller", false
    ),
    ("", "carol", "2026-12-01 00:00", "rings nobody: there is no target or group 'carol'", false),
    ("alice", "", "2026-12-01T00:00", "rings alice: it has the name of the topic", true),
  ])
  func results(_ topic: String, _ target: String, _ at: String, _ expected: String, _ hasRoute: Bool) throws {
    let report = try report { ($0.topic, $0.target, $0.moment) = (topic, target, at) }
    #expect(report.lines.last == expected)
    #expect(report.hasRoute == hasRoute)
  }

  @Test func whoIsAskedFirstIsNamed() throws {
    let report = try report { ($0.topic, $0.moment) = ("billing", "2026-12-01 00:00") }
    #expect(report.lines[3] == "  asked   yes  asks https://crm.example.org/ for 800 ms, else pair")
  }

  @Test(arguments: ["tomorrow", "2026-12-24", "2026-02-30 18:00", "18:00", "2026-12-24 25:00"])
  func noTime(_ text: String) {
    #expect(throws: RouteQuestion.Mistake.self) { try report { $0.moment = text } }
  }

  @Test func noLanguage() {
    #expect(throws: RouteQuestion.Mistake.self) { try report { $0.language = "german?" } }
  }
}
