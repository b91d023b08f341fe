import Testing

@testable import Transfer

/// Every state, with the caller at every place, the phone that the record knows and one that it does not in every state
/// that a phone can be in: nothing is cut, and nothing is left.
@Suite struct RecoveryTableTests {
  struct Row: CustomTestStringConvertible {
    let name: String
    let story: Story

    var testDescription: String { name }
  }

  static func rows() throws -> [Row] {
    let request = try Sample.request(.ring(Sample.party([Sample.target("alice"), Sample.target("bob")])))
    var goodbye = request
    goodbye.policy.farewells.general = try Template(parsing: "Nobody is free.")
    var saying = Story(goodbye)
    saying.untilHeld()
    saying.happens(.timerFired(.hold))
    var clearing = Story(request)
    clearing.untilBriefing()
    clearing.happens(.caller(.left))
    var coming = Story(request)
    coming.happens(.ordered)
    var dialing = Story(request)
    dialing.untilHeld()
    var asked = request
    asked.policy.onFailure = .menu
    var choosing = Story(asked)
    choosing.untilHeld()
    choosing.happens(.timerFired(.hold))
    asked.policy.onFailure = .callback
    asked.policy.callback.dial = DialPattern("PJSIP/*@trunk")
    var arranging = Story(asked)
    arranging.untilHeld()
    arranging.happens(.timerFired(.hold))
    asked.policy.onFailure = .message
    var recording = Story(asked)
    recording.untilHeld()
    recording.happens(.timerFired(.hold))
    let phases: [TransferMachine.Phase] = [.requested, .held, .ringing, .briefing, .merging, .connected, .returning]
    return [
      Row(name: "new", story: Story(request)), Row(name: "coming", story: coming), Row(name: "dialing", story: dialing),
      Row(name: "saying goodbye", story: saying), Row(name: "clearing", story: clearing),
      Row(name: "choosing", story: choosing), Row(name: "recording", story: recording),
      Row(name: "arranging a callback", story: arranging),
    ] + (try phases.map { Row(name: $0.rawValue, story: try RecoveryTests.story(in: $0)) })
  }

  static var sightings: [Sighting] {
    Sighting.CallersPlace.allCases.flatMap { place in
      Sighting.Phone.allCases.flatMap { known in
        Sighting.Phone.allCases.map { Sighting(caller: place, phones: [first: known, second: $0]) }
      }
    }
  }

  static func seen(_ sighting: Sighting, _ row: Row) -> (machine: TransferMachine, effects: [TransferEffect]) {
    var machine = row.story.machine
    let effects = Recovery.events(for: machine, seeing: sighting).flatMap { machine.apply($0, at: row.story.now) }
    return (machine, effects)
  }

  @Test func aConversationThatIsSeenIsNeverTouched() throws {
    for row in try Self.rows() {
      for sighting in Self.sightings where sighting.caller == .inBridge {
        let talking = sighting.phones.filter { $0.value == .talk }.keys
        if talking.isEmpty { continue }
        let (machine, effects) = Self.seen(sighting, row)
        let partner = try #require(machine.legs.first?.id, "\(row.name) \(sighting)")
        #expect(machine.phase == .connected && talking.contains(partner), "\(row.name) \(sighting)")
        let touching = effects.filter { effect in
          switch effect {
          case .join, .holdCaller, .startMusic, .returnCaller, .hangUpCaller, .moveCaller, .closeBridge: true
          case .play(_, to: .caller, _), .play(_, to: .talk, _), .play(_, to: .leg(partner), _): true
          case .release(partner): true
          default: false
          }
        }
        #expect(touching.isEmpty, "\(row.name) \(sighting): \(touching)")
        #expect(row.story.machine.phase == .connected || effects.contains(.stopMusic), "\(row.name) \(sighting)")
      }
    }
  }

