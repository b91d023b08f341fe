import Testing
import Transfer

@testable import Settings

/// What `check` names that is no mistake.
@Suite struct WarningTests {
  private static func warnings(in sections: String, password: String = "x7Kq", _ files: [String: String] = [:]) throws
    -> [String]
  {
    try settings("[general]\nari_password = \(password)\n" + sections, and: files).warnings.map {
      "\($0.location.line): \($0.message)"
    }
  }

  private static func target(_ keys: String) -> String { "[alice]\ntype = target\n\(keys)\n" }

  @Test(arguments: ["secret", "Password", "asterisk", "1234", "warm-transfer", "Warm-Transfer"])
  func aPasswordThatEverybodyTriesIsNamed(_ password: String) throws {
    let found = try Self.warnings(in: "", password: password)
    #expect(found.count == 1 && found[0].hasPrefix("2: ari_password: "), "\(found)")
    #expect(found.allSatisfy { $0.hasSuffix("choose your own, here and in ari.conf") })
  }

  /// Where Asterisk's folders are on this machine.
  @Test func aRecordedPromptThatIsNotThereIsNamed() throws {
    let folder = "/usr/share/asterisk/sounds"
    let conf = "[transfer]\nannouncement = sound:acme/one sound:acme/two {target}\n"
    let there = [folder: "", "\(folder)/acme/one.wav": ""]
    #expect(
      try Self.warnings(in: conf, there) == ["4: announcement: there is no file for sound:acme/two in \(folder)"]
    )
    #expect(try Self.warnings(in: conf) == [], "Asterisk runs elsewhere")
  }

  @Test func aPasswordOfAFileIsNamedWhereTheFileIs() throws {
    let conf = "[general]\nari_username = me\nari_password_file = /p\n"
    let found = try settings(conf, and: ["/p": "me\n"]).warnings
    #expect(found.map(\.location.line) == [3])
    #expect(try settings(conf, and: ["/p": "5gQ2\n"]).warnings == [])
  }

  @Test(arguments: [
    ("PJSIP/+15559876543@trunk", "trunk"), ("PJSIP/0301234@acme-out", "acme-out"), ("SIP/5551234@carrier", "carrier"),
    ("IAX2/acme/15559876543", "acme"), ("DAHDI/g1/15559876543", "g1"),
  ])
  func theCallersNumberOnATrunkIsNamed(_ dial: String, _ trunk: String) throws {
    let found = try Self.warnings(in: Self.target("dial = \(dial)"))
    #expect(
      found == [
        "5: [alice] shows the caller's own number to trunk '\(trunk)', which many providers refuse; "
          + "set caller_id to a number of yours"
      ]
    )
    #expect(try Self.warnings(in: Self.target("dial = \(dial)\ncaller_id = +18005551212")) == [])
    #expect(try Self.warnings(in: "[transfer]\ncaller_id = +18005551212\n" + Self.target("dial = \(dial)")) == [])
  }

  @Test(arguments: ["PJSIP/alice", "PJSIP/201", "PJSIP/alice@office", "Local/+15559876543@from-internal", "DAHDI/3"])
  func whatIsNoNumberOnATrunkIsNot(_ dial: String) throws {
    #expect(try Self.warnings(in: Self.target("dial = \(dial)")) == [])
  }

  @Test func aTargetThatIsNeverRungIsNamed() throws {
    let loaded = try settings(
      "[general]\nari_password = x\n[transfer]\nrequire_caller_id = yes\n[alice]\ntype = target\ndial = PJSIP/alice\n"
        + "[bob]\ntype = target\ndial = PJSIP/bob\ncaller_id = 5551212\n[carol]\ntype = target\ndial = PJSIP/carol\n"
        + "require_caller_id = no\n"
    )
    #expect(loaded.targets.map(\.policy.lacksCallerID) == [true, false, false])
    #expect(loaded.warnings.map(\.location.line) == [7])
    #expect(loaded.warnings[0].message.hasPrefix("[alice] is never rung: require_caller_id = yes"))
  }

  @Test func onePhoneForSeveralCallersIsNamed() throws {
    let found = try Self.warnings(in: Self.target("dial = PJSIP/alice\ncalls_at_once = 3"))
    #expect(
      found == [
        "6: calls_at_once: [alice] is one phone, 'PJSIP/alice', which would be rung for 3 callers at the same time"
      ]
    )
    // Set for all of them, it is told of each.
    #expect(try Self.warnings(in: "[transfer]\ncalls_at_once = 2\n" + Self.target("dial = PJSIP/alice")).count == 1)
    for dial in ["PJSIP/600@queue", "Local/600@from-internal", "PJSIP/alice@office"] {
      let conf = Self.target("dial = \(dial)\ncalls_at_once = 3\ncaller_id = 5551212")
      #expect(try Self.warnings(in: conf) == [], "\(dial)")
    }
  }

  @Test func keysOfADispatcherThatThereIsNotAreNamed() throws {
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    let rule = "[r]\ntype = rule\nrefuse = no\ndispatch_secret = \(secret)\ndispatch_timeout = 300\n"
    #expect(
      try Self.warnings(in: rule) == [
        "6: dispatch_secret: without dispatch_url it has no effect",
        "7: dispatch_timeout: without dispatch_url it has no effect",
      ]
    )
    #expect(try Self.warnings(in: rule + "dispatch_url = https://crm.example.org/\n") == [])
  }

  @Test func warningsAreNotEndless() throws {
    let targets = (0..<1_500).map { "[t\($0)]\ntype = target\ndial = PJSIP/555\($0)1@trunk\n" }.joined()
    #expect(try Self.warnings(in: targets).count == 1_000)
  }
}
