import Foundation
import FoundationXML
import Testing
import Transfer
import Transport
import WebStage

@testable import Web

/// The audit trail and figures as the API tells them.
@Suite struct ReportTests {
  private let stage = Stage()

  @Test func theAuditTrailIsReadByPages() async throws {
    let first = try #require(await stage.ask("GET", "/v1/audit?limit=2").json)
    #expect(first["records"]?.array?.count == 2 && first["next"] == "2" && first["has_more"] == true)
    let last = try #require(await stage.ask("GET", "/v1/audit?limit=9&cursor=2").json)
    #expect(last["records"]?.array?.count == 3 && last["next"] == "5" && last["has_more"] == false)
    let none = try #require(await stage.ask("GET", "/v1/audit?cursor=5").json)
    #expect(none["records"] == [] && none["next"] == "5", "what comes later is asked for with this")
  }

  @Test(arguments: [
    "/v1/audit?since=yesterday", "/v1/audit?cursor=-1", "/v1/audit?cursor=x", "/v1/audit?limit=0",
    "/v1/audit?limit=501",
    "/v1/figures?by=colour", "/v1/figures?from=2026", "/v1/figures/plots/waits?to=now",
  ])
  func whatMakesNoSenseIsRefused(_ path: String) async {
    let answer = await stage.ask("GET", path)
    #expect(answer.status == 400 && answer.code == "invalid_parameter", "\(path)")
  }

  @Test func callsAreCounted() async {
    #expect(await stage.ask("POST", "/v1/calls", body: "").status == 204)
    #expect(await stage.ask("POST", "/v1/calls", body: #"{"count": 12, "topic": "billing"}"#).status == 204)
    let counted = await stage.desk.counted
    #expect(counted.map(\.count) == [1, 12] && counted.map(\.topic) == ["", "billing"])
    for body in [#"{"count": 0}"#, #"{"count": 1000001}"#, #"{"topic": "a\nb"}"#] {
      #expect(await stage.ask("POST", "/v1/calls", body: body).status == 422, "\(body)")
    }
    #expect(await stage.ask("POST", "/v1/calls", body: "", token: "read").status == 403)
  }

  // MARK: Plots

  private static let hostile =
    "</title><script>alert(1)</script>\"'&\u{202e}\u{0}\u{ffff}" + String(repeating: "x", count: 90)

  private static var answer: FiguresAnswer {
    var report = FiguresReport()
    var figures = Figures()
    (figures.calls, figures.transfers, figures.firstTransfers, figures.offered) = (100, 31, 30, 30)
    (figures.connected, figures.abandoned, figures.settled, figures.resolved) = (20, 3, 10, 7)
    for (steps, count) in [(40, 10), (650, 4), (9_000, 1)] {
      figures.wait.add(count, steps: steps)
      figures.talk.add(count, steps: steps)
    }
    figures.timeToAccept.add(9, steps: 31)
    report.total = figures
    var good = figures
    (good.firstTransfers, good.abandoned, good.resolved) = (20, 1, 9)
    report.groups = [.init(hostile, figures), .init("billing", good), .init("", Figures())]
    report.endings = [.init(result: "CONNECTED", cause: "COMPLETED", transfers: 20)]
    report.judgements = [.init(verdict: .machine, key: .accepted, calls: 2)]
    let now = WallTime(milliseconds: 1_800_000_000_000)
    return FiguresAnswer(
      FiguresQuestion(from: now + .seconds(-86_400), to: now, by: .topic, repeatCallLimit: .seconds(1), now: now),
      report
    )
  }

  /// Elements, attributes and texts of a picture or a table, as an XML reader finds them.
  private final class Reader: NSObject, XMLParserDelegate {
    var elements: [(name: String, attributes: [String: String])] = []
    var texts: [String] = []
    private var text = ""

    func parser(
      _ parser: XMLParser,
      didStartElement name: String,
      namespaceURI: String?,
      qualifiedName: String?,
      attributes: [String: String]
    ) {
      elements.append((name, attributes))
      text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
      if !text.isEmpty { texts.append(text) }
      text = ""
    }
  }

