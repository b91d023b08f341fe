import Glibc

/// A moment of the wall clock, in milliseconds since 1970, written as RFC 3339 in UTC.
package struct Timestamp: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let milliseconds: Int64

  package init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// `2026-11-21`, `2026-11-21T09:30` or `2026-11-21T09:30:15`, in UTC.
  package init?(date text: String) {
    let parts = text.split(separator: "T", omittingEmptySubsequences: false)
    let date = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { CInt($0) }
    let time =
      parts.dropFirst().first?.split(separator: ":", omittingEmptySubsequences: false).map { CInt($0) } ?? [0, 0]
    guard parts.count <= 2, date.count == 3, (2...3).contains(time.count), let year = date[0], let month = date[1],
      let day = date[2], let hour = time[0], let minute = time[1], let second = time.count == 3 ? time[2] : 0
    else { return nil }
    let isPossible =
      (1970...9999).contains(year) && (1...12).contains(month) && (1...31).contains(day) && (0...23).contains(hour)
      && (0...59).contains(minute) && (0...59).contains(second)
    guard isPossible else { return nil }
    var fields = tm()
    (fields.tm_year, fields.tm_mon, fields.tm_mday) = (year - 1900, month - 1, day)
    (fields.tm_hour, fields.tm_min, fields.tm_sec) = (hour, minute, second)
    milliseconds = Int64(timegm(&fields)) * 1_000
    // The 31st of April has become the 1st of May.
    guard fields.tm_mday == day else { return nil }
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
