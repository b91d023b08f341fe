import Foundation
import Testing

@testable import Transfer

/// The zones of this machine, as the service reads them.
func zone(_ name: String) throws -> TimeZoneTable {
  let file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(name)"))
  return try TimeZoneTable(name: name, parsing: Array(file))
}

@Suite struct TimeZoneTableTests {
  /// Greenwich's time, and what the clock shows there.
  @Test(arguments: [
    // The nights in which the clocks are moved.
    ("Europe/Berlin", "2026-03-29 00:59", "Sun 2026-03-29 01:59"),
    ("Europe/Berlin", "2026-03-29 01:00", "Sun 2026-03-29 03:00"),
    ("Europe/Berlin", "2026-10-25 00:59", "Sun 2026-10-25 02:59"),
    ("Europe/Berlin", "2026-10-25 01:00", "Sun 2026-10-25 02:00"),
    ("America/New_York", "2026-03-08 06:59", "Sun 2026-03-08 01:59"),
    ("America/New_York", "2026-03-08 07:00", "Sun 2026-03-08 03:00"),
    ("America/New_York", "2026-11-01 06:00", "Sun 2026-11-01 01:00"),
    // South of the equator, and by half an hour.
    ("Australia/Sydney", "2026-04-04 16:00", "Sun 2026-04-05 02:00"),
    ("Australia/Sydney", "2026-12-31 13:00", "Fri 2027-01-01 00:00"),
    ("Australia/Lord_Howe", "2026-04-04 15:00", "Sun 2026-04-05 01:30"),
    ("Australia/Lord_Howe", "2026-10-03 15:30", "Sun 2026-10-04 02:30"),
    // Winter is what is moved.
    ("Europe/Dublin", "2026-07-01 12:00", "Wed 2026-07-01 13:00"),
    ("Europe/Dublin", "2026-12-01 12:00", "Tue 2026-12-01 12:00"),
    // Never moved, and not by whole hours.
    ("Asia/Kolkata", "2026-06-01 00:00", "Mon 2026-06-01 05:30"),
    ("Asia/Kathmandu", "2026-06-01 20:00", "Tue 2026-06-02 01:45"),
    // Far ahead, where only the last line says it, and long ago.
    ("Europe/Berlin", "2060-03-28 00:59", "Sun 2060-03-28 01:59"),
    ("Europe/Berlin", "2060-03-28 01:00", "Sun 2060-03-28 03:00"),
    ("Australia/Sydney", "2077-01-01 00:00", "Fri 2077-01-01 11:00"),
    ("Europe/Berlin", "1945-05-24 00:30", "Thu 1945-05-24 03:30"),
    ("America/New_York", "1969-12-31 23:59", "Wed 1969-12-31 18:59"),
  ])
  func knownMoments(_ name: String, _ greenwich: String, _ expected: String) throws {
    #expect(try zone(name).wallClock(at: moment(greenwich)).description == expected)
  }

  @Test(arguments: [
    ("2026-07-01 12:00", "2026-07-01 10:00"), ("2026-12-24 00:00", "2026-12-23 23:00"),
    // Shown twice: the first time.
    ("2026-10-25 02:30", "2026-10-25 00:30"),
    // Never shown.
    ("2026-03-29 02:30", "2026-03-29 01:30"),
  ])
  func theMomentOfAClock(_ berlin: String, _ greenwich: String) throws {
    #expect(moment(berlin, by: try zone("Europe/Berlin")) == moment(greenwich))
  }

  /// Without a single change: everything comes from the last line.
  @Test(arguments: [
    ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-07-01 12:00", 120), ("CET-1CEST,M3.5.0,M10.5.0/3", "2026-01-01 12:00", 60),
    ("<+0330>-3:30", "2026-01-01 12:00", 210), ("EST5", "2026-07-01 12:00", -300),
    ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 07:00", -240), ("EST5EDT,M3.2.0,M11.1.0", "2026-03-08 06:59", -300),
    ("IST-1GMT0,M10.5.0,M3.5.0/1", "2026-12-01 12:00", 0), ("ABC3DEF4:30,J60,J300", "2024-03-01 05:00", -270),
    ("ABC3DEF,59/0,300", "2024-02-29 03:00", -120), ("ABC3DEF,M3.5.0/-1,M10.5.0/167", "2026-03-29 02:00", -120),
  ])
  func theLastLine(_ line: String, _ greenwich: String, _ minutes: Int) throws {
    let table = try TimeZoneTable(name: "made up", parsing: Self.file(line))
    #expect(table.offset(at: moment(greenwich).milliseconds / 1_000) == minutes * 60)
  }

  @Test(arguments: [
    "X5", "EST", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,x", "EST999", "<+1",
  ])
  func aLastLineThatMeansNothing(_ line: String) {
    #expect(throws: TimeZoneTable.ParseError.self) { try TimeZoneTable(name: "x", parsing: Self.file(line)) }
  }

  @Test func mutatedFilesNeverCrash() throws {
    let whole = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
    var refused = 0
    for place in 0..<min(whole.count, 3_000) {
      var bytes = whole
      bytes[place] = UInt8(truncatingIfNeeded: place &* 37 &+ 129)
      for mutated in [bytes, Array(whole.prefix(place))] {
        do throws(TimeZoneTable.ParseError) {
          let table = try TimeZoneTable(name: "x", parsing: mutated)
          for time in [Int64.min / 2_000, 0, 4_000_000_000, Int64.max / 4_000_000] {
            _ = table.wallClock(at: WallTime(milliseconds: time))
          }
        } catch {
          refused += 1
        }
      }
    }
    #expect(refused > 1_000)
  }

  /// An empty block of each kind and the line.
  private static func file(_ line: String) -> [UInt8] {
    let header = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15 + 12 + 4)
    let counts: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 4]
    let block: [UInt8] = [0, 0, 0, 0, 0, 0] + Array("ABC\0".utf8)
    return header + counts + block + header + counts + block + Array("\n\(line)\n".utf8)
  }
}

@Suite struct CalendarDateTests {
  @Test func everyDayOfFourHundredYearsHasItsNumber() throws {
    var expected = try #require(CalendarDate(year: 1800, month: 1, day: 1)).daysSince1970
    for year in 1800..<2200 {
      for month in 1...12 {
        for day in 1...CalendarDate.days(inMonth: month, of: year) {
          let date = try #require(CalendarDate(year: year, month: month, day: day))
          guard date.daysSince1970 == expected, CalendarDate(daysSince1970: expected) == date else {
            Issue.record("\(date) is day \(date.daysSince1970), not \(expected)")
            return
          }
          expected += 1
        }
      }
    }
  }

  @Test(arguments: [(1970, 1, 1, 0, 4), (2000, 2, 29, 11_016, 2), (2026, 11, 21, 20_778, 6)])
  func knownDays(_ year: Int, _ month: Int, _ day: Int, _ number: Int, _ weekday: Int) throws {
    let date = try #require(CalendarDate(year: year, month: month, day: day))
    #expect(date.daysSince1970 == number && date.weekday == weekday)
  }

  @Test(arguments: [(2026, 2, 29), (2100, 2, 29), (2026, 13, 1), (2026, 0, 1), (2026, 4, 31), (2026, 1, 0), (0, 1, 1)])
  func daysThatDoNotExist(_ year: Int, _ month: Int, _ day: Int) {
    #expect(CalendarDate(year: year, month: month, day: day) == nil)
  }
}
