import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// Several callers who wait for the same people: whose turn it is, where each of them stands, and who is taken out of the
/// line because they miss their calls.
@Suite struct WaitingLineTests {
  private static let start = Moment(WallTime(milliseconds: 1_800_000_000_000))
  private var switchboard = Switchboard(application: "warm-transfer", soundsFolder: "/sounds")

  private mutating func call(
    _ id: String,
    for names: [String] = ["alice"],
    at seconds: Int,
    priority: Int = 0,
    since: Int? = nil,
    _ strategy: TargetGroup.Strategy = .order,
    _ change: (inout TransferPolicy) -> Void = { _ in }
  ) throws {
    var request = try Sample.request(id)
    request.caller.channel = "caller-\(id)"
    request.priority = priority
    request.waitingSince = since.map { (Self.start + .seconds($0)).steady }
    var policy = request.policy
    change(&policy)
    let targets = names.map { Target(name: $0, spokenName: $0, dialString: "PJSIP/\($0)", policy: policy) }
    request.plan = .ring(Party(name: "team", spokenName: "team", targets: targets, strategy: strategy))
    _ = switchboard.begin(request, at: Self.start + .seconds(seconds))
    _ = switchboard.post(.caller(.enteredHold), to: request.id, at: Self.start + .seconds(seconds))
  }

