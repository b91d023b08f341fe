import Foundation

/// Rows of three columns, printed in the order of their times.
struct Timeline {
  enum Column: Int, CaseIterable {
    case service, caller, agent

    var title: String {
      switch self {
      case .service: "the service"
      case .caller: "the caller hears"
      case .agent: "the agent hears"
      }
    }
  }

  private struct Row {
    var time: Date
    var column: Column
    var text: String
  }

  /// News from a recording is up to half a second late: rows wait this long for earlier ones.
  private static let patience: TimeInterval = 1
  private static let width = 24

  let start: Date
  private var waiting: [Row] = []

  init(start: Date) { self.start = start }

  func printTitle() {
    print(Self.line("seconds", Column.allCases.map(\.title)))
    print(String(repeating: "-", count: 10 + Self.width * Column.allCases.count))
  }

  mutating func add(_ text: String, in column: Column, at time: Date) {
    waiting.append(Row(time: time, column: column, text: text))
  }

  /// Prints what is old enough for its place to be sure.
  mutating func printDue(at now: Date = Date()) { printAll(before: now - Self.patience) }

  mutating func printAll(before limit: Date = .distantFuture) {
    for row in waiting.filter({ $0.time < limit }).sorted(by: { $0.time < $1.time }) {
      var cells = Column.allCases.map { _ in "" }
      cells[row.column.rawValue] = row.text
      print(Self.line(String(format: "%7.2f", row.time.timeIntervalSince(start)), cells))
    }
    waiting.removeAll { $0.time < limit }
    fflush(nil)
  }

  private static func line(_ time: String, _ cells: [String]) -> String {
    let padded = cells.map { $0 + String(repeating: " ", count: max(0, width - $0.count)) }
    return "\(time)   \(padded.joined())".trimmingSuffix
  }
}

extension String {
  fileprivate var trimmingSuffix: String { String(reversed().drop { $0 == " " }.reversed()) }
}
