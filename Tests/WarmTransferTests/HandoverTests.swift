import Testing
import Transfer
import Transport
import Web

@testable import ARI
@testable import WarmTransfer

/// Callers in other applications whom the API asks for.
@Suite struct HandoverTests {
  private var stage: Stage
  private let id: TransferID

  init() throws {
    id = try #require(TransferID("k3"))
    stage = try Stage()
    try stage.connects()
  }

  private mutating func isAskedFor(_ channel: String = "caller.1", target: String? = "billing") throws {
    let order = TransferOrder(channel: channel, target: target, requestedBy: "robot")
    let channel = try Stage.channel(channel)
    try stage.tell { coordinator, _ in _ = try coordinator.takeOver(channel, of: .main, from: "agent", order) }
  }

  private mutating func isRead(_ variables: [String: String] = [:]) throws {
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    try stage.answer(.success(.values(variables))) { if case .variables = $0 { true } else { false } }
  }

  private mutating func comesIn(_ channel: String = "caller.1", replacing former: String? = nil) throws {
    let channel = try Stage.channel(channel)
    stage.tell { $0.heard(.stasisStart(channel, arguments: [], replaces: former), from: .main, at: $1) }
  }

  private static func isMove(_ request: AsteriskRequest) -> Bool {
    if case .command(.move(_, to: "warm-transfer", _)) = request { true } else { false }
  }

  private var isBeingMoved: Bool { stage.open.contains { Self.isMove($0.request) } }
  private var machine: TransferMachine? { stage.coordinator.switchboard.machines[id] }
  private var isHeld: Bool {
    stage.open.contains { if case .command(.createBridge) = $0.request { true } else { false } }
  }

  @Test mutating func nobodyIsMovedBeforeTheOrderIsWritten() throws {
    stage.diskWrites = false
    try isAskedFor()
    try isRead()
    #expect(machine?.phase == .requested && !isBeingMoved)
    stage.diskWrites = true
    stage.passes(.zero)
    #expect(isBeingMoved && stage.handedOver.isEmpty)
    try comesIn()
    #expect(stage.handedOver == [1: .success(id)])
    #expect(machine?.request.policy.returnTo == "agent" && isHeld)
  }

  @Test mutating func whoHasComeInMeanwhileIsNotMoved() throws {
    try isAskedFor()
    try comesIn()
    try isRead()
    #expect(!isBeingMoved && isHeld && stage.handedOver == [1: .success(id)])
  }

