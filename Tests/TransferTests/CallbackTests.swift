import Testing

@testable import Transfer

/// A caller is promised a call.
@Suite struct CallbackPromiseTests {
  static func request(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> TransferRequest {
    let briefing = try Template(parsing: "callback_briefing")
    let alice = try Sample.target("alice") { $0.menu.sentences[.callbackBriefing] = briefing }
    var request = try Sample.request(.ring(Sample.party([alice])))
    request.policy.onFailure = .callback
    request.policy.callback.dial = DialPattern("PJSIP/*@trunk")
    for sentence in MenuSentence.allCases {
      request.policy.menu.sentences[sentence] = try Template(parsing: sentence.rawValue + " {number}")
    }
    change(&request.policy)
    return request
  }

  private static func asked(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = Story(try request(change))
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    return story
  }

  private static let promise = TransferEffect.beginCallback(CallbackPromise(number: "+15551234"))

  @Test func theNumberIsReadBackOverTheMusicAndAKeyConfirmsIt() throws {
    var story = try Self.asked()
    let asks = story.effects.contains {
      if case .prepareSpeech(.menu(.callbackConfirm), "callback_confirm + 1 5 5 5 1 2 3 4", _) = $0 {
        true
      } else {
        false
      }
    }
    #expect(asks && !story.effects.contains(.stopMusic) && story.machine.phase == .returning)
    story.happens(.speechReady(.menu(.callbackConfirm), Sample.media))
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(Self.promise))
    #expect(story.effects.contains { $0.prepares(.farewell) })
    story.happens(.commandSucceeded(Self.promise), .speechReady(.farewell, Sample.media), .playbackEnded(.farewell))
    #expect(story.effects.contains(.hangUpCaller))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .callback && story.machine.outcome?.cause == .busy)
  }

