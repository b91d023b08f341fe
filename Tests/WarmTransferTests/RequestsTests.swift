import Store
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// What one transfer costs Asterisk: every request of a call that is joined, with announcement, detector and merge prompt.
@Suite struct RequestsTests {
  private static let leg = "wt-k3-agent-1"
  private static let snoop = "wt-k3-agent-1-snoop"
  private var stage: Stage

  init() throws {
    stage = try Stage()
    try stage.connects()
    stage.obeys()
  }

  private static func channel(_ id: String, _ state: String = "Up") throws -> ARIChannel {
    try ARIChannel(["id": .string(id), "name": "PJSIP/x-1", "state": .string(state)])
  }

  private mutating func hears(_ event: ARIEvent) {
    stage.tell { $0.heard(event, from: .main, at: $1) }
    stage.obeys()
  }

  private mutating func enters(_ id: String, _ arguments: String...) throws {
    hears(.stasisStart(try Self.channel(id), arguments: arguments, replaces: nil))
  }

  private mutating func entersBridge(_ id: String) throws {
    hears(
      .channelEnteredBridge(
        try Self.channel(id),
        try ARIBridge(["id": "wt-k3-talk", "channels": ["caller.1", .string(id)]])
      )
    )
  }

  private mutating func isSpoken(_ speeches: SpeechID...) throws {
    let id = try #require(TransferID("k3"))
    for speech in speeches {
      stage.tell { $0.post(.speechReady(speech, SpokenMedia(file: "\(speech)", length: .seconds(9))), to: id, at: $1) }
      stage.obeys()
    }
  }

  /// What nobody learns anything from is not written either.
  @Test mutating func aTransferThatIsJoined() throws {
    let before = stage.asked.count
    let caller = try Stage.channel("caller.1")
    stage.tell { $0.heard(.stasisStart(caller, arguments: [], replaces: nil), from: .main, at: $1) }
    let values = ["WT_TARGET": "billing", AsteriskNames.deadMansSwitch: "105"]
    try stage.answer(.success(.values(values))) { if case .variables = $0 { true } else { false } }
    stage.obeys()
    try entersBridge("caller.1")
    try isSpoken(.announcement, .mergePrompt, .briefing(LegID(1)), .reminder(LegID(1)))
    hears(.channelStateChanged(try Self.channel(Self.leg, "Ringing")))
    try enters(Self.leg, "agent", "k3", "1")
    try enters(Self.snoop, "snoop")
    hears(.digitReceived("1", try Self.channel(Self.leg)))
    try entersBridge(Self.leg)
    hears(.channelDestroyed(try Self.channel(Self.snoop), cause: 16))
    hears(.channelDestroyed(try Self.channel(Self.leg), cause: 16))
    hears(.stasisEnd(caller))
    #expect(stage.transfers == 0)
    let asked = stage.asked.dropFirst(before).map(\.kind)
    #expect(
      asked == [
        "variables", "note", "createBridge", "add", "startMusic", "originate", "playToChannel", "playToChannel",
        "snoop",
        "subscribe", "set", "continueAt", "stopPlayback", "stopPlayback", "add", "stopMusic", "playToBridge", "set",
        "hangUp", "continueInDialplan", "note", "destroyBridge",
      ]
    )
    #expect(stage.written.count == 20)
  }
}

extension AsteriskRequest {
  /// The name of the case, or of the command's.
  fileprivate var kind: String {
    if case .command(let command) = self {
      Mirror(reflecting: command).children.first?.label ?? "\(command)"
    } else {
      Mirror(reflecting: self).children.first?.label ?? "\(self)"
    }
  }
}