  @Test mutating func anotherChannelMayComeInTheirPlace() throws {
    try isAskedFor()
    try isRead()
    try comesIn("caller.2", replacing: "caller.1")
    #expect(
      stage.handedOver == [1: .success(id)] && stage.coordinator.transfer(of: ChannelID("caller.2", on: .main)) == id
        && isHeld
    )
  }

  /// Asterisk moves nobody who is hearing something.
  @Test mutating func whoHearsSomethingToItsEndIsWaitedFor() throws {
    try isAskedFor()
    try isRead()
    try stage.answer(.success(.done), to: Self.isMove)
    #expect(stage.handedOver.isEmpty)
    stage.passes(.seconds(5))
    #expect(stage.handedOver == [1: .success(id)] && machine?.phase == .requested)
    stage.passes(.seconds(40))
    try comesIn()
    #expect(isHeld && machine?.phase == .requested)
  }

  @Test mutating func whoNeverComesStaysWhereTheyAre() throws {
    try isAskedFor()
    try isRead()
    try stage.answer(.success(.done), to: Self.isMove)
    stage.passes(.seconds(5))
    stage.passes(.seconds(55))
    #expect(machine == nil && stage.coordinator.callsInHand == 0)
    #expect(stage.open.allSatisfy { if case .command = $0.request { false } else { true } })
  }

  @Test mutating func whoWasGivenUpGoesBackIfTheyComeAllTheSame() throws {
    try isAskedFor()
    try isRead()
    stage.passes(.seconds(5))
    #expect(stage.handedOver == [1: .failure(.channelNotHandedOver("the channel did not arrive in time"))])
    #expect(stage.coordinator.callsInHand == 0)
    stage.passes(OpenRequests.pause)
    try comesIn()
    try stage.answer(.success(.done)) { if case .command(.set) = $0 { true } else { false } }
    #expect(stage.handedOver.count == 1 && !isHeld && machine?.phase == .returning)
    #expect(machine?.outcome == nil && machine?.prospect == nil)
  }

  /// It must not be sent again: whoever was told that they do not come must not see them go.
  @Test mutating func anOrderWithoutAnAnswerIsForgotten() throws {
    try isAskedFor()
    try isRead()
    let ticket = try #require(stage.open.first { Self.isMove($0.request) }).ticket
    stage.passes(.seconds(5))
    let silence = ARIError(kind: .unanswered(.timedOut), operation: "POST", message: "timed out")
    try stage.answer(.failure(silence)) { Self.isMove($0) }
    stage.passes(OpenRequests.pause)
    #expect(!isBeingMoved && stage.coordinator.requests[ticket] == nil)
  }

  @Test(arguments: [
    (ARIError.Kind.notFound, Refusal.channelGone),
    (.conflict, .channelNotHandedOver("POST: no")), (.refused(status: 500), .channelNotHandedOver("POST: no")),
  ])
  mutating func asteriskRefuses(_ kind: ARIError.Kind, _ refusal: Refusal) throws {
    try isAskedFor()
    try isRead()
    let error = ARIError(kind: kind, operation: "POST", message: "no")
    try stage.answer(.failure(error), to: Self.isMove)
    guard case .failure(let told)? = stage.handedOver[1] else {
      Issue.record("not answered")
      return
    }
    if refusal == .channelGone { #expect(told == .channelGone) } else { #expect("\(told)".contains("no")) }
    #expect(machine == nil && stage.coordinator.callsInHand == 0)
  }

  @Test mutating func whoHangsUpWhereTheyAreIsFoundByTheAudit() throws {
    try isAskedFor()
    try isRead()
    try stage.answer(.success(.done), to: Self.isMove)
    stage.tell { $0.missedAnEvent(of: .main, at: $1) }
    for pause in [Duration.zero, TransferCoordinator.secondLook] {
      stage.passes(pause)
      try stage.sees([], inHand: [], Stage.asterisk)
    }
    #expect(stage.handedOver == [1: .failure(.channelGone)])
  }

  @Test mutating func whoCannotBeReadStaysWhereTheyAre() throws {
    try isAskedFor()
    try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    let error = ARIError(kind: .refused(status: 500), operation: "GET", message: "no")
    for _ in 1...OpenRequests.attempts {
      try stage.answer(.failure(error)) { if case .variables = $0 { true } else { false } }
      stage.passes(OpenRequests.pause)
    }
    #expect(stage.handedOver == [1: .failure(.asteriskAway)] && machine == nil && !isBeingMoved)
  }

  @Test mutating func aCallThatLeadsToNobodyIsNotTaken() throws {
    try isAskedFor(target: nil)
    try isRead(["WT_TOPIC": "gardening", "WT_TARGET": "nobody"])
    #expect(stage.handedOver == [1: .failure(.noTarget)] && machine == nil && !isBeingMoved)
  }

  @Test mutating func nobodyIsTakenWhileTheStreamIsMadeAnew() throws {
    stage.tell { $0.connected(to: Stage.asterisk, of: .main, callersBefore: [], at: $1) }
    #expect(throws: Refusal.asteriskAway) { try isAskedFor() }
  }

  @Test mutating func aServiceThatStopsTakesNobody() throws {
    try isAskedFor()
    stage.tell { $0.drain(at: $1) }
    #expect(stage.coordinator.callsInHand == 1)
    try isRead()
    #expect(stage.handedOver == [1: .failure(.notAcceptingNow("the service is stopping"))])
    #expect(stage.coordinator.callsInHand == 0)
  }

  @Test mutating func whoIsOnTheirWayWhenTheServiceStopsGoesBack() throws {
    try isAskedFor()
    try isRead()
    stage.tell { $0.drain(at: $1) }
    #expect(stage.handedOver == [1: .failure(.notAcceptingNow("the service is stopping"))])
    #expect(stage.coordinator.callsInHand == 0)
    try comesIn()
    #expect(!isHeld && machine?.phase == .returning && stage.coordinator.callsInHand == 1)
  }

  @Test mutating func nobodyIsAskedForTwice() throws {
    try isAskedFor()
    #expect(throws: Refusal.channelNotHandedOver("the channel is already being handed over")) { try isAskedFor() }
    try isRead()
    #expect(throws: Refusal.channelAlreadyOurs(id)) { try isAskedFor() }
    try comesIn()
    #expect(throws: Refusal.channelAlreadyOurs(id)) { try isAskedFor() }
  }

  @Test(arguments: ["wt-k3-agent-1", "wt-k3-agent-1-snoop", "wt-k3-agent-1-ear", "wt-k3-agent-1;2"])
  mutating func aPartOfATransferIsNotTaken(_ channel: String) throws {
    #expect(throws: Refusal.channelAlreadyOurs(id)) { try isAskedFor(channel) }
    #expect(!stage.open.contains { if case .command = $0.request { true } else { false } })
  }

  /// The frame that told of their coming could not be read.
  @Test mutating func theAuditFindsWhoHasComeUnseen() throws {
    try isAskedFor()
    try isRead()
    try stage.answer(.success(.done), to: Self.isMove)
    let channel = try Stage.channel("caller.1")
    stage.tell { $0.missedAnEvent(of: .main, at: $1) }
    for pause in [Duration.zero, TransferCoordinator.secondLook] {
      stage.passes(pause)
      try stage.sees([channel], inHand: ["caller.1"], Stage.asterisk)
    }
    #expect(stage.handedOver == [1: .success(id)] && isHeld)
  }
}
