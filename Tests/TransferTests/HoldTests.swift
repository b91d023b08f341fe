import Testing

@testable import Transfer

/// The caller's side: what they hear while they wait, and how they go back.
@Suite struct HoldTests {
  func story(_ change: (inout TransferPolicy) throws -> Void) throws -> Story {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    try change(&request.policy)
    return Story(request)
  }

  func sorry() throws -> Story {
    try story { $0.farewells.general = try Template(parsing: "Nobody of {target} is free.") }
  }

  /// What is done with them fails before it is told that they have left.
  @Test func whoHasHungUpHasAbandonedWhateverFailsMeanwhile() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    story.happens(.caller(.hungUp), .commandFailed(.startMusic("default"), .gone))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .abandoned)
  }

  @Test func whoIsTurnedAwayWithoutASwitchGetsOne() throws {
    for limit in [nil, Duration.seconds(100)] {
      var request = try Sample.request(.turnAway("We are closed."))
      request.caller.dialplansLimit = limit
      var story = Story(request)
      let arms = story.happens(.requested).contains { if case .armDeadMansSwitch = $0 { true } else { false } }
      #expect(arms == (limit == nil))
    }
  }

  @Test func comfortIsSpokenAgainAndAgainOverTheMusic() throws {
    var story = try story {
      $0.comfortInterval = .seconds(20)
      $0.comfortMessage = try Template(parsing: "Still trying {target}.")
    }
    story.happens(.requested)
    #expect(story.effects.contains(.prepareSpeech(.comfort, text: "Still trying the party.", Voice())))
    story.happens(.speechReady(.comfort, Sample.media), .caller(.enteredHold))
    #expect(story.effects.contains(.startTimer(.comfort, at: story.now + .seconds(20))))
    for time in 1...3 {
      story.happens(.timerFired(.comfort))
      #expect(story.effects.contains(.play(Sample.media, to: .caller, as: .comfort(time))))
      #expect(story.effects.contains(.startTimer(.comfort, at: story.now + .seconds(20))))
    }
  }

  @Test func comfortIsCutShortByTheJoin() throws {
    var story = try story {
      $0.comfortInterval = .seconds(20)
      $0.comfortMessage = try Template(parsing: "Still trying.")
    }
    story.untilBriefing()
    story.happens(.speechReady(.comfort, Sample.media), .timerFired(.comfort), .leg(first, .pressed("1")))
    let stop = try #require(story.effects.firstIndex(of: .stopPlayback(.comfort(1))))
    let join = try #require(story.effects.firstIndex(of: .join(first)))
    #expect(stop < join && story.effects.contains(.cancelTimer(.comfort)))
  }

  @Test(arguments: [("*", "*", true), ("5*", "*", true), ("*9", "*9", true), ("9", "*", false), ("1", nil, false)])
  func theWayBackByKey(_ keys: String, _ optOut: String?, _ goesBack: Bool) throws {
    var story = try story { $0.optOut = optOut.flatMap(DigitSequence.init) }
    story.untilBriefing()
    for key in keys { story.happens(.caller(.pressed(String(key)))) }
    #expect((story.machine.phase == .returning) == goesBack)
    guard goesBack else { return }
    #expect(story.effects.contains(.release(first)))
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .optOut)
  }

  @Test func theCallerIsToldWhyAndThenGoesBack() throws {
    var story = try sorry()
    story.untilHeld()
    story.happens(.leg(first, .ended(HangupCause(code: 17))))
    #expect(story.effects.contains(.prepareSpeech(.farewell, text: "Nobody of the party is free.", Voice())))
    #expect(!story.effects.contains(.returnCaller) && !story.effects.contains(.stopMusic))
    let words = story.happens(.speechReady(.farewell, Sample.media)).filter { !$0.isTimer }
    #expect(words == [.play(Sample.media, to: .caller, as: .farewell), .stopMusic])
    story.happens(.playbackEnded(.farewell))
    #expect(story.effects.contains(.returnCaller))
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .busy)
  }

  @Test(arguments: [
    TransferEvent.speechFailed(.farewell, "no voice"), .timerFired(.farewell), .cancelRequested(),
    .commandFailed(.play(Sample.media, to: .caller, as: .farewell), .refused("no")),
  ])
  func wordsThatCannotBeSaidKeepNobody(_ event: TransferEvent) throws {
    var story = try sorry()
    story.untilHeld()
    story.happens(.timerFired(.hold), event)
    #expect(story.effects.contains(.returnCaller))
  }

  @Test func aCallerWhoHangsUpOnTheWordsHasAbandonedIt() throws {
    var story = try sorry()
    story.untilHeld()
    story.happens(.timerFired(.hold))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .abandoned && story.machine.outcome?.cause == .callerHangup)
  }

  @Test func aCauseMayHaveWordsOfItsOwn() throws {
    var story = try story {
      $0.farewells.general = try Template(parsing: "Sorry.")
      $0.farewells.byCause[.busy] = try Template(parsing: "They are talking.")
      $0.farewells.byCause[.holdTimeout] = try Template(parsing: "")
    }
    story.untilHeld()
    var silent = story
    story.happens(.leg(first, .ended(HangupCause(code: 17))))
    #expect(story.effects.contains(.prepareSpeech(.farewell, text: "They are talking.", Voice())))
    #expect(silent.happens(.timerFired(.hold)).contains(.returnCaller))
  }

  @Test(arguments: [
    (FailureOutcome.voicemail, Outcome.Result.voicemail), (.callback, .callback), (.returnToDialplan, .returned),
  ])
  func whatTheAdministratorHasProvided(_ onFailure: FailureOutcome, _ result: Outcome.Result) throws {
    var story = try story { $0.onFailure = onFailure }
    story.untilHeld()
    var cancelled = story
    story.happens(.leg(first, .ended(HangupCause(code: 19))))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == result && story.machine.outcome?.cause == .noAnswer)
    cancelled.happens(.cancelRequested())
    cancelled.callerLeaves()
    #expect(cancelled.machine.outcome?.result == .returned, "who is called off just goes back")
  }

  @Test(arguments: [
    TransferEvent.caller(.moveFailed),
    .commandFailed(
      .moveCaller(to: "agent", Outcome(result: .returned, cause: .busy, target: nil, wait: .zero)),
      .gone
    ),
  ])
  func theDialplanIsThereWhereTheApplicationIsNot(_ event: TransferEvent) throws {
    var story = try story { $0.returnTo = "agent" }
    story.untilHeld()
    story.happens(.leg(first, .ended(HangupCause(code: 17))))
    #expect(story.effects.contains { if case .moveCaller(to: "agent", _) = $0 { true } else { false } })
    #expect(!story.effects.contains(.returnCaller))
    #expect(story.happens(event).contains(.returnCaller))
  }

  @Test func aDialplanThatHasADeadMansSwitchLiftsItToo() throws {
    var story = try story { $0.holdTimeout = .seconds(40) }
    story.machine.request.caller.dialplansLimit = .seconds(105)
    #expect(!story.happens(.requested).contains(.armDeadMansSwitch(.seconds(55))))
    let effects = story.happens(.caller(.enteredHold))
    let music = try #require(effects.firstIndex(of: .startMusic("default")))
    let arm = try #require(effects.firstIndex(of: .armDeadMansSwitch(.seconds(55))))
    #expect(music < arm, "the caller has a switch, and hears nothing")
    story.happens(.timerFired(.hold))
    #expect(story.effects.contains(.returnCaller) && !story.effects.contains(.liftDeadMansSwitch))
  }

  @Test func forADialplanThatHasNoneItIsLiftedBefore() throws {
    var story = try story { $0.holdTimeout = .seconds(40) }
    #expect(story.happens(.requested).contains(.armDeadMansSwitch(.seconds(55))))
    story.happens(.caller(.enteredHold), .timerFired(.hold))
    let lift = try #require(story.effects.firstIndex(of: .liftDeadMansSwitch))
    let back = try #require(story.effects.firstIndex(of: .returnCaller))
    #expect(lift < back)
  }

  /// A channel that another application has can still be told.
  @Test func forAnotherApplicationItIsLiftedAfterwards() throws {
    var story = try story { $0.returnTo = "agent" }
    story.machine.request.caller.dialplansLimit = .seconds(105)
    story.untilHeld()
    story.happens(.timerFired(.hold))
    #expect(!story.effects.contains(.liftDeadMansSwitch))
    #expect(story.happens(.caller(.left)).contains(.liftDeadMansSwitch))
    story.happens(.commandSucceeded(.closeHold), .commandSucceeded(.closeTalk), .leg(first, .ended(.normal)))
    #expect(story.machine.outcome == nil)
    story.happens(.commandFailed(.liftDeadMansSwitch, .unanswered("timed out")))
    #expect(story.happens(.timerFired(.again(.liftDeadMansSwitch))).contains(.liftDeadMansSwitch))
    story.happens(.commandSucceeded(.liftDeadMansSwitch))
    #expect(story.machine.outcome?.cause == .holdTimeout)
  }

  @Test(arguments: [CommandFailure.gone, .conflict("in the dialplan")])
  func whoHasLeftTheOtherApplicationTooNeedsNoSwitch(_ failure: CommandFailure) throws {
    var story = try story { $0.returnTo = "agent" }
    story.untilHeld()
    story.happens(.timerFired(.hold), .caller(.left), .leg(first, .ended(.normal)))
    story.happens(.commandSucceeded(.closeHold), .commandSucceeded(.closeTalk))
    story.happens(.commandFailed(.liftDeadMansSwitch, failure))
    #expect(story.machine.outcome?.cause == .holdTimeout)
  }

  @Test func whoHangsUpInsteadOfGoingToTheOtherApplicationNeedsNoneEither() throws {
    var story = try story { $0.returnTo = "agent" }
    story.untilHeld()
    story.happens(.timerFired(.hold), .caller(.hungUp))
    #expect(!story.happens(.caller(.left)).contains(.liftDeadMansSwitch))
  }

  @Test func musicDoesNotWaitForAnEventThatMayBeLost() throws {
    var story = try story { _ in }
    story.happens(.requested, .commandSucceeded(.holdCaller))
    #expect(story.effects.contains(.startMusic("default")))
    #expect(story.happens(.caller(.enteredHold)).isEmpty)
  }

  @Test func aCallerWhoGoesBeforeTheyCanBeSentHasHungUp() throws {
    var story = try story { _ in }
    story.untilHeld()
    story.happens(.timerFired(.hold), .caller(.hungUp), .caller(.left))
    story.asteriskObeys()
    #expect(story.machine.outcome?.cause == .callerHangup)
  }

  @Test func aCallerWhoIsAnotherChannelNowIsSentAsThat() throws {
    var story = try story { _ in }
    story.untilHeld()
    story.happens(.timerFired(.hold))
    let again = story.happens(.caller(.becameChannel("caller.2")))
    #expect(story.machine.request.caller.channel == "caller.2" && again.contains(.returnCaller))
  }

  @Test func aCallerWhoIsNotInOurHandsAnyMoreIsNotSentAgain() throws {
    var story = try story { _ in }
    story.untilHeld()
    story.happens(.cancelRequested())
    story.happens(.commandFailed(.returnCaller, .conflict("not in Stasis")))
    #expect(!story.machine.callerHasLeft, "once may be a mistake")
    story.happens(.timerFired(.leave), .commandFailed(.returnCaller, .gone))
    #expect(story.machine.callerHasLeft)
  }

  @Test(arguments: [
    (VoiceAgentLeg.hangUp, TransferEffect.hangUpVoiceAgent("ai.1")),
    (.mute, .admitVoiceAgent("ai.1", muted: true)), (.keep, .admitVoiceAgent("ai.1", muted: false)),
  ])
  func theVoiceAgentThatBroughtTheCaller(_ leg: VoiceAgentLeg, _ effect: TransferEffect) throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.voiceAgentLeg = leg
    request.voiceAgent = "ai.1"
    var story = Story(request)
    story.untilConnected()
    #expect(story.effects.contains(effect))
    // Perhaps it was never sent.
    #expect(story.happens(.resumed).contains(effect))
    story.happens(.commandFailed(effect, .unanswered("timed out")))
    let chore = try #require(Chore(effect))
    #expect(story.happens(.timerFired(.again(chore))).contains(effect))
    story.happens(.commandSucceeded(effect))
    #expect(!story.happens(.resumed).contains(effect))
    story.happens(.leg(first, .ended(.normal)))
    #expect(story.effects.contains(.hangUpVoiceAgent("ai.1")) == (leg != .hangUp))
  }

  @Test func aVoiceAgentThatIsInTheDialplanIsNotAskedForAgainAndAgain() throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.voiceAgentLeg = .keep
    request.voiceAgent = "ai.1"
    var story = Story(request)
    story.untilConnected()
    let admission = Chore.admitVoiceAgent("ai.1", muted: false)
    story.happens(.commandFailed(admission.effect, .conflict("not in Stasis")))
    #expect(story.happens(.timerFired(.again(admission))).isEmpty)
    // One that could not be reached is not looked for any longer than the two talk.
    var other = Story(request)
    other.untilConnected()
    other.happens(.commandFailed(admission.effect, .unanswered("timed out")), .leg(first, .ended(.normal)))
    #expect(other.happens(.timerFired(.again(admission))).isEmpty)
  }
}
