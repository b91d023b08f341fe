import Store
import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// Two Asterisks in which everything has the same names.
@Suite struct TwoPBXTests {
  private static let other = PBXName(rawValue: "other")
  private static let both = [PBXName.main, other]

  private var stage: Stage
  /// The caller's transfer in the main one, and in the other.
  private let mains: TransferID
  private let others: TransferID

  init() throws {
    mains = try #require(TransferID("k3"))
    others = try #require(TransferID("k4"))
    stage = try Stage()
    for pbx in Self.both { try stage.connects(to: pbx) }
  }

  private mutating func hears(_ event: ARIEvent, from pbx: PBXName) {
    stage.tell { $0.heard(event, from: pbx, at: $1) }
  }

  private mutating func arrives(on pbx: PBXName) throws {
    hears(.stasisStart(try Stage.channel("caller.1"), arguments: [], replaces: nil), from: pbx)
    let variables = ["WT_TARGET": "billing", "TIMEOUT(absolute)": "100"]
    try stage.answer(.success(.values(variables)), of: pbx) { if case .variables = $0 { true } else { false } }
  }

  private mutating func phones(of pbx: PBXName, are state: String) throws {
    try stage.answer(.success(.done), of: pbx) { if case .watchDevices = $0 { true } else { false } }
    try stage.answer(.success(.values(["PJSIP/billing": state])), of: pbx) {
      if case .deviceStates = $0 { true } else { false }
    }
  }

  private func machine(_ id: TransferID) -> TransferMachine? { stage.coordinator.switchboard.machines[id] }

  private func isRung(for id: TransferID) -> Bool { machine(id)?.phase == .ringing }

  /// To whom the hold of this transfer was asked for.
  private func holds(of id: TransferID) -> [PBXName] {
    let command = AsteriskCommand.createBridge(AsteriskNames(transfer: id).bridge, .proxied)
    return stage.open.filter { $0.request == .command(command) }.map(\.pbx)
  }

  @Test mutating func theSameChannelIsTwoCallers() throws {
    for pbx in Self.both { try arrives(on: pbx) }
    #expect(stage.coordinator.transfer(of: ChannelID("caller.1", on: .main)) == mains)
    #expect(stage.coordinator.transfer(of: ChannelID("caller.1", on: Self.other)) == others)
    hears(.channelDestroyed(try Stage.channel("caller.1"), cause: 16), from: Self.other)
    #expect(machine(others)?.callerHasLeft != false && machine(mains)?.callerHasLeft == false)
  }

  @Test mutating func whoArrivesInOneIsNotTakenForTheOther() throws {
    let channel = try Stage.channel("caller.1")
    for pbx in Self.both { hears(.stasisStart(channel, arguments: [], replaces: nil), from: pbx) }
    hears(.channelHangupRequested(channel, cause: 16), from: Self.other)
    for pbx in Self.both {
      try stage.answer(.success(.values([:])), of: pbx) { if case .variables = $0 { true } else { false } }
    }
    #expect(stage.coordinator.transfer(of: ChannelID("caller.1", on: .main)) == mains && stage.transfers == 2)
  }

  @Test mutating func aTransferAsksItsOwnAsteriskAlsoAgain() throws {
    for pbx in Self.both { try arrives(on: pbx) }
    #expect(holds(of: mains) == [.main] && holds(of: others) == [Self.other])
    let silence = ARIError(kind: .unanswered(.timedOut), operation: "POST", message: "timed out")
    try stage.answer(.failure(silence), of: Self.other) { if case .command(.createBridge) = $0 { true } else { false } }
    #expect(holds(of: others) == [])
    stage.passes(OpenRequests.pause)
    #expect(holds(of: mains) == [.main] && holds(of: others) == [Self.other])
  }

  @Test mutating func aRestartOfOneLeavesTheTransfersOfTheOtherAlone() throws {
    for pbx in Self.both { try arrives(on: pbx) }
    let before = try #require(machine(mains))
    try stage.connects(to: Self.other, ARIInformation(["status": ["startup_time": "tomorrow"]]))
    #expect(machine(others)?.callerHasLeft != false && machine(mains) == before)
  }

  /// All that is seen in one of them is its own.
  @Test mutating func anAuditOfOneMissesNobodyOfTheOther() throws {
    try arrives(on: .main)
    for _ in 1...2 {
      stage.tell { $0.missedAnEvent(of: Self.other, at: $1) }
      stage.passes(.zero)
      try stage.sees([], inHand: [], Stage.asterisk, of: Self.other)
    }
    #expect(machine(mains)?.callerHasLeft == false)
  }

  @Test mutating func whatBelongsToATransferOfTheOtherIsLeftOver() throws {
    try arrives(on: .main)
    let leg = try Stage.channel(AsteriskNames(transfer: mains).leg(LegID(1)))
    try stage.connects(to: Self.other, Stage.asterisk, [leg])
    #expect(stage.open.filter { $0.request == .command(.hangUp(leg.id)) }.map(\.pbx) == [Self.other])
  }

  @Test mutating func thePhonesOfOneSayNothingOfThoseOfTheOther() throws {
    for pbx in Self.both { try arrives(on: pbx) }
    for id in [mains, others] { stage.tell { $0.post(.caller(.enteredHold), to: id, at: $1) } }
    try phones(of: Self.other, are: "UNAVAILABLE")
    #expect(machine(others)?.phase == .returning && machine(mains)?.phase == .held)
    try phones(of: .main, are: "NOT_INUSE")
    #expect(isRung(for: mains))
  }

  @Test mutating func aKeyPressedInOneIsNoneInTheOther() throws {
    try arrives(on: .main)
    try phones(of: .main, are: "NOT_INUSE")
    stage.tell { [mains] in $0.post(.caller(.enteredHold), to: mains, at: $1) }
    let leg = try Stage.channel(AsteriskNames(transfer: mains).leg(LegID(1)))
    hears(.stasisStart(leg, arguments: ["agent", mains.description, "1"], replaces: nil), from: Self.other)
    hears(.digitReceived("1", leg), from: Self.other)
    #expect(isRung(for: mains))
    hears(.stasisStart(leg, arguments: ["agent", mains.description, "1"], replaces: nil), from: .main)
    hears(.digitReceived("1", leg), from: .main)
    #expect(machine(mains)?.phase == .merging)
  }

  /// Who waits there is seen when it is there.
  @Test mutating func aTransferTakenUpWaitsForItsOwnAsterisk() throws {
    stage = try Stage()
    var request = try Sample.request()
    request.pbx = Self.other
    let record = RecordedTransfer(
      request: request,
      events: [.requested, .caller(.enteredHold)].enumerated().map { number, event in
        .init(number: number + 1, at: stage.now.steady, phase: "", kind: "", event: event, effects: [])
      }
    )
    stage.tell { coordinator, _ in coordinator.takeUp([record]) }
    try stage.connects(to: .main)
    try phones(of: .main, are: "NOT_INUSE")
    #expect(machine(request.id)?.phase == .held && !stage.coordinator.alarms.isSet(.timer(request.id, .hold)))
    try stage.connects(to: Self.other, Stage.asterisk, [try Stage.channel("caller.1")])
    #expect(stage.coordinator.alarms.isSet(.timer(request.id, .hold)) && !isRung(for: request.id))
    try phones(of: Self.other, are: "NOT_INUSE")
    #expect(isRung(for: request.id))
  }
}
