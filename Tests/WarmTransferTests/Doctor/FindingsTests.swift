import Settings
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// What the doctor makes of a picture: a healthy one, and one change at a time.
@Suite struct FindingsTests {
  private static let conf = """
    [general]
    ari_password = Lx83kd
    [alice]
    type = target
    dial = PJSIP/alice
    [bob]
    type = target
    dial = Local/201@from-internal
    [team]
    type = group
    members = alice, bob
    [crm]
    type = webhook
    url = https://crm.example.org/
    secret = whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw

    """

  private static func settings(_ more: String = "", instead conf: String = conf) throws -> Settings {
    let text = conf + more
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(text.utf8) }, expand: { [$0] })
    return try Settings.load("/etc/asterisk/warm_transfer.conf", from: files)
  }

  private static func healthyAsterisk(_ settings: Settings) -> AsteriskPicture {
    var asterisk = AsteriskPicture()
    asterisk.version = "22.10.1"
    let modules =
      AsteriskModules.needed(settings) + AsteriskModules.forReports + AsteriskModules.forTheDoctor + ["app_amd"]
    asterisk.modules = .known(Set(modules.map { $0 + ".so" }))
    asterisk.hasApplication = .known(true)
    asterisk.dialplansApplication = .known("")
    var functions = [
      FunctionQuestions.httpIsOn: "yes", FunctionQuestions.sessionLimit: "500", FunctionQuestions.writeTimeout: "5000",
      FunctionQuestions.music("default"): "files", "DIALPLAN_EXISTS(from-internal,201,1)": "1",
    ]
    for context in FunctionQuestions.contexts { functions[FunctionQuestions.context(context)] = "1" }
    asterisk.functions = .known(functions)
    asterisk.technologies = ["PJSIP": .known(true)]
    asterisk.endpoints = ["PJSIP/alice": .known("online")]
    asterisk.devices = ["PJSIP/alice": .known("NOT_INUSE")]
    asterisk.sound = .known(.played)
    asterisk.music = ["default": .known(8_000)]
    return asterisk
  }

  private static func findings(
    _ settings: Settings,
    _ change: (inout Picture, inout AsteriskPicture) -> Void = { _, _ in }
  ) -> [Finding] {
    var asterisk = healthyAsterisk(settings)
    var picture = Picture()
    picture.service = .running(troubles: [])
    picture.voices = ["en": .known(true)]
    picture.servers = ["https://crm.example.org/": .known(405)]
    change(&picture, &asterisk)
    if case .away(.unreadable(status: 0), "") = picture.asterisk { picture.asterisk = .answering(asterisk) }
    return Findings.all(settings, "/etc/asterisk/warm_transfer.conf", picture)
  }

  /// The only finding that is not ok.
  private func trouble(
    _ settings: Settings? = nil,
    _ change: (inout Picture, inout AsteriskPicture) -> Void = { _, _ in }
  ) throws -> Finding {
    let found = Self.findings(try settings ?? Self.settings(), change).filter { $0.level != .ok }
    #expect(found.count == 1, "\(found)")
    let finding = try #require(found.first)
    #expect(!finding.mend.isEmpty && !finding.text.hasSuffix("."))
    return finding
  }

  @Test func whereAllIsWellEveryLineSaysSo() throws {
    let found = Self.findings(try Self.settings())
    #expect(found.allSatisfy { $0.level == .ok && $0.mend.isEmpty }, "\(found)")
    #expect(
      found.map(\.subject) == [
        "settings", "service", "asterisk", "modules", "http", "ari", "dialplan", "amd", "music", "sounds",
        "target alice", "target bob", "group team", "journal", "speech", "web",
      ]
    )
    #expect(found.contains(.ok("target alice", "PJSIP/alice: free")))
    #expect(found.contains(.ok("group team", "2 of 2 members can be rung")))
  }

  // MARK: Nobody answers

  @Test(
    arguments: [
      (.unauthorized, "http://127.0.0.1:8088 rejects user 'warm-transfer'", "ari show users"),
      (.notFound, "http://127.0.0.1:8088 answers, but has no ARI", "enabled = yes"),
      (.unreadable(status: 404), "http://127.0.0.1:8088 answers, but has no ARI", "enabled = yes"),
      (.unreadable(status: 200), "http://127.0.0.1:8088 is no Asterisk", "ari_url"),
      (.refused(status: 503), "http://127.0.0.1:8088 answers HTTP 503", "log"),
      (.unanswered(.couldNotResolve), "'127.0.0.1' has no address", "/etc/hosts"),
      (.unanswered(.couldNotConnect), "nothing listens at http://127.0.0.1:8088", "http show status"),
      (.unanswered(.timedOut), "http://127.0.0.1:8088 does not answer in time", "firewall"),
      (.unanswered(.tls), "no TLS connection to http://127.0.0.1:8088: words", "ari_ca_file"),
      (.unanswered(.closed), "http://127.0.0.1:8088 closes the connection without an answer", "sessionlimit"),
    ] as [(ARIError.Kind, String, String)]
  )
  func eachWayNotToAnswerHasAMendOfItsOwn(_ kind: ARIError.Kind, _ text: String, _ mend: String) throws {
    let finding = try trouble { picture, _ in picture.asterisk = .away(kind, "words") }
    #expect(finding.level == .fail && finding.subject == "asterisk" && finding.text == text)
    #expect(finding.mend.contains(mend), "\(finding.mend)")
  }

  // MARK: Asterisk

  @Test(arguments: ["22.10.1+dfsg", "22", "22-cert1"])
  func aVersionThatWasTried(_ version: String) throws {
    let found = Self.findings(try Self.settings()) { $1.version = version }
    #expect(found.contains(.ok("asterisk", "\(version) at http://127.0.0.1:8088")))
  }

  @Test(arguments: [
    "1.8.32.3", "16.30.0", "220.1", "GIT-master-22a", "", "certified/18.9", "٢٢.1",
    String(repeating: "9", count: 5_000),
  ])
  func anyOther(_ version: String) throws {
    let finding = try trouble { $1.version = version }
    #expect(finding.level == .warn && finding.subject == "asterisk" && finding.text.count < 200)
  }

  @Test func theDialplanSendsCallersToAnotherApp() throws {
    let wrong = try trouble { $1.dialplansApplication = .known("wt2") }
    #expect(wrong.level == .fail && wrong.text == "app is 'warm-transfer', and the dialplan sends callers to 'wt2'")
    let missing = try trouble(try Self.settings("[general](+)\napp = wt2\n"))
    #expect(missing.level == .fail && missing.mend.hasPrefix("Set WT_APP = wt2 in [globals]"))
    let right = Self.findings(try Self.settings("[general](+)\napp = wt2\n")) {
      $1.dialplansApplication = .known("wt2")
    }
    #expect(right.allSatisfy { $0.level == .ok })
  }

  @Test func somebodyElseHasOurName() throws {
    let found = Self.findings(try Self.settings()) { picture, _ in picture.service = .notRunning }
    #expect(found.filter { $0.level != .ok }.map(\.subject) == ["service", "app"])
    let alone = Self.findings(try Self.settings()) { picture, asterisk in
      picture.service = .notRunning
      asterisk.hasApplication = .known(false)
    }
    #expect(alone.filter { $0.level != .ok }.map(\.subject) == ["service"])
  }

  @Test(arguments: AsteriskModules.always)
  func eachModuleIsMissed(_ module: String) throws {
    let found = Self.findings(try Self.settings()) { $1.unload(module) }.filter { $0.level != .ok }
    #expect(found.contains { $0.level == .fail && $0.subject == "modules" && $0.text == "not loaded: \(module)" })
    #expect(found.count == 1, "\(found)")
  }

  @Test(arguments: [
    ("[transfer]\namd = off\n", "res_stasis_snoop", false), ("", "res_stasis_snoop", true),
    ("[transfer]\nleave_message = Call us.\n", "app_waitforsilence", true), ("", "app_waitforsilence", false),
    ("[transfer]\non_failure = voicemail\nmailbox = 100\n", "app_voicemail", true), ("", "app_voicemail", false),
    ("[general](+)\nagi_bind = 127.0.0.1:4573\n", "res_agi", true), ("", "res_agi", false),
  ])
  func aModuleIsNeededForWhatIsSwitchedOn(_ more: String, _ module: String, _ isNeeded: Bool) throws {
    let found = Self.findings(try Self.settings(more)) { $1.unload(module) }
    #expect(found.contains { $0.level == .fail && $0.text == "not loaded: \(module)" } == isNeeded)
  }

  @Test func withoutReportsAndWithoutEyesItOnlyWarns() throws {
    #expect(try trouble { $1.unload("func_cdr") }.text == "not loaded, for reports: func_cdr")
    let blind = Self.findings(try Self.settings()) { _, asterisk in
      for module in AsteriskModules.forTheDoctor { asterisk.unload(module) }
      asterisk.music = [:]
      asterisk.set(FunctionQuestions.httpIsOn, "")
    }
    #expect(blind.filter { $0.level != .ok }.map(\.subject) == ["modules", "music"])
    #expect(blind.allSatisfy { $0.level != .fail })
  }

  @Test(arguments: [("", true), ("100", true), ("nonsense", true), ("199", true), ("200", false), ("5000", false)])
  func limitsOfHTTP(_ value: String, _ isShort: Bool) throws {
    let found = Self.findings(try Self.settings()) { $1.set(FunctionQuestions.sessionLimit, value) }
    #expect(found.contains { $0.subject == "http" && $0.level == .warn } == isShort)
  }

  @Test(arguments: [("", true), ("100", true), ("999", true), ("1000", false)])
  func patienceOfARI(_ value: String, _ isShort: Bool) throws {
    let found = Self.findings(try Self.settings()) { $1.set(FunctionQuestions.writeTimeout, value) }
    #expect(found.contains { $0.subject == "ari" && $0.level == .warn } == isShort)
  }

  @Test func filesThatAreNotShownAreNotGuessed() throws {
    let found = Self.findings(try Self.settings()) { _, asterisk in
      for question in [FunctionQuestions.httpIsOn, FunctionQuestions.sessionLimit, FunctionQuestions.music("default")] {
        asterisk.set(question, "")
      }
    }
    #expect(found.filter { $0.level != .ok }.map(\.text) == ["Asterisk does not show its conf files"])
  }

  @Test func aDialplanThatCannotBeAskedIsNotGuessed() throws {
    let found = Self.findings(try Self.settings()) { _, asterisk in
      asterisk.unload("func_dialplan")
      for context in FunctionQuestions.contexts { asterisk.set(FunctionQuestions.context(context), "") }
    }
    #expect(!found.contains { $0.subject == "dialplan" })
  }

  @Test(arguments: [
    ("moh", "/usr/share/asterisk", "/usr/share/asterisk/moh"), ("/srv/music", "", "/srv/music"), ("moh", "", nil),
    ("", "/usr/share/asterisk", nil),
  ])
  func whereTheMusicIs(_ folder: String, _ data: String, _ path: String?) {
    var asterisk = AsteriskPicture()
    asterisk.functions = .known([FunctionQuestions.musicFolder("a"): folder, FunctionQuestions.dataFolder: data])
    #expect(asterisk.musicFolder("a") == path)
  }

  @Test func nothingBehindAQuestionMarkIsShown() {
    #expect(Doctor.shown("https://crm.example.org/a?token=x#y") == "https://crm.example.org/a")
  }

  @Test func aHashedPasswordIsSlow() throws {
    let finding = try trouble { $1.set(FunctionQuestions.passwordFormat("warm-transfer"), "crypt") }
    #expect(finding.level == .warn && finding.text.hasPrefix("password_format = crypt"))
  }

  @Test func aTestChannelThatCannotBeMade() throws {
    let finding = try trouble { $1.functions = .unknown("HTTP 403, no") }
    #expect(finding.level == .fail && finding.text == "cannot make a test channel: HTTP 403, no")
  }

  @Test(arguments: [
    (FunctionQuestions.contexts, Finding.Level.fail, "#include extensions_warm_transfer.conf"),
    (["warm-transfer"], .fail, "Copy"), (["wt-amd"], .fail, "Copy"), (["wt-doctor"], .warn, "Copy"),
  ])
  func contextsThatAreMissing(_ missing: [String], _ level: Finding.Level, _ mend: String) throws {
    let finding = try trouble { _, asterisk in
      for context in missing { asterisk.set(FunctionQuestions.context(context), "0") }
    }
    #expect(finding.level == level && finding.subject == "dialplan" && finding.mend.contains(mend))
    #expect(missing.allSatisfy { finding.text.contains("[\($0)]") })
  }

  @Test func theDetectorIsMissedOnlyWhereItIsUsed() throws {
    let finding = try trouble { $1.unload("app_amd") }
    #expect(finding.level == .fail && finding.subject == "amd" && finding.mend.contains("amd.conf"))
    let off = Self.findings(try Self.settings("[transfer]\namd = off\n")) { _, asterisk in
      asterisk.unload("app_amd")
      asterisk.set(FunctionQuestions.context("wt-amd"), "0")
    }
    #expect(off.filter { $0.level != .ok }.map(\.level) == [.warn], "\(off)")
    let nobody = Self.findings(try Self.settings("[alice](+)\namd = off\n[bob](+)\namd = off\n")) {
      $1.unload("app_amd")
    }
    #expect(nobody.allSatisfy { $0.level == .ok }, "\(nobody)")
  }

  @Test func music() throws {
    let silent = try trouble { $1.music["default"] = .known(12) }
    #expect(silent.level == .fail && silent.text == "class 'default' is silent: callers on hold hear nothing")
    let other = try trouble { $1.set(FunctionQuestions.music("default"), "") }
    #expect(other.level == .warn && other.text.contains("callers hear Asterisk's default"))
    let missing = try trouble { _, asterisk in
      asterisk.set(FunctionQuestions.music("default"), "")
      asterisk.music = ["default": .unknown("x")]
    }
    #expect(missing.level == .fail && missing.text == "there is no class 'default' in musiconhold.conf")
    let stored = Self.findings(try Self.settings()) { _, asterisk in
      asterisk.set(FunctionQuestions.music("default"), "")
      asterisk.set(FunctionQuestions.musicInDatabase, "odbc,asterisk")
    }
    #expect(stored.allSatisfy { $0.level == .ok })
    let empty = try trouble { _, asterisk in
      asterisk.music = ["default": .unknown("HTTP 500")]
      asterisk.emptyMusicFolders = ["default": "/usr/share/asterisk/moh"]
    }
    #expect(empty.level == .fail && empty.text.hasPrefix("class 'default' has no files in /usr/share/asterisk/moh"))
    let unheard = Self.findings(try Self.settings()) { $1.music = [:] }
    #expect(unheard.contains(.ok("music", "class 'default' is in musiconhold.conf; it was not listened to")))
  }

  @Test(
    arguments: [
      (.known(.failed), Finding.Level.fail, "Asterisk cannot play"), (.known(.endless), .fail, "never ended"),
      (.unknown("Permission denied"), .warn, "was not tried: Permission denied"),
    ] as [(Answer<AsteriskPicture.Sound>, Finding.Level, String)]
  )
  func sounds(_ sound: Answer<AsteriskPicture.Sound>, _ level: Finding.Level, _ text: String) throws {
    let finding = try trouble { $1.sound = sound }
    #expect(finding.level == level && finding.subject == "sounds" && finding.text.contains(text))
  }

  // MARK: Around it

  @Test func theService() throws {
    let busy = try trouble { picture, _ in picture.service = .running(troubles: ["asterisk: unreachable"]) }
    #expect(busy.level == .fail && busy.text == "running, not ready: asterisk: unreachable")
    #expect(try trouble { picture, _ in picture.service = .hidden("control: Permission denied") }.level == .warn)
  }

  @Test func theJournal() throws {
    let found = Self.findings(try Self.settings()) { picture, asterisk in
      (picture.service, asterisk.hasApplication) = (.notRunning, .known(false))
      picture.journal = .unknown("no such file")
    }
    #expect(found.contains { $0.level == .warn && $0.text == "cannot be read: no such file" })
  }

  @Test func voicesAndServers() throws {
    let voice = try trouble { picture, _ in picture.voices["xx"] = .unknown("no voice 'xx'") }
    #expect(voice.level == .fail && voice.text == "xx: no voice 'xx'")
    let server = try trouble { picture, _ in picture.servers["https://a.b/"] = .unknown("no address") }
    #expect(server.level == .warn && server.text == "https://a.b/: no address")
  }

  @Test func settingsThatAreWorthAWord() throws {
    let none = Self.findings(try Self.settings(instead: "[general]\nari_password = Lx83kd\n"))
    #expect(none.contains { $0.level == .warn && $0.text.contains("has no target") })
    let warned = Self.findings(try Self.settings(instead: "[general]\nari_password = secret\n"))
    #expect(warned.contains { $0.level == .warn && $0.mend.hasPrefix("Run: warm-transfer check --config ") })
  }
}

extension AsteriskPicture {
  fileprivate mutating func unload(_ module: String) {
    modules = .known((modules.value ?? []).subtracting([module + ".so"]))
  }

  fileprivate mutating func set(_ function: String, _ value: String) {
    var all = functions.value ?? [:]
    all[function] = value
    functions = .known(all)
  }
}
