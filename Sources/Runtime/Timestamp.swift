import Glibc

/// A moment of the wall clock, in milliseconds since 1970, written as RFC 3339 in UTC.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  package static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
  }

  package static func < (left: Timestamp, right: Timestamp) -> Bool { left.milliseconds < right.milliseconds }

  package var description: String {
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    var moment = time_t(rest < 0 ? seconds - 1 : seconds)
    var fields = tm()
    gmtime_r(&moment, &fields)
    let date = "\(fields.tm_year + 1900)-\(Self.padded(fields.tm_mon + 1))-\(Self.padded(fields.tm_mday))"
    let time = "\(Self.padded(fields.tm_hour)):\(Self.padded(fields.tm_min)):\(Self.padded(fields.tm_sec))"
    return "\(date)T\(time).\(Self.padded(CInt(rest < 0 ? rest + 1000 : rest), to: 3))Z"
  }

  private static func padded(_ number: CInt, to width: Int = 2) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
