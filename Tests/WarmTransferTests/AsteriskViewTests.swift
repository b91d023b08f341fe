import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

@Suite struct AsteriskViewTests {
  /// A conversation and a caller on hold, of transfers that nobody knows.
  func view() throws -> AsteriskView {
    let channel = { (id: String) in
      try ARIChannel(
        JSON.object([
          "id": .string(id), "name": "PJSIP/x-1", "state": "Up",
          "dialplan": .object(["app_name": "Stasis", "app_data": "warm-transfer,topic=billing"]),
        ])
      )
    }
    let bridge = { (id: String, channels: [String]) in
      try ARIBridge(JSON.object(["id": .string(id), "channels": .array(channels.map(JSON.string))]))
    }
    return AsteriskView(
      channels: try ["talker", "wt-a1-agent-1", "waiter", "wt-b2-agent-1"].map(channel),
      bridges: [
        try bridge("wt-a1-talk", ["talker", "wt-a1-agent-1"]), try bridge("wt-b2-hold", ["waiter"]),
        try bridge("wt-b2-talk", ["wt-b2-agent-1"]),
      ],
      inHand: ["talker", "wt-a1-agent-1", "waiter", "wt-b2-agent-1"]
    )
  }

  @Test func aConversationOfWhichNothingIsKnownIsLeftAlone() throws {
    #expect(
      try view().leftovers(besides: []) == [
        .hangUp("wt-b2-agent-1"), .destroyBridge("wt-b2-hold"), .destroyBridge("wt-b2-talk"),
      ]
    )
  }

  @Test func whatBelongsToATransferIsNoLeftover() throws {
    let known = try #require(TransferID("b2"))
    #expect(try view().leftovers(besides: [known]).isEmpty)
  }

  @Test func aCallerOfWhomNobodyWasToldIsTakenUp() throws {
    let newcomers = try view().newcomers(besides: [])
    #expect(newcomers.map(\.channel.id) == ["waiter"])
    #expect(newcomers.first?.arguments == ["topic=billing"])
  }
}
