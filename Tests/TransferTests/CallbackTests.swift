import Testing

@testable import Transfer

/// The promise is kept.
@Suite struct CallbackTests {
  private static let callee = LegID(2)

  private static func request(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> TransferRequest {
    let first = try CallbackPromiseTests.request(change)
    let callback = first.callback(
      CallbackPromise(number: "+15551234"),
      askedAt: "14:10",
      waitingSince: Sample.start + .seconds(-90),
      at: Sample.start
    )
    return try #require(callback)
  }

  private static func story(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = Story(try request(change))
    story.happens(.requested)
    story.happens(.timerFired(.callback))
    return story
  }

  /// The person has pressed the key.
  private static func ringing(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = try story(change)
    story.happens(.speechReady(.briefing(first), Sample.media), .leg(first, .rang), .leg(first, .answered))
    story.happens(.leg(first, .pressed("1")))
    return story
  }

  /// Whoever was called hears the greeting.
  private static func greeting(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = try ringing(change)
    story.happens(.speechReady(.menu(.callbackUnreached), Sample.media))
    story.happens(.speechReady(.menu(.callbackSorry), Sample.media))
    story.happens(.speechReady(.briefing(callee), Sample.media), .leg(callee, .rang))
    story.happens(.leg(callee, .answered))
    return story
  }

  /// The detector has heard a person.
  private static func met(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = try greeting(change)
    story.happens(.leg(callee, .detected(Detection(.human, cause: "HUMAN-800-800"))))
    return story
  }

  private static func touchesCaller(_ effects: [TransferEffect]) -> Bool { effects.contains(where: \.needsCaller) }

  @Test func thePersonIsRungFirstWithWordsOfTheirOwn() throws {
    let story = try Self.story()
    #expect(story.machine.phase == .ringing && story.machine.legs.map(\.target.name) == ["alice"])
    let says = story.effects.contains {
      if case .prepareSpeech(.briefing(first), "callback_briefing", _) = $0 { true } else { false }
    }
    #expect(says && !Self.touchesCaller(story.effects))
    #expect(story.machine.wish == nil && story.machine.people == ["alice"])
  }

  @Test func theBriefingTellsHowLongTheyWaitedAndWhen() throws {
    var request = try Self.request { $0.words = ShippedLanguage.english.words }
    let template = try #require(ShippedLanguage.english.sentences[.menu(.callbackBriefing)])
    var target = try Sample.target()
    target.policy.briefing = try Template(parsing: template)
    request.context.reason = "A duplicate charge"
    let text = Briefing.text(of: request, for: target)
    #expect(
      text.contains("They waited a minute and a half at 14:10. A duplicate charge. Press 1 to call now, 2 for later")
    )
  }

  @Test func theyWaitInTheSameLine() throws {
    var story = Story(try Self.request())
    story.everybodyIsFree = false
    story.happens(.requested)
    #expect(story.machine.wish == nil && story.machine.phase == .requested && story.machine.isDormant)
    story.happens(.timerFired(.callback))
    #expect(story.machine.wish?.since == Sample.start + .seconds(-90) && story.machine.phase == .requested)
  }

  @Test func thenTheCallerIsRungWhileThePersonHearsIt() throws {
    let story = try Self.ringing()
    #expect(story.machine.phase == .merging && story.machine.legs.map(\.id) == [first, Self.callee])
    #expect(story.effects.contains(.openBridge) && story.effects.contains(.join(first)))
    #expect(story.effects.contains(.playRinging(to: first)))
    let rings = story.effects.contains {
      if case .ring(Self.callee, "PJSIP/+15551234@trunk", _, _) = $0 { true } else { false }
    }
    #expect(rings && story.machine.people == ["alice"])
  }

  @Test func whoAnswersIsGreetedAndJoined() throws {
    var story = try Self.greeting()
    #expect(story.effects.contains(.play(Sample.media, to: .leg(Self.callee), as: .briefing(Self.callee, hearing: 1))))
    story.happens(.leg(Self.callee, .detected(Detection(.human, cause: "HUMAN-800-800"))))
    story.happens(.leg(Self.callee, .pressed("2")))
    #expect(story.effects.isEmpty, "they were not asked for a key")
    story.happens(.playbackEnded(.briefing(Self.callee, hearing: 1)))
    #expect(story.effects.contains(.join(Self.callee)) && story.effects.contains(.stopPlayback(.ringing(first))))
    story.happens(.leg(Self.callee, .enteredTalk))
    #expect(story.machine.phase == .connected && !Self.touchesCaller(story.effects))
  }

