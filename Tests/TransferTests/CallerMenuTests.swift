import Testing

@testable import Transfer

/// Nobody could be had, and the caller chooses.
@Suite struct CallerMenuTests {
  private static func story(_ outcome: FailureOutcome = .menu, _ change: (inout TransferPolicy) -> Void = { _ in })
    throws
    -> Story
  {
    var request = try Sample.request(.ring(Sample.party([Sample.target("alice")])))
    request.policy.onFailure = outcome
    request.policy.farewells.general = try Template(parsing: "Nobody is free.")
    for (choice, key) in [(CallerMenu.Choice.message, "1"), (.wait, "2"), (.goBack, "3")] {
      request.policy.menu.keys[choice] = DigitSequence(key)
    }
    for sentence in MenuSentence.allCases {
      request.policy.menu.sentences[sentence] = try Template(parsing: sentence.rawValue)
    }
    change(&request.policy)
    var story = Story(request)
    story.untilHeld()
    story.happens(.leg(first, .ended(.busy)))
    return story
  }

  private static func asked(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = try story(.menu, change)
    story.happens(.speechReady(.menu(.menu), Sample.media))
    return story
  }

  /// The caller has spoken for four seconds, and is asked what is to become of it.
  private static func reviewing(_ change: (inout TransferPolicy) -> Void = { _ in }) throws -> Story {
    var story = try story(.message, change)
    story.happens(.speechReady(.menu(.messagePrompt), Sample.media))
    story.happens(.playbackEnded(.menu(1)))
    story.happens(.caller(.recorded(1, .words(.seconds(4)))))
    story.happens(.speechReady(.menu(.messageReview), Sample.media))
    return story
  }

  @Test func theMenuIsSaidOverTheMusic() throws {
    var story = try Self.story()
    #expect(story.machine.phase == .returning)
    #expect(story.effects.contains { $0.prepares(.menu(.menu)) } && !story.effects.contains(.stopMusic))
    story.happens(.speechReady(.menu(.menu), Sample.media))
    #expect(story.effects.contains(.play(Sample.media, to: .caller, as: .menu(1))))
  }

  /// What the dialplan has set would take them away in the middle of it.
  @Test func theDeadMansSwitchIsSetAnewBeforeAnythingIsHeard() throws {
    let story = try Self.story()
    let arms = story.effects.firstIndex { if case .armDeadMansSwitch = $0 { true } else { false } }
    let speaks = story.effects.firstIndex { $0.prepares(.menu(.menu)) }
    #expect(try #require(arms) < #require(speaks))
  }

  @Test func whoWaitsOnWaitsForAnotherHoldTimeAndRingsThePeopleAgain() throws {
    var story = try Self.asked()
    story.passes(.seconds(5))
    story.happens(.caller(.pressed("2")))
    #expect(story.machine.phase == .ringing && story.machine.legs.map(\.id) == [second])
    #expect(story.effects.contains(.stopPlayback(.menu(1))))
    let hold = story.machine.policy.holdTimeout
    #expect(story.effects.contains(.startTimer(.hold, at: story.now + hold)))
    #expect(story.effects.contains(.armDeadMansSwitch(hold + TransferMachine.deadMansGrace)))
  }

