import Glibc
import Transfer

/// The time of the machine that the service runs on.
struct SystemClock: Sendable {
  func now() -> WallTime {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return WallTime(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
  }

  /// Local time, as the times of a rule are written.
  func wallClock() -> WallClock {
    var seconds = time(nil)
    var local = tm()
    localtime_r(&seconds, &local)
    return WallClock(
      minuteOfDay: Int(local.tm_hour) * 60 + Int(local.tm_min),
      weekday: Int(local.tm_wday),
      day: Int(local.tm_mday),
      month: Int(local.tm_mon) + 1
    )
  }
}
