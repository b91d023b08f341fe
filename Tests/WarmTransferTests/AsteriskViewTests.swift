import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

@Suite struct AsteriskViewTests {
  /// A conversation and a caller on hold, of transfers that nobody knows.
  func view() throws -> AsteriskView {
    let channel = { (id: String) in
      try ARIChannel(
        JSON.object([
          "id": .string(id), "name": "PJSIP/x-1", "state": "Up",
          "dialplan": .object(["app_name": "Stasis", "app_data": "warm-transfer,topic=billing"]),
        ])
      )
    }
    let bridge = { (id: String, channels: [String]) in
      try ARIBridge(JSON.object(["id": .string(id), "channels": .array(channels.map(JSON.string))]))
    }
    return AsteriskView(
      channels: try ["talker", "wt-a1-agent-1", "waiter", "wt-b2-agent-1"].map(channel),
      bridges: [
        try bridge("wt-a1-talk", ["talker", "wt-a1-agent-1"]), try bridge("wt-b2-hold", ["waiter"]),
        try bridge("wt-b2-talk", ["wt-b2-agent-1"]),
      ],
      inHand: ["talker", "wt-a1-agent-1", "waiter", "wt-b2-agent-1"],
      run: "today"
    )
  }

  func view(of application: String, _ exten: String, run: String, inHand: [String] = []) throws -> AsteriskView {
    let channel = try ARIChannel(
      JSON.object([
        "id": "caller.1", "name": "PJSIP/x-1", "state": "Up",
        "dialplan": .object(["app_name": .string(application), "exten": .string(exten)]),
      ])
    )
    return AsteriskView(channels: [channel], bridges: [], inHand: inHand, run: run)
  }

  @Test func whoHasHungUpIsNotInTheDialplan() throws {
    let machine = TransferMachine(try Sample.request())
    #expect(try view(of: "Wait", "s", run: "today").sighting(of: machine).caller == .elsewhere)
    #expect(try view(of: "NoOp", "h", run: "today").sighting(of: machine).caller == .gone)
    #expect(try view(of: "Stasis", "s", run: "today", inHand: ["caller.1"]).sighting(of: machine).caller == .astray)
  }

  @Test(arguments: [("today", false), ("yesterday", true), (nil, false)])
  func anAsteriskThatWasRestartedTookEverybodyWithIt(_ run: String?, _ isAnother: Bool) throws {
    var request = try Sample.request()
    request.asteriskRun = run
    var switchboard = Switchboard(application: "warm-transfer", soundsFolder: "/sounds")
    _ = switchboard.begin(request, at: SwitchboardTests.now)
    let events = try switchboard.recovery(from: view(of: "Wait", "s", run: "today"), of: .main).map(\.event)
    #expect(events.contains(.asteriskRestarted) == isAnother)
    #expect(events.contains(.caller(.takenAway)) != isAnother)
  }

  @Test func aConversationOfWhichNothingIsKnownIsLeftAlone() throws {
    #expect(
      try view().leftovers(besides: []) == [
        .hangUp("wt-b2-agent-1"), .destroyBridge("wt-b2-hold"), .destroyBridge("wt-b2-talk"),
      ]
    )
  }

  /// The record of a transfer that has rung nobody yet, and is behind.
  @Test func phonesThatTheRecordDoesNotKnowAreSeen() throws {
    let machine = TransferMachine(try Sample.request("a1"))
    #expect(try view().sighting(of: machine).phones == [LegID(1): .talk])
    let talk = try view().bridges
    #expect(machine.talk(in: talk) == .talkSeen(caller: false, legs: []))
  }

  @Test func somebodyElseWhoHasPickedUpIsSeenInTheConversation() throws {
    var request = try Sample.request("a1")
    request.caller.channel = "caller"
    let channel = { (id: String, data: String) in
      try ARIChannel(
        JSON.object([
          "id": .string(id), "name": "PJSIP/x-1", "state": "Up",
          "dialplan": .object(["app_name": "Stasis", "app_data": .string(data)]),
        ])
      )
    }
    let view = AsteriskView(
      channels: [try channel("caller", "warm-transfer"), try channel("desk.2", "warm-transfer,agent,a1,1")],
      bridges: [try ARIBridge(JSON.object(["id": "wt-a1-talk", "channels": .array(["caller", "desk.2"])]))],
      inHand: ["caller", "desk.2"],
      run: "today"
    )
    let sighting = view.sighting(of: TransferMachine(request))
    #expect(sighting.caller == .inBridge && sighting.phones == [LegID(1): .talk])
    #expect(sighting.replacements == [LegID(1): "desk.2"])
  }

  /// Put through to somebody else while nobody listened: in the place of the one whom the record knows.
  @Test(arguments: [
    ("wt-a1-talk", ["alice.9", "wt-a1-agent-1"], String?("alice.9"), Sighting.CallersPlace.inBridge),
    ("wt-a1-talk", ["alice.9"], "alice.9", .inBridge),
    ("wt-b2-hold", ["alice.9"], nil, .gone), ("wt-a1-talk", ["robot"], nil, .gone),
  ])
  func anotherChannelInTheCallersPlaceIsTheCaller(
    _ bridge: String,
    _ members: [String],
    _ replacement: String?,
    _ place: Sighting.CallersPlace
  ) throws {
    var request = try Sample.request("a1")
    request.voiceAgent = "robot"
    let channels = try members.map { id in
      try ARIChannel(["id": .string(id), "name": "PJSIP/x-1", "state": "Up", "dialplan": ["app_name": "Stasis"]])
    }
    let view = AsteriskView(
      channels: channels,
      bridges: [try ARIBridge(["id": .string(bridge), "channels": .array(members.map(JSON.string))])],
      inHand: members,
      run: "today"
    )
    let sighting = view.sighting(of: TransferMachine(request))
    #expect(sighting.callersReplacement == replacement && sighting.caller == place)
  }

  /// The service was replaced while somebody waited: they are put into the bridge that there is now.
  @Test func whoWaitsWhereAnEarlierVersionPutThemIsAstray() throws {
    let request = try Sample.request("a1")
    let caller = request.caller.channel
    let view = AsteriskView(
      channels: [
        try ARIChannel(["id": .string(caller), "name": "PJSIP/x-1", "state": "Up", "dialplan": ["app_name": "Stasis"]])
      ],
      bridges: [try ARIBridge(["id": "wt-a1-hold", "channels": [.string(caller)]])],
      inHand: [caller],
      run: "today"
    )
    #expect(view.sighting(of: TransferMachine(request)).caller == .astray)
  }

  @Test func whatBelongsToATransferIsNoLeftover() throws {
    let known = try #require(TransferID("b2"))
    #expect(try view().leftovers(besides: [known]).isEmpty)
  }

  @Test func aCallerOfWhomNobodyWasToldIsTakenUp() throws {
    let newcomers = try view().newcomers(to: "warm-transfer", besides: [])
    #expect(newcomers.map(\.channel.id) == ["waiter"])
    #expect(newcomers.first?.arguments == ["topic=billing"])
    // What Stasis() says to another application is not meant for us.
    #expect(try view().newcomers(to: "other", besides: []).map(\.arguments) == [[]])
  }
}
