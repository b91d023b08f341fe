import Testing
import Transfer

@testable import WarmTransfer

@Suite struct AsteriskNamesTests {
  let id: TransferID
  let names: AsteriskNames

  init() throws {
    id = try #require(TransferID("k3"))
    names = AsteriskNames(transfer: id)
  }

  @Test func everyNameIsReadBackAsWhatItStandsFor() {
    #expect(AsteriskName(parsing: names.bridge) == .bridge(id))
    #expect(AsteriskName(parsing: names.leg(LegID(12))) == .leg(id, LegID(12)))
    #expect(AsteriskName(parsing: names.snoop(LegID(2))) == .snoop(id, LegID(2)))
    #expect(AsteriskName(parsing: "wt-k3-agent-2-ear") == .snoop(id, LegID(2)), "of an earlier version")
    for playback in [PlaybackID.announcement, .mergePrompt, .briefing(LegID(2), hearing: 3)] {
      #expect(AsteriskName(parsing: names.playback(playback)) == .playback(id, playback))
    }
  }

  @Test(arguments: [
    "", "wt", "wt-", "wt-k3", "wt-k3-", "wt-K3-hold", "wt-k3-hold-1", "wt-k3-agent", "wt-k3-agent-0", "wt-k3-agent-x",
    "wt-k3-agent-1-briefing", "wt-k3-agent-1-briefing-x", "1763698400.17", "PJSIP/alice-00000001", "xwt-k3-hold",
  ])
  func aNameThatIsNotOurs(_ name: String) {
    #expect(AsteriskName(parsing: name) == nil)
  }
}
