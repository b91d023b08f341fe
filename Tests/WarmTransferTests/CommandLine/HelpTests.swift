import Foundation
import Settings
import Testing

@testable import WarmTransfer

/// Help, manual and completion against the table of which they are made.
@Suite struct HelpTests {
  @Test(arguments: [40, 80, 200])
  func helpFitsThePageAndLeavesNothingOut(_ width: Int) {
    let overview = CommandHelp.lines(for: nil, width: width)
    for command in CommandTable.all {
      #expect(overview.contains { $0.hasPrefix("  \(command.name)") }, "\(command.name)")
      let page = CommandHelp.lines(for: command.name, width: width)
      for option in command.options { #expect(page.contains { $0.hasPrefix("  \(option.name)") }, "\(option.name)") }
      for code in command.exitCodes { #expect(page.contains { $0.hasPrefix("  \(code.code) ") }, "\(code.code)") }
      for line in page where width > 60 { #expect(line.count <= min(width, 100), "\(line)") }
    }
    for line in overview where width > 60 { #expect(line.count <= min(width, 100), "\(line)") }
  }

  @Test func aPageOfHelp() {
    let lines = CommandHelp.lines(for: "status", width: 60)
    #expect(
      lines == [
        "usage: warm-transfer status [--json] [--config FILE]", "", "Tell whether the service runs and is ready.", "",
        "Needs no token: it finds the running service by the file",
        "'control' in its data_dir, which only root and the service's",
        "own user can read.", "", "  --json         print JSON, as GET /readyz answers",
        "  --config FILE  the conf file; default", "                 /etc/asterisk/warm_transfer.conf", "",
        "Exit codes:",
        "  0   done", "  1   it runs and is not ready", "  64  the command line is wrong",
        "  69  it does not run", "  70  something failed; the message says what",
        "  78  there are mistakes in the conf file",
      ]
    )
  }

  @Test func theManualOfCommandsHasThemAll() {
    let page = PrintedPage.commands.lines
    for command in CommandTable.all {
      #expect(page.contains { $0.hasPrefix(".SS \"\(Roff.escaped(command.name))") }, "\(command.name)")
      for option in command.options {
        #expect(page.contains("\\fB\(Roff.escaped(option.usage))\\fR"), "\(option.name)")
      }
    }
  }

  /// Whatever the schema has, with its default.
  @Test func theManualOfSettingsHasEveryKey() throws {
    let page = PrintedPage.settings.lines
    #expect(SettingsReference.sections.count == 14)
    for section in SettingsReference.sections {
      let start = try #require(page.firstIndex(of: ".SH \"\(Roff.escaped(section.header))\""), "\(section.header)")
      let lines = page[(start + 1)...].prefix { !$0.hasPrefix(".SH") }
      #expect(!section.keys.isEmpty)
      for key in section.keys {
        let place = try #require(lines.firstIndex(of: "\\fB\(key.name.replacing("-", with: "\\-"))\\fR"), "\(key.name)")
        #expect(lines[place + 1] == Roff.escaped(key.documentation))
        guard case .standsFor(let text) = key.absence, !text.isEmpty else { continue }
        #expect(lines[place + 3] == Roff.escaped("Default: \(text)"))
      }
    }
  }

  @Test(arguments: PrintedPage.allCases.filter { $0 != .completion })
  func nothingInAPageIsTakenForAMacro(_ page: PrintedPage) {
    let macros: Set = [".TH", ".SH", ".SS", ".PP", ".TP", ".br", ".nf", ".fi", ".RS", ".RE", ".\\\""]
    for line in page.lines where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(macros.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }

  @Test(arguments: [
    ("warm-transfer li", 1, ["list"]),
    ("warm-transfer list --", 2, ["--since", "--limit", "--json", "--config", "--help"]),
    ("warm-transfer webhooks r", 2, ["retry"]), ("warm-transfer print b", 2, ["bash-completion"]),
    ("warm-transfer list --limit 1", 3, []), ("warm-transfer help sho", 2, ["show"]),
    ("warm-transfer check --config /etc/passw", 3, ["/etc/passwd", "/etc/passwd-"]),
  ])
  func bashCompletes(_ line: String, _ word: Int, _ offers: [String]) throws {
    let script =
      PrintedPage.completion.lines.joined(separator: "\n")
      + "\ncompopt() { :; }\nCOMP_WORDS=(\(line))\nCOMP_CWORD=\(word)\n_warm_transfer\nprintf '%s\\n' \"${COMPREPLY[@]}\""
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", script]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(Set(text.split(separator: "\n").map(String.init)).isSuperset(of: offers.prefix(1)))
    if !line.contains("passw") { #expect(text.split(separator: "\n").map(String.init) == offers) }
  }
}

@Suite struct TableTests {
  private static let table = Table([
    ["requested", "transfer", "caller", "result"], ["2027-01-15T08:00:00Z", "k3", "+15551234", "RETURNED"],
    ["2027-01-15T08:00:01Z", "j", "-", "under way"],
  ])

  @Test func aPageThatIsWideEnoughHasALineForEachRow() {
    #expect(
      Self.table.lines(fitting: 80) == [
        "requested             transfer  caller     result", "2027-01-15T08:00:00Z  k3        +15551234  RETURNED",
        "2027-01-15T08:00:01Z  j         -          under way",
      ]
    )
    #expect(Self.table.lines() == Self.table.lines(fitting: 52))
  }

  @Test func aNarrowPageGoesOnInLinesBelow() {
    #expect(
      Self.table.lines(fitting: 34) == [
        "requested             transfer", "  caller     result", "2027-01-15T08:00:00Z  k3", "  +15551234  RETURNED",
        "2027-01-15T08:00:01Z  j", "  -          under way",
      ]
    )
  }

  @Test(arguments: 1...60)
  func nothingIsWiderThanThePage(_ width: Int) {
    let lines = Self.table.lines(fitting: width)
    #expect(lines.allSatisfy { $0.count <= width })
    if width >= 22 { #expect(lines.joined().contains("+15551234")) }
  }
}
