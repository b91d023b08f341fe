import Testing

@Suite struct ManualClockTests {
  @Test func theEarliestComesFirstAndOfTwoThatArePlannedForOneMomentTheFirst() {
    var clock = ManualClock<Int>()
    var random = SeededRandom(seed: 1)
    let plans = (0..<200).map { (number: $0, moment: random.milliseconds(0...20)) }
    for plan in plans { clock.plan(plan.number, at: plan.moment) }
    let expected = plans.sorted { ($0.moment, $0.number) < ($1.moment, $1.number) }.map(\.number)
    #expect((0..<200).map { _ in clock.next() } == expected)
    #expect(clock.next() == nil && clock.now == 20)
  }

  @Test func whatIsPlannedForThePastHappensNow() {
    var clock = ManualClock<String>()
    clock.plan("first", at: 5)
    #expect(clock.next() == "first" && clock.now == 5)
    clock.plan("late", at: 1)
    #expect(clock.next() == "late" && clock.now == 5)
  }

  @Test func nothingIsTakenFromBehindTheGivenMoment() {
    var clock = ManualClock<String>()
    clock.plan("later", at: 5)
    #expect(clock.next(until: 4) == nil && clock.now == 4)
    #expect(clock.next(until: 5) == "later")
  }
}
