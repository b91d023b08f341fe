import Testing

@testable import Transfer

@Suite("Somebody outside says who is rung")
struct DispatchTests {
  private static let timeout: Duration = .milliseconds(800)

  private static func story(fallback: [Target]?) throws -> Story {
    let question = DispatchQuestion(
      rule: "crm",
      spokenName: "a colleague",
      timeout: timeout,
      fallback: fallback.map { .ring(Sample.party($0)) } ?? .refuse(.noTarget)
    )
    return Story(try Sample.request(.ask(question)))
  }

  private static func rings(_ effects: [TransferEffect]) -> [String] {
    effects.compactMap { if case .ring(_, let dialString, _, _) = $0 { dialString } else { nil } }
  }

  @Test("the caller is put on hold and told so while the question is asked")
  func holdsMeanwhile() throws {
    var story = try Self.story(fallback: nil)
    let effects = story.happens(.requested)
    #expect(effects.contains(.holdCaller))
    #expect(effects.contains(.askDispatcher(rule: "crm")))
    #expect(effects.contains(.startTimer(.dispatch, at: Sample.start + Self.timeout)))
    let announcement = "I'm connecting you with a colleague. This takes about 30 seconds."
    #expect(effects.contains(.prepareSpeech(.announcement, text: announcement, Voice())))
    story.happens(.caller(.enteredHold))
    #expect(story.machine.phase == .held)
  }

  @Test("the one who is named is rung, and their briefing knows the facts that came with the name")
  func namedIsRung() throws {
    var story = try Self.story(fallback: [try Sample.target("nobody")])
    story.untilHeld()
    let fact = CallContext.Fact(name: "tier", value: "gold")
    let effects = story.happens(.dispatched(.ring(Sample.party([try Sample.target("anna")]), facts: [fact])))
    #expect(Self.rings(effects) == ["PJSIP/anna"])
    #expect(effects.contains(.cancelTimer(.dispatch)))
    #expect(story.machine.request.context.facts == [fact])
  }

  @Test("an answer that comes before the caller is on hold is followed when they are")
  func earlyAnswer() throws {
    var story = try Self.story(fallback: nil)
    story.happens(.requested)
    let early = story.happens(.dispatched(.ring(Sample.party([try Sample.target("anna")]), facts: [])))
    #expect(Self.rings(early).isEmpty)
    #expect(Self.rings(story.happens(.caller(.enteredHold))) == ["PJSIP/anna"])
  }

  @Test("what the caller was asked with counts before what the dispatcher says of the same name")
  func factsAreNotReplaced() throws {
    var story = try Self.story(fallback: nil)
    story.machine.request.context.facts = [.init(name: "tier", value: "silver")]
    story.untilHeld()
    let facts: [CallContext.Fact] = [.init(name: "tier", value: "gold"), .init(name: "age", value: "7")]
    story.happens(.dispatched(.ring(Sample.party([try Sample.target("anna")]), facts: facts)))
    #expect(story.machine.request.context.facts.map(\.value) == ["silver", "7"])
  }

  @Test(
    "without a good answer the fallback is rung",
    arguments: [TransferEvent.timerFired(.dispatch), .dispatched(.failed("500"))]
  )
  func fallback(event: TransferEvent) throws {
    var story = try Self.story(fallback: [try Sample.target("night-desk")])
    story.untilHeld()
    #expect(Self.rings(story.happens(event)) == ["PJSIP/night-desk"])
    #expect(story.happens(.timerFired(.dispatch), .dispatched(.refuse("too late"))).isEmpty)
  }

  @Test(
    "without a fallback the caller goes back",
    arguments: [TransferEvent.timerFired(.dispatch), .dispatched(.failed("500")), .dispatched(.refuse(""))],
    [true, false]
  )
  func goesBack(event: TransferEvent, isHeld: Bool) throws {
    var story = try Self.story(fallback: nil)
    if isHeld { story.untilHeld() } else { story.happens(.requested) }
    story.happens(event)
    #expect(story.machine.phase == .returning)
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .noTarget)
  }

  @Test("with a refusal the caller is told so and goes back, and nothing is left", arguments: [true, false])
  func refusal(isHeld: Bool) throws {
    var story = try Self.story(fallback: nil)
    if isHeld { story.untilHeld() } else { story.happens(.requested) }
    let told = story.happens(.dispatched(.refuse("We are closed.")))
    #expect(told.contains(.prepareSpeech(.farewell, text: "We are closed.", Voice())))
    story.happens(.speechReady(.farewell, Sample.media), .playbackEnded(.farewell))
    #expect(story.effects.contains(.returnCaller))
    let cleared = story.happens(.caller(.left))
    #expect(cleared.contains(.closeBridge))
    story.asteriskObeys()
    #expect(story.machine.outcome?.cause == .noTarget)
  }
}

@Suite("A summary that is made while the phone rings")
struct SummaryTests {
  private static func story() throws -> Story {
    let briefing = try Template(parsing: "Call.[ {summary}]")
    let target = try Sample.target("anna") { $0.briefing = briefing }
    var request = try Sample.request(.ring(Sample.party([target])))
    request.summary = .model
    request.context.summary = "As given."
    return Story(request)
  }

  private static func briefings(_ effects: [TransferEffect]) -> [String] {
    effects.compactMap { if case .prepareSpeech(.briefing, let text, _) = $0 { text } else { nil } }
  }

  @Test("it is asked for at once, and the given one stands in")
  func asksAtOnce() throws {
    var story = try Self.story()
    #expect(story.happens(.requested).contains(.summarize))
    #expect(Self.briefings(story.happens(.caller(.enteredHold))) == ["Call. As given."])
  }

  @Test("whoever has not answered yet hears the new one")
  func beforeTheAnswer() throws {
    var story = try Self.story()
    story.untilHeld()
    story.happens(.leg(first, .rang))
    #expect(Self.briefings(story.happens(.summarized("As made."))) == ["Call. As made."])
  }

  @Test("one that comes after the answer changes nothing that is heard")
  func afterTheAnswer() throws {
    var story = try Self.story()
    story.untilBriefing()
    #expect(story.happens(.summarized("As made.")).isEmpty)
  }

  @Test("one that cannot be made costs nothing")
  func failure() throws {
    var story = try Self.story()
    story.untilHeld()
    let before = story.machine
    #expect(story.happens(.summaryFailed("timed out")).isEmpty)
    #expect(story.machine == before)
  }
}

@Suite("Accepted and declined on a screen")
struct ScreenTests {
  @Test("accepting is as good as the key, once somebody has picked up")
  func accepting() throws {
    var story = try Story(ringing: [try Sample.target()])
    story.untilHeld()
    story.happens(.leg(first, .rang))
    #expect(story.happens(.leg(first, .accepted())).isEmpty)
    story.happens(.leg(first, .answered))
    #expect(story.happens(.leg(first, .accepted())).contains(.join(first)))
  }

  @Test("declining ends the ringing", arguments: [true, false])
  func declining(isAnswered: Bool) throws {
    var story = try Story(ringing: [try Sample.target()])
    story.untilHeld()
    story.happens(.leg(first, .rang))
    if isAnswered { story.happens(.leg(first, .answered)) }
    #expect(story.happens(.leg(first, .declined())).contains(.release(first)))
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .declined)
  }
}
