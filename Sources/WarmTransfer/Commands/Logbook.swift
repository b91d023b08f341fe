import Store
import Runtime
import Settings
import Transfer

/// What `warm-transfer list` and `warm-transfer show` tell: the journal read, while the service writes it or not.
package struct Logbook: ~Copyable {
  package enum Failure: Error, Equatable, CustomStringConvertible {
    case noTime(String)
    case noTransfer(String)
    case noDelivery(Int64)
    case unreadable(String)
    case unwritable(String)

    package var description: String {
      switch self {
      case .noTime(let text):
        "'\(text)' is no time: 30m, 12h and 7d ago, or 2026-11-21 or 2026-11-21T09:30 in UTC"
      case .noTransfer(let id): "the journal knows no transfer '\(id)'"
      case .noDelivery(let id): "nothing waits under \(id), or it is being tried already"
      case .unwritable(let reason): "the journal cannot be written: \(reason)"
      case .unreadable(let reason): "the journal cannot be read: \(reason)"
      }
    }
  }

  let reader: JournalReader
  let path: String

  /// Of the service with this conf file.
  package static func open(configuration: String) throws -> Logbook {
    try open(journal: try Settings.load(configuration, from: .onDisk).journal)
  }

  static func open(journal: String) throws(Failure) -> Logbook {
    do throws(JournalError) {
      return Logbook(reader: try JournalReader.open(journal), path: journal)
    } catch {
      throw .unreadable("\(journal): \(error)")
    }
  }

  /// A heading and a line for each transfer, newest first; nil when there are none.
  package func list(since text: String?, limit: Int) throws(Failure) -> [String]? {
    try list(since: text, limit: limit, now: SystemClock().wall)
  }

  func list(since text: String?, limit: Int, now: WallTime) throws(Failure) -> [String]? {
    guard let since = text.map({ WallTime(since: $0, now: now) }) ?? WallTime(milliseconds: 0) else {
      throw .noTime(text ?? "")
    }
    do throws(JournalError) {
      let transfers = try reader.transfers(since: since, limit: limit)
      return transfers.isEmpty ? nil : columns([Self.heading] + transfers.map(\.cells))
    } catch {
      throw .unreadable("\(error)")
    }
  }

  /// All that is known of one transfer.
  package func story(of name: String) throws(Failure) -> [String] {
    guard let id = TransferID(name) else { throw .noTransfer(name) }
    do throws(JournalError) {
      if let record = try reader.record(of: id), let summary = try reader.summary(of: id) {
        return TransferStory(record, summary).lines
      }
    } catch {
      throw .unreadable("\(error)")
    }
    throw .noTransfer(name)
  }

  private static let heading = ["requested", "transfer", "caller", "for", "target", "result", "cause", "wait"]
}

extension TransferSummary {
  fileprivate var cells: [String] {
    [
      Timestamp(requestedAt).description, id.description, callerNumber.isEmpty ? "-" : callerNumber, party ?? "-",
      target ?? "-", result?.rawValue ?? "under way", cause?.rawValue ?? "-", wait?.inSeconds ?? "-",
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
