import Glibc
import Transfer

/// The time of the machine that the service runs on.
///
/// It is read from the wall once and counted on from there: a clock that is set, forwards or back, neither sends every
/// caller back at once nor keeps one for an hour.
struct SystemClock: Sendable {
  private let started: WallTime
  private let uptimeAtStart: Duration

  init() {
    started = WallTime(milliseconds: Self.reading(CLOCK_REALTIME).milliseconds)
    uptimeAtStart = Self.reading(CLOCK_BOOTTIME)
  }

  func now() -> WallTime { started + (Self.reading(CLOCK_BOOTTIME) - uptimeAtStart) }

  private static func reading(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