  @Test func noPhoneIsLeft() throws {
    for row in try Self.rows() {
      for sighting in Self.sightings {
        let (machine, effects) = Self.seen(sighting, row)
        for (id, phone) in sighting.phones where phone != .gone && !machine.legs.contains(where: { $0.id == id }) {
          #expect(effects.contains(.release(id)), "\(row.name) \(sighting)")
        }
        #expect(machine.legs.count <= 1, "\(row.name) \(sighting)")
      }
    }
  }

  @Test func nobodyIsHungUpOnAndNobodyStaysWithoutSound() throws {
    for row in try Self.rows() {
      for sighting in Self.sightings {
        let (machine, effects) = Self.seen(sighting, row)
        #expect(!effects.contains(.hangUpCaller), "\(row.name) \(sighting)")
        let isHere = sighting.caller != .gone && sighting.caller != .elsewhere
        if !isHere || row.name == "clearing" {
          let isTalking = machine.phase == .connected && isHere
          let isAskedFor = machine.prospect != nil && effects.contains(.bringCaller)
          #expect(machine.callerHasLeft || isTalking || isAskedFor, "\(row.name) \(sighting)")
          continue
        }
        #expect(!machine.callerHasLeft, "\(row.name) \(sighting)")
        switch machine.state {
        case .new, .coming, .clearing, .ended: Issue.record("\(row.name) \(sighting)")
        case .goingOnHold: #expect(effects.contains(.holdCaller), "\(row.name) \(sighting)")
        case .seeking: #expect(effects.contains(.startMusic("default")), "\(row.name) \(sighting)")
        case .merging:
          #expect(effects.contains { if case .join = $0 { true } else { false } }, "\(row.name) \(sighting)")
        case .choosing, .arrangingCallback:
          #expect(effects.contains(.startMusic("default")), "\(row.name) \(sighting)")
        case .resting, .callingBack: Issue.record("\(row.name) \(sighting)")
        case .leavingMessage:
          let isHeard = effects.contains(.startMusic("default")) || effects.contains(.stopRecording(1))
          #expect(isHeard, "\(row.name) \(sighting)")
        case .sayingGoodbye, .returning: #expect(effects.contains(.returnCaller), "\(row.name) \(sighting)")
        case .connected: break
        }
      }
    }
  }

  /// The number stays its own: another phone must not be rung by the name of one that is there.
  @Test func aPhoneThatIsNotInTheRecordKeepsItsNumber() throws {
    var story = try RecoveryTests.story(in: .ringing)
    let sighting = Sighting(caller: .inBridge, phones: [first: .gone, second: .ringing])
    for event in Recovery.events(for: story.machine, seeing: sighting) { story.happens(event) }
    #expect(story.machine.legs.map(\.id) == [LegID(3)] && story.machine.legs.first?.target.name == "bob")
  }

  /// The record ends while alice rings; bob was rung later, and talks.
  @Test func whoTalksIsGuessedByTheOrder() throws {
    var story = try RecoveryTests.story(in: .ringing)
    let sighting = Sighting(caller: .inBridge, phones: [second: .talk])
    for event in Recovery.events(for: story.machine, seeing: sighting) { story.happens(event) }
    #expect(story.machine.legs.first?.target.name == "bob" && story.machine.phase == .connected)
  }

  @Test func aPhoneInTheBridgeHasAccepted() throws {
    var story = try RecoveryTests.story(in: .ringing)
    let sighting = Sighting(caller: .astray, phones: [first: .talk])
    let effects = Recovery.events(for: story.machine, seeing: sighting).flatMap { story.happens($0) }
    #expect(story.machine.phase == .merging && effects.contains(.join(first)))
  }

  @Test func aChannelThatTheRecordDoesNotKnowIsTheLegs() throws {
    var story = try RecoveryTests.story(in: .ringing)
    let sighting = Sighting(caller: .inBridge, phones: [first: .talk], replacements: [first: "desk.2"])
    for event in Recovery.events(for: story.machine, seeing: sighting) { story.happens(event) }
    #expect(story.machine.phase == .connected && story.machine.replacement(of: first) == "desk.2")
  }
}
