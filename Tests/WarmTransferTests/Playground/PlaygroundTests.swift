import Settings
import Speech
import Testing
import Transfer
import Transport

@testable import WarmTransfer

@Suite(.timeLimit(.minutes(1))) struct PlaygroundTests {
  private static let conf = """
    [general]
    ari_password = x
    timezone = UTC
    [transfer]
    amd = parallel
    opt_out_digits = *
    [alice]
    type = target
    dial = PJSIP/alice
    [bob]
    type = target
    dial = PJSIP/bob
    [pair]
    type = group
    members = alice, bob
    [gold]
    type = rule
    fact.tier = gold
    target = bob
    [asked]
    type = rule
    topic = outside
    dispatch_url = https://crm.example.org/who
    target = alice
    [crm]
    type = webhook
    url = https://crm.example.org/hook
    secret = whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=
    """

  /// Each text takes two seconds, of a tone that grows with its place in time.
  private static func report(
    _ conf: String = Self.conf,
    limits: SimulationLimits = .init(),
    _ change: (inout SimulatedCall) -> Void
  ) async throws -> SimulationReport {
    var call = SimulatedCall()
    change(&call)
    let settings = try Settings.load("a.conf", from: .pasted(Array(conf.utf8), as: "a.conf"))
    return try await Simulation.report(on: call, settings, limits: limits) { _, _ in
      Recording(samples: Array(repeating: 9_000, count: 2 * Recording.spokenRate), rate: Recording.spokenRate)
    }
  }

  private static func json(_ report: SimulationReport) throws -> JSON {
    try JSON(parsing: report.json(withSounds: false))
  }

  @Test func eachPhaseEndsWhenTheNextBegins() async throws {
    let json = try Self.json(try await Self.report { ($0.answers, $0.question.target) = ("busy,accept", "pair") })
    let phases = (json["phases"]?.array ?? []).map { phase -> (name: String?, at: Double, end: Double) in
      let at = phase["at"]?.number ?? -1
      return (phase["phase"]?.string, at, at + (phase["seconds"]?.number ?? -1))
    }
    #expect(
      phases.map(\.name) == ["requested", "held", "ringing", "held", "ringing", "briefing", "merging", "connected"]
    )
    let next = phases.dropFirst().map(\.at) + [json["seconds"]?.number ?? -1]
    for (phase, begin) in zip(phases, next) { #expect(abs(phase.end - begin) < 0.002) }
    // Whatever webhooks there are.
    let without = try Self.json(try await Self.report("[general]\nari_password = x") { _ in })
    #expect(without["phases"]?.array?.isEmpty == false)
  }

  /// Who, and what of the text is the same each time.
  private static func story(_ report: SimulationReport) throws -> [String] {
    try (json(report)["steps"]?.array ?? []).map { step in
      let text = step["text"]?.string ?? ""
      return "\(step["who"]?.string ?? "") \(text.prefix { $0 != ":" && $0 != "," && $0 != ";" })"
    }
  }

  @Test(
    "What comes of what people do",
    arguments: [
      ("accept", "CONNECTED COMPLETED"), ("repeat", "CONNECTED COMPLETED"), ("decline", "RETURNED DECLINED"),
      ("silent", "RETURNED NOACK"), ("hangup", "RETURNED NOACK"), ("busy", "RETURNED BUSY"),
      ("reject", "RETURNED DECLINED"), ("noanswer", "RETURNED NOANSWER"), ("unreachable", "RETURNED UNREACHABLE"),
      ("machine", "RETURNED MACHINE"), ("busy,accept", "CONNECTED COMPLETED"), ("busy , machine", "RETURNED MACHINE"),
    ]
  )
  func outcomes(_ answers: String, _ outcome: String) async throws {
    let report = try await Self.report { ($0.question.target, $0.answers) = ("pair", answers) }
    let json = try Self.json(report)
    #expect("\(json["result"]?.string ?? "") \(json["cause"]?.string ?? "")" == outcome)
    #expect(report.isConnected == outcome.hasPrefix("CONNECTED"))
    #expect(json["complete"] == true)
    #expect(json["variables"]?["WT_RESULT"]?.string == json["result"]?.string)
  }

  @Test func theCallerHangsUpOrGivesUp() async throws {
    let gone = try Self.json(try await Self.report { ($0.question.target, $0.hangsUpAfter) = ("alice", 3) })
    #expect(gone["cause"]?.string == "CALLERHANGUP")
    let back = try Self.json(try await Self.report { ($0.question.target, $0.optsOutAfter) = ("alice", 3) })
    #expect(back["cause"]?.string == "OPTOUT")
  }

  @Test func theStoryIsTold() async throws {
    let report = try await Self.report { ($0.question.target, $0.answers) = ("pair", "busy,accept") }
    #expect(
      try Self.story(report) == [
        "alice would be rung for up to 25 s", "caller hears", "alice is busy", "bob would be rung for up to 25 s",
        "caller hears music", "bob answers", "bob hears", "service the detector takes bob for a person",
        "bob presses 1",
        "service the two are connected", "caller hears", "bob hears", "bob hangs up",
      ]
    )
    let lines = report.lines(fitting: 80)
    #expect(lines.allSatisfy { $0.count <= 80 || $0.hasPrefix("The dialplan") || $0.hasPrefix("Webhook") })
    #expect(lines.contains { $0.hasPrefix("rings pair (alice, bob): the call names it") })
    #expect(lines.last == "Nobody was called and nothing was sent.")
  }

  @Test func theRuleIsExplained() async throws {
    let report = try await Self.report { $0.question.facts = [.init(name: "tier", value: "gold")] }
    #expect(report.lines(fitting: nil).contains("rings bob: rule 'gold'"))
    let nobody = try await Self.report { $0.question.topic = "sales" }
    #expect(
      nobody.lines(fitting: nil).contains("rings nobody: no rule matches, and no target or group is named 'sales'")
    )
    #expect(!nobody.isConnected)
  }

  @Test func nobodyOutsideIsAskedOrTold() async throws {
    let report = try await Self.report { $0.question.topic = "outside" }
    let lines = report.lines(fitting: nil)
    #expect(lines.contains { $0.contains("would ask https://crm.example.org/who") })
    #expect(
      lines.contains(
        "Webhook crm would be sent requested, held, ringing, briefing, merging, connected, ended, "
          + "to https://crm.example.org/hook"
      )
    )
    let bodies = (try Self.json(report)["events"]?.array ?? []).map { $0["body"]?["phase"]?.string }
    #expect(bodies.count == 7 && bodies.last == "ended")
    #expect(report.isConnected, "the rule itself decides")
  }

  // MARK: Sound

  @Test func eachSideIsHeard() async throws {
    let report = try await Self.report { $0.question.target = "alice" }
    let (caller, person) = (report.sounds[0], report.sounds[1])
    #expect([caller.file, person.file, person.who] == ["caller.wav", "agent.wav", "alice"])
    let whole = try #require(try Self.json(report)["seconds"]?.number)
    #expect(abs(Double(caller.recording.duration.milliseconds) / 1_000 - whole) < 0.1)
    // Never silence for the caller, until the end.
    let quarters = stride(from: 0, to: caller.recording.samples.count - 2_000, by: 2_000)
    let silent = quarters.filter { start in caller.recording.samples[start..<start + 2_000].allSatisfy { $0 == 0 } }
    #expect(silent.count { $0 < 8_000 * Int(whole - 10) } == 0)
    // The briefing begins with the answer.
    #expect(person.recording.samples.prefix(400).contains { $0.magnitude > 5_000 })
    #expect(person.recording.rate == 8_000)
  }

  @Test func soundIsCutAtItsLimit() async throws {
    var limits = SimulationLimits()
    limits.sound = .seconds(3)
    let report = try await Self.report(limits: limits) { $0.question.target = "alice" }
    #expect(report.sounds.allSatisfy { $0.recording.duration == .seconds(3) })
  }

  /// As callers and persons hear it.
  @Test func theRealVoicesSpeak() async throws {
    let settings = try Settings.load("a.conf", from: .pasted(Array(Self.conf.utf8), as: "a.conf"))
    var call = SimulatedCall()
    call.question.target = "alice"
    let report = try await Simulation.report(on: call, settings)
    #expect(report.isConnected)
    #expect(report.sounds[1].recording.samples.prefix(8_000).contains { $0.magnitude > 2_000 })
  }

  // MARK: Limits

  @Test func aCallThatTakesTooLongIsCut() async throws {
    var limits = SimulationLimits()
    limits.length = .seconds(5)
    let report = try await Self.report(limits: limits) { ($0.question.target, $0.answers) = ("alice", "noanswer") }
    #expect(try Self.json(report)["complete"] == false)
    limits.length = .seconds(7_200)
    limits.steps = 30
    #expect(try Self.json(try await Self.report(limits: limits) { $0.question.target = "alice" })["complete"] == false)
  }

  @Test func moreTextsThanAreSpokenDoNotEndTheCall() async throws {
    var limits = SimulationLimits()
    limits.texts = 0
    let report = try await Self.report(limits: limits) { $0.question.target = "alice" }
    #expect(report.isConnected)
    #expect(report.lines(fitting: nil).contains { $0.contains("cannot be spoken") })
  }

  @Test(arguments: ["", "accepts", "accept,,busy"])
  func answersThatAreNone(_ answers: String) async throws {
    await #expect(throws: SimulatedCall.Mistake.self) { try await Self.report { $0.answers = answers } }
  }

  // MARK: A text that anybody may have written

  @Test(
    "Nothing of this machine is read for it",
    arguments: [
      ("#include \"/etc/passwd\"", "no such file"), ("#include </etc/asterisk/warm_transfer.conf>", "no such file"),
      ("#exec /bin/id", "#exec is not supported"),
      (
        "[m]\ntype = model\nurl = https://a.example/\nname = x\nkey_file = /etc/passwd",
        "a pasted conf text reads no files"
      ),
      ("[general](+)\ntimezone = ../../../etc/passwd", "timezone"),
    ]
  )
  func nothingIsRead(_ lines: String, _ mistake: String) throws {
    let text = Self.conf + "\n" + lines
    do throws(ConfMistakes) {
      _ = try Settings.load("a.conf", from: .pasted(Array(text.utf8), as: "a.conf"))
      Issue.record("it was taken")
    } catch {
      #expect(error.description.contains(mistake), "\(error)")
      #expect(!error.description.contains("root:"))
    }
  }

  @Test func whatIsIncludedPerhapsIsLeftOut() throws {
    let text = "#tryinclude /etc/passwd\n" + Self.conf
    #expect(throws: Never.self) { try Settings.load("a.conf", from: .pasted(Array(text.utf8), as: "a.conf")) }
  }

  @Test func timeZonesAreThere() throws {
    let text = Self.conf.replacing("timezone = UTC", with: "timezone = Europe/Berlin")
    let settings = try Settings.load("a.conf", from: .pasted(Array(text.utf8), as: "a.conf"))
    #expect(settings.general.timeZone.name == "Europe/Berlin")
  }
}
