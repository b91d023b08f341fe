import Foundation
import Settings
import Testing

@testable import WarmTransfer

/// Asterisk's conf files in the test alone.
struct ConfFolder {
  static let ours = ["ari", "http", "extensions", "amd", "musiconhold"].map { "\($0)_warm_transfer.conf" }

  var files: [String: String]

  /// A plain Asterisk with our files beside its own; nil takes a file away.
  init(_ changed: [String: String?] = [:]) {
    files = [
      "ari.conf": "[general]\nenabled = no\n", "http.conf": "[general]\nservername = Asterisk\n",
      "extensions.conf": "[globals]\n\n[inbound]\nexten => s,1,Answer()\n", "amd.conf": "[general]\n",
      "musiconhold.conf": "[default]\nmode = files\n", "warm_transfer.conf": "[general]\nari_password = x\n",
      "ari_warm_transfer.conf": "[general](+)\nenabled = yes\n[warm-transfer]\ntype = user\n",
      "http_warm_transfer.conf": "[general](+)\nenabled = yes\nbindaddr = 127.0.0.1\nbindport = 8088\n",
      "extensions_warm_transfer.conf": "[warm-transfer]\nexten => s,1,Return()\n[warm-transfer-agents]\n[wt-amd]\n",
      "amd_warm_transfer.conf": "[general]\n", "musiconhold_warm_transfer.conf": "[warm-transfer]\n",
    ]
    for (name, text) in changed { files[name] = text }
  }

  private var installation: Installation {
    let files = files
    let prefix = "/etc/asterisk/"
    let onDisk = ConfFiles { path, _ throws(ConfFiles.ReadError) in
      guard let text = files[String(path.dropFirst(prefix.count))] else { throw .init(.missing, "no such file") }
      return Array(text.utf8)
    } expand: { path in
      files[String(path.dropFirst(prefix.count))] == nil ? [] : [path]
    }
    return Installation(in: "/etc/asterisk", configuration: prefix + "warm_transfer.conf", files: onDisk)
  }

  func plan() throws -> InstallPlan { try installation.plan() }
  func removal() throws -> InstallPlan { try installation.removal() }

  func after(_ plan: InstallPlan) -> ConfFolder {
    var folder = self
    for change in plan.changes {
      folder.files[String(change.path.dropFirst("/etc/asterisk/".count))] = change.after.map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    return folder
  }
}

@Suite struct InstallationTests {
  private static let begin = "; BEGIN warm-transfer: `warm-transfer install --remove` takes these lines out"
  private static let end = "; END warm-transfer"

  private static func names(_ plan: InstallPlan) -> [String] {
    plan.changes.compactMap { $0.path.split(separator: "/").last.map(String.init) }
  }

  @Test func aPlainAsteriskGetsAnIncludeInEachFile() throws {
    let folder = ConfFolder()
    let plan = try folder.plan()
    #expect(Self.names(plan) == ["http.conf", "ari.conf", "extensions.conf"])
    for (name, change) in zip(["http", "ari", "extensions"], plan.changes) {
      #expect(change.lines == [Self.begin, "#tryinclude \(name)_warm_transfer.conf", Self.end])
      let before = try #require(change.before)
      let text = change.lines.map { $0 + "\n" }.joined()
      #expect(change.after == before + Array(text.utf8), "the rest is as it was")
    }
    #expect(plan.remarks.contains("amd.conf: nothing to do, it exists"))
  }

  @Test(
    arguments: [
      [:], ["ari.conf": nil, "http.conf": nil, "amd.conf": nil],
      ["http.conf": "[general]\nenabled=yes\nbindaddr=0.0.0.0\nbindport=8089"],
      ["warm_transfer.conf": "[general]\nari_password = x\n[transfer]\nhold_music = warm-transfer\n"],
      ["ari.conf": "", "extensions.conf": "[a]\nexten => s,1,NoOp()"],
    ] as [[String: String?]]
  )
  func twiceIsOnceAndItIsTakenOutAgain(_ changed: [String: String?]) throws {
    let folder = ConfFolder(changed)
    let installed = folder.after(try folder.plan())
    #expect(installed.files != folder.files)
    #expect(try installed.plan().changes == [])
    let removed = installed.after(try installed.removal())
    for (name, text) in folder.files {
      // A last line without its end has one now, and a file without a line goes.
      #expect([text, text + "\n"].contains(removed.files[name] ?? ""), "\(name)")
    }
    #expect(removed.files.keys.allSatisfy { folder.files[$0] != nil })
    #expect(try removed.removal().changes == [])
  }

