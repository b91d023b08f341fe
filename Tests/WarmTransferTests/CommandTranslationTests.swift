import ARI
import Testing
import Transfer

@testable import WarmTransfer

@Suite struct CommandTranslationTests {
  let translation: CommandTranslation

  init() throws {
    translation = CommandTranslation(
      machine: TransferMachine(try Sample.request()),
      application: "warm-transfer",
      soundsFolder: "/sounds"
    )
  }

  @Test func theJoinIsOneCommand() {
    #expect(translation.commands(for: .holdCaller) == [.add(["caller.1"], to: "wt-k3-talk")])
    #expect(translation.commands(for: .join(LegID(2))) == [.add(["wt-k3-agent-2"], to: "wt-k3-talk")])
  }

  @Test func theTalkBridgeProxiesMedia() {
    #expect(translation.commands(for: .openBridge) == [.createBridge("wt-k3-talk", .proxied)])
  }

  @Test(arguments: [
    ("PJSIP/alice", ARIBridges.Kind.proxied), ("Local/6001@from-internal", .mixed),
    ("local/6001@from-internal/n", .mixed),
    ("PJSIP/alice&Local/6001@from-internal", .mixed), ("PJSIP/local", .proxied),
  ])
  func theTalkBridgeMixesWhereTheDialplanRings(_ dialString: String, _ kind: ARIBridges.Kind) throws {
    var request = try Sample.request()
    guard case .ring(var party) = request.plan, var target = party.targets.first else {
      Issue.record("nobody is rung")
      return
    }
    target.dialString = dialString
    party.targets.append(target)
    request.plan = .ring(party)
    let commands = CommandTranslation(
      machine: TransferMachine(request),
      application: "warm-transfer",
      soundsFolder: "/sounds"
    ).commands(
      for: .openBridge
    )
    #expect(commands == [.createBridge("wt-k3-talk", kind)])
  }

