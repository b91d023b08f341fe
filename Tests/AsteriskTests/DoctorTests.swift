import Foundation
import Lab
import Testing
import Transport

/// `warm-transfer doctor` on a healthy Asterisk, and on one of which one thing is broken at a time.
@Suite(.lab, .serialized) struct DoctorTests {
  struct Finding: Equatable {
    let level: String
    let subject: String
    let text: String
  }

  let lab: Lab

  init() throws { lab = try Lab.current() }

  private static func findings(_ configuration: URL) throws -> [Finding] {
    let answer = try ServiceProcess.ask(["doctor", "--json"], with: configuration)
    let json = try JSON(parsing: Array((answer.lines.last ?? "").utf8))
    let found = (json["findings"]?.array ?? []).map {
      Finding(level: $0["level"]?.string ?? "", subject: $0["subject"]?.string ?? "", text: $0["text"]?.string ?? "")
    }
    #expect(!found.isEmpty, "\(answer.lines)")
    #expect(answer.code == (found.contains { $0.level == "fail" } ? 1 : 0))
    return found
  }

  /// No service runs with this conf. Nothing may be left of the doctor.
  private func expect(
    _ level: String,
    of subject: String,
    _ text: String,
    with sections: String = "",
    at place: SourceLocation = #_sourceLocation
  ) async throws {
    let configuration = lab.files.appendingPathComponent("\(UUID().uuidString).conf")
    try ServiceProcess.write("[ann]\ntype = target\ndial = PJSIP/phone1\n" + sections, to: configuration, lab)
    let found = try Self.findings(configuration)
    let isThere = found.contains { $0.level == level && $0.subject == subject && $0.text.contains(text) }
    #expect(isThere, "\(found)", sourceLocation: place)
    // Nobody else is blamed for it.
    let others = found.filter {
      $0.level != "ok" && $0.subject != subject && !["service", "journal"].contains($0.subject)
    }
    #expect(others == [], sourceLocation: place)
    #expect(try await lab.leftovers() == [], sourceLocation: place)
    let sounds = try FileManager.default.contentsOfDirectory(atPath: lab.soundsDirectory.path)
    #expect(sounds.filter { $0.contains("doctor") } == [], sourceLocation: place)
  }

  /// Changes a conf file of the PBX, and puts it back.
  private func changing(
    _ file: String,
    _ reload: String,
    _ change: (String) -> String,
    _ body: () async throws -> Void
  ) async throws {
    let path = lab.pbx.directory.appendingPathComponent("etc/\(file)")
    let before = try String(contentsOf: path, encoding: .utf8)
    try change(before).write(to: path, atomically: true, encoding: .utf8)
    _ = try await lab.pbx.command(reload)
    do { try await body() } catch { Issue.record(error) }
    try before.write(to: path, atomically: true, encoding: .utf8)
    _ = try await lab.pbx.command(reload)
  }

