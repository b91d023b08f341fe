import Synchronization
import Testing

@testable import Runtime

@Suite(.timeLimit(.minutes(5))) struct AlarmClockTests {
  private struct Failed: Error {}

  private static func withClock<R>(_ body: (AlarmClock) async throws -> R) async throws -> R {
    try await AlarmClock.withAlarmClock(named: "test-alarms", body)
  }

  /// How often it still rings after its end.
  private static func rings(of clock: AlarmClock) async -> Int {
    var count = 0
    for await _ in clock.rings { count += 1 }
    return count
  }

  @Test(arguments: [Duration.zero, .seconds(-3_600)])
  func aMomentThatHasPassedRings(_ distance: Duration) async throws {
    try await Self.withClock { clock in
      var rings = clock.rings.makeAsyncIterator()
      for _ in 1...100 {
        clock.set(.now + distance)
        #expect(await rings.next() != nil)
      }
    }
  }

  @Test func itRingsNotBeforeItsMoment() async throws {
    try await Self.withClock { clock in
      var rings = clock.rings.makeAsyncIterator()
      let moment = ContinuousClock.now + .milliseconds(10)
      clock.set(moment)
      #expect(await rings.next() != nil)
      #expect(.now >= moment)
    }
  }

  @Test func whoSleepsIsWokenForAnEarlierMoment() async throws {
    try await Self.withClock { clock in
      var rings = clock.rings.makeAsyncIterator()
      for _ in 1...100 {
        clock.set(.now + .seconds(3_600))
        for _ in 1...20 { await Task.yield() }
        clock.set(.now)
        #expect(await rings.next() != nil)
      }
    }
  }

  /// Another clock rings when the moment has passed.
  @Test func aMomentThatWasTakenBackDoesNotRing() async throws {
    var wasInTime = false
    while !wasInTime {
      let clock = try await Self.withClock { clock in
        let moment = ContinuousClock.now + .milliseconds(20)
        clock.set(moment)
        clock.set(nil)
        wasInTime = .now < moment
        try await Self.withClock { other in
          other.set(moment + .milliseconds(20))
          for await _ in other.rings { break }
        }
        return clock
      }
      if wasInTime { #expect(await Self.rings(of: clock) == 0) }
    }
  }

  @Test func whoeverSetsItLastIsHeard() async throws {
    try await Self.withClock { clock in
      await withTaskGroup { group in
        for _ in 1...8 {
          group.addTask {
            for number in 1...1_000 { clock.set(number % 3 == 0 ? nil : .now + .seconds(60 + number)) }
          }
        }
      }
      clock.set(.now)
      var rings = clock.rings.makeAsyncIterator()
      #expect(await rings.next() != nil)
    }
  }

  @Test(arguments: [nil, Duration.seconds(3_600)])
  func itsEndWakesTheSleeper(_ distance: Duration?) async throws {
    let clock = try await Self.withClock { clock in
      clock.set(distance.map { .now + $0 })
      return clock
    }
    #expect(await Self.rings(of: clock) == 0)
  }

  @Test func whatTheBodyThrowsEndsItToo() async throws {
    let clock = Mutex<AlarmClock?>(nil)
    await #expect(throws: Failed.self) {
      try await Self.withClock { running in
        clock.withLock { $0 = running }
        throw Failed()
      }
    }
    #expect(await Self.rings(of: try #require(clock.withLock { $0 })) == 0)
  }
}