  @Test func aSoundIsNamedByItsFolderInAsterisk() {
    let media = SpokenMedia(file: "wt-k3-agent-1-briefing", length: .seconds(1))
    #expect(
      translation.commands(for: .play(media, to: .leg(LegID(1)), as: .briefing(LegID(1), hearing: 1))) == [
        .playToChannel(
          "wt-k3-agent-1",
          media: "sound:/sounds/wt-k3-agent-1-briefing",
          as: "wt-k3-agent-1-briefing-1"
        )
      ]
    )
  }

  @Test func recordedPromptsAreAsterisksToFind() {
    let parts: [SpokenMedia.Sequence.Part] = [.recorded("acme/hello"), .spoken("wt-k3-announcement-part-2")]
    let media = SpokenMedia(
      file: "wt-k3-announcement",
      length: .seconds(21),
      sequence: .init(parts: parts, language: "en_US")
    )
    guard
      case .playToChannel(_, let played, _)? = translation.commands(for: .play(media, to: .caller, as: .announcement))
        .first
    else {
      Issue.record("nothing is played")
      return
    }
    #expect(played.uris == "sound:acme/hello,sound:/sounds/wt-k3-announcement-part-2")
    #expect(played.language == "en_US")
  }

  @Test(arguments: [
    (ProxyCallerID.fixed(name: "Acme", number: "+1800"), "\"Acme\" <+1800>"),
    (.ofTheCaller, "\"Jane, the first\" <+15551234>"),
    (.fixed(name: "A\"><x>\r\nB\\", number: "1,2;&3"), "\"A\\\"><x>B\" <123>"),
    (.fixed(name: "", number: ""), "\"Anonymous\" <anonymous>"),
    (.fixed(name: "Jane", number: ""), "\"Jane\" <anonymous>"),
  ])
  func theProxyCallerIDCannotBreakOut(_ callerID: ProxyCallerID, _ text: String) throws {
    let commands = translation.commands(
      for: .ring(LegID(1), dialString: "PJSIP/a", callerID, limit: .seconds(30))
    )
    guard case .originate(let origination) = try #require(commands.first) else {
      Issue.record("no origination")
      return
    }
    #expect(origination.callerID == text)
    #expect(origination.channelID == "wt-k3-agent-1" && origination.endpoint == "PJSIP/a")
  }

  @Test func whatAPhoneShowsStaysWhileTheCallerIsOurs() throws {
    let stays = AsteriskCommand.Variable("CONNECTED_LINE_SEND_SUB", "wt-connected-line,s,1")
    let follows = AsteriskCommand.Variable("CONNECTED_LINE_SEND_SUB", "")
    let rung = translation.commands(for: .ring(LegID(1), dialString: "PJSIP/a", .ofTheCaller, limit: .seconds(30)))
    guard case .originate(let origination) = try #require(rung.first) else { return #expect(Bool(false)) }
    #expect(origination.variables[stays.name] == stays.value)
    let byDialplan = translation.commands(
      for: .ring(LegID(1), dialString: "Local/2@x", .ofTheCaller, limit: .seconds(3))
    )
    guard case .originate(let local) = try #require(byDialplan.first) else { return #expect(Bool(false)) }
    #expect(local.variables[stays.name] == nil, "the dialplan's own calls would be kept from showing anything")
    let held = translation.commands(for: .armDeadMansSwitch(.seconds(90)))
    #expect(held == [.set([.init("TIMEOUT(absolute)", "90"), stays], on: "caller.1")])
    let outcome = Outcome(result: .returned, cause: .busy, target: nil, wait: .zero)
    let moved = translation.commands(for: .moveCaller(to: "ivr", outcome))
    #expect(moved.last == .note([.init("WT_ACTIVE", ""), follows], on: "caller.1"))
  }

  @Test func theDialplanIsToldEverything() {
    let outcome = Outcome(result: .returned, cause: .busy, target: "billing", wait: .milliseconds(7_900))
    let told = translation.commands(for: .writeOutcome(outcome)).flatMap { command -> [String] in
      if case .set(let variables, on: "caller.1") = command { variables.map { "\($0.name)=\($0.value)" } } else { [] }
    }
    #expect(
      told == [
        "WT_TRANSFER_ID=k3", "WT_RESULT=RETURNED", "WT_CAUSE=BUSY", "WT_TARGET=billing", "WT_WAIT=7", "WT_TRIES=1",
        "CDR(wt_id)=k3", "CDR(wt_result)=RETURNED", "CDR(wt_cause)=BUSY", "CDR(wt_target)=billing", "CDR(wt_wait)=7",
      ]
    )
    let joined = Outcome(result: .connected, cause: .completed, target: "billing", wait: .zero)
    guard case .set(let variables, _)? = translation.commands(for: .writeOutcome(joined)).first else { return }
    #expect(variables.contains(.init(AsteriskNames.deadMansSwitch, "0")))
  }

  @Test(arguments: [(Outcome.Result.connected, "WT_TRIES=4"), (.returned, "WT_TRIES=5"), (.abandoned, "WT_TRIES=5")])
  func whatCameToNothingCountsAsATry(_ result: Outcome.Result, _ expected: String) throws {
    var request = try Sample.request()
    request.tries = 4
    let outcome = Outcome(result: result, cause: .completed, target: nil, wait: .zero)
    let commands = CommandTranslation(
      machine: TransferMachine(request),
      application: "warm-transfer",
      soundsFolder: "/sounds"
    )
    .commands(for: .writeOutcome(outcome))
    let told = commands.flatMap { command -> [String] in
      if case .set(let variables, _) = command { variables.map { "\($0.name)=\($0.value)" } } else { [] }
    }
    #expect(told.contains(expected))
  }

  @Test func theDialplanIsToldTheWordsOfARefusal() throws {
    var request = try Sample.request()
    request.plan = .turnAway("We are closed.")
    let outcome = Outcome(result: .returned, cause: .noTarget, target: nil, wait: .zero)
    let commands = CommandTranslation(
      machine: TransferMachine(request),
      application: "warm-transfer",
      soundsFolder: "/sounds"
    )
    .commands(for: .writeOutcome(outcome))
    let told = commands.flatMap { command -> [AsteriskCommand.Variable] in
      if case .set(let variables, on: "caller.1") = command { variables } else { [] }
    }
    #expect(told.contains(AsteriskCommand.Variable("WT_MESSAGE", "We are closed.")))
  }
}