  @Test(arguments: ["3", "*"]) func whoGoesBackIsTold(_ key: String) throws {
    var story = try Self.asked { $0.optOut = DigitSequence("*") }
    story.happens(.caller(.pressed(key)))
    #expect(story.effects.contains(.returnCaller) && story.writesOutcome)
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .returned && story.machine.outcome?.cause == .busy)
  }

  @Test func withoutAKeyItIsSaidOnceMoreAndThenTheConfDecides() throws {
    var story = try Self.asked { $0.menu.withoutKey = .message }
    story.happens(.playbackEnded(.menu(1)))
    #expect(story.effects == [.startTimer(.question, at: story.now + story.machine.policy.menu.patience)])
    story.happens(.timerFired(.question))
    #expect(story.effects.contains(.play(Sample.media, to: .caller, as: .menu(2))))
    story.happens(.playbackEnded(.menu(2)), .timerFired(.question))
    #expect(story.effects.contains { $0.prepares(.menu(.messagePrompt)) })
  }

  @Test func keysThatMeanNothingAreNotWrittenDown() throws {
    var story = try Self.asked()
    let known = story.machine.applyWhatMayBeKnown(.caller(.pressed("7")), at: story.now)
    #expect(known == nil || known?.known == .caller(.pressed("")))
  }

  @Test(arguments: [Outcome.Cause.cancelled, .error]) func nobodyIsAskedWhoWasCalledOffOrCannotBeHeld(
    _ cause: Outcome.Cause
  ) throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target("alice")])))
    request.policy.onFailure = .menu
    var story = Story(request)
    story.untilHeld()
    story.happens(cause == .cancelled ? .cancelRequested(by: "me") : .commandFailed(.startMusic("default"), .gone))
    #expect(story.effects.contains(.returnCaller))
  }

  @Test func aCauseCanHaveAnOutcomeOfItsOwn() throws {
    let story = try Self.story(.returnToDialplan) { $0.menu.failures[.busy] = .message }
    #expect(story.effects.contains { $0.prepares(.menu(.messagePrompt)) })
  }

  // MARK: The message

  @Test func theMusicEndsBehindThePromptAndTheRecordingBegins() throws {
    var story = try Self.story(.message)
    story.happens(.speechReady(.menu(.messagePrompt), Sample.media))
    #expect(story.effects.prefix(2) == [.play(Sample.media, to: .caller, as: .menu(1)), .stopMusic])
    story.happens(.playbackEnded(.menu(1)))
    let menu = story.machine.policy.menu
    let record = TransferEffect.record(1, longest: menu.longestMessage, silence: menu.silenceAfterMessage)
    let out = try #require(story.effects.firstIndex(of: .takeCallerOut))
    #expect(try out < #require(story.effects.firstIndex(of: record)))
  }

  @Test func whatWasSaidCanBeHeardSentAndSaidAgain() throws {
    var story = try Self.reviewing()
    story.happens(.caller(.pressed("2")))
    #expect(story.effects.contains(.playRecording(1, as: .menu(3))))
    story.happens(.playbackEnded(.menu(3)), .speechReady(.menu(.messageReview), Sample.media))
    story.happens(.caller(.pressed("3")))
    #expect(story.effects.contains(.discardRecording(1)))
    story.happens(.speechReady(.menu(.messagePrompt), Sample.media))
    story.happens(.timerFired(.question))
    story.happens(.caller(.recorded(2, .words(.seconds(9)))), .speechReady(.menu(.messageReview), Sample.media))
    story.happens(.caller(.pressed("1")))
    #expect(story.effects.contains(.keepMessage(CallersMessage(recording: 2, length: .seconds(9)))))
    #expect(story.effects.contains { $0.prepares(.farewell) })
    story.happens(.speechReady(.farewell, Sample.media), .playbackEnded(.farewell))
    #expect(story.effects.contains(.hangUpCaller))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .voicemail && story.machine.outcome?.cause == .busy)
  }

  @Test func aMessageIsSentWithoutAKey() throws {
    var story = try Self.reviewing()
    story.happens(.timerFired(.question))
    story.happens(.timerFired(.question))
    #expect(story.machine.message == CallersMessage(recording: 1, length: .seconds(4)))
  }

  @Test func whoHangsUpAfterwardsHasLeftIt() throws {
    var story = try Self.reviewing()
    story.happens(.caller(.hungUp))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .voicemail)
    #expect(story.machine.message == CallersMessage(recording: 1, length: .seconds(4)))
  }

  @Test func whoHangsUpBehindTheWordsOfThanksHasLeftItToo() throws {
    var story = try Self.reviewing()
    story.happens(.caller(.pressed("1")), .caller(.hungUp))
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .voicemail)
  }

  /// The end of the recording was not told: it is looked for.
  @Test func whoHangsUpInTheMiddleLeavesWhatWasSaid() throws {
    var story = try Self.story(.message)
    story.happens(.speechFailed(.menu(.messagePrompt), "no voice"))
    story.happens(.caller(.left))
    #expect(story.effects.contains(.findRecording(1)) && story.machine.outcome == nil)
    story.happens(.commandSucceeded(.findRecording(1)))
    #expect(story.effects.contains(.keepMessage(CallersMessage(recording: 1, length: nil))))
    story.asteriskObeys()
    #expect(story.machine.outcome?.result == .abandoned)
  }

  @Test(arguments: [Recorded.silence, .words(.milliseconds(400))]) func nothingIsKeptOfNothing(_ recorded: Recorded)
    throws
  {
    var story = try Self.story(.message)
    story.happens(.speechFailed(.menu(.messagePrompt), "no voice"))
    story.happens(.caller(.recorded(1, recorded)))
    #expect(
      story.effects.contains(.discardRecording(1)) && story.effects.contains { $0.prepares(.menu(.messagePrompt)) }
    )
    story.happens(.speechFailed(.menu(.messagePrompt), "no voice"))
    story.happens(.caller(.recorded(2, recorded)))
    #expect(story.effects.contains(.discardRecording(2)) && story.effects.contains(.returnCaller))
    story.callerLeaves()
    #expect(story.machine.message == nil && story.machine.outcome?.result == .returned)
  }

  @Test func aRecordingWhoseEndNobodyToldIsLookedForAfterAnOutage() throws {
    var story = try Self.story(.message)
    story.happens(.speechFailed(.menu(.messagePrompt), "no voice"))
    story.happens(.resumed)
    #expect(story.effects.contains(.stopRecording(1)))
    story.happens(.commandFailed(.stopRecording(1), .gone))
    #expect(story.effects.contains(.findRecording(1)))
    story.happens(.commandSucceeded(.findRecording(1)), .speechReady(.menu(.messageReview), Sample.media))
    story.happens(.caller(.pressed("1")))
    #expect(story.machine.message == CallersMessage(recording: 1, length: nil))
  }

  @Test func whatIsCancelledIsNotKept() throws {
    var story = try Self.reviewing()
    story.happens(.cancelRequested(by: "me"))
    #expect(story.effects.contains(.discardRecording(1)) && story.effects.contains(.returnCaller))
  }

  @Test func afterAMessageTheCallerCanGoBackToo() throws {
    var story = try Self.reviewing { $0.menu.afterMessage = .returnToDialplan }
    story.happens(.caller(.pressed("1")), .speechFailed(.farewell, "no voice"))
    #expect(story.effects.contains(.returnCaller))
  }

  // MARK: Late answers

  /// It was stopped by a request of which nobody heard any more, after it was started again.
  @Test func theMusicIsStartedAgainWhereItMayBeStoppedLate() throws {
    var story = try Self.story(.message)
    story.happens(.speechReady(.menu(.messagePrompt), Sample.media))
    story.happens(.commandFailed(.stopMusic, .unanswered("no answer")))
    story.happens(.playbackEnded(.menu(1)), .caller(.recorded(1, .words(.seconds(4)))))
    #expect(story.effects.contains(.startTimer(.music, at: story.now + Chores.pause)))
    story.passes(Chores.pause)
    story.happens(.timerFired(.music))
    #expect(story.effects.first == .startMusic("default"))
    story.passes(Chores.longestDelay)
    story.happens(.timerFired(.music))
    #expect(story.effects == [.startMusic("default")])
  }
}
