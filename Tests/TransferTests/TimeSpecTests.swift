import Testing

@testable import Transfer

@Suite struct TimeSpecTests {
  /// The 21st of November 2026 is a Saturday.
  @Test(arguments: [
    ("*", (0, 0, 21, 11), true),
    ("*,*,*,*", (23, 59, 21, 11), true),
    ("09:00-17:00", (9, 0, 21, 11), true),
    ("09:00-17:00", (17, 0, 21, 11), true),
    ("09:00-17:00", (17, 1, 21, 11), false),
    ("09:00-17:00", (8, 59, 21, 11), false),
    ("17:00-09:00", (23, 0, 21, 11), true),
    ("17:00-09:00", (9, 0, 21, 11), true),
    ("17:00-09:00", (12, 0, 21, 11), false),
    ("17:00-09:00,mon-fri", (2, 0, 21, 11), false),
    ("17:00-09:00,mon-fri", (2, 0, 23, 11), true),
    ("9:00", (9, 0, 21, 11), true),
    ("9:00", (9, 1, 21, 11), false),
    ("08:00-12:00&13:00-17:00", (12, 30, 21, 11), false),
    ("08:00-12:00 & 13:00 - 17:00", (13, 30, 21, 11), true),
    ("*,fri-mon", (1, 0, 21, 11), true),
    ("*,fri-mon", (1, 0, 25, 11), false),
    ("*,SAT", (1, 0, 21, 11), true),
    ("*,mon&7", (1, 0, 21, 11), true),
    ("*,*,20-22", (1, 0, 21, 11), true),
    ("*,*,25-5", (1, 0, 21, 11), false),
    ("*,*,25-5", (1, 0, 31, 10), true),
    ("*,*,*,nov", (1, 0, 21, 11), true),
    ("*,*,*,oct-feb", (1, 0, 24, 1), true),
    ("*,*,*,12-2", (1, 0, 21, 11), false),
    ("17:00-09:00|sat|21|11", (18, 0, 21, 11), true),
  ])
  func matching(_ source: String, _ at: (hour: Int, minute: Int, day: Int, month: Int), _ expected: Bool) throws {
    let date = try #require(CalendarDate(year: 2026, month: at.month, day: at.day))
    let moment = WallClock(date, minuteOfDay: at.hour * 60 + at.minute)
    #expect(try TimeSpec(parsing: source).contains(moment) == expected)
  }

  @Test(arguments: [
    "", ",,", "24:00-09:00", "09:60", "9-17", "09:00-", "-", "09:00-17:00-18:00", "*,monday-", "*,mo", "*,0", "*,8",
    "*,*,0", "*,*,32", "*,*,*,13", "*,*,*,*,Europe/Berlin", "09:00&", "+9:00", "009:00", "*,*,-1", "٠٩:٠٠",
  ])
  func mistakes(_ source: String) {
    #expect(throws: TimeSpec.ParseError.self) { try TimeSpec(parsing: source) }
  }
}
