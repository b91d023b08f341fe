import Synchronization
import Testing

@testable import Runtime

@Suite struct LogTests {
  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }

  private func log(_ minimum: LogLevel, to lines: Lines) -> Log {
    Log(minimum: minimum, now: { Timestamp(milliseconds: 1_795_234_364_123) }) { line in
      lines.all.withLock { $0.append(line) }
    }
  }

  @Test func aLine() {
    let lines = Lines()
    log(.info, to: lines).warning("target did not answer", ["target": "billing", "rings": 3, "caller": "Ann \"A\""])
    #expect(
      lines.all.withLock { $0 } == [
        #"2026-11-21T04:12:44.123Z warning target did not answer target=billing rings=3 caller="Ann \"A\"""#
      ]
    )
  }

  @Test(arguments: [
    ("plain-1.5:/@", "plain-1.5:/@"), ("", "\"\""), ("a b", "\"a b\""), ("a=b", "\"a=b\""), ("a\nb", #""a\nb""#),
    ("a\r\nb", #""a\r\nb""#), ("\u{1b}[31m\0", #""\u{1b}[31m\u{0}""#), ("tab\t\\", #""tab\t\\""#),
    ("a\u{2028}b\u{85}\u{202e}", #""a\u{2028}b\u{85}\u{202e}""#), ("Zoë", "\"Zoë\""),
  ])
  func escaping(_ text: String, _ field: String) {
    #expect(LogText.field(text) == field)
  }

  @Test func longValuesAreCut() {
    let field = LogText.field(String(repeating: "x", count: 5000))
    #expect(field == "\"" + String(repeating: "x", count: LogText.longestValue) + "…\"")
  }

  @Test func theMinimumChangesForEveryCopy() {
    let lines = Lines()
    let log = log(.warning, to: lines)
    let copy = log
    copy.info("not yet")
    log.minimum = .debug
    copy.debug("now")
    log.minimum = .error
    copy.warning("no more")
    copy.error("this")
    #expect(lines.all.withLock { $0.map { $0.dropFirst(25) } } == ["debug now", "error this"])
  }

  @Test func metadataOfAMutedLineIsNotEvenMade() {
    func made() -> Int {
      Issue.record("made")
      return 1
    }
    log(.error, to: Lines()).info("muted", ["value": made()])
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (951_782_400_007, "2000-02-29T00:00:00.007Z"),
  ])
  func timestamps(_ milliseconds: Int64, _ text: String) {
    #expect(Timestamp(milliseconds: milliseconds).description == text)
  }
}