  private func read(_ xml: String) throws -> Reader {
    let (parser, reader) = (XMLParser(data: Data(xml.utf8)), Reader())
    parser.delegate = reader
    try #require(parser.parse(), "\(String(describing: parser.parserError))\n\(xml)")
    return reader
  }

  @Test(arguments: FiguresPlot.allCases)
  func aPlotIsReadWithoutColours(_ plot: FiguresPlot) throws {
    let chart = plot.chart(of: Self.answer)
    let svg = try read(chart.svg)
    #expect(svg.elements.first?.attributes["role"] == "img")
    #expect(svg.elements.first?.attributes["aria-labelledby"] == "\(plot.rawValue)-title \(plot.rawValue)-desc")
    #expect(svg.elements.contains { $0.name == "desc" } && svg.texts.first == chart.title)
    #expect(!svg.elements.contains { ["script", "style", "image", "a", "foreignObject"].contains($0.name) })
    for element in svg.elements {
      #expect(!element.attributes.keys.contains { $0.hasPrefix("on") || $0 == "style" || $0.hasSuffix("href") })
      if let width = element.attributes["width"].flatMap(Double.init) { #expect(width >= 0 && width <= 720) }
      let fill = element.attributes["fill"] ?? "currentColor"
      #expect(fill == "currentColor" || fill.hasPrefix("url(#"), "no colour tells anything")
    }
    // Every number stands beside its bar, and in the table.
    let table = try read(chart.table)
    for bar in chart.bars {
      #expect(svg.texts.contains { $0.hasPrefix(bar.text) } && table.texts.contains { $0.hasPrefix(bar.text) })
      let hatched = svg.elements.contains { $0.attributes["fill"]?.hasPrefix("url(#") == true }
      if !bar.isGood { #expect(hatched && svg.texts.contains("\(bar.text) !")) }
    }
    #expect(table.elements.count { $0.name == "tr" } == chart.bars.count + 1)
    #expect(table.elements.contains { $0.name == "caption" })
  }

  @Test func barsThatMissTheAimAreMarked() {
    let rate = FiguresPlot.transferRate.chart(of: Self.answer)
    #expect(rate.bars.map(\.isGood) == [false, true, true] && rate.bars.map(\.text) == ["30 %", "20 %", "no data"])
    let resolution = FiguresPlot.firstCallResolution.chart(of: Self.answer)
    #expect(resolution.bars.map(\.isGood) == [false, true, true] && resolution.threshold?.text == "at least 80 %")
    let abandonment = FiguresPlot.abandonment.chart(of: Self.answer)
    #expect(abandonment.bars.map(\.text) == ["10 %", "3.3 %", "no data"] && abandonment.bars[0].detail == "3 of 30")
    #expect(FiguresPlot.handleTime.chart(of: Self.answer).bars[0].text == "4 s")
    #expect(FiguresPlot.waits.chart(of: Self.answer).bars.map(\.value) == [10, 0, 0, 0, 0, 0, 4, 0, 0, 1])
  }

  @Test(arguments: FiguresPlot.allCases)
  func aPlotOfNothingSaysSo(_ plot: FiguresPlot) throws {
    var answer = Self.answer
    (answer.report, answer.question.by) = (FiguresReport(), nil)
    #expect(try read(plot.chart(of: answer).svg).texts.contains { $0.contains("no data") || $0 == "0" })
  }

  @Test func thePageHasEveryPlotAndItsTable() throws {
    let html = FiguresPage.html(FiguresPage(answer: Self.answer).content)
    #expect(html.split(separator: "<script").count == 2 && html.contains("<script type=\"module\" src=\"/assets/"))
    #expect(!html.contains("style=") && !html.contains("\u{202e}"))
    // But for the doctype and the elements that have no end it is XML, too.
    let body = try #require(html.firstMatch(of: #/(?s)<body>.*<\/body>/#)?.output)
    let page = try read(String(body))
    #expect(page.elements.count { $0.name == "svg" } == FiguresPlot.allCases.count)
    #expect(page.elements.count { $0.name == "details" } == FiguresPlot.allCases.count)
    // Where one is: this page, its grouping and its time.
    #expect(page.elements.count { $0.attributes["aria-current"] == "page" } == 3)
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    #expect(FiguresQuery(page: "days=7&by=day") == FiguresQuery(time: .seconds(7 * 86_400), by: .day))
    #expect(FiguresQuery(page: "days=-1&by=x&&=&days") == FiguresQuery())
  }

  @Test func theTilesSayWhichAimIsMissed() throws {
    let html = FiguresPage(answer: Self.answer).content
    let tiles = html.matches(of: #/<div class="(tile.*?)"><dt>(.*?)<\/dt>\n<dd>(.*?)<\/dd><dd class="aim">(.*?)<\/dd>/#)
    #expect(
      tiles.map { "\($0.output.1) \($0.output.2) \($0.output.3), \($0.output.4)" } == [
        "tile bad Transfer rate 30 %, aim: at most 20 %, missed",
        "tile bad First-call resolution 70 %, aim: at least 80 %, missed",
        "tile Handle time 4 s, 15 conversations, 9 of 10 up to 1 min 5 s",
        "tile bad Abandonment 10 %, aim: at most 5 %, missed",
      ]
    )
  }

  @Test func targetsAndTopicsAreCalledAsTheConfFileCallsThem() {
    let names = ["billing": "the billing team", "a": "Anna", "b": "Anna"]
    let label = { (name: String, grouping: FiguresQuestion.Grouping?) in
      var answer = Self.answer
      (answer.names, answer.question.by) = (names, grouping)
      return answer.label(of: .init(name))
    }
    #expect(label("billing", .topic) == "the billing team" && label("billing", .target) == "the billing team")
    #expect(label("a", .target) == "Anna (a)" && label("b", .target) == "Anna (b)")
    #expect(label("other", .topic) == "other" && label("billing", .day) == "billing" && label("", .topic) == "")
  }

  // MARK: Who sees the page

  private func cookie(of token: String) async throws -> [(name: String, value: String)] {
    let secret = token.replacing(" ", with: "-")
    let own = [("host", "pbx:8090"), ("origin", "http://pbx:8090"), ("content-type", "application/json")]
    let answer = await stage.ask("POST", "/session", body: #"{"token": "\#(secret)"}"#, token: nil, headers: own)
    return [("cookie", String(try #require(answer.headers["set-cookie"]?.split(separator: ";").first)))]
  }

  private func page(_ headers: [(name: String, value: String)] = []) async -> Stage.Answer {
    await stage.ask("GET", "/figures?by=day", token: nil, headers: headers)
  }

  @Test func thePageIsForBrowsersThatMayRead() async throws {
    for headers in [[], try await cookie(of: "transfer"), try await cookie(of: "admin")] {
      let answer = await page(headers)
      let html = String(decoding: answer.bytes, as: UTF8.self)
      #expect(answer.status == 200 && !html.contains("<svg") && html.contains("/assets/figures.js"))
    }
    for token in ["read", "transfer read admin"] {
      let answer = await page(try await cookie(of: token))
      #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
      #expect(answer.status == 200 && String(decoding: answer.bytes, as: UTF8.self).contains("<svg"))
      #expect(answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
    }
    // A token in the header is for programs: they have the API.
    let program = await stage.ask("GET", "/figures", token: "read")
    #expect(!String(decoding: program.bytes, as: UTF8.self).contains("<svg"))
  }

  @Test func aJournalThatCannotBeReadIsSaidOnThePage() async throws {
    let cookie = try await cookie(of: "read")
    await stage.desk.refuseEverything(with: .notAcceptingNow("the journal <cannot> be read"))
    let answer = await page(cookie)
    let html = String(decoding: answer.bytes, as: UTF8.self)
    #expect(
      answer.status == 503 && html.contains("the journal &lt;cannot&gt; be read") && html.contains("role=\"alert\"")
    )
  }

  @Test func aPlotIsServed() async {
    for plot in FiguresPlot.allCases {
      let answer = await stage.ask("GET", "/v1/figures/plots/\(plot.rawValue)?by=day")
      #expect(answer.status == 200 && answer.headers["content-type"] == "image/svg+xml")
      #expect(answer.headers["content-security-policy"] == "default-src 'none'")
    }
    #expect(await stage.ask("GET", "/v1/figures/plots/pie").status == 404)
  }
}
