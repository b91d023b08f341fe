internal import Transfer

/// `/figures`: each figure as a picture, with its table behind it. Whole as it is served: it needs no script.
struct FiguresPage: Sendable {
  static let periods = [1, 7, 30, 90]

  let answer: FiguresAnswer

  var html: String {
    let charts = FiguresPlot.allCases.map { $0.chart(of: answer) }
    let sections = charts.map { chart in
      """
      <section aria-labelledby="\(chart.name)">
      <h2 id="\(chart.name)">\(Markup.escaped(chart.title))</h2>
      \(chart.svg)<details><summary>Table: \(Markup.escaped(chart.title))</summary>
      \(chart.table)</details>
      </section>

      """
    }
    return """
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>Figures</title>
      <link rel="icon" href="data:,">
      <link rel="stylesheet" href="/assets/app.css">
      </head>
      <body>
      <a class="skip" href="#main">Skip to content</a>
      <header class="bar"><h1>Figures</h1></header>
      <main id="main" tabindex="-1">
      \(choices)<p>\(answer.report.total.transfers) transfers.</p>
      \(sections.joined())</main>
      </body>
      </html>

      """
  }

  private var choices: String {
    let groupings = [nil] + FiguresQuestion.Grouping.allCases.map { Optional($0) }
    let by = groupings.map { link($0?.rawValue ?? "all", by: $0, days: days, isHere: $0 == answer.question.by) }
    let times = Self.periods.map { link("\($0) days", by: answer.question.by, days: $0, isHere: $0 == days) }
    return """
      <nav aria-label="Figures by"><ul>\(by.joined())</ul></nav>
      <nav aria-label="Time"><ul>\(times.joined())</ul></nav>

      """
  }

  private var days: Int {
    let whole = Int((answer.question.to - answer.question.from).milliseconds / 86_400_000)
    return Self.periods.contains(whole) ? whole : Self.periods[2]
  }

  private func link(_ text: String, by grouping: FiguresQuestion.Grouping?, days: Int, isHere: Bool) -> String {
    let by = grouping.map { "&amp;by=\($0.rawValue)" } ?? ""
    return "<li><a href=\"?days=\(days)\(by)\"\(isHere ? " aria-current=\"page\"" : "")>\(text)</a></li>"
  }
}

extension FiguresQuery {
  /// As the links of the page say it; what they do not say is as usual.
  init(days: String?, by grouping: String?, now: WallTime) {
    let days = days.flatMap { Int($0) }.flatMap { FiguresPage.periods.contains($0) ? $0 : nil } ?? 30
    self.init(
      from: now + .seconds(-86_400 * days),
      to: now,
      by: grouping.flatMap { FiguresQuestion.Grouping(rawValue: $0) }
    )
  }
}
