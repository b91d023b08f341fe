import Testing
import Transfer
import Transport
import WebStage

@testable import Web

/// What is left for a call that is about to come.
@Suite struct BriefRouteTests {
  @Test func itIsLeftAndAnsweredWithWhatIsDialled() async throws {
    let stage = Stage()
    let body = #"{"target": "alice", "priority": 7, "summary": "Charged twice.", "facts": {"Tier": "gold"}}"#
    let answer = await stage.ask("POST", "/v1/briefs", body: body)
    #expect(answer.status == 201 && answer.json?["extension"]?.string == "wt-0123456789abcdefghjk")
    #expect(answer.json?["expires_at"]?.string == "2027-01-15T08:00:00.000Z")
    let brief = try #require(await stage.desk.briefs.first)
    #expect(brief.target == "alice" && brief.priority == 7 && brief.context.summary == "Charged twice.")
    #expect(brief.context.facts.map(\.value) == ["gold"] && !brief.postedBy.isEmpty)
  }

  @Test(arguments: [
    (#"{"channel": "1.2"}"#, "invalid_field"), (#"{"return_to": "agent"}"#, "invalid_field"),
    (#"{"target": "nobody"}"#, "unknown_target"), ("[]", "invalid_field"),
  ])
  func whatIsNoBriefIsRefused(_ body: String, _ code: String) async {
    #expect(await Stage().ask("POST", "/v1/briefs", body: body).code == code)
  }

  @Test func whoMayOnlyReadLeavesNone() async {
    #expect(await Stage().ask("POST", "/v1/briefs", body: "{}", token: "read").code == "scope_missing")
  }
}
