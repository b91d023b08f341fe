import Testing
import Transfer

@testable import WarmTransfer

@Suite struct WatchedConversationsTests {
  private static let triggers = [Trigger(name: "t", conditions: [.failedTurns(2)])]

  private static var failed: Turn {
    var turn = Turn(.caller)
    turn.hasFailed = true
    return turn
  }

  private static func time(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1_000) }

  @Test func eachChannelIsCountedForItself() async {
    let watched = WatchedConversations()
    #expect(await watched.take(Self.failed, on: "a", Self.triggers, at: Self.time(0)).decision.trigger == nil)
    #expect(await watched.take(Self.failed, on: "b", Self.triggers, at: Self.time(1)).decision.trigger == nil)
    #expect(await watched.take(Self.failed, on: "a", Self.triggers, at: Self.time(2)).decision.trigger?.name == "t")
    #expect(await watched.fired == ["t": 1])
  }

  @Test func whoIsSilentForAnHourBeginsAnew() async {
    let watched = WatchedConversations()
    _ = await watched.take(Self.failed, on: "a", Self.triggers, at: Self.time(0))
    #expect(await watched.take(Self.failed, on: "a", Self.triggers, at: Self.time(3_600)).decision.trigger == nil)
  }

  @Test func theLongestSilentMakeRoom() async {
    let watched = WatchedConversations()
    for number in 0...WatchedConversations.most {
      _ = await watched.take(Self.failed, on: "\(number)", Self.triggers, at: Self.time(Int64(number / 10)))
    }
    #expect(await watched.take(Self.failed, on: "0", Self.triggers, at: Self.time(501)).decision.trigger == nil)
    let latest = "\(WatchedConversations.most)"
    #expect(await watched.take(Self.failed, on: latest, Self.triggers, at: Self.time(501)).decision.trigger != nil)
  }
}
