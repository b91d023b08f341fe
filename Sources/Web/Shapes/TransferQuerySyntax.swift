internal import Runtime
internal import Transfer

extension TransferQuery {
  static let limits = 1...200
  static let standardLimit = 50

  static let parameters: [APIRoute.Parameter] = [
    .init(
      name: "phase",
      shape: .choice(TransferMachine.Phase.allCases.map(\.rawValue)),
      explanation: "Only transfers in this phase."
    ),
    .init(
      name: "since",
      shape: .time,
      explanation: "Only transfers requested at or after this time, such as 2026-11-21T09:30:00Z."
    ),
    .init(
      name: "channel",
      shape: .text(OrderShapes.channel),
      explanation: "Only transfers of the caller on this channel: in progress, or ended within the last ten minutes."
    ),
    .init(
      name: "limit",
      shape: .integer(Int64(limits.lowerBound)...Int64(limits.upperBound)),
      explanation: "Page size. Default: \(standardLimit)."
    ),
    .init(
      name: "cursor",
      shape: .text(TextShape(3...48, .cursor)),
      explanation: "The value of next on the previous page."
    ),
  ]

  init(_ parameters: [String: String]) throws(Problem) {
    self.init(limit: Self.standardLimit)
    if let text = parameters["phase"] {
      guard let phase = TransferMachine.Phase(rawValue: text) else { throw Self.invalid("phase", "is not a phase") }
      self.phase = phase
    }
    if let text = parameters["since"] {
      guard let since = WallTime(rfc3339: text) else {
        throw Self.invalid("since", "is not a time such as 2026-11-21T09:30:00Z")
      }
      self.since = since
    }
    if let text = parameters["channel"] {
      do throws(Misfit) {
        try OrderShapes.channel.check(text, at: "channel")
      } catch {
        throw Self.invalid("channel", "is not a channel id")
      }
      channel = text
    }
    if let text = parameters["limit"] {
      guard let limit = Int(text), text.allSatisfy(\.isASCIIDigit), Self.limits.contains(limit) else {
        throw Self.invalid(
          "limit",
          "must be a whole number from \(Self.limits.lowerBound) to \(Self.limits.upperBound)"
        )
      }
      self.limit = limit
    }
    if let text = parameters["cursor"] {
      guard let position = Position(cursor: text) else { throw Self.invalid("cursor", "is not a cursor of this API") }
      before = position
    }
  }

  private static func invalid(_ name: String, _ why: String) -> Problem { Problem(.invalidParameter, "\(name) \(why)") }
}

extension TransferReport {
  var position: TransferQuery.Position { .init(requestedAt: requestedAt, id: id) }
}

extension TransferQuery.Position {
  var cursor: String { "\(requestedAt.milliseconds)-\(id)" }

  init?(cursor: String) {
    let parts = cursor.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].count <= 15, parts[0].allSatisfy(\.isASCIIDigit),
      let milliseconds = Int64(parts[0]),
      let id = TransferID(String(parts[1]))
    else { return nil }
    self.init(requestedAt: WallTime(milliseconds: milliseconds), id: id)
  }
}

extension WallTime {
  /// `2026-11-21T09:30:00Z`, with or without a fraction, in UTC or with its offset. Before 1970 there was no service.
  init?(rfc3339 text: String) {
    let pattern = #/(\d{4})(-\d\d-\d\d)[Tt](\d\d:\d\d):(\d\d)(?:\.(\d+))?(?:[Zz]|([+\-])(\d\d):(\d\d))/#
      .asciiOnlyDigits()
    guard let found = text.wholeMatch(of: pattern)?.output else { return nil }
    // A leap second is the end of the second before it; the day must exist in a year that the clock knows.
    let second = found.4 == "60" ? "59" : found.4
    let year = found.1 < "1970" ? (found.2 == "-02-29" ? "1972" : "1970") : String(found.1)
    guard let moment = Timestamp(date: "\(year)\(found.2)T\(found.3):\(second)") else { return nil }
    guard let hours = Int64(found.7 ?? "0"), let minutes = Int64(found.8 ?? "0"), hours < 24, minutes < 60 else {
      return nil
    }
    let fraction = Int64(((found.5.map(String.init) ?? "") + "000").prefix(3)) ?? 0
    let offset = (hours * 60 + minutes) * 60_000 * (found.6 == "-" ? -1 : 1)
    let isBefore = found.1 < "1970"
    self.init(milliseconds: isBefore ? 0 : max(0, moment.milliseconds + fraction - offset))
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
