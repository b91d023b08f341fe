import Foundation

/// The same thing measured several times.
struct Figures {
  private let sorted: [Duration]

  init(_ measured: [Duration]) { sorted = measured.sorted() }

  var count: Int { sorted.count }
  var median: Duration { percentile(50) }
  /// Of up to a hundred figures it is the largest.
  var p99: Duration { percentile(99) }

  /// The smallest figure that so many percent do not exceed.
  private func percentile(_ percent: Int) -> Duration {
    guard !sorted.isEmpty else { return .zero }
    return sorted[max(0, (sorted.count * percent + 99) / 100 - 1)]
  }
}

extension Duration {
  var milliseconds: String { decimals(self / .milliseconds(1), 2) }
  var seconds: String { decimals(self / .seconds(1), 2) }
}

func decimals(_ number: Double, _ count: Int) -> String { String(format: "%.\(count)f", number) }

/// Columns as wide as their widest cell.
func table(_ title: String, _ rows: [[String]]) {
  let columns = rows.map(\.count).max() ?? 0
  let widths = (0..<columns).map { column in rows.map { $0.count > column ? $0[column].count : 0 }.max() ?? 0 }
  print("\n\(title)")
  for row in rows {
    let cells = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
    let line = "  " + cells.joined(separator: "   ")
    print(line[...(line.lastIndex { $0 != " " } ?? line.startIndex)])
  }
  // What stands in a file or a pipe is seen as soon as it is measured.
  fflush(nil)
}

struct BenchmarkError: Error, CustomStringConvertible {
  let description: String
}
