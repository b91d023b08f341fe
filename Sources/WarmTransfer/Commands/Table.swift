/// Rows of as many cells each below a heading.
package struct Table: Equatable, Sendable {
  package let rows: [[String]]

  init(_ rows: [[String]]) { self.rows = rows }

  /// Cells that stand below each other. Where they do not fit, each row goes on in lines below, indented; a cell that is
  /// wider than the page is cut.
  package func lines(fitting width: Int? = nil) -> [String] {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    let folds = Self.folds(widths, width ?? .max)
    return rows.flatMap { row in
      folds.enumerated().map { number, columns in
        let cells = columns.map { $0 == columns.last ? row[$0] : row[$0].padded(to: widths[$0]) }
        let line = ((number == 0 ? [] : [""]) + cells).joined(separator: Self.gap)
        return Self.cut(line.withoutBlanksAtTheEnd, to: width ?? .max)
      }
    }
  }

  private static let gap = "  "

  /// Which columns stand on each line of a row.
  private static func folds(_ widths: [Int], _ width: Int) -> [[Int]] {
    var folds: [[Int]] = [[]]
    var taken = 0
    for column in widths.indices {
      if taken > 0, taken + gap.count + widths[column] > width {
        folds.append([])
        taken = 0
      }
      taken += widths[column] + (taken > 0 || folds.count > 1 ? gap.count : 0)
      folds[folds.count - 1].append(column)
    }
    return folds
  }

  private static func cut(_ line: String, to width: Int) -> String {
    line.count > width ? line.prefix(max(0, width - 1)) + "…" : line
  }
}

extension String {
  func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }

  fileprivate var withoutBlanksAtTheEnd: String {
    lastIndex { $0 != " " }.map { String(self[...$0]) } ?? ""
  }
}
