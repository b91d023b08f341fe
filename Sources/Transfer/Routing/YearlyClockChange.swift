/// How the clocks of a place are put forward and back year after year, as POSIX writes it in the variable `TZ`:
/// `CET-1CEST,M3.5.0,M10.5.0/3`.
struct YearlyClockChange: Equatable, Sendable {
  private struct Summer: Equatable, Sendable {
    let offset: Int
    let start: YearlyMoment
    let end: YearlyMoment
  }

  /// Seconds east of Greenwich.
  private let standard: Int
  private let summer: Summer?

  /// Nil for what is not written so.
  init?(parsing text: String) {
    var reader = Reader(rest: Substring(text))
    guard reader.name(), let west = reader.time() else { return nil }
    standard = -west
    guard !reader.rest.isEmpty else {
      summer = nil
      return
    }
    guard reader.name() else { return nil }
    let summerWest = reader.rest.first == "," ? west - 3_600 : reader.time()
    guard let summerWest, let start = reader.moment(), let end = reader.moment(), reader.rest.isEmpty else {
      return nil
    }
    summer = Summer(offset: -summerWest, start: start, end: end)
  }

  /// Seconds east of Greenwich.
  func offset(at seconds: Int64) -> Int {
    guard let summer else { return standard }
    let days = (Int(seconds) + standard).flooredQuotientAndRemainder(dividingBy: 86_400).quotient
    let year = CalendarDate(daysSince1970: days).year
    let start = Int64(summer.start.seconds(in: year) - standard)
    let end = Int64(summer.end.seconds(in: year) - summer.offset)
    // South of the equator summer goes over the turn of the year.
    let isSummer = start < end ? start <= seconds && seconds < end : seconds < end || start <= seconds
    return isSummer ? summer.offset : standard
  }
}

/// A day of every year, and the time of that day by the clock that still goes.
private struct YearlyMoment: Equatable, Sendable {
  enum Day: Equatable, Sendable {
    /// 1 to 365; the 29th of February is never counted.
    case withoutLeapDay(Int)
    /// 0 to 365.
    case ofYear(Int)
    /// The fifth is the last.
    case weekday(Int, week: Int, month: Int)
  }

  let day: Day
  let secondOfDay: Int

  /// Since 1970, as if the clock were Greenwich's.
  func seconds(in year: Int) -> Int { daysSince1970(in: year) * 86_400 + secondOfDay }

  private func daysSince1970(in year: Int) -> Int {
    switch day {
    case .withoutLeapDay(let number):
      Self.first(of: 1, year) + number - 1 + (CalendarDate.isLeap(year) && number >= 60 ? 1 : 0)
    case .ofYear(let number): Self.first(of: 1, year) + number
    case .weekday(let weekday, let week, let month):
      Self.first(of: month, year) + dayOfMonth(weekday, week, month, year)
    }
  }

  /// From 0.
  private func dayOfMonth(_ weekday: Int, _ week: Int, _ month: Int, _ year: Int) -> Int {
    let firstWeekday = CalendarDate(daysSince1970: Self.first(of: month, year)).weekday
    let wanted = (weekday - firstWeekday + 7) % 7 + (week - 1) * 7
    return wanted < CalendarDate.days(inMonth: month, of: year) ? wanted : wanted - 7
  }

  private static func first(of month: Int, _ year: Int) -> Int {
    CalendarDate(year: min(max(year, 1), 9999), month: month, day: 1)?.daysSince1970 ?? 0
  }
}

extension YearlyClockChange {
  private struct Reader {
    var rest: Substring

    /// `CET`, or `<+0330>` where it is not of letters.
    mutating func name() -> Bool {
      if rest.first == "<", let end = rest.firstIndex(of: ">") {
        rest = rest[rest.index(after: end)...]
        return true
      }
      let letters = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(letters.count)
      return letters.count >= 3
    }

    /// `3`, `-3:30`, `2:00:00`: seconds.
    mutating func time() -> Int? {
      let isNegative = rest.first == "-"
      if isNegative || rest.first == "+" { rest.removeFirst() }
      guard let hours = number(0...167) else { return nil }
      var seconds = hours * 3_600
      for unit in [60, 1] where rest.first == ":" {
        rest.removeFirst()
        guard let part = number(0...59) else { return nil }
        seconds += part * unit
      }
      return isNegative ? -seconds : seconds
    }

    /// `,M10.5.0/3`
    mutating func moment() -> YearlyMoment? {
      guard take(","), let day = day() else { return nil }
      guard take("/") else { return YearlyMoment(day: day, secondOfDay: 2 * 3_600) }
      return time().map { YearlyMoment(day: day, secondOfDay: $0) }
    }

    private mutating func day() -> YearlyMoment.Day? {
      if take("J") { return number(1...365).map { .withoutLeapDay($0) } }
      guard take("M") else { return number(0...365).map { .ofYear($0) } }
      guard let month = number(1...12), take("."), let week = number(1...5), take("."), let weekday = number(0...6)
      else { return nil }
      return .weekday(weekday, week: week, month: month)
    }

    private mutating func take(_ mark: Character) -> Bool {
      guard rest.first == mark else { return false }
      rest.removeFirst()
      return true
    }

    private mutating func number(_ range: ClosedRange<Int>) -> Int? {
      let digits = rest.prefix(while: \.isASCIIDigit)
      rest = rest.dropFirst(digits.count)
      guard digits.count <= 3, let number = Int(digits), range.contains(number) else { return nil }
      return number
    }
  }
}