  @Test func aHealthyAsteriskAndACallThatNoticesNothing() async throws {
    try await Scene.with(.person("ann", "accept-fast-300-500"), .group("team", "ann")) { scene in
      let call = try await scene.call("ann")
      let phone = try await call.agent()
      try await phone.time(of: .talking, within: .seconds(20))
      let found = try Self.findings(scene.service.configuration)
      #expect(found.allSatisfy { $0.level == "ok" }, "\(found)")
      #expect(found.contains { $0.subject == "music" && $0.text == "class 'default' is heard" })
      #expect(found.contains { $0.subject == "sounds" && $0.text.hasPrefix("Asterisk plays") })
      #expect(found.contains { $0.subject == "service" && $0.text == "running and ready" })
      try await phone.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "ann", heard: .heldAndJoined)
      #expect(try !scene.service.lines().contains { $0.contains("took over") || $0.contains("lost the event stream") })
    }
    #expect(try String(contentsOf: lab.pbx.logFile, encoding: .utf8).contains("not registered") == false)
  }

  @Test func withoutTheServiceOnlyThatIsSaid() async throws {
    try await expect("warn", of: "service", "not running")
  }

  @Test func whoIsNotLetIn() async throws {
    try await expect("fail", of: "asterisk", "rejects user", with: "[general](+)\nari_password = wrong\n")
    try await expect("fail", of: "asterisk", "nothing listens", with: "[general](+)\nari_url = http://127.0.0.1:1\n")
    try await expect("fail", of: "asterisk", "no address", with: "[general](+)\nari_url = http://no.host.invalid:1\n")
    let secure = lab.ariURL.replacing("http:", with: "https:")
    try await expect("fail", of: "asterisk", "no TLS", with: "[general](+)\nari_url = \(secure)\n")
  }

  @Test func anARIThatIsOffOrReadOnly() async throws {
    try await changing("ari_warm_transfer.conf", "module reload res_ari.so") {
      $0.replacing("enabled = yes", with: "enabled = no")
    } _: {
      try await expect("fail", of: "asterisk", "no ARI")
    }
    try await changing("ari_warm_transfer.conf", "module reload res_ari.so") {
      $0.replacing("read_only = no", with: "read_only = yes")
    } _: {
      let configuration = lab.files.appendingPathComponent("readonly.conf")
      try ServiceProcess.write("[ann]\ntype = target\ndial = PJSIP/phone1\n", to: configuration, lab)
      let found = try Self.findings(configuration)
      #expect(found.contains { $0.level == "fail" && $0.subject == "ari" && $0.text.contains("403") }, "\(found)")
    }
  }

  @Test func anAsteriskThatDoesNotAnswer() async throws {
    let process = try #require(lab.pbx.processID)
    kill(process, SIGSTOP)
    let start = ContinuousClock.now
    let configuration = lab.files.appendingPathComponent("stopped.conf")
    try ServiceProcess.write("[ann]\ntype = target\ndial = PJSIP/phone1\n", to: configuration, lab)
    let found = try Self.findings(configuration)
    kill(process, SIGCONT)
    #expect(found.contains { $0.level == "fail" && $0.text.contains("does not answer in time") }, "\(found)")
    #expect(ContinuousClock.now - start < .seconds(12))
  }

  @Test func music() async throws {
    let other = "[transfer]\nhold_music = nonsense\n"
    try await expect("warn", of: "music", "no class 'nonsense' in musiconhold.conf", with: other)
    let silence = lab.pbx.directory.appendingPathComponent("moh/silence")
    try FileManager.default.createDirectory(at: silence, withIntermediateDirectories: true)
    try Wave.write(
      Sound(samples: Array(repeating: 0, count: 80_000), rate: 8_000),
      to: silence.appendingPathComponent("silence.wav")
    )
    try await changing("musiconhold.conf", "moh reload") {
      $0 + "\n[hush]\nmode = files\ndirectory = \(lab.pbx.directoryInAsterisk)/moh/silence\n"
    } _: {
      try await expect("fail", of: "music", "class 'hush' is silent", with: "[transfer]\nhold_music = hush\n")
    }
  }

  @Test func soundsThatAsteriskCannotRead() async throws {
    let elsewhere = "[general](+)\nsounds_dir_in_asterisk = /nowhere\n"
    try await expect("fail", of: "sounds", "Asterisk cannot play", with: elsewhere)
    try await expect("warn", of: "sounds", "No such file", with: "[general](+)\nsounds_dir = /nowhere/sounds\n")
  }

  @Test func whoCannotBeRung() async throws {
    try await expect("fail", of: "target bob", "no endpoint", with: "[bob]\ntype = target\ndial = PJSIP/nobody\n")
    try await expect(
      "fail",
      of: "target bob",
      "no channel technology",
      with: "[bob]\ntype = target\ndial = PJSUP/bob\n"
    )
    try await expect(
      "warn",
      of: "target bob",
      "not registered",
      with: "[bob]\ntype = target\ndial = PJSIP/unregistered\n"
    )
    try await expect(
      "fail",
      of: "target bob",
      "no extension 7 in [none]",
      with: "[bob]\ntype = target\ndial = Local/7@none\n"
    )
    try await expect(
      "ok",
      of: "target bob",
      "extension is there",
      with: "[bob]\ntype = target\ndial = Local/5@inbound\n"
    )
  }

  @Test func dialplanThatIsMissing() async throws {
    try await changing("extensions_warm_transfer.conf", "dialplan reload") {
      $0.replacing("[wt-amd]", with: "[other]")
    } _: {
      try await expect("fail", of: "dialplan", "has no context [wt-amd]")
    }
    try await changing("extensions_warm_transfer.conf", "dialplan reload") { _ in
      "; nothing\n"
    } _: {
      let all = "[warm-transfer], [wt-amd], [wt-connected-line], [wt-doctor]"
      try await expect("fail", of: "dialplan", "has no context \(all)")
    }
    try await changing("extensions_globals.conf", "dialplan reload") { _ in
      "WT_APP = another\n"
    } _: {
      try await expect("fail", of: "app", "sends callers to 'another'")
    }
    // A reload leaves a global that is no longer in the file.
    _ = try await lab.pbx.command("dialplan set global WT_APP warm-transfer")
  }

  @Test func modulesAndLimits() async throws {
    try await lab.pbx.unload("app_amd.so")
    try await expect("fail", of: "amd", "app_amd is not loaded")
    try await lab.pbx.load("app_amd.so")
    try await lab.pbx.unload("func_cdr.so")
    try await expect("warn", of: "modules", "func_cdr")
    try await lab.pbx.load("func_cdr.so")
    try await changing("http_warm_transfer.conf", "module reload http") {
      $0.replacing("sessionlimit = 500", with: "sessionlimit = 20")
    } _: {
      try await expect("warn", of: "http", "sessionlimit in http.conf is 20")
    }
    try await changing("ari_warm_transfer.conf", "module reload res_ari.so") {
      $0.replacing("websocket_write_timeout = 5000", with: "")
    } _: {
      try await expect("warn", of: "ari", "websocket_write_timeout in ari.conf is 100 ms")
    }
  }
}

