/// When a rule holds, as Asterisk's `GotoIfTime` writes it: `times,weekdays,days,months`, for example
/// `17:00-09:00,mon-fri,*,*`. Ranges include both ends and may wrap, lists are joined by `&`, fields left out at the
/// end mean `*`. Each field is held against the moment by itself, as in Asterisk: `17:00-09:00,fri,*,*` is Friday
/// morning and Friday evening, not the night to Saturday.
package struct TimeSpec: Equatable, Sendable {
  package struct ParseError: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  /// As it was written.
  package let source: String
  private let minutes: [CyclicRange]
  private let weekdays: [CyclicRange]
  private let days: [CyclicRange]
  private let months: [CyclicRange]

  package init(parsing source: String) throws(ParseError) {
    let fields = source.split(omittingEmptySubsequences: false) { $0 == "," || $0 == "|" }.map { $0.trimmingBlanks }
    guard fields.count <= 4 else {
      throw ParseError(description: "expects at most 4 fields: times,weekdays,days,months")
    }
    guard fields.contains(where: { !$0.isEmpty }) else { throw ParseError(description: "is empty; '*' means always") }
    func ranges(_ index: Int, _ unit: TimeUnit) throws(ParseError) -> [CyclicRange] {
      index < fields.count ? try unit.ranges(in: fields[index]) : []
    }
    self.source = source
    minutes = try ranges(0, .time)
    weekdays = try ranges(1, .weekday)
    days = try ranges(2, .day)
    months = try ranges(3, .month)
  }

  package func contains(_ moment: WallClock) -> Bool {
    Self.allow(moment.minuteOfDay, minutes) && Self.allow(moment.date.weekday, weekdays)
      && Self.allow(moment.date.day, days) && Self.allow(moment.date.month, months)
  }

  /// No ranges at all stand for `*`.
  private static func allow(_ value: Int, _ ranges: [CyclicRange]) -> Bool {
    ranges.isEmpty || ranges.contains { $0.contains(value) }
  }
}

/// Both ends included; goes round when it starts after its end.
private struct CyclicRange: Equatable, Sendable {
  let first: Int
  let last: Int

  func contains(_ value: Int) -> Bool {
    first <= last ? (first...last).contains(value) : value >= first || value <= last
  }
}

/// One of the four fields: how its values are written.
private struct TimeUnit: Sendable {
  let noun: String
  let example: String
  let value: @Sendable (Substring) -> Int?

  static let time = TimeUnit(noun: "time", example: "09:00-17:30", value: { minuteOfDay($0) })
  static let weekday = TimeUnit(noun: "weekday", example: "mon-fri") { text in
    ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].firstIndex(of: text.lowercased())
      ?? number(text, in: 1...7).map { $0 - 1 }
  }
  static let day = TimeUnit(noun: "day of the month", example: "1-15") { number($0, in: 1...31) }
  static let month = TimeUnit(noun: "month", example: "dec-feb") { text in
    let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    return names.firstIndex(of: text.lowercased()).map { $0 + 1 } ?? number(text, in: 1...12)
  }

  func ranges(in field: Substring) throws(TimeSpec.ParseError) -> [CyclicRange] {
    guard !field.isEmpty, field != "*" else { return [] }
    var ranges: [CyclicRange] = []
    for part in field.split(separator: "&", omittingEmptySubsequences: false) {
      ranges.append(try range(in: part.trimmingBlanks))
    }
    return ranges
  }

  private func range(in part: Substring) throws(TimeSpec.ParseError) -> CyclicRange {
    let ends = part.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map { $0.trimmingBlanks }
    guard let first = value(ends[0]), let last = ends.count == 2 ? value(ends[1]) : first else {
      throw TimeSpec.ParseError(description: "'\(part)' is not a \(noun) or a range such as \(example)")
    }
    return CyclicRange(first: first, last: last)
  }

  private static func minuteOfDay(_ text: Substring) -> Int? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let hour = number(parts[0], in: 0...23), let minute = number(parts[1], in: 0...59) else {
      return nil
    }
    return hour * 60 + minute
  }

  private static func number(_ text: Substring, in range: ClosedRange<Int>) -> Int? {
    guard (1...2).contains(text.count), text.allSatisfy(\.isASCIIDigit), let number = Int(text) else { return nil }
    return range.contains(number) ? number : nil
  }
}

extension Substring {
  fileprivate var trimmingBlanks: Substring {
    let start = drop { $0 == " " || $0 == "\t" }
    guard let end = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return start[...end]
  }
}
