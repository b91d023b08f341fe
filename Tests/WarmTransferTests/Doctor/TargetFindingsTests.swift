import Settings
import Testing
import Transfer

@testable import WarmTransfer

@Suite struct TargetFindingsTests {
  private static func finding(
    dial: String,
    _ keys: String = "",
    _ change: (inout AsteriskPicture) -> Void
  ) throws -> Finding {
    try #require(findings(dial: dial, keys, change).first)
  }

  private static func findings(
    dial: String,
    _ keys: String = "",
    _ change: (inout AsteriskPicture) -> Void
  ) throws -> [Finding] {
    let conf = "[general]\nari_password = Lx83kd\n[ann]\ntype = target\ndial = \(dial)\n\(keys)\n"
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(conf.utf8) }, expand: { [$0] })
    var asterisk = AsteriskPicture()
    asterisk.technologies = ["PJSIP": .known(true), "DAHDI": .known(true)]
    change(&asterisk)
    let settings = try Settings.load("/etc/asterisk/warm_transfer.conf", from: files)
    return TargetFindings(settings, asterisk).all
  }

  @Test(arguments: [
    ("online", "NOT_INUSE", Finding.Level.ok, "PJSIP/ann: free"), ("online", "INUSE", .ok, "PJSIP/ann: in a call"),
    ("online", "RINGING", .ok, "PJSIP/ann: ringing"), ("online", "X", .ok, "PJSIP/ann"),
    ("unknown", "", .ok, "PJSIP/ann"), ("offline", "UNAVAILABLE", .warn, "PJSIP/ann: the phone is not registered"),
    ("", "INVALID", .fail, "PJSIP/ann: there is no endpoint 'PJSIP/ann'"),
  ])
  func aPhone(_ endpoint: String, _ device: String, _ level: Finding.Level, _ text: String) throws {
    let finding = try Self.finding(dial: "PJSIP/ann") {
      $0.endpoints["PJSIP/ann"] = .known(endpoint)
      $0.devices["PJSIP/ann"] = .known(device)
    }
    #expect(finding.level == level && finding.text == text)
  }

  @Test(arguments: [("online", Finding.Level.ok), ("offline", .warn), ("", .fail)])
  func aTrunk(_ state: String, _ level: Finding.Level) throws {
    for dial in ["PJSIP/+15551234@carrier", "PJSIP/carrier/sip:a@b.example"] {
      let finding = try Self.finding(dial: dial) { $0.endpoints["PJSIP/carrier"] = .known(state) }
      #expect(finding.level == level, "\(finding)")
    }
  }

  @Test(arguments: [("1", Finding.Level.ok), ("0", .fail), ("", .ok)])
  func aPlaceInTheDialplan(_ answer: String, _ level: Finding.Level) throws {
    let finding = try Self.finding(dial: "Local/201@from-internal/n") {
      $0.functions = .known(["DIALPLAN_EXISTS(from-internal,201,1)": answer])
    }
    #expect(finding.level == level, "\(finding)")
  }

  @Test func aTechnologyThatThereIsNot() throws {
    let finding = try Self.finding(dial: "PJSUP/ann") { $0.technologies["PJSUP"] = .known(false) }
    #expect(finding.level == .fail && finding.text == "PJSUP/ann: Asterisk has no channel technology 'PJSUP'")
    #expect(try Self.finding(dial: "DAHDI/g1/5551234") { _ in }.level == .ok)
    let silent = try Self.finding(dial: "PJSIP/ann") {
      $0.endpoints["PJSIP/ann"] = .unknown("Asterisk no longer answers")
    }
    #expect(silent.level == .warn)
  }

  @Test(arguments: ["enabled = no", "require_caller_id = yes"])
  func whoIsNeverRung(_ keys: String) throws {
    let finding = try Self.finding(dial: "PJSIP/ann", keys) { $0.endpoints["PJSIP/ann"] = .known("online") }
    #expect(finding.level == .warn && finding.text.hasPrefix("is never rung"))
  }

  @Test(arguments: [("online", Finding.Level.ok), ("offline", .warn), ("", .fail)])
  func whereCallersAreCalledBack(_ state: String, _ level: Finding.Level) throws {
    let keys =
      "callback_dial = PJSIP/*@carrier\n[bob]\ntype = target\ndial = PJSIP/bob\ncallback_dial = PJSIP/*@carrier"
    let findings = try Self.findings(dial: "PJSIP/ann", keys) { $0.endpoints["PJSIP/carrier"] = .known(state) }
    #expect(findings.map(\.subject) == ["target ann", "target bob", "callbacks"])
    let finding = try #require(findings.last)
    #expect(finding.level == level && finding.text.hasPrefix("PJSIP/*@carrier"), "\(finding)")
    #expect(level != .fail || finding.mend.contains("callback_dial"))
  }

  @Test func whoHasSignedOff() throws {
    let finding = try Self.finding(dial: "PJSIP/ann") {
      $0.endpoints["PJSIP/ann"] = .known("online")
      $0.devices["Custom:warm-transfer-ann"] = .known("UNAVAILABLE")
    }
    #expect(finding.level == .warn && finding.text == "PJSIP/ann has signed off")
  }

  @Test(
    arguments: [
      ("PJSIP/alice", .endpoint(technology: "PJSIP", name: "alice", isTrunk: false)),
      ("pjsip/alice", .endpoint(technology: "PJSIP", name: "alice", isTrunk: false)),
      ("PJSIP/1@a@b", .endpoint(technology: "PJSIP", name: "b", isTrunk: true)),
      ("Local/1@ctx/n", .dialplan(exten: "1", context: "ctx")), ("Local/1", .dialplan(exten: "1", context: "default")),
      ("DAHDI/g1/1", .other(technology: "DAHDI")),
    ] as [(String, DialledPlace)]
  )
  func places(_ dial: String, _ place: DialledPlace) { #expect(DialledPlace(dial) == place) }

  /// Nothing of a dial string is evaluated as dialplan.
  @Test(arguments: ["Local/${X}@ctx", "Local/1)@ctx", "Local/1@c}tx", "Local/ä@ctx", "PJSIP/a"])
  func whatCannotBeAskedIsNot(_ dial: String) { #expect(DialledPlace(dial).question == nil) }
}