  /// Our files add to a section, which must be there.
  @Test(arguments: ["ari.conf", "http.conf"])
  func aFileWithoutGeneralGetsIt(_ name: String) throws {
    for text in [nil, "; [general]\n", "[other]\n"] as [String?] {
      let change = try #require(try ConfFolder([name: text]).plan().changes.first { $0.path.hasSuffix(name) })
      #expect(change.lines[1] == "[general]" && change.lines[2].hasPrefix("#tryinclude"))
    }
  }

  /// Who else uses the server keeps it, and the service goes there.
  @Test(arguments: [
    ("enabled=yes\nbindaddr=0.0.0.0", nil), ("enabled = yes\nbindaddr = 127.0.0.1\nbindport = 8088", nil),
    ("enabled=1\nbindaddr=0.0.0.0\nbindport=8089", "http://127.0.0.1:8089"),
    ("enabled=on\nbindaddr=[::]\nbindport=80\nprefix=pbx", "http://127.0.0.1:80/pbx"),
    ("enabled=true\nbindaddr=192.0.2.1", "http://192.0.2.1:8088"),
    ("enabled=no\nenabled=yes\nbindaddr=::1\n;bindport=1\nbindport=2", "http://[::1]:2"),
  ])
  func aServerThatIsThereStays(_ lines: String, _ url: String?) throws {
    let plan = try ConfFolder(["http.conf": "[general]\n\(lines)\n"]).plan()
    #expect(!Self.names(plan).contains("http.conf"))
    #expect(
      plan.remarks.contains {
        $0.hasPrefix("http.conf: stays as it is, the server is enabled (/etc/asterisk/http.conf:")
      }
    )
    let settings = plan.changes.first { $0.path.hasSuffix("/warm_transfer.conf") }
    #expect(settings?.lines == url.map { [Self.begin, "[general](+)", "ari_url = \($0)", Self.end] })
  }

  @Test(arguments: [
    "[base](!)\nenabled=yes\nbindaddr=0.0.0.0\n[general](base)\n", "[General]\nEnabled=yes\nbindaddr=0.0.0.0\n",
    "[general]\nbindaddr=0.0.0.0\n[other]\nenabled=no\n[general](+)\nenabled=yes\n",
  ])
  func templatesAndAdditionsCount(_ text: String) throws {
    #expect(!Self.names(try ConfFolder(["http.conf": text]).plan()).contains("http.conf"))
  }

  @Test(arguments: [
    "enabled=yes", "enabled=no\nbindaddr=0.0.0.0", "enabled=yes\nenabled=no\nbindaddr=0.0.0.0",
    ";enabled=yes\nbindaddr=0.0.0.0", ";--\nenabled=yes\n--;\nbindaddr=0.0.0.0",
  ])
  func aServerThatIsNotThereIsMade(_ lines: String) throws {
    let plan = try ConfFolder(["http.conf": "[general]\n\(lines)\n"]).plan()
    #expect(Self.names(plan).contains("http.conf") && !Self.names(plan).contains("warm_transfer.conf"))
  }

  @Test(arguments: [("", true), ("sessionlimit = 50", true), ("sessionlimit = 500", false)])
  func aServerForFewIsRemarked(_ line: String, _ isRemarked: Bool) throws {
    let plan = try ConfFolder(["http.conf": "[general]\nenabled=1\nbindaddr=::\n\(line)\n"]).plan()
    #expect(plan.remarks.contains { $0.hasPrefix("http.conf: sessionlimit is ") } == isRemarked)
  }

  /// The service is started again when Asterisk is ready for it.
  @Test func theSettingsComeLast() throws {
    let plan = try ConfFolder(["http.conf": "[general]\nenabled=1\nbindaddr=::\nbindport=1", "amd.conf": nil]).plan()
    #expect(Self.names(plan) == ["ari.conf", "extensions.conf", "amd.conf", "warm_transfer.conf"])
    #expect(plan.changes.last?.reload == "systemctl restart warm-transfer")
  }

