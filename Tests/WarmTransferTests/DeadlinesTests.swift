import Testing
import Transfer

@testable import WarmTransfer

@Suite struct DeadlinesTests {
  let start = WallTime(milliseconds: 1_000_000)

  func timer(_ name: String, _ timer: TimerID = .hold) throws -> Deadlines.Timer {
    Deadlines.Timer(transfer: try #require(TransferID(name)), timer: timer)
  }

  @Test func onlyAnEarlierDeadlineWakesEarlier() throws {
    var deadlines = Deadlines()
    #expect(deadlines.start(try timer("a"), at: start + .seconds(9)) == start + .seconds(9))
    #expect(deadlines.start(try timer("b"), at: start + .seconds(20)) == nil)
    #expect(deadlines.start(try timer("c"), at: start + .seconds(3)) == start + .seconds(3))
  }

  @Test func theEarliestIsDueFirstAndTheNextIsNamed() throws {
    var deadlines = Deadlines()
    _ = deadlines.start(try timer("a"), at: start + .seconds(2))
    _ = deadlines.start(try timer("b"), at: start + .seconds(1))
    _ = deadlines.start(try timer("c"), at: start + .seconds(5))
    let due = deadlines.due(at: start + .seconds(3))
    #expect(due.timers == [try timer("b"), try timer("a")])
    #expect(due.next == start + .seconds(5))
  }

  @Test func aCancelledTimerIsNotDue() throws {
    var deadlines = Deadlines()
    _ = deadlines.start(try timer("a"), at: start)
    _ = deadlines.start(try timer("a", .merge), at: start)
    _ = deadlines.start(try timer("b"), at: start)
    deadlines.cancel(try timer("b"))
    deadlines.cancelAll(of: try #require(TransferID("a")))
    let due = deadlines.due(at: start + .seconds(60))
    #expect(due.timers.isEmpty && due.next == nil)
  }

  @Test func aTimerSetAnewHasOneDeadline() throws {
    var deadlines = Deadlines()
    _ = deadlines.start(try timer("a"), at: start)
    _ = deadlines.start(try timer("a"), at: start + .seconds(4))
    #expect(deadlines.due(at: start + .seconds(1)).timers.isEmpty)
    #expect(deadlines.due(at: start + .seconds(4)).timers == [try timer("a")])
  }
}
