/// When the clocks of one place are moved, as the files of the time zone database (RFC 9636) tell it.
package struct TimeZoneTable: Equatable, Sendable {
  package struct ParseError: Error, Equatable, CustomStringConvertible {
    package let description: String
  }

  struct Change: Equatable, Sendable {
    /// Seconds since 1970.
    let at: Int64
    /// Seconds east of Greenwich, from then on.
    let offset: Int
  }

  /// Such as `Europe/Berlin`.
  package let name: String
  private let offsetAtFirst: Int
  private let changes: [Change]
  /// What goes on for ever after the last change.
  private let future: YearlyClockChange?

  package static let utc = TimeZoneTable(name: "UTC", offsetAtFirst: 0, changes: [], future: nil)

  private init(name: String, offsetAtFirst: Int, changes: [Change], future: YearlyClockChange?) {
    self.name = name
    self.offsetAtFirst = offsetAtFirst
    self.changes = changes
    self.future = future
  }

  package init(name: String, parsing file: [UInt8]) throws(ParseError) {
    var reader = ZoneFileReader(rest: file[...])
    let old = try reader.header()
    guard old.version >= 2 else {
      let block = try reader.block(old, bytesInTime: 4)
      self.init(name: name, offsetAtFirst: block.offsetAtFirst, changes: block.changes, future: nil)
      return
    }
    // Newer files say everything twice: the first time as readers of 1986 want it.
    _ = try reader.bytes(old.length(bytesInTime: 4))
    let block = try reader.block(try reader.header(), bytesInTime: 8)
    let future = try reader.future()
    self.init(name: name, offsetAtFirst: block.offsetAtFirst, changes: block.changes, future: future)
  }

  package func wallClock(at moment: WallTime) -> WallClock {
    let seconds = moment.milliseconds.flooredQuotientAndRemainder(dividingBy: 1_000).quotient
    let local = Int(seconds) + offset(at: seconds)
    let (days, secondOfDay) = local.flooredQuotientAndRemainder(dividingBy: 86_400)
    return WallClock(CalendarDate(daysSince1970: days), minuteOfDay: secondOfDay / 60)
  }

  /// When the clock shows this: the first time of two, and the moment of the change where it is put forward over it.
  package func moment(of clock: WallClock) -> WallTime {
    let asIfInGreenwich = Int64(clock.date.daysSince1970 * 86_400 + clock.minuteOfDay * 60)
    let before = offset(at: asIfInGreenwich - 86_400)
    let after = offset(at: asIfInGreenwich + 86_400)
    let candidates = [before, after].map { asIfInGreenwich - Int64($0) }.sorted()
    let moment = candidates.first { $0 + Int64(offset(at: $0)) == asIfInGreenwich }
    return WallTime(milliseconds: (moment ?? asIfInGreenwich - Int64(before)) * 1_000)
  }

  /// Seconds east of Greenwich.
  func offset(at seconds: Int64) -> Int {
    var (first, end) = (0, changes.count)
    while first < end {
      let middle = (first + end) / 2
      if changes[middle].at <= seconds { first = middle + 1 } else { end = middle }
    }
    if first == changes.count, let future { return future.offset(at: seconds) }
    return first == 0 ? offsetAtFirst : changes[first - 1].offset
  }
}

/// The parts of a zone file. Nothing in it is believed before it has been looked at.
private struct ZoneFileReader {
  struct Header {
    let version: Int
    let markers: Int
    let leapSeconds: Int
    let changes: Int
    let types: Int
    let letters: Int

    func length(bytesInTime: Int) -> Int {
      changes * (bytesInTime + 1) + types * 6 + letters + leapSeconds * (bytesInTime + 4) + markers
    }
  }

  var rest: ArraySlice<UInt8>

  mutating func bytes(_ count: Int) throws(TimeZoneTable.ParseError) -> ArraySlice<UInt8> {
    guard count <= rest.count else { throw .init(description: "ends too early") }
    defer { rest = rest.dropFirst(count) }
    return rest.prefix(count)
  }

  mutating func header() throws(TimeZoneTable.ParseError) -> Header {
    guard try bytes(4).elementsEqual("TZif".utf8) else { throw .init(description: "is not a time zone file") }
    let version = try bytes(1).first ?? 0
    _ = try bytes(15)
    var counts: [Int] = []
    for _ in 0..<6 { counts.append(Int(UInt32(truncatingIfNeeded: try number(bytes: 4)))) }
    return Header(
      version: version == 0 ? 1 : 2,
      markers: counts[0] + counts[1],
      leapSeconds: counts[2],
      changes: counts[3],
      types: counts[4],
      letters: counts[5]
    )
  }

  mutating func block(
    _ header: Header,
    bytesInTime: Int
  ) throws(TimeZoneTable.ParseError) -> (offsetAtFirst: Int, changes: [TimeZoneTable.Change]) {
    guard header.length(bytesInTime: bytesInTime) <= rest.count else { throw .init(description: "ends too early") }
    var times: [Int64] = []
    for _ in 0..<header.changes { times.append(try number(bytes: bytesInTime)) }
    guard zip(times, times.dropFirst()).allSatisfy(<) else { throw .init(description: "is not in order of time") }
    let typesOfChanges = try bytes(header.changes)
    var offsets: [Int] = []
    for _ in 0..<header.types {
      offsets.append(Int(try number(bytes: 4)))
      _ = try bytes(2)
    }
    // More than a day from Greenwich is nowhere.
    guard let first = offsets.first, offsets.allSatisfy({ abs($0) < 100_000 }),
      typesOfChanges.allSatisfy({ Int($0) < offsets.count })
    else { throw .init(description: "has an impossible offset") }
    _ = try bytes(header.letters + header.leapSeconds * (bytesInTime + 4) + header.markers)
    return (first, zip(times, typesOfChanges).map { .init(at: $0, offset: offsets[Int($1)]) })
  }

  /// The last line: for all the years after the last change.
  mutating func future() throws(TimeZoneTable.ParseError) -> YearlyClockChange? {
    guard rest.first == UInt8(ascii: "\n"), rest.count >= 2, rest.last == UInt8(ascii: "\n") else {
      throw .init(description: "has no last line")
    }
    let line = String(decoding: rest.dropFirst().dropLast(), as: UTF8.self)
    if line.isEmpty { return nil }
    guard let future = YearlyClockChange(parsing: line) else {
      throw .init(description: "has an invalid last line")
    }
    return future
  }

  private mutating func number(bytes count: Int) throws(TimeZoneTable.ParseError) -> Int64 {
    let value = try bytes(count).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return count == 4 ? Int64(Int32(truncatingIfNeeded: value)) : Int64(truncatingIfNeeded: value)
  }
}