  @Test func aServerWithAPrefixThatIsEnabledIsReachedUnderIt() throws {
    let plan = try ConfFolder(["http.conf": "[general]\nprefix = asterisk\n"]).plan()
    #expect(plan.changes.flatMap(\.lines).contains("ari_url = http://127.0.0.1:8088/asterisk"))
  }

  @Test func theServerMayBeEnabledInAFileThatIsIncluded() throws {
    let folder = ConfFolder([
      "http.conf": "[general]\n#include \"http_custom.conf\"\n", "http_custom.conf": "enabled=yes\nbindaddr=0.0.0.0\n",
    ])
    #expect(try folder.plan().remarks.contains { $0.contains("(/etc/asterisk/http_custom.conf:1)") })
  }

  @Test func anAddressOfTheAdministratorsOwnIsNotChanged() throws {
    let plan = try ConfFolder([
      "warm_transfer.conf": "[general]\nari_password = x\nari_url = https://pbx.example.org\n"
    ]).plan()
    #expect(!Self.names(plan).contains("warm_transfer.conf"))
    #expect(
      plan.remarks.contains {
        $0.hasPrefix("/etc/asterisk/warm_transfer.conf:3: ari_url is https://pbx.example.org:443")
      }
    )
  }

  @Test(arguments: ["#include ari_warm_transfer.conf", "#tryinclude \"/etc/asterisk/ari_warm_transfer.conf\""])
  func whatWasIncludedByHandIsLeft(_ line: String) throws {
    let folder = ConfFolder(["ari.conf": "[general]\n\(line)\n"])
    #expect(try folder.plan().remarks.contains("ari.conf: nothing to do, /etc/asterisk/ari.conf:2 includes it"))
    #expect(try folder.removal().changes == [])
    #expect(try folder.removal().remarks.contains { $0.hasPrefix("/etc/asterisk/ari.conf:2: not written by") })
  }

  @Test func musicAndDetectorAreIncludedWhereTheyAreMissing() throws {
    let folder = ConfFolder([
      "amd.conf": nil,
      "warm_transfer.conf":
        "[general]\nari_password = x\n[a]\ntype = target\ndial = PJSIP/a\nhold_music = warm-transfer\n",
    ])
    #expect(Self.names(try folder.plan()).suffix(2) == ["amd.conf", "musiconhold.conf"])
  }

  @Test(
    arguments: [
      (["extensions.conf": nil], "/etc/asterisk/extensions.conf does not exist"),
      (["extensions.conf": "; generated by FreePBX\n"], "is written by FreePBX"),
      (["extensions_additional.conf": ""], "is written by FreePBX"),
      (["extensions.conf": "[a]\n[wt-amd]\n"], "/etc/asterisk/extensions.conf:2: [wt-amd] is there already"),
      (["ari.conf": "[general]\n[warm-transfer](tpl)\n"], "ari.conf:2: [warm-transfer] is there already"),
      (["ari.conf": "[general]\n[x]\n[general]\n"], "ari.conf:3: a second [general]"),
      (["http.conf": "[general]\n;-- off\nenabled=yes\n"], "http.conf: a ';--' comment is never closed"),
      (["http.conf": "[general]\n#exec /bin/conf\n"], "http.conf:2: #exec"),
      (["http.conf": "[general]\ntlsenable=yes\n"], "tlsenable is set"),
      (["ari_warm_transfer.conf": nil], "/etc/asterisk/ari_warm_transfer.conf does not exist"),
      (["http.conf": "[general]\n#include http.conf\n"], "is included too often"),
    ] as [([String: String?], String)]
  )
  func whatIsUnclearIsRefused(_ changed: [String: String?], _ reason: String) {
    do {
      _ = try ConfFolder(changed).plan()
      Issue.record("not refused: \(reason)")
    } catch {
      #expect((error as? InstallPlan.Refusal)?.description.contains(reason) == true, "\(error)")
    }
  }

  @Test func settingsWithMistakesAreNotConnected() {
    #expect(throws: ConfMistakes.self) { try ConfFolder(["warm_transfer.conf": "[general]\n"]).plan() }
  }

  @Test(arguments: ["\(begin)\n[a]\n", "[a]\n\(end)\n", "\(end)\n\(begin)\n", "\(begin)\n\(end)\n\(begin)\n\(end)\n"])
  func aBlockThatWasChangedIsLeftToItsOwner(_ text: String) {
    #expect(throws: InstallPlan.Refusal.self) { try ConfFolder(["ari.conf": text]).removal() }
  }

  @Test func bytesThatAreNoTextStay() throws {
    let bytes = [UInt8]("[a]\n; caf".utf8) + [0xE9, 0x0A]
    let block = [UInt8]("\(Self.begin)\n#tryinclude x\n\(Self.end)\n".utf8)
    let found = try #require(try InstalledBlock(in: bytes + block + [0xE9], file: "x"))
    #expect(found.rest == bytes + [0xE9] && found.lines.count == 3)
  }
}

