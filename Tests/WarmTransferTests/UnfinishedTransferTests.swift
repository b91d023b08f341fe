import Testing

@testable import Store
@testable import Transfer
@testable import WarmTransfer

@Suite struct UnfinishedTransferTests {
  private static let start = WallTime(milliseconds: 1_800_000_000_000)

  private func record(_ happened: (TransferEvent, after: Duration)...) throws -> RecordedTransfer {
    RecordedTransfer(
      request: try Sample.request(),
      events: zip(1..., happened).map { number, what in
        .init(number: number, at: Self.start + what.after, phase: "", kind: "", event: what.0, effects: [])
      }
    )
  }

  @Test func itIsAsItWas() throws {
    let transfer = try #require(
      UnfinishedTransfer(
        try record((.requested, .zero), (.caller(.enteredHold), .seconds(1)), (.granted("billing"), .seconds(1)))
      )
    )
    #expect(transfer.machine.phase == .ringing)
    #expect(transfer.lastEntry == 3)
    let policy = transfer.machine.policy
    #expect(transfer.timers[.hold] == Self.start + policy.holdTimeout)
    #expect(transfer.timers[.ring(LegID(1))] == Self.start + .seconds(1) + policy.ringTimeout)
  }

  @Test func whatHasFiredOrWasCalledOffRunsNoMore() throws {
    let transfer = try #require(
      UnfinishedTransfer(
        try record(
          (.requested, .zero),
          (.caller(.enteredHold), .zero),
          (.granted("billing"), .zero),
          (.leg(LegID(1), .answered), .seconds(2)),
          (.timerFired(.hold), .seconds(300))
        )
      )
    )
    #expect(transfer.machine.phase == .returning)
    #expect(transfer.timers[.hold] == nil)
    #expect(transfer.timers[.ring(LegID(1))] == nil)
    #expect(transfer.timers[.again(.release(LegID(1)))] != nil)
  }

  @Test func anEndIsAnEnd() throws {
    let ended = try record(
      (.requested, .zero),
      (.caller(.left), .zero),
      (.commandSucceeded(.closeBridge), .zero),
      (.commandSucceeded(.closeBridge), .zero)
    )
    #expect(UnfinishedTransfer(ended) == nil)
  }
}
