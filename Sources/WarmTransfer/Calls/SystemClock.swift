import Glibc
import Transfer

/// The present by both clocks.
struct Moment: Equatable, Sendable {
  /// Counts on whatever becomes of the wall clock: what deadlines and durations go by.
  var steady: WallTime
  /// As people and other machines have it: what rules, signatures and records go by.
  var wall: WallTime

  static func + (moment: Moment, wait: Duration) -> Moment {
    Moment(steady: moment.steady + wait, wall: moment.wall + wait)
  }
}

/// The clocks of the machine that the service runs on.
///
/// The steady one starts from the wall clock, once, and counts on from there: a clock that is set, forwards or back,
/// neither sends every caller back at once nor keeps one for an hour.
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

  func now() -> Moment { Moment(steady: steady, wall: wall) }

  var steady: WallTime { started + (reading(CLOCK_BOOTTIME) - uptimeAtStart) }

  var wall: WallTime { WallTime(milliseconds: reading(CLOCK_REALTIME).milliseconds) }

  @Sendable private static func systems(_ clock: clockid_t) -> Duration {
    var time = timespec()
    clock_gettime(clock, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}
