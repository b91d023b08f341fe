import Testing
import Transfer
import Transport

@testable import Store

/// What an earlier version has written is read by this one, and means the same.
@Suite struct EarlierSpellingTests {
  @Test(arguments: EarlierSpelling.events.split(separator: "\n").map(String.init))
  func anEvent(_ text: String) throws {
    let event: TransferEvent = try JSON.value(of: text)
    #expect(CodingTests.events.contains(event) || Self.others.contains(event), "\(event)")
  }

  @Test(arguments: EarlierSpelling.effects.split(separator: "\n").map(String.init))
  func anEffect(_ text: String) throws {
    let effect: TransferEffect = try JSON.value(of: text)
    #expect(CodingTests.effects.contains(effect) || Self.otherEffects.contains(effect), "\(effect)")
  }

  /// Who did it was not written then.
  @Test func whoDidItIsNotKnown() throws {
    #expect(try JSON.value(of: #"{"cancelRequested":{}}"#) == TransferEvent.cancelRequested(by: nil))
    let accepted = #"{"leg":{"_0":{"number":2},"_1":{"accepted":{}}}}"#
    #expect(try JSON.value(of: accepted) == TransferEvent.leg(LegID(2), .accepted(by: nil)))
  }

  private static let others: [TransferEvent] = [
    .resumed, .asteriskRestarted, .dispatched(.refuse("We are closed.")), .dispatched(.failed("500")),
    .dispatched(
      .ring(
        Party(name: "p", spokenName: "the p", targets: [], strategy: .all),
        facts: [CallContext.Fact(name: "tier", value: "gold", label: "Tier", isSpoken: true)]
      )
    ), .summarized("Short."), .summaryFailed("500"), .caller(.strayed), .caller(.hungUp), .timerFired(.dispatch),
  ]

  private static let otherEffects: [TransferEffect] = [.tellReports, .askDispatcher(rule: "crm"), .summarize]
}
