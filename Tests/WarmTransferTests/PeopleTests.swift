import Testing
import Transfer
import Transport

@testable import ARI
@testable import WarmTransfer

/// Several callers, and who of the people is rung for whom.
@Suite struct PeopleTests {
  static let now = Moment(WallTime(milliseconds: 1_800_000_000_000))
  var switchboard = Switchboard(application: "warm-transfer", soundsFolder: "/sounds")

  mutating func call(
    _ id: String,
    for names: [String],
    _ strategy: TargetGroup.Strategy = .order,
    after wait: Duration = .zero,
    _ change: (inout TransferPolicy) -> Void = { _ in }
  ) throws {
    var request = try Sample.request(id)
    request.caller.channel = "caller-\(id)"
    var policy = request.policy
    change(&policy)
    let targets = names.map { Target(name: $0, spokenName: $0, dialString: "PJSIP/\($0)", policy: policy) }
    request.plan = .ring(Party(name: "team", spokenName: "team", targets: targets, strategy: strategy))
    _ = switchboard.begin(request, at: Self.now + wait)
    _ = switchboard.post(.caller(.enteredHold), to: request.id, at: Self.now + wait)
  }

  func rung(_ id: String) throws -> [String] {
    let id = try #require(TransferID(id))
    return switchboard.machines[id]?.legs.map(\.target.name) ?? []
  }

  mutating func happens(_ event: TransferEvent, to id: String) throws {
    _ = switchboard.post(event, to: try #require(TransferID(id)), at: Self.now)
  }

  mutating func device(_ name: String, is state: String) {
    _ = switchboard.receive(.deviceStateChanged(device: "PJSIP/\(name)", state: state), from: .main, at: Self.now)
  }

  @Test mutating func nobodyIsRungForTwoCallers() throws {
    try call("one", for: ["alice"])
    try call("two", for: ["alice"], after: .seconds(1))
    #expect(try rung("one") == ["alice"] && rung("two") == [])
    try happens(.caller(.left), to: "one")
    #expect(try rung("two") == [], "her phone still rings")
    try happens(.leg(LegID(1), .ended(.normal)), to: "one")
    #expect(try rung("two") == ["alice"])
  }

  @Test(arguments: [0, 30])
  mutating func whoWritesAboutTheLastCallIsNotRung(_ seconds: Int) throws {
    try call("one", for: ["alice"]) { $0.wrapUpTime = .seconds(seconds) }
    try call("two", for: ["alice"], after: .seconds(1)) { $0.wrapUpTime = .seconds(seconds) }
    for event in [LegEvent.answered, .accepted(), .enteredTalk] { try happens(.leg(LegID(1), event), to: "one") }
    #expect(try switchboard.machines[#require(TransferID("one"))]?.phase == .connected)
    try happens(.leg(LegID(1), .ended(.normal)), to: "one")
    let wrappingUp = try #require(switchboard.people.wrappingUp["alice"])
    #expect(wrappingUp.transfer.description == "one" && wrappingUp.until == Self.now.steady + .seconds(seconds))
    #expect(try rung("two") == (seconds == 0 ? ["alice"] : []))
    _ = switchboard.serveEverybody(at: Self.now + .seconds(seconds) + .milliseconds(-1))
    #expect(try rung("two") == (seconds == 0 ? ["alice"] : []))
    _ = switchboard.serveEverybody(at: Self.now + .seconds(seconds))
    #expect(try rung("two") == ["alice"])
  }

  @Test mutating func whoHasWaitedLongestIsServedFirst() throws {
    try call("one", for: ["alice"])
    try call("three", for: ["alice"], after: .seconds(2))
    try call("two", for: ["alice"], after: .seconds(1))
    try happens(.leg(LegID(1), .ended(HangupCause(code: 21))), to: "one")
    #expect(try rung("two") == ["alice"] && rung("three") == [])
  }

  @Test mutating func theNextFreeOneIsRungInstead() throws {
    try call("one", for: ["alice", "bob"])
    try call("two", for: ["alice", "bob"])
    try call("three", for: ["alice", "bob"])
    #expect(try rung("one") == ["alice"] && rung("two") == ["bob"] && rung("three") == [])
  }

  @Test mutating func anUnattendedNumberTakesSeveralCalls() throws {
    for id in ["one", "two", "three"] { try call(id, for: ["desk"]) { $0.callsAtOnce = 2 } }
    #expect(try rung("one") == ["desk"] && rung("two") == ["desk"] && rung("three") == [])
  }

  @Test mutating func theOneWhoWasRungLeastRecentlyComesFirst() throws {
    for (id, name) in [("one", "alice"), ("two", "bob"), ("three", "alice")] {
      try call(id, for: ["alice", "bob"], .leastRecent, after: .seconds(id.count))
      #expect(try rung(id) == [name])
      try happens(.caller(.left), to: id)
      try happens(.leg(LegID(1), .ended(.normal)), to: id)
    }
  }

  @Test(arguments: [
    ("UNAVAILABLE", true, []), ("INUSE", true, []), ("RINGING", true, []), ("NOT_INUSE", true, ["alice"]),
    ("INVALID", true, ["alice"]), ("UNKNOWN", true, ["alice"]), ("INUSE", false, ["alice"]),
    ("UNAVAILABLE", false, ["alice"]),
  ])
  mutating func whatAsteriskKnowsOfAPhone(_ state: String, _ skips: Bool, _ who: [String]) throws {
    device("alice", is: state)
    try call("one", for: ["alice"]) {
      $0.skipsInUse = skips
      $0.skipsUnreachable = skips
    }
    #expect(try rung("one") == who)
  }

  /// Asterisk says that the phone is in use, because it is, by the call that has just ended.
  @Test mutating func aPhoneThatWeHaveJustReleasedIsNotInUse() throws {
    try call("one", for: ["alice"])
    try call("two", for: ["alice"], after: .seconds(1))
    device("alice", is: "INUSE")
    #expect(try rung("two") == [] && switchboard.machines.count == 2)
    try happens(.leg(LegID(1), .ended(HangupCause(code: 21))), to: "one")
    #expect(try rung("two") == ["alice"])
  }

  @Test(arguments: [
    ("PJSIP/alice", "PJSIP/alice"), ("PJSIP/+1555@trunk", nil), ("Local/5@agents", nil), ("Local/5", nil),
    ("PJSIP/trunk/sip:5@host", nil), ("PJSIP/trunk/5", nil),
  ])
  func theDeviceBehindADialString(_ dialString: String, _ device: String?) throws {
    let target = Target(name: "x", spokenName: "x", dialString: dialString, policy: try Sample.request().policy)
    #expect(DeviceState.device(of: target) == device)
  }

  @Test func theWaitIsEstimatedFromExperience() {
    var times = WaitTimes()
    times.add(.seconds(40), for: "team")
    times.add(.seconds(10), for: "team")
    #expect(times.estimate(for: "team") == nil)
    times.add(.seconds(20), for: "team")
    #expect(times.estimate(for: "team") == .seconds(20) && times.estimate(for: "others") == nil)
    for _ in 1...10 { times.add(.seconds(7), for: "team") }
    #expect(times.estimate(for: "team") == .seconds(7))
  }
}
