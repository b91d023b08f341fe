/// Days on which other rules hold than usual.
package struct HolidayCalendar: Equatable, Sendable {
  /// One day or several, both ends included.
  package struct Days: Equatable, Sendable {
    private enum Span: Equatable, Sendable {
      /// Month and day as one number, 1224; goes over the turn of the year when it starts after its end.
      case everyYear(from: Int, to: Int)
      case once(ClosedRange<CalendarDate>)
    }

    private let span: Span

    /// `12-24`, `12-24 - 12-26`, `2026-04-03` or `2026-12-24 - 2027-01-02`.
    package init(parsing text: String) throws(ParseError) {
      let ends = Self.ends(of: text)
      if let first = Self.date(ends.first), let last = Self.date(ends.last) {
        guard first <= last else { throw ParseError(description: "'\(text)' ends before it begins") }
        span = .once(first...last)
      } else if let first = Self.dayOfYear(ends.first), let last = Self.dayOfYear(ends.last) {
        span = .everyYear(from: first, to: last)
      } else {
        throw ParseError(
          description: "'\(text)' is not a day or range such as 12-24, 12-24 - 12-26 or 2026-04-03"
        )
      }
    }

    package func contains(_ date: CalendarDate) -> Bool {
      switch span {
      case .once(let days): return days.contains(date)
      case .everyYear(let first, let last):
        let day = date.month * 100 + date.day
        return first <= last ? first <= day && day <= last : first <= day || day <= last
      }
    }

    /// A `-` with blanks around it stands between two days.
    private static func ends(of text: String) -> (first: Substring, last: Substring) {
      let words = text.split(separator: " ")
      if words.count == 3, words[1] == "-" { return (words[0], words[2]) }
      return words.count == 1 ? (words[0], words[0]) : ("", "")
    }

    private static func date(_ text: Substring) -> CalendarDate? {
      let parts = numbers(text)
      return parts.count == 3 ? CalendarDate(year: parts[0], month: parts[1], day: parts[2]) : nil
    }

    /// The 29th of February counts as one.
    private static func dayOfYear(_ text: Substring) -> Int? {
      let parts = numbers(text)
      let someLeapYear = 2000
      guard parts.count == 2, CalendarDate(year: someLeapYear, month: parts[0], day: parts[1]) != nil else {
        return nil
      }
      return parts[0] * 100 + parts[1]
    }

    private static func numbers(_ text: Substring) -> [Int] {
      let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      let numbers = parts.compactMap { part in part.allSatisfy(\.isASCIIDigit) ? Int(part) : nil }
      return numbers.count == parts.count ? numbers : []
    }
  }

  package struct ParseError: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  package var name: String
  package var days: [Days]

  package init(name: String, days: [Days]) {
    self.name = name
    self.days = days
  }

  package func contains(_ date: CalendarDate) -> Bool { days.contains { $0.contains(date) } }
}