  /// A machine that has not shown itself while they hear the greeting may be one all the same.
  @Test func whoIsListenedToIsJoinedWhenTheDetectorHasSpokenOrIsTooLate() throws {
    let human = TransferEvent.leg(Self.callee, .detected(Detection(.human, cause: "HUMAN-800-800")))
    for end in [human, .timerFired(.screening(Self.callee)), .leg(Self.callee, .snoopClosed)] {
      var story = try Self.greeting()
      story.happens(.leg(Self.callee, .snoopOpened), .playbackEnded(.briefing(Self.callee, hearing: 1)))
      #expect(!story.effects.contains(.join(Self.callee)))
      story.happens(end)
      #expect(story.effects.contains(.join(Self.callee)) && story.effects.contains(.closeSnoop(Self.callee)))
    }
  }

  @Test func withoutAGreetingTheyAreJoinedAtOnce() throws {
    var story = try Self.ringing { $0.menu.sentences[.callbackGreeting] = .empty }
    story.happens(.leg(Self.callee, .rang), .leg(Self.callee, .answered))
    #expect(story.effects.contains(.join(Self.callee)))
  }

  @Test(arguments: [first, LegID(2)]) func whoeverHangsUpEndsIt(_ leg: LegID) throws {
    var story = try Self.met()
    story.happens(.playbackEnded(.briefing(Self.callee, hearing: 1)), .leg(Self.callee, .enteredTalk))
    story.happens(.leg(leg, .ended(.normal)))
    #expect(story.effects.contains(.release(leg == first ? Self.callee : first)))
    story.asteriskObeys()
    #expect(
      story.machine.outcome == Outcome(result: .connected, cause: .completed, target: "alice", wait: .seconds(90))
    )
  }

  @Test(arguments: [(HangupCause.busy, Outcome.Cause.busy), (HangupCause(code: 19), .noAnswer)])
  func whoDoesNotAnswerIsTriedAgainLater(_ hangup: HangupCause, _ cause: Outcome.Cause) throws {
    var story = try Self.ringing { $0.callback.tries = 2 }
    story.happens(.speechReady(.menu(.callbackUnreached), Sample.media), .leg(Self.callee, .rang))
    story.happens(.leg(Self.callee, .ended(hangup)))
    #expect(story.effects.contains(.play(Sample.media, to: .leg(first), as: .taken(first))))
    #expect(story.effects.contains(.startTimer(.callback, at: story.now + .seconds(600))))
    #expect(story.machine.phase == .requested && !story.machine.isDormant, "the person still hears why")
    story.happens(.playbackEnded(.taken(first)))
    #expect(story.effects.contains(.release(first)))
    story.asteriskObeys()
    story.happens(.timerFired(.callback))
    let again = LegID(3)
    story.happens(.speechReady(.briefing(again), Sample.media), .leg(again, .answered), .leg(again, .accepted()))
    story.happens(.leg(LegID(4), .rang), .leg(LegID(4), .ended(hangup)), .playbackEnded(.taken(again)))
    story.asteriskObeys()
    #expect(story.machine.outcome?.cause == cause && story.machine.outcome?.result == .returned)
  }

  @Test func aPersonWhoSaysLaterIsAskedLater() throws {
    var story = try Self.story()
    story.happens(.speechReady(.briefing(first), Sample.media), .leg(first, .answered), .leg(first, .pressed("2")))
    #expect(story.effects.contains(.startTimer(.callback, at: story.now + .seconds(600))))
    #expect(story.machine.callbackTries == 0, "the caller's phone has not rung")
  }

  @Test func anAnsweringMachineIsAnotherTryOrGetsAMessage() throws {
    for message in [false, true] {
      var story = try Self.greeting { if !message { $0.menu.sentences[.callbackMessage] = .empty } }
      story.happens(.leg(Self.callee, .snoopOpened))
      story.happens(.leg(Self.callee, .detected(Detection(.machine, cause: "LONGGREETING"))))
      #expect(
        story.effects.contains(.play(Sample.media, to: .leg(first), as: .taken(first))),
        "the person goes at once"
      )
      guard message else {
        #expect(story.effects.contains(.release(Self.callee)) && story.machine.phase == .requested)
        continue
      }
      story.happens(.speechReady(.message(Self.callee), Sample.media), .leg(Self.callee, .greetingEnded))
      #expect(story.effects.contains(.play(Sample.media, to: .leg(Self.callee), as: .message(Self.callee))))
      story.happens(.playbackEnded(.message(Self.callee)))
      story.asteriskObeys()
      story.happens(.playbackEnded(.taken(first)))
      story.asteriskObeys()
      #expect(story.machine.outcome?.cause == .machine)
    }
  }

  @Test func whereThePersonHasGoneTheCallerIsTold() throws {
    var story = try Self.greeting()
    story.happens(.leg(first, .ended(.normal)))
    #expect(story.effects.contains(.play(Sample.media, to: .leg(Self.callee), as: .taken(Self.callee))))
    #expect(story.effects.contains(.stopPlayback(.briefing(Self.callee, hearing: 1))))
    #expect(story.machine.phase == .requested && story.machine.callbackTries == 1)
  }

  @Test func itEndsWhenItsTimeIsOver() throws {
    var resting = Story(try Self.request())
    resting.everybodyIsFree = false
    resting.happens(.requested)
    var waiting = resting
    resting.happens(.timerFired(.hold))
    resting.asteriskObeys()
    #expect(resting.machine.outcome?.cause == .holdTimeout)
    waiting.happens(.timerFired(.callback), .timerFired(.hold))
    waiting.asteriskObeys()
    #expect(waiting.machine.outcome?.cause == .holdTimeout)
  }

  @Test func itIsCancelledInEveryState() throws {
    for story in [Story(try Self.request()), try Self.story(), try Self.ringing(), try Self.greeting()] {
      var story = story
      if story.machine.legs.isEmpty { story.happens(.requested) }
      story.happens(.cancelRequested(by: "desk"))
      for _ in 1...2 { story.asteriskObeys() }
      story.happens(.playbackEnded(.taken(first)))
      story.asteriskObeys()
      #expect(story.machine.outcome?.cause == .cancelled)
    }
  }

  @Test func whoCallsInIsNotCalledBack() throws {
    let own = try #require(TransferID("t2"))
    var story = try Self.story()
    story.happens(.calledIn(own))
    #expect(story.effects.contains(.release(first)))
    story.asteriskObeys()
    #expect(story.machine.outcome?.cause == .cancelled)
    var ringing = try Self.ringing()
    ringing.happens(.calledIn(own))
    #expect(ringing.machine.phase == .merging, "their phone rings already")
  }

  // MARK: After a crash

  /// Whether it has rung nobody knows.
  @Test func aPhoneThatMayHaveRungIsNotRungAgainForTheSameTry() throws {
    var story = try Self.ringing()
    for event in Recovery.events(for: story.machine, seeing: Sighting(caller: .gone, phones: [first: .up])) {
      story.happens(event)
      #expect(!story.effects.contains { if case .ring = $0 { true } else { false } })
    }
    #expect(story.machine.callbackTries == 1 && story.machine.phase == .requested)
  }

  @Test func onePhoneThatIsThereGoesOn() throws {
    var story = try Self.met()
    let sighting = Sighting(caller: .gone, phones: [first: .talk, Self.callee: .up])
    for event in Recovery.events(for: story.machine, seeing: sighting) { story.happens(event) }
    #expect(story.machine.phase == .merging && story.machine.legs.count == 2)
    story.happens(.playbackEnded(.briefing(Self.callee, hearing: 1)), .leg(Self.callee, .enteredTalk))
    #expect(story.machine.phase == .connected)
  }

  /// The record may be behind by any number of steps.
  @Test func whoIsSeenTalkingIsLeftAlone() throws {
    for story in [Story(try Self.request()), try Self.story(), try Self.ringing(), try Self.greeting()] {
      var story = story
      let sighting = Sighting(caller: .gone, phones: [first: .talk, Self.callee: .talk])
      let effects = Recovery.events(for: story.machine, seeing: sighting).flatMap { story.happens($0) }
      #expect(story.machine.phase == .connected)
      #expect(!effects.contains(.release(first)) && !effects.contains(.release(Self.callee)))
      #expect(!effects.contains { if case .ring = $0 { true } else { false } })
    }
  }

  @Test func withAnotherAsteriskTheNextTryComes() throws {
    for story in [try Self.story(), try Self.ringing(), try Self.greeting()] {
      var story = story
      story.happens(.asteriskRestarted)
      #expect(story.machine.phase == .requested && story.machine.outcome == nil)
    }
  }

  @Test func anInterruptedRestIsTakenUp() throws {
    var story = Story(try Self.request())
    story.happens(.requested)
    story.happens(.resumed)
    #expect(story.effects.contains { if case .startTimer(.callback, _) = $0 { true } else { false } })
  }
}
