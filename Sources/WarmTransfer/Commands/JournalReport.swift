import Store
import Runtime
import Settings
import Transfer

/// What `warm-transfer list`, `show` and `webhooks` print, while the service runs or not.
package struct JournalReport {
  package enum Failure: Error, Equatable, CustomStringConvertible {
    case noTime(String)
    case noTransfer(String)
    case noDelivery(Int64)
    case unreadable(String)
    case unwritable(String)

    package var description: String {
      switch self {
      case .noTime(let text):
        "'\(text)' is not a time; write 30m, 12h or 7d (ago), or 2026-11-21 or 2026-11-21T09:30 (UTC)"
      case .noTransfer(let id): "no transfer '\(id)' in the journal"
      case .noDelivery(let id): "no event \(id) is waiting, or it is being delivered right now"
      case .unwritable(let reason): "cannot write the journal: \(reason)"
      case .unreadable(let reason): "cannot read the journal: \(reason)"
      }
    }
  }

  let records: any RecordQueries
  let database: any RecordDatabase

  /// Of the service with this conf file.
  package static func open(configuration: String) throws -> JournalReport {
    try open(try Settings.load(configuration, from: .onDisk).database)
  }

  static func open(_ database: any RecordDatabase) throws(Failure) -> JournalReport {
    do throws(JournalError) {
      return JournalReport(records: try database.reader(), database: database)
    } catch {
      throw .unreadable("\(error)")
    }
  }

  /// A heading and a row for each transfer, newest first; nil when there are none.
  package func list(since text: String?, limit: Int) throws(Failure) -> Table? {
    try list(since: text, limit: limit, now: SystemClock().wall)
  }

  func list(since text: String?, limit: Int, now: WallTime) throws(Failure) -> Table? {
    let transfers = try transfers(since: text, limit: limit, now: now)
    return transfers.isEmpty ? nil : Table([Self.heading] + transfers.map(\.cells))
  }

  func transfers(since text: String?, limit: Int, now: WallTime) throws(Failure) -> [ListedTransfer] {
    guard let since = text.map({ WallTime(since: $0, now: now) }) ?? WallTime(milliseconds: 0) else {
      throw .noTime(text ?? "")
    }
    return try reading { () throws(JournalError) in try records.transfers(since: since, limit: limit) }
  }

  func reading<Answer>(_ question: () throws(JournalError) -> Answer) throws(Failure) -> Answer {
    do throws(JournalError) {
      return try question()
    } catch {
      throw .unreadable("\(error)")
    }
  }

  /// All that is known of one transfer.
  package func story(of name: String) throws(Failure) -> [String] {
    let summary = try summary(of: name)
    return try reading { () throws(JournalError) in try story(of: summary) }
  }

  func summary(of name: String) throws(Failure) -> TransferSummary {
    let found = try reading { () throws(JournalError) in try TransferID(name).flatMap(records.summary) }
    guard let found else { throw .noTransfer(name) }
    return found
  }

  private func story(of summary: TransferSummary) throws(JournalError) -> [String] {
    do throws(JournalError) {
      return try records.record(of: summary.id).map { TransferStory($0, summary).lines } ?? []
    } catch {
      guard error.kind == .unusable else { throw error }
      return summary.lines(unreadable: error)
    }
  }

  private static let heading = ["requested", "transfer", "caller", "for", "target", "result", "cause", "wait"]
}

extension ListedTransfer {
  fileprivate var cells: [String] {
    switch self {
    case .readable(let summary, _): summary.cells
    case .unreadable(let transfer):
      (transfer.summary?.cells ?? ["-", transfer.id.onOneLine] + Array(repeating: "-", count: 6)).dropLast()
        + ["unreadable"]
    }
  }
}

extension TransferSummary {
  fileprivate var cells: [String] {
    [
      Timestamp(requestedAt).description, id.description, callerNumber.isEmpty ? "-" : callerNumber, party ?? "-",
      target ?? "-", result?.rawValue ?? "in progress", cause?.rawValue ?? "-", wait?.inSeconds ?? "-",
    ].map(\.onOneLine)
  }
}

extension Timestamp {
  init(_ time: WallTime) { self.init(milliseconds: time.milliseconds) }
}

extension Duration {
  /// `12.345 s`
  var inSeconds: String {
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1_000)
    let digits = String(rest.magnitude)
    return "\(seconds).\(String(repeating: "0", count: 3 - digits.count))\(digits) s"
  }
}

extension String {
  /// What came from outside does not make lines or colours of its own on somebody's terminal.
  var onOneLine: String {
    String(String.UnicodeScalarView(unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
  }
}

extension WallTime {
  /// `30m`, `12h`, `7d` before now, or a date with or without a time, in UTC as in the log.
  init?(since text: String, now: WallTime) {
    let factors: [Character: Int] = ["m": 60, "h": 3_600, "d": 24 * 3_600]
    if let factor = text.last.flatMap({ factors[$0] }) {
      guard let number = Int(text.dropLast()), (0...1_000_000).contains(number) else { return nil }
      self = now + .seconds(-number * factor)
    } else {
      guard let moment = Timestamp(date: text) else { return nil }
      self.init(milliseconds: moment.milliseconds)
    }
  }
}
