import Settings
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

@Suite struct ArrivalTests {
  static let conf = """
    [general]
    ari_password = x
    [transfer]
    hold_music = calm
    [alice]
    type = target
    dial = PJSIP/alice
    hold_music = jazz
    [bob]
    type = target
    dial = PJSIP/bob
    enabled = no
    [pair]
    type = group
    members = bob, alice
    [dora]
    type = target
    dial = PJSIP/dora
    require_caller_id = yes
    [dave]
    type = target
    dial = PJSIP/dave
    require_caller_id = yes
    caller_id = 5551212
    [both]
    type = group
    members = dora, dave
    [carla]
    type = target
    dial = PJSIP/carla
    language = pt
    [closed]
    type = rule
    topic = closed
    refuse = We are closed.
    [again]
    type = rule
    tries = >= 2
    language = de
    caller = 55
    fact.tier = gold
    target = alice
    """

  func request(
    _ arguments: [String] = [],
    with variables: [String: String] = [:],
    phoneSpeaks language: String = "en_AU",
    number: String = "555"
  ) throws -> TransferRequest {
    let files = ConfFiles(read: { _, _ throws(ConfFiles.ReadError) in Array(Self.conf.utf8) }, expand: { [$0] })
    let channel = try ARIChannel(
      JSON.object([
        "id": "c.1", "name": "PJSIP/x-1", "state": "Up", "language": .string(language),
        "caller": .object(["name": "Jane \"Q\", x", "number": .string(number)]),
      ])
    )
    return Arrival(channel: channel, arguments: arguments, variables: variables).request(
      try #require(TransferID("k3")),
      try Settings.load("/etc/asterisk/warm_transfer.conf", from: files),
      at: WallTime(milliseconds: 1_780_300_800_000)
    )
  }

  @Test func oneTargetBringsItsOwnPolicy() throws {
    let request = try request(with: ["WT_TARGET": "alice"])
    #expect(request.policy.holdMusic == "jazz")
    #expect(request.caller.name == "Jane \"Q\", x" && request.caller.number == "555")
  }

