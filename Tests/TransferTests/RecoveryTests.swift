import Testing

@testable import Transfer

/// A service that comes back: each phase, with the caller there or gone, the phone ringing, up or gone, the bridge there
/// or gone.
@Suite struct RecoveryTests {
  typealias Row = (phase: TransferMachine.Phase, caller: Sighting.CallersPlace, phone: Sighting.Phone)

  static let rows: [Row] = [
    TransferMachine.Phase.requested, .held, .ringing, .briefing, .merging, .connected, .returning,
  ]
  .flatMap { phase in
    Sighting.CallersPlace.allCases.flatMap { place in Sighting.Phone.allCases.map { (phase, place, $0) } }
  }

  /// A machine in that phase, as the journal would bring it back.
  static func story(in phase: TransferMachine.Phase) throws -> Story {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    switch phase {
    case .requested: story.happens(.requested)
    case .held:
      story.everybodyIsFree = false
      story.untilHeld()
    case .ringing:
      story.untilHeld()
      story.happens(.leg(first, .rang))
    case .briefing: story.untilBriefing()
    case .merging:
      story.untilBriefing()
      story.happens(.leg(first, .pressed("1")))
    case .connected: story.untilConnected()
    case .returning, .ended:
      story.untilHeld()
      story.happens(.cancelRequested())
    }
    return story
  }

  /// What the machine does about what is seen.
  static func recovered(_ row: Row) throws -> (story: Story, effects: [TransferEffect]) {
    var story = try story(in: row.phase)
    let phones = Dictionary(uniqueKeysWithValues: story.machine.legs.map { ($0.id, row.phone) })
    let sighting = Sighting(caller: row.caller, phones: phones)
    let effects = Recovery.events(for: story.machine, seeing: sighting).flatMap { story.happens($0) }
    return (story, effects)
  }

  @Test func aCallerWhoHasGoneHasNothingLeftBehind() throws {
    for row in Self.rows where row.caller == .gone || row.caller == .elsewhere {
      let rung = try Self.story(in: row.phase).machine.legs.map(\.id)
      let (story, effects) = try Self.recovered(row)
      #expect(story.machine.callerHasLeft, "\(row)")
      for leg in rung { #expect(effects.contains(.release(leg)), "\(row)") }
    }
  }

  @Test func aCallerWhoIsThereGoesOnOrIsSentBack() throws {
    for row in Self.rows where row.caller != .gone && row.caller != .elsewhere {
      let (story, effects) = try Self.recovered(row)
      #expect(!story.machine.callerHasLeft, "\(row)")
      switch story.machine.phase {
      case .requested: #expect(effects.contains(.holdCaller), "\(row)")
      case .held, .ringing, .briefing: #expect(effects.contains(.startMusic("default")), "\(row)")
      case .merging: #expect(effects.contains(.join(first)), "\(row)")
      case .connected: break
      case .returning: #expect(effects.contains(.returnCaller), "\(row)")
      case .ended: Issue.record("\(row)")
      }
    }
  }

  /// The dead-man's switch has taken them back while nobody was there, and the dialplan says `ERROR`.
  @Test func whoIsInTheDialplanAgainHasNotHungUp() throws {
    for row in Self.rows where row.caller == .elsewhere {
      let recovered = try Self.recovered(row)
      var story = recovered.story
      for effect in recovered.effects where Chore(effect) != nil { story.happens(.commandFailed(effect, .gone)) }
      let outcome = try #require(story.machine.outcome, "\(row)")
      switch row.phase {
      case .connected: #expect(outcome.cause == .completed, "\(row)")
      // Sent on, and nobody had time to write down that they went.
      case .returning: #expect(outcome.cause == .cancelled, "\(row)")
      case .requested, .held, .ringing, .briefing, .merging, .ended:
        #expect(outcome.result == .returned && outcome.cause == .error, "\(row)")
      }
    }
  }

  @Test func whoIsInTheDialplanAgainAfterHalfAFarewellHasNotBeenSentThere() throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.farewells.general = try Template(parsing: "Nobody is free.")
    var story = Story(request)
    story.untilHeld()
    story.happens(.timerFired(.hold), .caller(.takenAway))
    story.asteriskObeys()
    #expect(story.machine.outcome?.cause == .error)
  }

