import Testing

@testable import Transfer

/// What has to be made sure of is repeated until it is done, and the transfer does not end before.
@Suite struct ChoreTests {
  static let all: [Chore] = [
    .release(first), .closeSnoop(first), .closeHold, .closeTalk, .stopMusic, .liftDeadMansSwitch,
    .admitVoiceAgent("ai.1", muted: true), .hangUpVoiceAgent("ai.1"),
  ]

  @Test(arguments: all)
  func anEffectAndItsChoreMeanEachOther(_ chore: Chore) {
    #expect(Chore(chore.effect) == chore)
  }

  /// A story in which the caller has just hung up on a briefing.
  func clearing() throws -> Story {
    var story = try Story(ringing: [Sample.target { $0.machineDetection = .parallel }])
    story.untilBriefing()
    story.happens(.caller(.left))
    return story
  }

  static let left: [Chore] = [.release(first), .closeSnoop(first), .closeHold, .closeTalk]

  func done(_ chore: Chore) -> TransferEvent {
    chore == .release(first) ? .leg(first, .ended(.normal)) : .commandSucceeded(chore.effect)
  }

  @Test(arguments: left)
  func nothingEndsBeforeItIsDone(_ chore: Chore) throws {
    var story = try clearing()
    for other in Self.left where other != chore { story.happens(done(other)) }
    #expect(story.machine.outcome == nil)
    story.happens(done(chore))
    #expect(story.machine.outcome?.result == .abandoned)
    #expect(story.effects.contains(.discardSpeech))
  }

  @Test(arguments: left)
  func itIsRepeatedUntilThen(_ chore: Chore) throws {
    var story = try clearing()
    #expect(story.effects.contains(.startTimer(.again(chore), at: story.now + .seconds(2))))
    for _ in 1...3 {
      story.happens(.commandFailed(chore.effect, .unanswered("timed out")))
      story.happens(.timerFired(.again(chore)))
      #expect(story.effects.first == chore.effect)
    }
    story.happens(.commandFailed(chore.effect, .gone))
    #expect(story.happens(.timerFired(.again(chore))).isEmpty)
  }

  /// Or the music would drown the person, and the switch cut the conversation.
  @Test(arguments: [Chore.stopMusic, .liftDeadMansSwitch])
  func whatConcernsTheCallerIsNotGivenUpWhileTheyAreThere(_ chore: Chore) throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilConnected()
    story.happens(.commandFailed(chore.effect, .gone))
    #expect(story.happens(.timerFired(.again(chore))).contains(chore.effect))
    story.happens(.caller(.left))
    #expect(story.happens(.timerFired(.again(chore))).isEmpty)
  }

  @Test func aHangUpThatWasOnlyAskedForIsNone() throws {
    var story = try clearing()
    for other in Self.left where other != .release(first) { story.happens(done(other)) }
    story.happens(.commandSucceeded(.release(first)))
    #expect(story.machine.outcome == nil)
  }

  @Test func musicThatIsWantedAgainIsNotStopped() throws {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")), .caller(.enteredTalk))
    story.happens(.commandFailed(.stopMusic, .unanswered("timed out")))
    story.happens(.leg(first, .ended(.normal)))
    #expect(story.effects.contains(.startMusic("default")))
    #expect(story.happens(.timerFired(.again(.stopMusic))).isEmpty)
  }

  @Test func theBridgeForTheTalkIsOpenedAgainBeforeTheJoin() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.commandFailed(.openTalk, .refused("busy")), .leg(first, .pressed("1")))
    let open = try #require(story.effects.firstIndex(of: .openTalk))
    let join = try #require(story.effects.firstIndex(of: .join(first)))
    #expect(open < join)
  }

  @Test func aCallerWhoWasPulledBackOnHoldTooLateIsJoinedAgain() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")))
    #expect(story.happens(.caller(.enteredHold)).contains(.join(first)))
    story.happens(.caller(.enteredTalk), .leg(first, .enteredTalk))
    #expect(story.happens(.caller(.enteredHold)).contains(.join(first)))
    #expect(story.machine.phase == .connected)
  }

  @Test func aPhoneThatShowsItselfTooLateIsReleased() throws {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    story.untilHeld()
    let ring = TransferEffect.ring(first, dialString: "", .ofTheCaller, limit: .zero)
    story.happens(.commandFailed(ring, .unanswered("timed out")), .commandFailed(.release(first), .gone))
    #expect(story.happens(.leg(first, .rang)).contains(.release(first)))
  }

  @Test func aPhoneThatRingsWasRungWhateverBecameOfTheAnswer() throws {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    story.untilHeld()
    let ring = TransferEffect.ring(first, dialString: "", .ofTheCaller, limit: .zero)
    story.happens(.leg(first, .rang), .commandFailed(ring, .unanswered("timed out")))
    #expect(story.machine.legs.map(\.id) == [first])
  }

  @Test func aPhoneThatBecomesAnotherChannelWhileItIsHungUpIsHungUpOnceMore() throws {
    var story = try clearing()
    story.happens(.commandSucceeded(.closeSnoop(first)), .commandSucceeded(.closeHold), .commandSucceeded(.closeTalk))
    #expect(story.happens(.leg(first, .becameChannel("local.7"))).contains(.release(first)))
    // The answer to the first hang-up, which was meant for the channel that there was then.
    story.happens(.commandFailed(.release(first), .gone))
    #expect(story.machine.outcome == nil)
    story.happens(.leg(first, .ended(.normal)))
    #expect(story.machine.outcome?.result == .abandoned)
  }

  /// Asterisk has nothing of the first channel's name before anybody is told of the second.
  @Test func aPhoneThatHasBecomeAnotherChannelUnseenIsHungUpWhenItShows() throws {
    var story = try clearing()
    story.happens(.commandFailed(.release(first), .gone))
    #expect(story.machine.outcome == nil)
    #expect(story.happens(.leg(first, .becameChannel("local.7"))).contains(.release(first)))
    story.asteriskObeys()
    #expect(story.machine.outcome?.result == .abandoned)
  }

  @Test func anotherChannelTakesTheLegsPlace() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilConnected()
    #expect(story.happens(.leg(first, .becameChannel("local.7"))) == [.releaseFormer(first)])
    #expect(story.machine.replacement(of: first) == "local.7")
  }
}
