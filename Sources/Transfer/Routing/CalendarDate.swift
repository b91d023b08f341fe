/// A day of the calendar that everybody uses.
package struct CalendarDate: Hashable, Sendable, Comparable, CustomStringConvertible {
  package let year: Int
  /// 1 to 12.
  package let month: Int
  /// 1 to 31.
  package let day: Int

  /// Nil for a day that does not exist.
  package init?(year: Int, month: Int, day: Int) {
    guard (1...9999).contains(year), (1...12).contains(month), day >= 1, day <= Self.days(inMonth: month, of: year)
    else { return nil }
    (self.year, self.month, self.day) = (year, month, day)
  }

  /// Counted in years that begin in March, so that the day that only some have is the last of its year.
  package init(daysSince1970 days: Int) {
    let sinceMarchOfYear0 = days + Self.daysTo1970
    let (cycles, dayOfCycle) = sinceMarchOfYear0.flooredQuotientAndRemainder(dividingBy: Self.daysIn400Years)
    // The last day of four years, of a hundred and of four hundred would make a year of its own.
    let yearOfCycle =
      (dayOfCycle - dayOfCycle / 1_460 + dayOfCycle / 36_524 - dayOfCycle / (Self.daysIn400Years - 1)) / 365
    let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    day = dayOfYear - Self.daysBefore(monthFromMarch: monthFromMarch) + 1
    month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    year = cycles * 400 + yearOfCycle + (month <= 2 ? 1 : 0)
  }

  package var daysSince1970: Int {
    let fromMarch = month > 2 ? (year: year, month: month - 3) : (year: year - 1, month: month + 9)
    let (cycles, yearOfCycle) = fromMarch.year.flooredQuotientAndRemainder(dividingBy: 400)
    let dayOfYear = Self.daysBefore(monthFromMarch: fromMarch.month) + day - 1
    return cycles * Self.daysIn400Years + 365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear
      - Self.daysTo1970
  }

  /// 0 is Sunday. The first day of 1970 was a Thursday.
  package var weekday: Int { (daysSince1970 + 4).flooredQuotientAndRemainder(dividingBy: 7).remainder }

  package static func < (left: Self, right: Self) -> Bool {
    (left.year, left.month, left.day) < (right.year, right.month, right.day)
  }

  /// `2026-12-24`
  package var description: String { "\(padded(year, to: 4))-\(padded(month, to: 2))-\(padded(day, to: 2))" }

  package static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  package static func days(inMonth month: Int, of year: Int) -> Int {
    switch month {
    case 2: isLeap(year) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static let daysIn400Years = 146_097
  /// From the first of March of the year 0.
  private static let daysTo1970 = 719_468

  private static func daysBefore(monthFromMarch month: Int) -> Int { (153 * month + 2) / 5 }
}

/// A moment as a clock on the wall shows it, to the minute and without a time zone.
package struct WallClock: Hashable, Sendable, CustomStringConvertible {
  package var date: CalendarDate
  /// 0 to 1439.
  package var minuteOfDay: Int

  package init(_ date: CalendarDate, minuteOfDay: Int) {
    self.date = date
    self.minuteOfDay = minuteOfDay
  }

  /// `Thu 2026-12-24 18:00`
  package var description: String {
    let weekday = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"][date.weekday]
    return "\(weekday) \(date) \(timeOfDay)"
  }

  /// `18:00`
  package var timeOfDay: String { "\(padded(minuteOfDay / 60, to: 2)):\(padded(minuteOfDay % 60, to: 2))" }
}

extension BinaryInteger {
  /// The remainder is never negative, also before 1970.
  func flooredQuotientAndRemainder(dividingBy divisor: Self) -> (quotient: Self, remainder: Self) {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

private func padded(_ number: Int, to width: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