  @Test func aConversationIsNeverTouched() throws {
    for phone in [Sighting.Phone.up, .talk] {
      let (story, effects) = try Self.recovered((.connected, .inBridge, phone))
      #expect(story.machine.phase == .connected)
      let touching = effects.filter { effect in
        switch effect {
        case .join, .holdCaller, .startMusic, .play, .release, .returnCaller, .hangUpCaller, .closeBridge: true
        default: false
        }
      }
      #expect(touching.isEmpty, "\(touching)")
    }
  }

  @Test(arguments: [
    (TransferMachine.Phase.ringing, Sighting.Phone.gone, TransferMachine.Phase.ringing, 2),
    (.ringing, .ringing, .ringing, 1), (.ringing, .up, .briefing, 1), (.briefing, .up, .briefing, 1),
    (.briefing, .gone, .ringing, 2), (.merging, .gone, .ringing, 2), (.connected, .gone, .connected, 0),
  ])
  func aPhone(
    _ phase: TransferMachine.Phase,
    _ phone: Sighting.Phone,
    _ after: TransferMachine.Phase,
    _ leg: Int
  ) throws {
    let (story, effects) = try Self.recovered((phase, .inBridge, phone))
    #expect(story.machine.phase == after)
    if leg > 0 { #expect(story.machine.legs.map(\.id) == [LegID(leg)]) }
    if phase == .connected { #expect(effects.contains(.returnCaller), "the one who is left goes back") }
  }

  @Test func aJoinThatWasMadeIsSeen() throws {
    let (story, _) = try Self.recovered((.merging, .inBridge, .talk))
    #expect(story.machine.phase == .connected)
  }

  @Test func aPhoneThatWasNeverRungIsRungNow() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    let effects = Recovery.events(for: story.machine, seeing: Sighting(caller: .inBridge, phones: [:]))
      .flatMap { story.happens($0) }
    #expect(effects.contains { if case .ring(first, _, _, _) = $0 { true } else { false } })
  }

  @Test func whatHadToBeMadeSureOfIsTakenUpAgain() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.caller(.left))
    let effects = Recovery.events(for: story.machine, seeing: Sighting(caller: .gone, phones: [:]))
      .flatMap { story.happens($0) }
    for effect in [TransferEffect.release(first), .closeBridge] { #expect(effects.contains(effect)) }
  }

  @Test(arguments: [TransferMachine.Phase.requested, .held, .ringing, .briefing, .merging, .returning])
  func anotherAsteriskIsAnErrorForWhoStillWaited(_ phase: TransferMachine.Phase) throws {
    var story = try Self.story(in: phase)
    let rung = story.machine.legs.map(\.id)
    let effects = story.happens(.asteriskRestarted)
    for effect in rung.map(TransferEffect.release) + [.closeBridge] { #expect(effects.contains(effect)) }
    for effect in effects where Chore(effect) != nil { story.happens(.commandFailed(effect, .gone)) }
    let outcome = try #require(story.machine.outcome)
    let target = phase == .requested || phase == .held ? nil : "alice"
    #expect(outcome.result == .returned && outcome.cause == .error && outcome.target == target, "\(outcome)")
  }

  @Test func anotherAsteriskEndsAConversationThatWas() throws {
    var story = try Self.story(in: .connected)
    let effects = story.happens(.asteriskRestarted)
    for effect in effects where Chore(effect) != nil { story.happens(.commandFailed(effect, .gone)) }
    #expect(story.machine.outcome?.cause == .completed)
  }
}