  private func machine(_ id: String) throws -> TransferMachine? { switchboard.machines[try #require(TransferID(id))] }

  private func rung(_ id: String) throws -> [String] { try machine(id)?.legs.map(\.target.name) ?? [] }

  private func place(_ id: String) throws -> Int? { switchboard.standing(of: try #require(TransferID(id))).place }

  @discardableResult
  private mutating func happens(_ event: TransferEvent, to id: String, at seconds: Int) throws -> [Switchboard.Step] {
    switchboard.post(event, to: try #require(TransferID(id)), at: Self.start + .seconds(seconds))
  }

  /// The phone of the caller's latest leg has gone, which makes it free.
  private mutating func hangsUp(_ id: String, at seconds: Int) throws {
    let leg = try #require(try machine(id)?.legs.last?.id)
    try happens(.leg(leg, .ended(HangupCause(code: 21))), to: id, at: seconds)
  }

  private mutating func isConnected(_ id: String, at seconds: Int) throws {
    let leg = try #require(try machine(id)?.legs.last?.id)
    for event in [LegEvent.answered, .accepted(), .enteredTalk] { try happens(.leg(leg, event), to: id, at: seconds) }
  }

  // MARK: Whose turn it is

  @Test mutating func thePriorityCountsFirstAndThenWhoHasWaitedLongest() throws {
    try call("first", at: 0)
    try call("usual", at: 1)
    try call("urgent", at: 2, priority: 5)
    try call("later", at: 3, priority: -1)
    try call("urgent2", at: 4, priority: 5)
    #expect(try ["first", "urgent", "urgent2", "usual", "later"].map(place) == [1, 1, 2, 3, 4])
    for (next, seconds) in zip(["urgent", "urgent2", "usual", "later"], 5...) {
      let former = try #require(switchboard.machines.values.first { !$0.legs.isEmpty }).request.id.description
      try hangsUp(former, at: seconds)
      #expect(try rung(next) == ["alice"], "\(next)")
    }
  }

  /// Whoever has asked earlier, in another call, has waited since then.
  @Test mutating func theTimeThatCountsIsTheRequests() throws {
    try call("first", at: 0)
    try call("second", at: 10)
    try call("back", at: 20, since: 5)
    #expect(try place("back") == 1 && place("second") == 2)
    try hangsUp("first", at: 30)
    #expect(try rung("back") == ["alice"] && rung("second") == [])
  }

  /// The alarm that serves the line may be a moment late; nobody slips in before that.
  @Test mutating func whoComesInTheMomentInWhichSomebodyIsFreeAgainWaitsTheirTurn() throws {
    try call("one", at: 0) { $0.wrapUpTime = .seconds(30) }
    try isConnected("one", at: 0)
    try call("two", at: 1) { $0.wrapUpTime = .seconds(30) }
    try happens(.leg(LegID(1), .ended(.normal)), to: "one", at: 10)
    #expect(try rung("two") == [])
    try call("three", at: 40) { $0.wrapUpTime = .seconds(30) }
    #expect(try rung("two") == ["alice"] && rung("three") == [])
  }

  @Test mutating func whoCannotGetOneKeepsNobodyFromAnother() throws {
    try call("one", for: ["alice"], at: 0)
    try call("two", for: ["alice"], at: 1, priority: 9)
    try call("three", for: ["alice", "bob"], at: 2)
    try call("four", for: ["bob"], at: 3)
    #expect(try rung("three") == ["bob"] && rung("four") == [])
    #expect(try place("two") == 1 && place("four") == 1)
    try hangsUp("three", at: 4)
    #expect(
      try rung("four") == ["bob"] && place("three") == 2,
      "who was rung in vain waits for the others where they stood"
    )
  }

  // MARK: How long it takes

  @Test mutating func theEstimateGrowsWithThePlace() throws {
    for number in 1...4 {
      let id = "past\(number)"
      try call(id, at: number * 100)
      try isConnected(id, at: number * 100 + 20)
      try happens(.caller(.left), to: id, at: number * 100 + 50)
      try happens(.leg(LegID(1), .ended(.normal)), to: id, at: number * 100 + 50)
    }
    try call("a", at: 1_000)
    try call("b", at: 1_001)
    try call("c", at: 1_002)
    let waits = try ["a", "b", "c"].map { switchboard.standing(of: try #require(TransferID($0))).wait }
    #expect(waits == [.seconds(20), .seconds(20), .seconds(40)])
  }

  /// Fifty seconds each, all three of whom had waited for the one before.
  @Test func whatCountsIsHowLongTheLineTakesToMoveOn() {
    var times = WaitTimes()
    let start = Self.start.steady
    for (number, wait) in zip(1..., [50, 100, 150, 200]) {
      times.add(.seconds(wait), until: start + .seconds(number * 50), for: "team")
    }
    #expect(times.estimate(for: "team", place: 1) == .seconds(50))
    #expect(times.estimate(for: "team", place: 7) == .seconds(350))
    times.add(.seconds(10), until: start + .seconds(40_000), for: "team")
    #expect(times.estimate(for: "team", place: 5) == .seconds(210), "a night in which nobody called is no wait")
    #expect(times.estimate(for: "others", place: 1) == nil)
  }

  @Test mutating func whoIsTalkingOrGoneHasNoPlace() throws {
    try call("one", at: 0)
    try call("two", at: 1)
    #expect(
      try place("one") == 1 && place("two") == 1,
      "whoever is rung for is the next, and so is who comes after them"
    )
    try isConnected("one", at: 2)
    #expect(try place("one") == nil && place("two") == 1)
    try happens(.caller(.left), to: "two", at: 3)
    #expect(try place("two") == nil)
  }

  // MARK: Calls that are missed

  private mutating func misses(_ id: String, at seconds: Int) throws -> [SignOff] {
    let leg = try #require(try machine(id)?.legs.last?.id)
    let steps = try happens(.timerFired(.ring(leg)), to: id, at: seconds)
    try happens(.leg(leg, .ended(.normal)), to: id, at: seconds)
    return steps.flatMap(\.signOffs)
  }

  private mutating func call(_ number: Int, allowing misses: Int) throws {
    try call("c\(number)", at: number) { $0.missesBeforeSignOff = misses }
  }

  @Test mutating func whoMissesCallsInARowIsSignedOff() throws {
    for number in 1...3 { try call(number, allowing: 2) }
    #expect(try misses("c1", at: 10) == [])
    #expect(try rung("c2") == ["alice"])
    #expect(try misses("c2", at: 20) == [SignOff(target: "alice", missed: 2)])
    #expect(switchboard.people.isAvailable("alice", on: .main) == false)
    #expect(switchboard.people.missedCalls(of: "alice", on: .main) == 2)
    let third = try machine("c3")
    #expect(third?.legs.isEmpty ?? true, "nobody is rung who has just been signed off")
    #expect(third?.phase != .held, "and nobody waits for them")
  }

  @Test mutating func whoSignsOnAgainBeginsAnew() throws {
    for number in 1...2 { try call(number, allowing: 2) }
    _ = try misses("c1", at: 10)
    _ = try misses("c2", at: 20)
    let sign = ARIEvent.deviceStateChanged(device: DeviceState.sign(of: "alice"), state: DeviceState.signedOn)
    _ = switchboard.receive(sign, from: .main, at: Self.start + .seconds(30))
    #expect(switchboard.people.isAvailable("alice", on: .main))
    #expect(switchboard.people.missedCalls(of: "alice", on: .main) == nil)
    try call(5, allowing: 2)
    #expect(try misses("c5", at: 40) == [])
  }

  @Test(arguments: [
    (LegEvent.declined(), 0), (.ended(HangupCause(code: 17)), 1), (.ended(HangupCause(code: 1)), 1),
    (.ended(HangupCause(code: 19)), 2),
  ])
  mutating func whatCountsAsMissed(_ event: LegEvent, _ missed: Int) throws {
    for number in 1...3 { try call(number, allowing: 2) }
    _ = try misses("c1", at: 1)
    let signOffs = try happens(.leg(LegID(1), event), to: "c2", at: 2).flatMap(\.signOffs)
    try happens(.leg(LegID(1), .ended(.normal)), to: "c2", at: 2)
    #expect(signOffs.count == (missed == 2 ? 1 : 0))
    guard missed < 2 else { return }
    #expect(try misses("c3", at: 3).count == missed, "1: it did not count, 0: the count begins anew")
  }

  @Test mutating func whoWasTooLateOrWhoseCallerWentHasMissedNothing() throws {
    for number in 1...3 { try call(number, allowing: 1) }
    #expect(try happens(.caller(.left), to: "c1", at: 1).flatMap(\.signOffs) == [])
    try happens(.leg(LegID(1), .ended(.normal)), to: "c1", at: 1)
    #expect(try happens(.timerFired(.hold), to: "c2", at: 2).flatMap(\.signOffs) == [])
    try happens(.leg(LegID(1), .ended(.normal)), to: "c2", at: 2)
    #expect(switchboard.people.isAvailable("alice", on: .main))
    try call("all", for: ["bob", "carol"], at: 9, .all) { $0.missesBeforeSignOff = 1 }
    try happens(.leg(LegID(1), .answered), to: "all", at: 10)
    #expect(try happens(.leg(LegID(1), .accepted()), to: "all", at: 11).flatMap(\.signOffs) == [])
  }

  @Test mutating func nobodyIsSignedOffWhereThatIsNotConfigured() throws {
    for number in 1...9 {
      try call(number, allowing: 0)
      #expect(try misses("c\(number)", at: number) == [])
    }
  }
}