  @Test func whoGoesBackToTheDialplanIsToldThere() throws {
    var story = try Self.asked {
      $0.callback.afterPromise = .returnToDialplan
      $0.menu.sentences[.callbackPromised] = .empty
    }
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(.returnCaller))
    let outcome = story.effects.compactMap { if case .writeOutcome(let outcome) = $0 { outcome } else { nil } }.first
    #expect(outcome?.result == .callback)
  }

  /// They have asked for it, and their number is known.
  @Test func whoHangsUpOrPressesNothingIsCalledAllTheSame() throws {
    var hungUp = try Self.asked()
    hungUp.happens(.caller(.left))
    #expect(hungUp.effects.contains(Self.promise))
    hungUp.asteriskObeys()
    #expect(hungUp.machine.outcome?.result == .callback)
    var silent = try Self.asked()
    silent.happens(.speechReady(.menu(.callbackConfirm), Sample.media))
    for _ in 1...2 { silent.happens(.timerFired(.question)) }
    #expect(silent.effects.contains(Self.promise))
  }

  @Test func anotherNumberIsKeyedInReadBackAndConfirmed() throws {
    var story = try Self.asked { $0.callback.prefixes = ["030"] }
    story.happens(.caller(.pressed("2")))
    #expect(story.effects.contains { $0.prepares(.menu(.callbackNumber)) })
    story.happens(.speechReady(.menu(.callbackNumber), Sample.media))
    for key in "99*0301234#" { story.happens(.caller(.pressed(String(key)))) }
    let asks = story.effects.contains {
      if case .prepareSpeech(.menu(.callbackConfirm), "callback_confirm 0 3 0 1 2 3 4", _) = $0 { true } else { false }
    }
    #expect(asks)
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(.beginCallback(CallbackPromise(number: "0301234"))))
  }

  /// Nobody has confirmed it: it may be a stranger's.
  @Test func aKeyedNumberWithoutAKeyIsNotCalled() throws {
    for leaves in [true, false] {
      var story = try Self.asked { $0.callback.prefixes = ["030"] }
      story.happens(.caller(.pressed("2")))
      for key in "0301234#" { story.happens(.caller(.pressed(String(key)))) }
      story.happens(.speechReady(.menu(.callbackConfirm), Sample.media))
      if leaves { story.happens(.caller(.left)) }
      if !leaves { for _ in 1...2 { story.happens(.timerFired(.question)) } }
      #expect(story.machine.promised == nil, "leaves: \(leaves)")
      if !leaves { #expect(story.effects.contains(.returnCaller)) }
    }
  }

  /// Premium numbers, other countries, nonsense.
  @Test(arguments: ["0900123#", "12#", "#", "123456789012345678901"])
  func aNumberThatIsNotAllowedIsAskedForAgain(_ keys: String) throws {
    var story = try Self.asked { $0.callback.prefixes = ["030"] }
    story.happens(.caller(.pressed("2")))
    for key in keys { story.happens(.caller(.pressed(String(key)))) }
    #expect(story.effects.contains { $0.prepares(.menu(.callbackNumber)) })
    for _ in 1...3 { for key in keys { story.happens(.caller(.pressed(String(key)))) } }
    #expect(story.machine.promised == nil)
  }

  @Test func aCallerWithoutANumberIsAskedForOneOrGoesBack() throws {
    var withheld = try Self.request { $0.callback.prefixes = ["030"] }
    withheld.caller.number = ""
    var story = Story(withheld)
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    #expect(story.effects.contains { $0.prepares(.menu(.callbackNumber)) })
    withheld.policy.callback.prefixes = []
    story = Story(withheld)
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    #expect(story.effects.contains(.returnCaller), "the dialplan has callbacks of its own")
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .callback)
  }

  @Test func whoWaitsMayAskForItAndKeepsThePlaceWhereNothingComesOfIt() throws {
    let two = try #require(DigitSequence("2"))
    var story = Story(try Self.request { ($0.callback.offer, $0.callback.prefixes) = (two, ["030"]) })
    story.untilHeld()
    story.happens(.caller(.pressed("2")))
    #expect(story.effects.contains { $0.prepares(.menu(.callbackConfirm)) })
    #expect(story.effects.contains(.release(first)))
    story.happens(.caller(.pressed("2")))
    story.happens(.speechReady(.menu(.callbackNumber), Sample.media))
    for _ in 1...2 { story.happens(.timerFired(.question)) }
    #expect(story.machine.phase == .ringing, "they wait on")
    #expect(story.effects.contains(.startTimer(.hold, at: story.machine.holdUntil)))
  }

  @Test func whoIsAboutToBeTakenIsNotSentHome() throws {
    let two = try #require(DigitSequence("2"))
    var story = Story(try Self.request { $0.callback.offer = two })
    story.untilBriefing()
    story.happens(.caller(.pressed("2")))
    #expect(story.machine.phase == .briefing)
  }

  @Test func withoutAWayToDialTheDialplanIsTold() throws {
    let story = try Self.asked { $0.callback.dial = nil }
    #expect(story.effects.contains(.returnCaller))
  }

  @Test func theMenuOffersItWhereItIsPossible() throws {
    for (dial, isOffered) in [("PJSIP/*@trunk", true), (nil, false)] {
      var story = try Self.asked {
        $0.onFailure = .menu
        $0.callback.dial = dial.flatMap(DialPattern.init)
        $0.menu.keys[.callback] = DigitSequence("4")
      }
      story.happens(.speechReady(.menu(.menu), Sample.media))
      story.happens(.caller(.pressed("4")))
      #expect(story.effects.contains { $0.prepares(.menu(.callbackConfirm)) } == isOffered)
    }
  }
}

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
    story.happens(.leg(Self.callee, .pressed("2")))
    #expect(story.effects.isEmpty, "they were not asked for a key")
    story.happens(.playbackEnded(.briefing(Self.callee, hearing: 1)))
    #expect(story.effects.contains(.join(Self.callee)) && story.effects.contains(.stopPlayback(.ringing(first))))
    story.happens(.leg(Self.callee, .enteredTalk))
    #expect(story.machine.phase == .connected && !Self.touchesCaller(story.effects))
  }

  @Test func withoutAGreetingTheyAreJoinedAtOnce() throws {
    var story = try Self.ringing { $0.menu.sentences[.callbackGreeting] = .empty }
    story.happens(.leg(Self.callee, .rang), .leg(Self.callee, .answered))
    #expect(story.effects.contains(.join(Self.callee)))
  }

  @Test(arguments: [first, LegID(2)]) func whoeverHangsUpEndsIt(_ leg: LegID) throws {
    var story = try Self.greeting()
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
    var story = try Self.greeting()
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

@Suite struct TelephoneNumberTests {
  @Test(arguments: [
    ("+1 (555) 123-4567", "+15551234567"), ("0301234", "0301234"), ("12", nil), ("", nil), ("+", nil),
    ("555*1234", nil), ("٣٤٥٦٧٨", nil), ("+1555123456789012345678", nil), ("1;2345", nil), ("sip:alice", nil),
  ])
  func isReadOrNot(_ text: String, _ number: String?) { #expect(TelephoneNumber(text)?.description == number) }

  @Test func itIsTheSameHoweverItIsWritten() throws {
    let full = try #require(TelephoneNumber("+4930123456789"))
    #expect(full.isTheSame(as: try #require(TelephoneNumber("030123456789"))))
    #expect(!full.isTheSame(as: try #require(TelephoneNumber("+4930123456780"))))
    #expect(!(try #require(TelephoneNumber("6789"))).isTheSame(as: full))
  }
}
