import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

@Suite struct SwitchboardTests {
  static let now = Moment(WallTime(milliseconds: 1_800_000_000_000))

  /// A switchboard with one caller on hold, for whom one phone rings.
  func ringing() throws -> Switchboard {
    var switchboard = Switchboard(application: "warm-transfer", soundsFolder: "/sounds")
    let request = try Sample.request()
    _ = switchboard.begin(request, at: Self.now)
    _ = switchboard.post(.caller(.enteredHold), to: request.id, at: Self.now)
    return switchboard
  }

  func channel(_ id: String, state: String = "Up") throws -> ARIChannel {
    try ARIChannel(JSON.object(["id": .string(id), "name": "PJSIP/x-1", "state": .string(state)]))
  }

  func bridge(_ id: String, with members: [String] = ["caller.1", "wt-k3-agent-1"]) throws -> ARIBridge {
    try ARIBridge(JSON.object(["id": .string(id), "channels": .array(members.map(JSON.string))]))
  }

  @Test func whatFramesMean() throws {
    let leg = try channel("wt-k3-agent-1", state: "Ringing")
    let caller = try channel("caller.1")
    let one = LegID(1)
    let meanings: [(ARIEvent, TransferEvent)] = [
      (.stasisStart(leg, arguments: [], replaces: nil), .leg(one, .answered)),
      (.channelStateChanged(leg), .leg(one, .rang)),
      (.channelDestroyed(leg, cause: 17), .leg(one, .ended(HangupCause(code: 17)))),
      (.busy(leg), .leg(one, .ended(HangupCause(code: 17)))),
      (.channelEnteredBridge(caller, try bridge("wt-k3-talk")), .caller(.enteredHold)),
      (.channelEnteredBridge(leg, try bridge("wt-k3-talk")), .leg(one, .enteredTalk)),
      (.stasisEnd(caller), .caller(.left)), (.channelDestroyed(caller, cause: 16), .caller(.left)),
    ]
    for (frame, meaning) in meanings {
      var switchboard = try ringing()
      let step = try #require(switchboard.receive(frame, from: .main, at: Self.now).first, "\(frame)")
      #expect(step.transfer.description == "k3" && step.event == meaning)
    }
  }

  /// Asterisk puts the person in all the same.
  @Test func whoComesIntoABridgeThatTheCallerHasLeftTalksWithNobody() throws {
    var switchboard = try ringing()
    let leg = try channel("wt-k3-agent-1")
    let alone = try bridge("wt-k3-talk", with: [leg.id])
    #expect(switchboard.receive(.channelEnteredBridge(leg, alone), from: .main, at: Self.now).isEmpty)
  }