@Suite struct InstallOrderTests {
  private static func with(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("wt-install-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for (name, text) in ConfFolder(["amd.conf": nil]).files {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
    }
    try body(folder)
    try FileManager.default.removeItem(atPath: folder)
  }

  private static func order(_ folder: String, _ words: String...) throws -> [String] {
    let words = ["install", "--folder", folder, "--config", "\(folder)/warm_transfer.conf"] + words
    guard case .install(let order) = try Arguments(parsing: words) else { return [] }
    return try order.carryOut()
  }

  private static func texts(_ folder: String) throws -> [String: String] {
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    return Dictionary(
      uniqueKeysWithValues: try names.map { ($0, try String(contentsOfFile: "\(folder)/\($0)", encoding: .utf8)) }
    )
  }

  @Test func onlyApplyAndRemoveChangeAnything() throws {
    try Self.with { folder in
      let before = try Self.texts(folder)
      for words in [[], ["--dry-run"], ["--remove", "--dry-run"]] {
        guard
          case .install(let order) = try Arguments(
            parsing: ["install", "--folder", folder, "--config", "\(folder)/warm_transfer.conf"] + words
          )
        else { continue }
        _ = try order.carryOut()
        #expect(try Self.texts(folder) == before)
      }
      let shown = try Self.order(folder)
      #expect(shown.contains("\(folder)/ari.conf: to be added at the end"))
      #expect(shown.contains("  + #tryinclude ari_warm_transfer.conf"))
      #expect(shown.last == "Nothing was changed. To do it, as root: warm-transfer install --apply")
    }
  }

  @Test func whatIsChangedIsCopiedAndKeepsItsModeAndItsLink() throws {
    try Self.with { folder in
      let files = FileManager.default
      try files.moveItem(atPath: "\(folder)/ari.conf", toPath: "\(folder)/real.conf")
      try files.createSymbolicLink(atPath: "\(folder)/ari.conf", withDestinationPath: "real.conf")
      try files.setAttributes([.posixPermissions: 0o640], ofItemAtPath: "\(folder)/real.conf")
      let before = try Self.texts(folder)
      let told = try Self.order(folder, "--apply")
      #expect(told.contains("  asterisk -rx \"dialplan reload\""))
      #expect(told.contains("\(folder)/amd.conf: made, with"))
      let after = try Self.texts(folder)
      #expect(after["ari.conf.before-warm-transfer"] == before["ari.conf"] && after["ari.conf"] != before["ari.conf"])
      #expect(try files.destinationOfSymbolicLink(atPath: "\(folder)/ari.conf") == "real.conf")
      for name in ["real.conf", "ari.conf.before-warm-transfer"] {
        #expect(try files.attributesOfItem(atPath: "\(folder)/\(name)")[.posixPermissions] as? Int == 0o640)
      }
      #expect(try Self.order(folder, "--apply").last == "Nothing to do.")
      _ = try Self.order(folder, "--remove")
      let all = try Self.texts(folder)
      #expect(all["ari.conf.before-warm-transfer"] == before["ari.conf"])
      #expect(all["ari.conf.with-warm-transfer"] == after["ari.conf"])
      let removed = all.filter { !$0.key.contains("-warm-transfer") }
      #expect(removed == before, "also the file that was made is gone")
    }
  }

  @Test(arguments: [["--apply", "--remove"], ["--apply", "--dry-run"]])
  func contradictionsAreMistakes(_ words: [String]) {
    #expect(throws: Arguments.Mistake.self) { try Arguments(parsing: ["install"] + words) }
  }
}
