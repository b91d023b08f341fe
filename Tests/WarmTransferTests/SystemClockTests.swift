import Glibc
import Synchronization
import Testing
import Transfer

@testable import WarmTransfer

@Suite struct SystemClockTests {
  /// What the machine's two clocks show.
  private final class Machine: Sendable {
    let wall = Mutex(Duration.seconds(1_800_000_000))
    let uptime = Mutex(Duration.seconds(500))

    func reading(_ clock: clockid_t) -> Duration {
      clock == CLOCK_REALTIME ? wall.withLock { $0 } : uptime.withLock { $0 }
    }
  }

  @Test(arguments: [Duration.seconds(7_200), .seconds(-7_200), .zero])
  func aClockThatIsSetChangesTheTimeOfDayAndNoDeadline(_ jump: Duration) {
    let machine = Machine()
    let clock = SystemClock { machine.reading($0) }
    #expect(clock.now() == Moment(WallTime(milliseconds: 1_800_000_000_000)))
    machine.wall.withLock { $0 += jump }
    machine.uptime.withLock { $0 += .seconds(12) }
    #expect(clock.steady == WallTime(milliseconds: 1_800_000_012_000))
    #expect(clock.wall == WallTime(milliseconds: 1_800_000_000_000) + jump)
  }
}