  @Test func aKeyIsKnownWhereItDecides() throws {
    var switchboard = try ringing()
    let (leg, caller) = (try channel("wt-k3-agent-1"), try channel("caller.1"))
    #expect(switchboard.receive(.digitReceived("1", leg), from: .main, at: Self.now).isEmpty, "nobody has picked up")
    _ = switchboard.receive(.stasisStart(leg, arguments: [], replaces: nil), from: .main, at: Self.now)
    let step = try #require(switchboard.receive(.digitReceived("1", leg), from: .main, at: Self.now).first)
    #expect(step.event == .leg(LegID(1), .pressed("1")) && step.after == .merging)
    for channel in [leg, caller] {
      #expect(
        switchboard.receive(.digitReceived("4", channel), from: .main, at: Self.now).isEmpty,
        "nobody listens any more"
      )
    }
  }

  @Test func whatIsNotOursMeansNothing() throws {
    var switchboard = try ringing()
    let stranger = try channel("stranger.9")
    for frame in [
      ARIEvent.stasisEnd(stranger), .digitReceived("1", stranger), .channelDestroyed(stranger, cause: 16),
      .channelEnteredBridge(stranger, try bridge("somebody-elses")), .unknown(type: "X"),
    ] {
      let steps = switchboard.receive(frame, from: .main, at: Self.now)
      #expect(steps.isEmpty, "\(frame)")
    }
  }

  @Test func aCallerIsInOneTransferAtATime() throws {
    var switchboard = try ringing()
    let second = switchboard.begin(try Sample.request("other"), at: Self.now)
    #expect(second.isEmpty)
    #expect(switchboard.transfer(ofCaller: ChannelID("caller.1", on: .main)) == TransferID("k3"))
  }

  @Test func anEndedTransferIsForgotten() throws {
    var switchboard = try ringing()
    let id = try #require(TransferID("k3"))
    _ = switchboard.post(.caller(.left), to: id, at: Self.now)
    #expect(switchboard.transfer(ofCaller: ChannelID("caller.1", on: .main)) == nil, "the caller could come in again")
    _ = switchboard.post(.commandSucceeded(.closeBridge), to: id, at: Self.now)
    let last = switchboard.post(.leg(LegID(1), .ended(HangupCause(code: 16))), to: id, at: Self.now)
    #expect(last.first?.outcome?.result == .abandoned)
    #expect(switchboard.machines.isEmpty)
    let late = switchboard.post(.caller(.left), to: id, at: Self.now)
    #expect(late.isEmpty)
  }

  @Test func whoHasPickedUpSomebodyElsesPhoneIsNoNewCaller() throws {
    var switchboard = try ringing()
    let colleague = try channel("colleague.7")
    let pickup = ARIEvent.stasisStart(colleague, arguments: ["agent", "k3", "1"], replaces: nil)
    #expect(switchboard.newcomer(in: pickup, from: .main) == nil)
    let events = switchboard.receive(pickup, from: .main, at: Self.now).map(\.event)
    #expect(events == [.leg(LegID(1), .becameChannel("colleague.7")), .leg(LegID(1), .answered)])
    #expect(switchboard.channelsOfOthers(on: .main) == ["caller.1", "colleague.7"])
  }

  /// A caller on hold, of whom the list of channels says this.
  @Test(arguments: [
    ("Stasis", "s", TransferEvent?.none), ("", "s", nil), ("Wait", "s", .caller(.takenAway)),
    ("NoOp", "h", .caller(.left)),
  ])
  func whatTheListSaysOfACaller(_ application: String, _ exten: String, _ event: TransferEvent?) throws {
    let caller = try #require(try ringing().expectations(on: .main).first)
    let listed = try ARIChannel(
      JSON.object([
        "id": "caller.1", "name": "PJSIP/x-1", "state": "Up",
        "dialplan": .object(["app_name": .string(application), "exten": .string(exten)]),
      ])
    )
    #expect(caller.disappointment(by: listed) == event)
    #expect(caller.disappointment(by: nil) == .caller(.left))
  }

  @Test func eachChannelOfATransferIsKnownAsSuch() throws {
    var switchboard = try ringing()
    let id = try #require(TransferID("k3"))
    let colleague = try channel("colleague.7")
    _ = switchboard.receive(
      .stasisStart(colleague, arguments: ["agent", "k3", "1"], replaces: nil),
      from: .main,
      at: Self.now
    )
    let parts = ["caller.1", "colleague.7", "wt-k3-agent-1", "wt-k3-agent-1-ear", "wt-k3-agent-1;2", "wt-k3-agent-7"]
    for name in parts { #expect(switchboard.transfer(of: ChannelID(name, on: .main)) == id, "\(name)") }
    for name in ["caller.2", "wt-k3", "wt--agent-1", "wt-k3-agent", "xwt-k3-agent-1", "", "k3"] {
      #expect(switchboard.transfer(of: ChannelID(name, on: .main)) == nil, "\(name)")
    }
  }

  @Test func whatStillWaitsIsNotRepeated() throws {
    var switchboard = try ringing()
    let id = try #require(TransferID("k3"))
    _ = switchboard.post(.cancelRequested(), to: id, at: Self.now)
    let again = try #require(switchboard.post(.timerFired(.leave), to: id, at: Self.now).first)
    #expect(again.orders(behind: []) == [.returnCaller])
    #expect(again.orders(behind: [.stopMusic, .returnCaller]) == [])
  }

  @Test func whatMustBeThere() throws {
    var switchboard = try ringing()
    #expect(switchboard.expectations(on: .main).map(\.channel) == ["caller.1"], "the phone may not be there yet")
    _ = switchboard.receive(
      .channelStateChanged(try channel("wt-k3-agent-1", state: "Ringing")),
      from: .main,
      at: Self.now
    )
    #expect(switchboard.expectations(on: .main).map(\.channel) == ["caller.1", "wt-k3-agent-1"])
    #expect(
      switchboard.expectations(on: .main).map(\.otherwise) == [
        .caller(.left), .leg(LegID(1), .ended(HangupCause(code: 0))),
      ]
    )
  }
}
