import Testing

@testable import Transfer

@Suite struct TransferMachineTests {
  // MARK: The straight way

  /// Asterisk tells of the end of the ringing and of who has ended it in either order.
  @Test func whoPicksUpElsewhereMayComeAMomentAfterTheRingingHasEnded() throws {
    var story = try Story(ringing: [try Sample.target()])
    story.untilHeld()
    story.happens(.speechReady(.briefing(first), Sample.media), .leg(first, .rang))
    story.happens(.leg(first, .ended(.answeredElsewhere)))
    #expect(story.machine.phase == .ringing)
    story.happens(.leg(first, .becameChannel("desk.2")), .leg(first, .answered))
    #expect(story.machine.phase == .briefing)
  }

  @Test func whoHasPickedUpElsewhereAndNeverComesHasNotAnswered() throws {
    var story = try Story(ringing: [try Sample.target()])
    story.untilHeld()
    story.happens(.leg(first, .rang), .leg(first, .ended(.answeredElsewhere)))
    story.happens(.timerFired(.ring(first)))
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .noAnswer)
  }

  @Test func thePhasesOfATransferThatSucceeds() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilConnected()
    story.happens(.leg(first, .ended(HangupCause(code: 16))))
    story.callerLeaves()
    #expect(story.phases == [.requested, .ringing, .briefing, .merging, .connected, .ended])
    #expect(story.machine.outcome?.result == .connected)
    #expect(story.machine.outcome?.cause == .completed)
    #expect(story.machine.outcome?.target == "billing")
  }

  @Test func aCallerWhoStillHearsRingingIsAnsweredFirst() throws {
    var story = Story(try Sample.request(.ring(Sample.party([Sample.target()])), isAnswered: false))
    #expect(story.happens(.requested).first { $0 != .tellReports } == .answerCaller)
  }

  @Test func musicIsLinedUpBehindTheAnnouncement() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    #expect(
      story.effects.prefix(2) == [
        .play(Sample.media, to: .caller, as: .announcement), .startMusic("default"),
      ]
    )
  }

  @Test func musicDoesNotWaitForALateAnnouncement() throws {
    var story = try Story(ringing: [Sample.target()])
    story.happens(.requested)
    #expect(story.happens(.caller(.enteredHold)).first == .startMusic("default"))
    #expect(
      story.happens(.speechReady(.announcement, Sample.media)) == [
        .play(Sample.media, to: .caller, as: .announcement)
      ]
    )
  }

  @Test func theBriefingIsTheFirstThingAfterTheAnswer() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    #expect(story.effects.first == .play(Sample.media, to: .leg(first), as: .briefing(first, hearing: 1)))
  }

  @Test func aBriefingThatIsLateStartsWhenItIsReady() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    story.happens(.leg(first, .answered))
    #expect(!story.effects.contains { $0.isPlayback })
    story.happens(.speechReady(.briefing(first), Sample.media))
    #expect(story.effects.first == .play(Sample.media, to: .leg(first), as: .briefing(first, hearing: 1)))
  }

  @Test func theJoinStopsWhatPlaysAndEndsTheMusicAfterwards() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.playbackEnded(.announcement))
    story.happens(.leg(first, .pressed("1")))
    #expect(story.effects.filter { !$0.isTimer } == [.stopPlayback(.briefing(first, hearing: 1)), .join(first)])
    #expect(story.happens(.commandSucceeded(.join(first))).first == .stopMusic)
    #expect(!story.happens(.leg(first, .enteredTalk)).contains(.stopMusic), "once is enough")
  }

  @Test func anAnnouncementThatStillPlaysIsStoppedBeforeTheJoin() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")))
    let stop = try #require(story.effects.firstIndex(of: .stopPlayback(.announcement)))
    let join = try #require(story.effects.firstIndex(of: .join(first)))
    #expect(stop < join)
  }

  @Test func connectedMeansThatBothAreInTheBridge() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")), .commandSucceeded(.join(first)))
    #expect(story.machine.phase == .merging)
    story.happens(.leg(first, .enteredTalk))
    #expect(story.machine.phase == .connected)
    #expect(
      story.effects.filter { !$0.isTimer } == [
        .play(Sample.media, to: .talk, as: .mergePrompt),
        .writeOutcome(Outcome(result: .connected, cause: .completed, target: "billing", wait: .zero)),
      ]
    )
  }

  // MARK: Keys

  @Test(arguments: [
    ("1", TransferMachine.Phase.merging), ("91", .merging), ("5", .briefing), ("2", .returning), ("3", .briefing),
  ])
  func keysDuringTheBriefing(_ keys: String, _ phase: TransferMachine.Phase) throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    for key in keys { story.happens(.leg(first, .pressed(String(key)))) }
    #expect(story.machine.phase == phase)
  }

  @Test(arguments: [("*2", true), ("**2", true), ("1*2", true), ("2*", false), ("*", false)])
  func aSequenceOfKeys(_ keys: String, _ accepts: Bool) throws {
    let accept = try #require(DigitSequence("*2"))
    let decline = try #require(DigitSequence("9"))
    var story = try Story(ringing: [
      Sample.target {
        $0.keys.accept = accept; $0.keys.decline = decline
      }
    ])
    story.untilBriefing()
    for key in keys { story.happens(.leg(first, .pressed(String(key)))) }
    #expect((story.machine.phase == .merging) == accepts)
  }

  @Test func repeatStartsTheBriefingAgainAndTheOldEndIsIgnored() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("3")))
    #expect(story.effects.contains(.play(Sample.media, to: .leg(first), as: .briefing(first, hearing: 2))))
    #expect(story.happens(.playbackEnded(.briefing(first, hearing: 1))).isEmpty)
    #expect(!story.happens(.playbackEnded(.briefing(first, hearing: 2))).isEmpty)
  }

  @Test func aKeyOfAPhoneThatStillRingsMeansNothing() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    #expect(story.happens(.leg(first, .pressed("1"))).isEmpty)
  }

  // MARK: The caller comes back

  @Test(arguments: [
    (17, Outcome.Cause.busy), (21, .declined), (19, .noAnswer), (18, .noAnswer), (1, .unreachable), (34, .unreachable),
  ])
  func aLegThatEndsUnanswered(_ code: Int, _ cause: Outcome.Cause) throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    story.happens(.leg(first, .ended(HangupCause(code: code))))
    expectReturn(&story, cause)
  }

  @Test func hangingUpOnTheBriefingIsNoAcceptance() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.leg(first, .ended(HangupCause(code: 16))))
    expectReturn(&story, .noAcknowledgement)
  }

  @Test func noKeyInTimeIsNoAcceptance() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.playbackEnded(.briefing(first, hearing: 1)))
    #expect(story.effects.contains(.startTimer(.accept(first, hearing: 1), at: story.now + .seconds(20))))
    story.happens(.timerFired(.accept(first, hearing: 1)))
    #expect(story.effects.contains(.release(first)))
    expectReturn(&story, .noAcknowledgement)
  }

  @Test func aBriefingThatNeverEndsCountsAsHeard() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.happens(.timerFired(.hearing(first, 1)))
    #expect(story.effects.contains(.startTimer(.accept(first, hearing: 1), at: story.now + .seconds(20))))
  }

  @Test(arguments: [
    (TransferEvent.timerFired(.ring(first)), Outcome.Cause.noAnswer), (.timerFired(.hold), .holdTimeout),
    (.cancelRequested(), .cancelled), (.commandFailed(.startMusic("default"), .gone), .error),
    (
      .commandFailed(.ring(first, dialString: "", .ofTheCaller, limit: .zero), .refused("Allocation failed")),
      .unreachable
    ),
  ])
  func whatEndsTheSearch(_ event: TransferEvent, _ cause: Outcome.Cause) throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    story.happens(event)
    #expect(story.effects.contains(.release(first)))
    expectReturn(&story, cause)
  }

  @Test(arguments: [Outcome.Cause.noTarget, .disabled])
  func aRefusalDoesNotTouchTheCaller(_ cause: Outcome.Cause) throws {
    var story = Story(try Sample.request(.refuse(cause)))
    let effects = story.happens(.requested).filter { !$0.isTimer }
    #expect(
      effects == [.writeOutcome(Outcome(result: .returned, cause: cause, target: nil, wait: .zero)), .returnCaller]
    )
  }

  @Test func whoIsTurnedAwayHearsWhyAndGoesBack() throws {
    var story = Story(try Sample.request(.turnAway("We are closed.")))
    let voice = story.machine.request.policy.voice
    #expect(
      story.happens(.requested).filter { !$0.isTimer }
        == [
          .armDeadMansSwitch(.seconds(105)), .startMusic("default"),
          .prepareSpeech(.farewell, text: "We are closed.", voice),
        ]
    )
    story.happens(.speechReady(.farewell, Sample.media))
    #expect(story.effects.first == .play(Sample.media, to: .caller, as: .farewell))
    story.happens(.playbackEnded(.farewell))
    let outcome = Outcome(result: .returned, cause: .noTarget, target: nil, wait: .zero)
    #expect(story.effects.contains(.writeOutcome(outcome)) && story.effects.contains(.returnCaller))
    story.callerLeaves()
    #expect(story.machine.outcome == outcome)
  }

  @Test func aReturnThatAsteriskDidNotHearIsRepeated() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilHeld()
    story.happens(.cancelRequested())
    story.happens(.commandFailed(.returnCaller, .unanswered("timed out")))
    #expect(story.happens(.timerFired(.leave)).first == .returnCaller)
    story.happens(.commandFailed(.returnCaller, .gone), .timerFired(.leave), .commandFailed(.returnCaller, .gone))
    story.asteriskObeys()
    #expect(story.machine.outcome?.cause == .cancelled)
  }

  @Test func onFailureHangupHangsUp() throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.onFailure = .hangUp
    var story = Story(request)
    story.untilHeld()
    story.happens(.leg(first, .ended(HangupCause(code: 17))))
    #expect(story.effects.contains(.hangUpCaller) && !story.effects.contains(.returnCaller))
  }

  @Test func anEmptyPromptIsNotSpoken() throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.announcement = try Template(parsing: "")
    var story = Story(request)
    let spoken = story.happens(.requested).compactMap { effect in
      if case .prepareSpeech(let id, _, _) = effect { id } else { nil }
    }
    #expect(spoken == [.mergePrompt])
  }

  // MARK: The next target

  @Test func theNextTargetIsRungAfterAFailure() throws {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    story.untilHeld()
    story.happens(.leg(first, .ended(HangupCause(code: 17))))
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
    #expect(story.happens(.leg(first, .answered)).first == .release(first), "she is too late")
    story.happens(.leg(second, .ended(HangupCause(code: 19))))
    #expect(story.machine.phase == .returning)
    story.callerLeaves()
    #expect(story.machine.outcome?.target == "bob")
    #expect(story.machine.outcome?.cause == .noAnswer)
  }

  @Test func apersonWhoVanishesInTheJoinPutsTheCallerBackOnHold() throws {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")), .commandSucceeded(.join(first)))
    story.happens(.leg(first, .ended(HangupCause(code: 16))))
    #expect(story.effects.contains(.startMusic("default")))
    #expect(story.machine.phase == .ringing)
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
  }

  // MARK: The caller hangs up

  @Test func theCallerHangsUpAnywhereBeforeTheJoin() throws {
    let ways: [(String, (inout Story) -> Void)] = [
      ("before the hold", { $0.happens(.requested) }),
      ("ringing", { $0.untilHeld() }),
      ("briefing", { $0.untilBriefing() }),
      (
        "merging",
        {
          $0.untilBriefing(); $0.happens(.leg(first, .pressed("1")))
        }
      ),
    ]
    for (name, lead) in ways {
      var story = try Story(ringing: [Sample.target()])
      lead(&story)
      let rung = story.machine.legs.map(\.id)
      story.happens(.caller(.left))
      #expect(story.machine.callerHasLeft, "\(name)")
      #expect(story.effects.filter { $0.isRelease } == rung.map { .release($0) }, "\(name)")
      #expect(story.effects.contains(.closeBridge), "\(name)")
      #expect(story.machine.outcome == nil, "\(name): the end comes when nothing is left")
      story.asteriskObeys()
      #expect(story.machine.outcome?.result == .abandoned, "\(name)")
      #expect(story.effects.contains(.discardSpeech), "\(name)")
    }
  }

  @Test func theCallerHangsUpTheConversation() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilConnected()
    story.happens(.caller(.left))
    #expect(story.effects.contains(.release(first)) && story.effects.contains(.closeBridge))
    story.asteriskObeys()
    #expect(story.machine.outcome?.result == .connected)
  }

  @Test(arguments: [(AfterCall.returnToDialplan, TransferEffect.returnCaller), (.hangUp, .hangUpCaller)])
  func theOtherSideHangsUpTheConversation(_ afterCall: AfterCall, _ departure: TransferEffect) throws {
    var story = try Story(ringing: [Sample.target { $0.afterCall = afterCall }])
    story.untilConnected()
    story.happens(.leg(first, .ended(HangupCause(code: 16))))
    #expect(story.effects.contains(departure))
    #expect(story.machine.phase == .connected)
  }

  /// It is lifted with the outcome, and alone where that is not confirmed.
  @Test func theDeadMansSwitchIsLiftedAgainUntilItIsOff() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilConnected()
    let again = TransferEvent.timerFired(.again(.liftDeadMansSwitch))
    #expect(story.effects.contains(.startTimer(.again(.liftDeadMansSwitch), at: story.now + Chores.pause)))
    let outcome = Outcome(result: .connected, cause: .completed, target: "billing", wait: .zero)
    story.happens(.commandFailed(.writeOutcome(outcome), .unanswered("timed out")))
    #expect(story.happens(again).contains(.liftDeadMansSwitch))
    story.happens(.commandFailed(.liftDeadMansSwitch, .unanswered("timed out")))
    #expect(story.happens(again).contains(.liftDeadMansSwitch))
    story.happens(.commandSucceeded(.liftDeadMansSwitch))
    #expect(story.happens(again).isEmpty)
    var quick = try Story(ringing: [Sample.target()])
    quick.untilConnected()
    quick.happens(.commandSucceeded(.writeOutcome(outcome)))
    #expect(quick.happens(again).isEmpty)
  }

  // MARK: What is late

  @Test func nothingHappensAfterTheEnd() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    story.callerLeaves()
    let events: [TransferEvent] = [
      .requested, .cancelRequested(), .leg(first, .pressed("1")), .timerFired(.hold),
      .playbackEnded(.briefing(first, hearing: 1)), .speechReady(.announcement, Sample.media),
    ]
    for event in events { #expect(story.happens(event).isEmpty, "\(event)") }
  }

  @Test func aTimerOfAStageThatHasPassedIsIgnored() throws {
    var story = try Story(ringing: [Sample.target()])
    story.untilBriefing()
    for timer in [TimerID.ring(first), .accept(first, hearing: 1), .hearing(first, 7), .merge, .leave] {
      #expect(story.happens(.timerFired(timer)).isEmpty, "\(timer)")
    }
  }

  private func expectReturn(_ story: inout Story, _ cause: Outcome.Cause) {
    #expect(story.machine.phase == .returning)
    let done = story.effects.filter { !$0.isTimer && !$0.isRelease }
    #expect(done.suffix(3).contains(.returnCaller))
    #expect(done.contains(.stopMusic))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .returned)
    #expect(story.machine.outcome?.cause == cause)
    #expect(story.machine.outcome?.target == "billing")
  }
}

extension TransferEffect {
  var isTimer: Bool {
    switch self {
    case .startTimer, .cancelTimer: true
    default: false
    }
  }

  var isRelease: Bool { if case .release = self { true } else { false } }
  var isPlayback: Bool { if case .play = self { true } else { false } }
}
