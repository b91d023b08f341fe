import Runtime
import Settings
import Store
import Testing
import Transfer
import Transport
import Web

@testable import ARI
@testable import Settings
@testable import WarmTransfer

private let refused = ARIError(kind: .refused(status: 500), operation: "GET", message: "HTTP 500")
private let unanswered = ARIError(kind: .unanswered(.timedOut), operation: "GET", message: "timed out")

private func asksForVariables(_ request: AsteriskRequest) -> Bool {
  if case .variables = request { true } else { false }
}

@Suite struct CoordinatorTests {
  private var stage: Stage

  init() throws {
    stage = try Stage()
    try stage.connects()
  }

  private mutating func arrives(_ id: String = "caller.1") throws {
    let channel = try Stage.channel(id)
    stage.tell { $0.heard(.stasisStart(channel, arguments: [], replaces: nil), from: .main, at: $1) }
  }

  private var plan: TransferPlan? { stage.coordinator.switchboard.machines.values.first?.request.plan }

  @Test mutating func variablesThatCannotBeReadAreAskedForAgainAndThenCostTheTransferNotTheCaller() throws {
    try arrives()
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    for _ in 1..<OpenRequests.attempts {
      try stage.answer(.failure(refused), to: asksForVariables)
      #expect(stage.transfers == 0)
      stage.passes(OpenRequests.pause)
    }
    try stage.answer(.failure(unanswered), to: asksForVariables)
    #expect(plan == .refuse(.error))
  }

  @Test mutating func whoIsToldOfTwiceComesInOnce() throws {
    try arrives()
    try arrives()
    #expect(stage.open.count { asksForVariables($0.request) } == 1)
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(["WT_TARGET": "billing"])), to: asksForVariables)
    try arrives()
    #expect(stage.transfers == 1 && !stage.open.contains { asksForVariables($0.request) })
  }

  @Test mutating func whoBecomesAnotherChannelWhileTheyAreAskedAboutIsNotLost() throws {
    try arrives()
    let other = try Stage.channel("caller.2")
    stage.tell { $0.heard(.stasisStart(other, arguments: [], replaces: "caller.1"), from: .main, at: $1) }
    try stage.answer(.success(.values([:]))) { $0 == .variables(Arrival.variableNames, of: "caller.1") }
    #expect(stage.transfers == 0, "that was asked of a channel that has gone")
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(["WT_TARGET": "billing"])), to: asksForVariables)
    #expect(stage.coordinator.transfer(of: ChannelID("caller.2", on: .main)) != nil)
  }

  @Test mutating func theAuditFindsWhomNobodyHasToldOfAndBelievesTheSecondLook() throws {
    let channel = try Stage.channel("caller.1")
    stage.passes(TransferCoordinator.auditPause)
    try stage.sees([channel], inHand: ["caller.1"], Stage.asterisk)
    #expect(!stage.open.contains { asksForVariables($0.request) })
    stage.passes(TransferCoordinator.secondLook)
    try stage.sees([channel], inHand: ["caller.1"], Stage.asterisk)
    #expect(stage.open.contains { asksForVariables($0.request) })
  }

  /// The list shows them, and the event that says what they want is on its way.
  @Test mutating func whoComesInWhileTheStreamIsMadeIsNotTakenWithoutTheirArguments() throws {
    let channel = try Stage.channel("caller.1")
    try stage.connects(to: .main, Stage.asterisk, [channel], before: [])
    #expect(!stage.open.contains { asksForVariables($0.request) })
    stage.tell { $0.heard(.stasisStart(channel, arguments: ["target=billing"], replaces: nil), from: .main, at: $1) }
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values([:])), to: asksForVariables)
    var party: Party?
    if case .ring(let who) = plan { party = who }
    #expect(party?.name == "billing")
  }

  @Test mutating func whoCameInWhileTheStreamWasMadeAndIsNotToldOfIsFoundSoon() throws {
    let channel = try Stage.channel("caller.1")
    try stage.connects(to: .main, Stage.asterisk, [channel], before: [])
    stage.passes(TransferCoordinator.secondLook)
    try stage.sees([channel], inHand: ["caller.1"], Stage.asterisk)
    #expect(stage.open.contains { asksForVariables($0.request) })
  }

  @Test mutating func whoseComingCouldNotBeReadIsLookedForAtOnce() throws {
    let channel = try Stage.channel("caller.1")
    stage.tell { $0.missedAnEvent(of: .main, at: $1) }
    stage.passes(.zero)
    try stage.sees([channel], inHand: ["caller.1"], Stage.asterisk)
    stage.passes(TransferCoordinator.secondLook)
    try stage.sees([channel], inHand: ["caller.1"], Stage.asterisk)
    #expect(stage.open.contains { asksForVariables($0.request) })
  }

  /// Another channel has taken the caller's place between the look and its answer.
  @Test mutating func theAuditMissesNobodyWhoIsAnotherChannelByNow() throws {
    try arrives()
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(["WT_TARGET": "billing"])), to: asksForVariables)
    let other = try Stage.channel("caller.2")
    for pause in [TransferCoordinator.auditPause, TransferCoordinator.secondLook] {
      stage.passes(pause)
      if pause == TransferCoordinator.secondLook {
        stage.tell { $0.heard(.stasisStart(other, arguments: [], replaces: "caller.1"), from: .main, at: $1) }
      }
      try stage.sees([other], inHand: ["caller.2"], Stage.asterisk)
    }
    #expect(stage.transfers == 1 && stage.coordinator.transfer(of: ChannelID("caller.2", on: .main)) != nil)
  }

  @Test mutating func whoComesWhileTheServiceStopsIsWaitedFor() throws {
    try arrives()
    stage.tell { $0.drain(at: $1) }
    #expect(stage.coordinator.callsInHand == 1)
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(["WT_TARGET": "billing"])), to: asksForVariables)
    #expect(plan == .refuse(.disabled))
  }

  @Test mutating func nobodyIsRungBeforeItIsKnownWhoHasSignedOff() throws {
    try arrives()
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(["WT_TARGET": "billing", "TIMEOUT(absolute)": "100"])), to: asksForVariables)
    let id = try #require(TransferID("k3"))
    stage.tell { $0.post(.caller(.enteredHold), to: id, at: $1) }
    #expect(stage.coordinator.phases == [.held])
    try stage.answer(.success(.done)) { if case .watchDevices = $0 { true } else { false } }
    let sign = DeviceState.sign(of: "billing")
    try stage.answer(.success(.values([sign: "UNAVAILABLE", "PJSIP/billing": "NOT_INUSE"]))) {
      if case .deviceStates = $0 { true } else { false }
    }
    #expect(stage.coordinator.phases == [.returning])
  }

  @Test mutating func onlySoLongIsWaitedForWhatThePhonesDo() throws {
    try arrives()
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(["WT_TARGET": "billing", "TIMEOUT(absolute)": "100"])), to: asksForVariables)
    let id = try #require(TransferID("k3"))
    stage.tell { $0.post(.caller(.enteredHold), to: id, at: $1) }
    stage.passes(WatchedPhones.patience)
    #expect(stage.coordinator.phases == [.ringing])
  }
}