  @Test(arguments: [
    ("prohib_not_screened", "555", false), ("prohib", "555", false), ("allowed", "Anonymous", false),
    ("allowed_not_screened", "555", true), ("unavailable", "555", true), ("", "555", true),
  ])
  func aWithheldNumberIsKnownToNobody(_ presentation: String, _ number: String, _ isKnown: Bool) throws {
    let variables = ["CALLERID(pres)": presentation, "WT_TARGET": "alice"]
    let caller = try request(with: variables, number: number).caller
    #expect(caller.name == (isKnown ? "Jane \"Q\", x" : "") && caller.number == (isKnown ? "555" : ""))
    // What the caller has told the voice agent is another thing.
    let named = try request(with: variables.merging(["WT_CALLER_NAME": "Jane"]) { $1 }, number: number).caller
    #expect(named.name == "Jane" && named.number == caller.number)
    // No rule learns it either.
    let ruled = try request(
      with: ["CALLERID(pres)": presentation, "WT_TRIES": "2", "WT_LANGUAGE": "de", "WT_CONTEXT": #"{"tier": "gold"}"#],
      number: number
    )
    #expect((ruled.plan == .refuse(.noTarget)) == !isKnown)
  }

  @Test func nobodyIsRungWhosePhoneWouldShowTheCallersNumberWhereThatIsForbidden() throws {
    #expect(try request(with: ["WT_TARGET": "dora"]).plan == .refuse(.noTarget))
    guard case .ring(let party) = try request(with: ["WT_TARGET": "both"]).plan else {
      Issue.record("nobody is rung")
      return
    }
    #expect(party.targets.map(\.name) == ["dave"])
  }

  @Test func whatIsTooLongIsCut() throws {
    let long = String(repeating: "a", count: 3_000)
    let facts = (1...60).map { "\"fact\($0)\": \"\(long)\"" }.joined(separator: ",")
    let context = try request(with: ["WT_SUMMARY": long, "WT_TOPIC": "ok", "WT_CONTEXT": "{\(facts)}"]).context
    #expect(context.summary.count == 2_000 && context.topic == "ok")
    #expect(context.facts.count == 50 && context.facts.allSatisfy { $0.value.count == 500 })
  }

  @Test func aGroupIsRungWithoutThoseWhoAreOff() throws {
    let request = try request(with: ["WT_TARGET": "pair"])
    guard case .ring(let party) = request.plan else {
      Issue.record("nobody is rung")
      return
    }
    #expect(party.name == "pair" && party.targets.map(\.name) == ["alice"])
    #expect(request.policy.holdMusic == "calm")
  }

  @Test(arguments: [
    ([], "ivr", "ivr"), ([], "", ""), ([], "warm-transfer", ""), ([], "Warm-Transfer", ""),
    ([], " warm-transfer\t", ""), ([], "warm-transfer,topic=x", ""), (["return_to=warm-transfer"], "ivr", ""),
    (["return_to=ivr"], "warm-transfer", "ivr"), ([], "warm-transfer-2", "warm-transfer-2"),
  ])
  func nobodyGoesBackIntoOurOwnApp(_ arguments: [String], _ variable: String, _ way: String) throws {
    #expect(try request(arguments, with: ["WT_TARGET": "alice", "WT_RETURN_TO": variable]).policy.returnTo == way)
  }

  @Test(arguments: [("bob", Outcome.Cause.disabled), ("carol", .noTarget)])
  func aRefusal(_ target: String, _ cause: Outcome.Cause) throws {
    #expect(try request(with: ["WT_TARGET": target]).plan == .refuse(cause))
  }

  @Test func aCallerWhomARuleRefusesIsTurnedAway() throws {
    #expect(try request(with: ["WT_TOPIC": "closed"]).plan == .turnAway("We are closed."))
  }

  @Test func theRulesKnowWhatIsKnownOfTheCall() throws {
    let known = ["WT_TRIES": "2", "WT_LANGUAGE": "de_CH", "WT_CONTEXT": #"{"tier": "Gold"}"#]
    #expect(try request(with: known).plan != .refuse(.noTarget))
    for missing in known.keys {
      #expect(try request(with: known.filter { $0.key != missing }).plan == .refuse(.noTarget), "\(missing)")
    }
  }

  @Test(arguments: [
    ([], [:], "en-au"), ([], ["WT_LANGUAGE": "pt_BR"], "pt-br"), (["language=fr"], ["WT_LANGUAGE": "de"], "fr"),
    ([], ["WT_LANGUAGE": "x; y"], "en-au"),
  ])
  func theLanguage(_ arguments: [String], _ variables: [String: String], _ expected: String) throws {
    #expect(try request(arguments, with: variables).context.language?.description == expected)
  }

  @Test(arguments: [
    ("en", [:], "Connecting you now.", "en"), ("de_AT", [:], "Ich verbinde Sie jetzt.", "de"),
    ("en", ["WT_LANGUAGE": "es"], "Les comunico ahora.", "es"),
    ("de", ["WT_LANGUAGE": "en"], "Connecting you now.", "en"), ("xx", [:], "Connecting you now.", "en"),
    // A target's own is for the person.
    ("en", ["WT_TARGET": "carla"], "Connecting you now.", "en"),
    ("de", ["WT_TARGET": "carla"], "Ich verbinde Sie jetzt.", "de"),
  ])
  func theCallerIsSpokenToInTheirLanguage(
    _ phone: String,
    _ variables: [String: String],
    _ words: String,
    _ voice: String
  ) throws {
    let policy = try request(with: ["WT_TARGET": "alice"].merging(variables) { $1 }, phoneSpeaks: phone).policy
    #expect(policy.mergePrompt.source == words && policy.voice.name == voice)
  }

  @Test func thePersonIsSpokenToInTheirs() throws {
    let request = try request(with: ["WT_TARGET": "carla", "WT_LANGUAGE": "de"])
    guard case .ring(let party) = request.plan else {
      Issue.record("nobody is rung")
      return
    }
    #expect(
      party.targets[0].policy.reminder.source.hasPrefix("Pressione") && party.targets[0].policy.voice.name == "pt"
    )
  }

  @Test(arguments: [("3", 3), ("", 0), ("-1", 0), ("x", 0), ("99999999999999999999", 0), ("2000000", 1_000_000)])
  func tries(_ written: String, _ expected: Int) throws {
    #expect(try request(with: ["WT_TRIES": written]).tries == expected)
  }

  @Test func anArgumentCountsBeforeAVariable() throws {
    let request = try request(["topic=a=b", "target=", "reason=x"], with: ["WT_TOPIC": "c", "WT_TARGET": "alice"])
    #expect(request.context.topic == "a=b" && request.context.reason == "x")
    #expect(request.plan != .refuse(.noTarget))
  }

  @Test(arguments: [
    ("104.998", Duration.milliseconds(104_998)), ("0", nil), ("0.000", nil), ("", nil), ("-3", nil), ("inf", nil),
    ("nan", nil), ("1e300", nil), ("soon", nil),
  ])
  func theDialplansOwnSwitch(_ text: String, _ limit: Duration?) throws {
    #expect(try request(with: ["TIMEOUT(absolute)": text]).caller.dialplansLimit == limit)
  }

  @Test(arguments: [
    (#"{"tier": "gold", "age": 7}"#, ["age=7", "tier=gold"]), ("", []), ("{", []), ("[1]", []),
  ])
  func factsOfTheContext(_ json: String, _ facts: [String]) throws {
    #expect(try request(with: ["WT_CONTEXT": json]).context.facts.map { "\($0.name)=\($0.value)" } == facts)
  }
}
