internal import Transfer
internal import Transport

/// `/figures`: each figure as a picture, with its table behind it. Whole as it is served, but for somebody who has still
/// to sign in: only that, and signing out, need a script.
struct FiguresPage: Sendable {
  static let periods = [1, 7, 30, 90]

  static let route = WebPages.Route(method: .get, path: "/figures") { call throws(Problem) in
    guard let token = await call.session(.board)?.token, token.scopes.contains(.read) else {
      return reply(with: "")
    }
    let query = FiguresQuery(page: call.request.query ?? "")
    do throws(Problem) {
      let answer = try await call.ask { backend throws(Refusal) in try await backend.figures(query) }
      return reply(with: FiguresPage(answer: answer).content)
    } catch {
      let complaint = Markup.escaped("No figures: \(error.detail).")
      return reply(with: "<p class=\"notice bad\" role=\"alert\">\(complaint)</p>", status: error.code.status)
    }
  }

  let answer: FiguresAnswer

  private static func reply(with content: String, status: Int = 200) -> HTTPServerReply {
    HTTPServerReply(
      status: status,
      headers: [("Content-Type", PageFile.Kind.page.rawValue), ("Cache-Control", "no-store")],
      body: .whole(Array(html(content).utf8))
    )
  }

  static func html(_ content: String) -> String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Figures</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/app.css">
    <script type="module" src="/assets/figures.js"></script>
    </head>
    <body>
    <a class="skip" href="#main">Skip to content</a>
    <header class="bar">
    <h1>Figures</h1>
    <nav aria-label="Pages"><a href="/">Board</a> <a href="/figures" aria-current="page">Figures</a> \
    <a href="/playground">Playground</a></nav>
    <button type="button" class="quiet" id="leave" hidden="hidden">Sign out</button>
    </header>
    <main id="main" tabindex="-1">\(content)</main>
    \(content.isEmpty ? "<noscript><p class=\"notice\">Signing in needs JavaScript.</p></noscript>" : "")
    </body>
    </html>

    """
  }

  // MARK: What is on it

  var content: String {
    let transfers = answer.report.total.transfers
    let counted = "\(transfers) \(transfers == 1 ? "transfer" : "transfers"), requested in the last "
    return """

      \(choices)<p class="soft">\(counted)\(days == 1 ? "day" : "\(days) days").</p>
      <dl class="tiles">
      \(FiguresPlot.main.map(tile).joined())</dl>
      <div class="charts">
      \(FiguresPlot.allCases.map { section($0.chart(of: answer)) }.joined())</div>

      """
  }

  /// All transfers together: the number, and what it should be.
  private func tile(_ plot: FiguresPlot) -> String {
    var whole = answer
    whole.question.by = nil
    let chart = plot.chart(of: whole)
    guard let bar = chart.bars.first else { return "" }
    let aim = chart.threshold.map { "aim: \($0.text)\(bar.isGood ? "" : ", missed")" } ?? bar.detail
    return """
      <div class="tile\(bar.isGood ? "" : " bad")"><dt>\(Markup.escaped(chart.title))</dt>
      <dd>\(Markup.escaped(bar.text))</dd><dd class="aim">\(Markup.escaped(aim))</dd></div>

      """
  }

  private func section(_ chart: BarChart) -> String {
    let title = Markup.escaped(chart.title)
    return """
      <section class="card" aria-labelledby="\(chart.name)">
      <h2 id="\(chart.name)">\(title)</h2>
      <p class="soft small">\(Markup.escaped(chart.meaning))</p>
      <div class="scrolls" tabindex="0" role="region" aria-label="Picture: \(title)">
      \(chart.picture(isAlone: false))</div>
      <details><summary>Table: \(title)</summary>
      \(chart.table)</details>
      </section>

      """
  }

  private var choices: String {
    let groupings = [nil] + FiguresQuestion.Grouping.allCases.map { Optional($0) }
    let by = groupings.map {
      link($0.map { "By \($0.rawValue)" } ?? "All", by: $0, days: days, isHere: $0 == answer.question.by)
    }
    let times = Self.periods.map {
      link($0 == 1 ? "1 day" : "\($0) days", by: answer.question.by, days: $0, isHere: $0 == days)
    }
    return """
      <div class="choices">
      <nav aria-label="Figures by"><ul class="row">\(by.joined())</ul></nav>
      <nav aria-label="Time"><ul class="row">\(times.joined())</ul></nav>
      </div>

      """
  }

  private var days: Int {
    let whole = Int((answer.question.to - answer.question.from).milliseconds / 86_400_000)
    return Self.periods.contains(whole) ? whole : Self.periods[2]
  }

  private func link(_ text: String, by grouping: FiguresQuestion.Grouping?, days: Int, isHere: Bool) -> String {
    let by = grouping.map { "&amp;by=\($0.rawValue)" } ?? ""
    let here = isHere ? " aria-current=\"page\"" : ""
    return "<li><a class=\"button\" href=\"?days=\(days)\(by)\"\(here)>\(text)</a></li>"
  }
}

extension FiguresQuery {
  /// As the links of the page say it; what they do not say is as usual.
  init(page query: String) {
    let pairs = query.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1).map(String.init) }
    let given = Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { first, _ in first }
    let days = given["days"].flatMap { Int($0) }.flatMap { FiguresPage.periods.contains($0) ? $0 : nil }
    self.init(
      time: days.map { .seconds(86_400 * $0) } ?? Self.usualTime,
      by: given["by"].flatMap { FiguresQuestion.Grouping(rawValue: $0) }
    )
  }
}
