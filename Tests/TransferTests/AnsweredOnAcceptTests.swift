import Testing

@testable import Transfer

/// A caller whose call is answered when somebody has accepted, and refused otherwise.
@Suite struct AnsweredOnAcceptTests {
  private static func request(_ plan: TransferPlan? = nil) throws -> TransferRequest {
    let plan = try plan ?? .ring(Sample.party([Sample.target()]))
    var request = try Sample.request(plan, isAnswered: false)
    request.caller.isAnsweredOnAccept = true
    request.policy = request.policy.withoutWords
    return request
  }

  private static func story(_ plan: TransferPlan? = nil) throws -> Story { Story(try request(plan)) }

  @Test func nobodyAnswersThemOrSpeaksToThemBeforeSomebodyAccepts() throws {
    var story = try Self.story()
    var effects = story.happens(.requested)
    effects += story.happens(.caller(.enteredHold), .speechReady(.briefing(first), Sample.media))
    effects += story.happens(.leg(first, .rang), .leg(first, .answered))
    #expect(effects.contains(.startMusic("default")) && !effects.contains(.answerCaller))
    let isSpokenTo = effects.contains { if case .play(_, to: .caller, _) = $0 { true } else { false } }
    #expect(!isSpokenTo && story.machine.phase == .briefing)
  }

  /// Answered before it, they could not be refused if the person hung up in that instant.
  @Test func theyAreAnsweredBehindTheJoin() throws {
    var story = try Self.story()
    story.untilBriefing()
    #expect(story.happens(.leg(first, .pressed("1"))).contains(.join(first)) && !story.effects.contains(.answerCaller))
    let joined = story.happens(.commandSucceeded(.join(first)))
    #expect(joined.first == .answerCaller && joined.contains(.stopMusic))
    #expect(!story.happens(.leg(first, .enteredTalk)).contains(.answerCaller))
    #expect(story.machine.phase == .connected)
  }

  @Test func theEventOfTheJoinMayComeBeforeItsAnswer() throws {
    var story = try Self.story()
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")))
    #expect(story.happens(.leg(first, .enteredTalk)).first == .answerCaller)
    #expect(!story.happens(.commandSucceeded(.join(first))).contains(.answerCaller))
  }

  @Test func theAnswerIsAskedForUntilItIsGiven() throws {
    var story = try Self.story()
    story.untilConnected()
    story.happens(.commandFailed(.answerCaller, .unanswered("timed out")))
    #expect(story.happens(.timerFired(.again(.answerCaller))).contains(.answerCaller))
    #expect(story.happens(.resumed).contains(.answerCaller))
    story.happens(.commandSucceeded(.answerCaller))
    #expect(!story.happens(.timerFired(.again(.answerCaller))).contains(.answerCaller))
  }

  @Test func theyAreNotAnsweredWhereTheJoinHasFailed() throws {
    var story = try Self.story()
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")))
    let effects = story.happens(.leg(first, .ended(HangupCause(code: 16))))
    #expect(!effects.contains(.answerCaller) && effects.contains(.returnCaller))
  }

  @Test func aConversationThatIsFoundAfterAnOutageIsAnswered() throws {
    var story = try Self.story()
    story.untilBriefing()
    #expect(story.happens(.conversationSeen(first)).contains(.answerCaller))
  }

  @Test(arguments: FailureOutcome.allCases)
  func whatIsProvidedForOthersIsNotForThem(_ provided: FailureOutcome) throws {
    var request = try Self.request()
    var policy = try Sample.policy()
    policy.onFailure = provided
    policy.farewells.general = try Template(parsing: "Nobody is free.")
    request.policy = policy.withoutWords
    var story = Story(request)
    story.untilHeld()
    let effects = story.happens(.leg(first, .ended(.busy)))
    let outcome = effects.compactMap { if case .writeOutcome(let outcome) = $0 { outcome } else { nil } }.first
    #expect(outcome?.result == .returned && outcome?.cause == .busy)
    #expect(
      effects.contains(.returnCaller) && !effects.contains { if case .prepareSpeech = $0 { true } else { false } }
    )
  }

  @Test func aRuleThatTurnsThemAwaySaysNothing() throws {
    var story = try Self.story(.turnAway("We are closed."))
    let effects = story.happens(.requested)
    #expect(effects.contains(.returnCaller) && !effects.contains(.answerCaller))
  }

  @Test func soDoesADispatcher() throws {
    var asked = try Self.story(
      .ask(DispatchQuestion(rule: "crm", spokenName: "us", timeout: .seconds(5), fallback: .refuse(.noTarget)))
    )
    asked.happens(.requested, .caller(.enteredHold))
    #expect(asked.happens(.dispatched(.refuse("We are closed."))).contains(.returnCaller))
  }

  @Test func othersAreAnsweredAtOnce() throws {
    var story = Story(try Sample.request(.ring(Sample.party([Sample.target()])), isAnswered: false))
    #expect(story.happens(.requested).contains(.answerCaller))
  }
}
