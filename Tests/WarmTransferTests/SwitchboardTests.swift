import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

@Suite struct SwitchboardTests {
  static let now = WallTime(milliseconds: 1_800_000_000_000)

  /// A switchboard with one caller on hold, for whom one phone rings.
  func ringing() throws -> Switchboard {
    var switchboard = Switchboard()
    let request = try Sample.request()
    _ = switchboard.begin(request, at: Self.now)
    _ = switchboard.post(.caller(.enteredHold), to: request.id, at: Self.now)
    return switchboard
  }

  func channel(_ id: String, state: String = "Up") throws -> ARIChannel {
    try ARIChannel(JSON.object(["id": .string(id), "name": "PJSIP/x-1", "state": .string(state)]))
  }

  func bridge(_ id: String) throws -> ARIBridge { try ARIBridge(JSON.object(["id": .string(id)])) }

  @Test func whatFramesMean() throws {
    let switchboard = try ringing()
    let leg = try channel("wt-k3-agent-1", state: "Ringing")
    let caller = try channel("caller.1")
    let one = LegID(1)
    let meanings: [(ARIEvent, TransferEvent)] = [
      (.stasisStart(leg, arguments: [], replaces: nil), .leg(one, .answered)),
      (.channelStateChanged(leg), .leg(one, .rang)),
      (.channelDestroyed(leg, cause: 17), .leg(one, .ended(HangupCause(code: 17)))),
      (.digitReceived("1", leg), .leg(one, .pressed("1"))),
      (.channelEnteredBridge(caller, try bridge("wt-k3-hold")), .caller(.enteredHold)),
      (.channelEnteredBridge(caller, try bridge("wt-k3-talk")), .caller(.enteredTalk)),
      (.channelEnteredBridge(leg, try bridge("wt-k3-talk")), .leg(one, .enteredTalk)),
      (.stasisEnd(caller), .caller(.left)), (.channelDestroyed(caller, cause: 16), .caller(.left)),
    ]
    for (frame, meaning) in meanings {
      let (id, event) = try #require(switchboard.meaning(of: frame), "\(frame)")
      #expect(id.description == "k3" && event == meaning)
    }
  }

  @Test func whatIsNotOursMeansNothing() throws {
    let switchboard = try ringing()
    let stranger = try channel("stranger.9")
    for frame in [
      ARIEvent.stasisEnd(stranger), .digitReceived("1", stranger), .channelDestroyed(stranger, cause: 16),
      .channelEnteredBridge(stranger, try bridge("somebody-elses")), .unknown(type: "X"),
    ] {
      #expect(switchboard.meaning(of: frame) == nil, "\(frame)")
    }
  }

  @Test func aCallerIsInOneTransferAtATime() throws {
    var switchboard = try ringing()
    let second = switchboard.begin(try Sample.request("other"), at: Self.now)
    #expect(second == nil)
    #expect(switchboard.transfer(ofCaller: "caller.1") == TransferID("k3"))
  }

  @Test func anEndedTransferIsForgotten() throws {
    var switchboard = try ringing()
    let id = try #require(TransferID("k3"))
    let step = switchboard.post(.caller(.left), to: id, at: Self.now)
    #expect(step?.outcome?.result == .abandoned)
    #expect(switchboard.machines.isEmpty && switchboard.transfer(ofCaller: "caller.1") == nil)
    let late = switchboard.post(.caller(.left), to: id, at: Self.now)
    #expect(late == nil)
  }

  @Test func whatHappenedUnheardIsSeenFromWhatIsLeft() throws {
    let switchboard = try ringing()
    let both: Set = ["caller.1", "wt-k3-agent-1"]
    #expect(switchboard.changes(channels: both).isEmpty)
    #expect(switchboard.changes(channels: ["caller.1"]).map(\.1) == [.leg(LegID(1), .ended(HangupCause(code: 0)))])
    #expect(switchboard.changes(channels: ["wt-k3-agent-1"]).map(\.1) == [.caller(.left)])
  }
}
