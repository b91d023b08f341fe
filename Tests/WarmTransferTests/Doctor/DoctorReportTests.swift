import Testing
import Transfer
import Transport

@testable import WarmTransfer

@Suite struct DoctorReportTests {
  private static let report = DoctorReport([
    .ok("http", "sessionlimit is 500"),
    .warn("music", "there is no class 'jazz'", mend: "Compare with moh show classes."),
    .fail("target bob", "PJSIP/bob: there is no endpoint", mend: "Correct dial."),
  ])

  @Test func aLineForEachAndItsMendBelow() {
    #expect(
      Self.report.lines() == [
        "ok    http        sessionlimit is 500", "warn  music       there is no class 'jazz'",
        "        Compare with moh show classes.", "FAIL  target bob  PJSIP/bob: there is no endpoint",
        "        Correct dial.", "", "1 ok, 1 to look at, 1 failed",
      ]
    )
    #expect(!Self.report.isHealthy && DoctorReport([.warn("a", "b", mend: "c")]).isHealthy)
  }

  @Test(arguments: 30...100)
  func nothingIsWiderThanThePage(_ width: Int) {
    let lines = Self.report.lines(fitting: width)
    #expect(lines.allSatisfy { $0.count <= width }, "\(lines)")
    #expect(lines.joined(separator: " ").contains("endpoint"))
  }

  @Test func whatComesFromOutsideMakesNoLinesAndNoColours() throws {
    let hostile = "a\u{1B}[31m\nok    b\r\u{9B}x"
    let report = DoctorReport([.fail(hostile, hostile, mend: hostile)])
    for line in report.lines(fitting: 80) {
      #expect(line.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
    }
    #expect(try JSON(parsing: report.json)["findings"]?.array?.first?["text"] == .string(hostile))
  }

  @Test func asJSON() throws {
    let json = try JSON(parsing: Self.report.json)
    #expect(json["healthy"] == false)
    #expect(
      json["findings"]?.array?.last == [
        "level": "fail", "subject": "target bob", "text": "PJSIP/bob: there is no endpoint", "mend": "Correct dial.",
      ]
    )
    #expect(json["findings"]?.array?.first == ["level": "ok", "subject": "http", "text": "sessionlimit is 500"])
  }

  @Test(arguments: Outcome.Cause.allCases)
  func everyEndOfATestCallSaysWhatToDo(_ cause: Outcome.Cause) {
    let finding = TestCallReport.finding(for: cause, "bob")
    #expect((finding.level == .ok) == (cause == .completed))
    #expect(finding.mend.isEmpty == (cause == .completed))
  }

  private static let recordings: [(sound: [UInt8], peak: Int)] = [
    ([], 0), ([0], 0), ([0, 0, 1, 0x80, 5], 32_767), ([0x10, 0], 16), ([0, 0x80], 32_768),
  ]

  @Test func howLoudARecordingIs() {
    let header = [UInt8](repeating: 7, count: 44)
    for (sound, peak) in Self.recordings { #expect(WaveSamples(header + sound).peak == peak) }
    for length in 0..<44 { #expect(WaveSamples(Array(header.prefix(length))).peak == 0) }
  }
}