/// `warm-transfer doctor --call`.
@Suite(.lab, .serialized) struct TestCallTests {
  private func call(_ name: String, _ scene: Scene) throws -> (code: Int32?, text: String) {
    let answer = try ServiceProcess.ask(["doctor", "--call", name], with: scene.service.configuration)
    return (answer.code, answer.lines.joined(separator: "\n"))
  }

  @Test func somebodyTakesTheCallAndIsToldThatItWasATest() async throws {
    try await Scene.with(.person("ann", "accept-500-2500")) { scene in
      let answer = try call("ann", scene)
      #expect(answer.code == 0, "\(answer.text)")
      for step in [
        ": rings", ": answered", ": pressed 1", "hears \"Somebody calls.\"", "ok    call  ann took the call",
      ] {
        #expect(answer.text.contains(step), "\(step): \(answer.text)")
      }
      let phone = try await scene.lab.agent(named: "ann")
      try await phone.time(of: .gone)
      let heard = try await phone.heard()
      let pressed = heard.offset(of: try await phone.time(of: .talking))
      let farewell = heard.timeline.filter { $0.kind == .other && $0.start > pressed }
      #expect(farewell.reduce(.zero) { $0 + $1.length } > .seconds(1), "\(heard.timeline.text)")
      try await scene.service.logged("result=CONNECTED cause=COMPLETED target=ann")
    }
  }

  @Test func whoeverDoesNotTakeItIsNamedWithAReason() async throws {
    try await Scene.with(
      .person("bea", "busy"),
      .person("nora", "noanswer"),
      .person("dora", "decline-300-1000"),
      .person("silvia", "listen-300"),
      .target("nobody", dials: "PJSIP/nobody")
    ) { scene in
      let expected: KeyValuePairs<String, (Int32, String)> = [
        "bea": (1, "FAIL  call  bea is busy"), "nora": (1, "FAIL  call  nora did not answer"),
        "dora": (0, "warn  call  dora declined"), "silvia": (1, "FAIL  call  silvia answered, and pressed none"),
        "nobody": (1, "FAIL  call  nobody cannot be reached"), "norah": (64, "did you mean 'nora'?"),
      ]
      for (name, (code, text)) in expected {
        let answer = try call(name, scene)
        #expect(answer.code == code && answer.text.contains(text), "\(answer.text)")
      }
    }
  }

  @Test func withoutTheServiceNobodyIsRung() async throws {
    let scene = try await Scene.start([.person("ann", "accept-500-2500")])
    #expect(try await scene.service.stop())
    let rung = scene.lab.agents.count
    let answer = try call("ann", scene)
    #expect(answer.code == 1 && answer.text.contains("no service is running"), "\(answer.text)")
    #expect(scene.lab.agents.count == rung)
    #expect(try await scene.leftovers() == [])
  }
}
