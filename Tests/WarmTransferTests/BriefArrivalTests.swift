import Testing
import Transfer
import Transport
import Web

@testable import ARI
@testable import Store
@testable import WarmTransfer

/// Calls of which somebody has said beforehand what they are about.
@Suite struct BriefArrivalTests {
  private static let token = "0123456789abcdefghjk"
  private var stage: Stage
  private let id: TransferID

  init() throws {
    id = try #require(TransferID("k3"))
    stage = try Stage()
    try stage.connects()
  }

  private mutating func comes(_ variables: [String: String]) throws {
    let channel = try Stage.channel("caller.1")
    stage.tell { $0.heard(.stasisStart(channel, arguments: [], replaces: nil), from: .main, at: $1) }
    try stage.answer(.success(.values(variables))) { if case .variables = $0 { true } else { false } }
    if stage.open.contains(where: { $0.request == .bridges }) {
      try stage.answer(.success(.bridges([]))) { $0 == .bridges }
    }
  }

  private mutating func isTold(_ brief: CallBriefs.Knowledge, of channel: String = "caller.1") {
    stage.tell { $0.readBrief(of: ChannelID(channel, on: .main), brief, at: $1) }
  }

  private var machine: TransferMachine? { stage.coordinator.switchboard.machines[id] }

  /// Also where the dialplan says something else.
  @Test mutating func whatWasSaidCounts() throws {
    try comes(["WT_BRIEF": Self.token, "WT_TOPIC": "refund", "WT_SUMMARY": "From the dialplan."])
    #expect(machine == nil && stage.briefsAsked.map(\.token.description) == [Self.token])
    var context = CallContext()
    context.summary = "Charged twice."
    isTold(.known(Brief(target: "billing", priority: 4, context: context, postedBy: "robot")))
    let request = try #require(machine?.request)
    #expect(request.context.summary == "Charged twice." && request.context.topic == "refund")
    #expect(request.priority == 4 && request.requestedBy == "robot")
    guard case .ring(let party) = request.plan else { return #expect(Bool(false), "\(request.plan)") }
    #expect(party.name == "billing")
    // Told once.
    isTold(.unknown)
    #expect(machine?.request == request)
  }

  @Test(arguments: [CallBriefs.Knowledge.unknown, .unreadable])
  mutating func withoutItNobodyIsRung(_ knowledge: CallBriefs.Knowledge) throws {
    try comes(["WT_BRIEF": Self.token, "WT_TARGET": "billing"])
    isTold(knowledge)
    #expect(machine?.request.plan == .refuse(knowledge == .unknown ? .noTarget : .error))
  }

  @Test(arguments: ["x", "0123456789ABCDEFGHJK", String(repeating: "0", count: 5_000)])
  mutating func whatIsNoTokenIsNotLookedFor(_ text: String) throws {
    try comes(["WT_BRIEF": text, "WT_TARGET": "billing"])
    #expect(stage.briefsAsked.isEmpty && machine?.request.plan == .refuse(.noTarget))
  }

  @Test mutating func whoHangsUpMeanwhileIsNotWaitedFor() throws {
    try comes(["WT_BRIEF": Self.token, "WT_TARGET": "billing"])
    let channel = try Stage.channel("caller.1")
    stage.tell { $0.heard(.stasisEnd(channel), from: .main, at: $1) }
    isTold(.unknown)
    let rings = stage.asked.contains { if case .command(.originate) = $0 { true } else { false } }
    #expect(!rings && stage.coordinator.arrivals.count == 0)
  }

  @Test(arguments: [("Ring", "accept", true), ("Ring", "", false), ("Up", "accept", false)])
  func whoIsAnsweredOnAcceptance(_ state: String, _ answer: String, _ isSo: Bool) throws {
    let channel = try ARIChannel(["id": "caller.1", "name": "PJSIP/a", "state": .string(state)])
    let arrival = Arrival(channel: channel, arguments: [], variables: ["WT_ANSWER": answer, "WT_TARGET": "billing"])
    let request = arrival.request(id, stage.coordinator.settings, at: stage.now.wall)
    #expect(request.caller.isAnsweredOnAccept == isSo)
    #expect((request.policy.announcement == .empty) == isSo)
  }
}
