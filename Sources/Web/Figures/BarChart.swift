/// Numbers as bars, and the same as a table. Made to be read without colours: what is not as it should be is hatched,
/// and every bar has its number beside it.
struct BarChart: Equatable, Sendable {
  struct Bar: Equatable, Sendable {
    let label: String
    let value: Double
    /// The value as it is written.
    let text: String
    /// What is behind it.
    let detail: String
    /// On the right side of the threshold.
    var isGood = true
  }

  struct Threshold: Equatable, Sendable {
    enum Side: String, Sendable {
      case atMost = "at most"
      case atLeast = "at least"
    }

    let value: Double
    let text: String
    let side: Side
  }

  /// Unique on a page.
  let name: String
  let title: String
  let meaning: String
  /// What the labels are, and the values.
  let labels: String
  let values: String
  let bars: [Bar]
  var threshold: Threshold?

  /// A picture cannot be scrolled: the table has all of them.
  private static let most = 62
  private static let longestLabel = 26
  private static let width = 620
  private static let plotLeft = 190
  private static let plotWidth = 260
  private static let rowHeight = 24

  private var shown: ArraySlice<Bar> { bars.prefix(Self.most) }

  /// Where the scale ends: the threshold is always on it.
  private var scale: Double {
    let highest = max(shown.map(\.value).max() ?? 0, (threshold?.value ?? 0) * 1.25)
    return highest > 0 ? highest : 1
  }

  /// What somebody is told who does not see it.
  var summary: String {
    let limit = threshold.map { " The aim is \($0.text); hatched bars miss it." } ?? ""
    let rest = bars.count > Self.most ? " The first \(Self.most) of \(bars.count) are drawn." : ""
    let all = shown.map { "\($0.label.isEmpty ? "none" : $0.label) \($0.text)" }.joined(separator: ", ")
    return "\(meaning).\(limit)\(rest) \(bars.isEmpty ? "No data." : all + ".")"
  }

  var svg: String { picture(isAlone: true) }

  /// On a page its title stands above it.
  func picture(isAlone: Bool) -> String {
    let top = (isAlone ? 32 : 6) + (threshold == nil ? 0 : 24)
    let height = top + max(1, shown.count) * Self.rowHeight + 12
    let rows = shown.enumerated().map { index, bar in row(bar, at: top + index * Self.rowHeight) }
    let heading =
      isAlone ? "<text x=\"0\" y=\"18\" font-size=\"16\" font-weight=\"bold\">\(Markup.escaped(title))</text>\n" : ""
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Self.width) \(height)" width="\(Self.width)" \
      height="\(height)" role="img" aria-labelledby="\(name)-title \(name)-desc" font-family="system-ui, sans-serif" \
      font-size="13" fill="currentColor">
      <title id="\(name)-title">\(Markup.escaped(title))</title>
      <desc id="\(name)-desc">\(Markup.escaped(summary))</desc>
      <defs><pattern id="\(name)-missed" width="6" height="6" patternUnits="userSpaceOnUse" \
      patternTransform="rotate(45)"><rect width="2" height="6"/></pattern></defs>
      \(heading)\(band(from: top, to: height))\(rows.joined())\(bars.isEmpty ? text(Self.plotLeft, top + 16, "no data") : "")
      </svg>

      """
  }

  private func x(_ value: Double) -> Int { Self.plotLeft + Int((min(value, scale) / scale * Double(Self.plotWidth))) }

  /// The part of the scale in which bars should end.
  private func band(from first: Int, to height: Int) -> String {
    guard let threshold else { return "" }
    let (line, top, bottom) = (x(threshold.value), first - 6, height - 8)
    let (from, to) =
      threshold.side == .atMost ? (Self.plotLeft, line) : (line, Self.plotLeft + Self.plotWidth)
    return """
      <rect x="\(from)" y="\(top)" width="\(to - from)" height="\(bottom - top)" fill-opacity="0.08"/>
      <line x1="\(line)" y1="\(top)" x2="\(line)" y2="\(bottom)" stroke="currentColor" stroke-dasharray="5 3"/>
      <text x="\(line)" y="\(top - 6)" text-anchor="middle">aim: \(Markup.escaped(threshold.text))</text>

      """
  }

  private func row(_ bar: Bar, at y: Int) -> String {
    let label = bar.label.isEmpty ? "(none)" : bar.label
    let short = label.count > Self.longestLabel ? label.prefix(Self.longestLabel - 1) + "…" : label[...]
    let end = x(bar.value)
    let fill = bar.isGood ? "fill-opacity=\"0.75\"" : "fill=\"url(#\(name)-missed)\""
    return """
      <g><title>\(Markup.escaped("\(label): \(bar.text) (\(bar.detail))"))</title>
      <text x="\(Self.plotLeft - 8)" y="\(y + 15)" text-anchor="end">\(Markup.escaped(String(short)))</text>
      <rect x="\(Self.plotLeft)" y="\(y + 3)" width="\(max(0, end - Self.plotLeft))" height="16" \(fill) \
      stroke="currentColor"/>\(text(end + 6, y + 15, "\(bar.text)\(bar.isGood ? "" : " !")"))</g>

      """
  }

  private func text(_ x: Int, _ y: Int, _ text: String) -> String {
    "<text x=\"\(x)\" y=\"\(y)\">\(Markup.escaped(text))</text>"
  }

  /// The same numbers, for HTML.
  var table: String {
    let rows = bars.map { bar in
      let cells = [bar.text + (bar.isGood ? "" : " (misses the aim)"), bar.detail].map(Markup.escaped)
      let label = Markup.escaped(bar.label.isEmpty ? "(none)" : bar.label)
      return "<tr><th scope=\"row\">\(label)</th><td>\(cells[0])</td><td>\(cells[1])</td></tr>"
    }
    return """
      <table><caption>\(Markup.escaped("\(title): \(meaning)"))</caption>
      <thead><tr><th scope="col">\(Markup.escaped(labels.isEmpty ? "what" : labels))</th>\
      <th scope="col">\(Markup.escaped(values))</th><th scope="col">of</th></tr></thead>
      <tbody>\(rows.joined(separator: "\n"))</tbody></table>

      """
  }
}

/// Text as HTML and XML take it.
enum Markup {
  /// What comes from outside is text and nothing else: it neither marks anything up nor turns the line around.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "'": escaped += "&#39;"
      default:
        let category = scalar.properties.generalCategory
        let isDropped = category == .control || category == .format || (scalar.value & 0xfffe) == 0xfffe
        escaped.unicodeScalars.append(isDropped ? " " : scalar)
      }
    }
    return escaped
  }
}
