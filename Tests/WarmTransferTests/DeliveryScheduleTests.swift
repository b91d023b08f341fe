import Foundation
import Store
import Runtime
import Testing
import Transfer
import Transport

@testable import WarmTransfer

@Suite struct DeliveryScheduleTests {
  private static let start = WallTime(milliseconds: 1_800_000_000_000)
  private static let day: Duration = .seconds(86_400)

  /// Of a delivery that was queued at the start and has failed so often.
  private func outcome(
    _ answer: DeliveryAnswer,
    after attempts: Int,
    at wait: Duration = .seconds(60),
    chance: Double = 0,
    limit: Duration = day
  ) -> DeliveryOutcome {
    DeliverySchedule()
      .outcome(
        queuedAt: Self.start,
        attempts: attempts,
        answered: answer,
        at: Self.start + wait,
        givingUpAfter: limit,
        chance: chance
      )
  }

  @Test(arguments: [
    (0, 5), (1, 30), (2, 120), (3, 300), (4, 900), (5, 1_800), (6, 3_600), (7, 3_600), (5_000, 3_600),
  ])
  func thePausesGrow(attempts: Int, seconds: Int) {
    let due = Self.start + .seconds(60 + seconds)
    #expect(outcome(.failed("x"), after: attempts) == .postponed(until: due, failure: "x"))
  }

  @Test(arguments: [(0.0, 30_000), (0.5, 33_000), (0.999, 35_994)])
  func chanceAddsToThePause(chance: Double, milliseconds: Int) {
    let due = Self.start + .seconds(60) + .milliseconds(milliseconds)
    #expect(outcome(.failed("x"), after: 1, chance: chance) == .postponed(until: due, failure: "x"))
  }

  @Test(arguments: [(1, 5), (60, 60), (40_000, 3_600)])
  func aReceiverMayAskForTime(wish: Int, seconds: Int) {
    let due = Self.start + .seconds(60 + seconds)
    #expect(outcome(.failed("x", wish: .seconds(wish)), after: 0) == .postponed(until: due, failure: "x"))
  }

  @Test func theLastAttemptIsAtTheEndOfTheTime() {
    let end = Self.start + Self.day
    #expect(outcome(.failed("x"), after: 9, at: .seconds(86_000)) == .postponed(until: end, failure: "x"))
    #expect(outcome(.failed("x"), after: 10, at: Self.day) == .givenUp(failure: "x"))
    #expect(outcome(.taken, after: 10, at: Self.day + Self.day) == .delivered)
  }

  @Test func whatIsRefusedIsNotTriedAgain() {
    #expect(outcome(.refused("status 410"), after: 0) == .givenUp(failure: "status 410"))
  }
}