@Suite struct CommandLaneTests {
  private static let note = AsteriskRequest.command(.note([.init("A", "1")], on: "c"))
  private static let set = AsteriskRequest.command(.set("B", to: "2", on: "c"))
  private static let play = AsteriskRequest.command(.hangUp("c"))

  @Test func variablesAreSentAtOnceAndOthersOneByOne() {
    var lane = CommandLane(to: .main)
    _ = lane.add(.openHold)
    let (order, another) = (lane.nextOrder(), lane.nextOrder())
    #expect(order == .openHold && another == nil)
    lane.begin([Self.note, Self.set, Self.play, Self.play])
    let (first, second) = (lane.nextRequests(), lane.nextRequests())
    #expect(first.requests == [Self.note, Self.set] && second.requests.isEmpty && first.isWaitedFor)
    lane.answered(Self.set, .success(.done))
    let early = (lane.nextRequests(), lane.takeFinished())
    #expect(early.0.requests.isEmpty && early.1 == nil)
    lane.answered(Self.note, .failure(refused))
    for _ in 1...2 {
      let next = lane.nextRequests()
      #expect(next.requests == [Self.play])
      lane.answered(Self.play, .success(.done))
    }
    let finished = lane.takeFinished()
    #expect(finished?.order == .openHold && lane.isIdle)
  }

  @Test func afterOneThatHasFailedNoneIsSent() {
    var lane = CommandLane(to: .main)
    _ = lane.add(.openHold)
    _ = lane.add(.holdCaller)
    _ = lane.nextOrder()
    lane.begin([Self.play, Self.set])
    _ = lane.nextRequests()
    lane.answered(Self.play, .failure(refused))
    let (finished, next) = (lane.takeFinished(), lane.nextOrder())
    #expect(throws: ARIError.self) { try finished?.answer.get() }
    #expect(next == .holdCaller, "the next one is another story")
  }

  /// At the key: both sounds and the join at the same moment.
  @Test(arguments: [
    ([PlaybackID.briefing(LegID(1), hearing: 1), .announcement], 2),
    ([.reminder(LegID(1), 1), .briefing(LegID(1), hearing: 1), .announcement], 0),
  ])
  func theEndOfASoundKeepsNobodyWaiting(_ playbacks: [PlaybackID], _ overtaken: Int) {
    var lane = CommandLane(to: .main)
    for playback in playbacks { _ = lane.add(.stopPlayback(playback)) }
    _ = lane.add(.join(LegID(1)))
    var sent = 0
    while let order = lane.nextOrder(), order != .join(LegID(1)) {
      lane.begin([Self.play])
      if lane.nextRequests().isWaitedFor { break }
      sent += 1
      let finished = lane.takeFinished()
      #expect(finished?.order == order)
    }
    #expect(sent == overtaken)
  }

  @Test func tooManyAreRefused() {
    var lane = CommandLane(to: .main)
    let taken = (0...CommandLane.limit).map { _ in lane.add(.stopMusic) }
    #expect(taken.count { $0 } == CommandLane.limit && taken.last == false)
  }
}
