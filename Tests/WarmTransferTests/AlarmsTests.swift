import Testing
import Transfer

@testable import WarmTransfer

@Suite struct AlarmsTests {
  let start = WallTime(milliseconds: 1_000_000)

  func timer(_ name: String, _ timer: TimerID = .hold) throws -> Alarm {
    .timer(try #require(TransferID(name)), timer)
  }

  func due(_ alarms: inout Alarms, after seconds: Int) -> [Alarm] {
    var due: [Alarm] = []
    while let alarm = alarms.takeDue(at: start + .seconds(seconds)) { due.append(alarm) }
    return due
  }

  @Test func theEarliestIsDueFirstAndTheNextIsNamed() throws {
    var alarms = Alarms()
    alarms.set(try timer("a"), at: start + .seconds(2))
    alarms.set(try timer("b"), at: start + .seconds(1))
    alarms.set(.audit(.main), at: start + .seconds(5))
    #expect(alarms.next() == start + .seconds(1))
    #expect(due(&alarms, after: 3) == [try timer("b"), try timer("a")])
    #expect(alarms.next() == start + .seconds(5) && due(&alarms, after: 4).isEmpty)
  }

  @Test func ofTwoForTheSameMomentTheOneThatWasSetFirstComesFirst() throws {
    var alarms = Alarms()
    for name in ["d", "a", "c", "b"] { alarms.set(try timer(name), at: start) }
    #expect(due(&alarms, after: 0) == (try ["d", "a", "c", "b"].map { try timer($0) }))
  }

  @Test func whatIsCancelledIsNotDue() throws {
    var alarms = Alarms()
    alarms.set(try timer("a"), at: start)
    alarms.set(try timer("a", .merge), at: start)
    alarms.set(try timer("b"), at: start)
    alarms.set(.askAgain(ticket: 3), at: start)
    alarms.cancel(try timer("b"))
    alarms.cancelAll(of: try #require(TransferID("a")))
    #expect(due(&alarms, after: 60) == [.askAgain(ticket: 3)] && alarms.next() == nil)
  }

  @Test func whatIsSetAnewIsDueOnce() throws {
    var alarms = Alarms()
    let timer = try timer("a")
    alarms.set(timer, at: start)
    alarms.set(timer, at: start + .seconds(4))
    #expect(due(&alarms, after: 1).isEmpty && alarms.isSet(timer))
    #expect(due(&alarms, after: 4) == [timer] && !alarms.isSet(timer))
    alarms.set(timer, at: start + .seconds(9))
    alarms.set(timer, at: start + .seconds(5))
    #expect(alarms.next() == start + .seconds(5), "an earlier moment wakes earlier")
  }

  /// Against a list that is sorted anew each time.
  @Test func manyAreDueInTheirOrder() throws {
    var alarms = Alarms()
    var expected: [(moment: Int, alarm: Alarm)] = []
    for number in 1...2_000 {
      let moment = number * 7_919 % 997
      let alarm = Alarm.askAgain(ticket: number % 500)
      expected.removeAll { $0.alarm == alarm }
      alarms.set(alarm, at: start + .seconds(moment))
      expected.append((moment, alarm))
      if number.isMultiple(of: 5) {
        alarms.cancel(.askAgain(ticket: number % 400))
        expected.removeAll { $0.alarm == .askAgain(ticket: number % 400) }
      }
    }
    let order = expected.enumerated().sorted { ($0.element.moment, $0.offset) < ($1.element.moment, $1.offset) }
    #expect(due(&alarms, after: 2_000) == order.map(\.element.alarm))
  }
}
