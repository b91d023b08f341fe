import ARI
import Settings
import Testing
import Transfer
import Web

@testable import WarmTransfer

/// Callbacks that the API asks for, and what it is told of them.
@Suite struct CallbackOrderTests {
  private static let conf = """
    [transfer]
    callback_dial = PJSIP/*@trunk
    [billing]
    type = target
    dial = PJSIP/billing
    [sales]
    type = target
    dial = PJSIP/sales
    callback_dial =
    [closed]
    type = rule
    topic = closed
    refuse = We are closed.
    """
  private var stage: Stage

  init() throws {
    stage = try Stage(conf: Self.conf)
    try stage.connects()
  }

  private static func order(
    _ number: String = "+1 (555) 123-4567",
    target: String? = "billing",
    at time: WallTime? = nil
  )
    -> CallbackOrder
  {
    var context = CallContext()
    (context.callerName, context.topic) = ("Sarah", "a duplicate charge")
    return CallbackOrder(number: number, target: target, notBefore: time, context: context, requestedBy: "crm")
  }

  private mutating func asks(_ order: CallbackOrder = order()) throws {
    try stage.tell { coordinator, now in _ = try coordinator.callBack(order, on: .main, at: now) }
  }

  private var id: TransferID { get throws { try #require(TransferID("k3cb")) } }
  private var report: CallbackReport? { get throws { stage.coordinator.callback(try id) } }

  @Test mutating func itIsAnsweredWhenItIsWritten() throws {
    stage.diskWrites = false
    try asks()
    #expect(stage.handedOver.isEmpty)
    stage.diskWrites = true
    stage.passes(.zero)
    #expect(stage.handedOver == [1: .success(try id)])
    let report = try #require(try report)
    #expect(report.number == "+15551234567" && report.callerName == "Sarah" && report.party == "billing")
    #expect(stage.coordinator.switchboard.machines[try id]?.request.requestedBy == "crm")
  }

  @Test mutating func itRestsStandsInLineAndRings() throws {
    stage.passes(.seconds(60))
    // Nobody is rung before it is known who has signed off.
    stage.tell { coordinator, _ in coordinator.switchboard.phones(of: .main, areKnown: false) }
    try asks(Self.order(at: stage.now.wall + .seconds(3_600)))
    #expect(try report?.state == .resting && report?.nextTryAt == stage.now.steady + .seconds(3_600))
    #expect(try report?.place == nil)
    stage.passes(.seconds(3_600))
    #expect(try report?.state == .waiting && report?.nextTryAt == nil && report?.place == 1)
    #expect(stage.coordinator.phases.isEmpty, "there is nothing of it in Asterisk")
    stage.tell { $0.phonesAreKnown(of: .main, at: $1) }
    #expect(try report?.state == .ringing && stage.coordinator.phases == [.ringing])
    #expect(stage.coordinator.callbacks.map(\.state) == [.ringing])
  }

  /// Outside the hours in which they may be called they are before nobody.
  @Test mutating func theirHoursAreKept() throws {
    stage = try Stage(conf: Self.conf.replacing("[billing]", with: "callback_hours = 08:00-18:00,*,*,*\n[billing]"))
    try stage.connects()
    let midnight = WallTime(milliseconds: 1_800_057_600_000)
    stage.now.wall = midnight
    try asks()
    stage.passes(.zero)
    let waiting = try report
    let lines = stage.coordinator.switchboard.people.lines.targets
    #expect(waiting?.state == .waiting && lines == [], "\(String(describing: waiting)), \(lines)")
    stage.now.wall = midnight + .seconds(8 * 3_600)
    stage.tell { $0.phonesAreKnown(of: .main, at: $1) }
    #expect(try report?.state == .ringing)
  }

  /// The wall clock was set forwards since the service started.
  @Test mutating func timesOfPeopleBecomeThoseOfDeadlines() throws {
    stage.now.wall = stage.now.wall + .seconds(600)
    try asks(Self.order(at: stage.now.wall + .seconds(60)))
    #expect(try report?.nextTryAt == stage.now.steady + .seconds(60))
  }

  @Test(
    arguments: [
      (order("anonymous"), .invalid(field: "number", why: "is not a telephone number")),
      (order(target: "nobody"), .unknownTarget("nobody")), (order(target: "sales"), .noCallbacks),
      (order(target: nil), .noTarget),
    ] as [(CallbackOrder, Refusal)]
  )
  mutating func whatCannotBeIsRefused(_ order: CallbackOrder, _ refusal: Refusal) throws {
    #expect(throws: refusal) { try asks(order) }
    #expect(stage.transfers == 0)
  }

  @Test mutating func whomARuleTurnsAwayIsNotCalledBack() throws {
    var context = CallContext()
    context.topic = "closed"
    let order = CallbackOrder(number: "+15551234567", context: context, requestedBy: "crm")
    #expect(throws: Refusal.noTarget) { try asks(order) }
  }

  @Test mutating func oneNumberHasOneCallback() throws {
    try asks()
    #expect(throws: Refusal.callbackOpen(try id)) { try asks(Self.order("0015551234567")) }
    #expect(stage.transfers == 1)
  }

  @Test mutating func aServiceThatStopsTakesNone() throws {
    stage.tell { $0.drain(at: $1) }
    #expect(throws: Refusal.notAcceptingNow("the service is stopping")) { try asks() }
  }

  @Test mutating func whatIsCancelledHasEnded() throws {
    try asks(Self.order(at: stage.now.wall + .seconds(60)))
    let id = try id
    var ended: TransferReport?
    try stage.tell { ended = try $0.decide(.cancel, on: id, target: nil, by: "crm", at: $1) }
    #expect(ended?.phase == .ended && ended?.outcome?.cause == .cancelled)
    #expect(stage.transfers == 0 && stage.coordinator.callbacks.isEmpty)
  }
}
