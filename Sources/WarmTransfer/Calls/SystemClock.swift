import Glibc
import Transfer

/// The time of the machine that the service runs on.
///
/// It is read from the wall once and counted on from there: a clock that is set, forwards or back, neither sends every
/// caller back at once nor keeps one for an hour.
struct SystemClock: Sendable {
  typealias Reading = @Sendable (clockid_t) -> Duration

  private let reading: Reading
  private let started: WallTime
  private let uptimeAtStart: Duration

  init(reading: @escaping Reading = SystemClock.systems) {
    self.reading = reading
    started = WallTime(milliseconds: reading(CLOCK_REALTIME).milliseconds)
    uptimeAtStart = reading(CLOCK_BOOTTIME)
  }

  func now() -> WallTime { started + (reading(CLOCK_BOOTTIME) - uptimeAtStart) }

  @Sendable private static func systems(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
