import Testing

@testable import Transfer

/// A caller whom the API has asked for, and who is still elsewhere.
@Suite struct ComingTests {
  private var story: Story

  init() throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target("alice")])))
    request.policy.returnTo = "voice-agent"
    story = Story(request)
    story.happens(.ordered)
  }

  @Test func nothingIsDoneBeforeTheyAreHere() {
    #expect(story.effects == [.bringCaller, .startTimer(.coming, at: Sample.start + .seconds(5))])
    #expect(story.machine.phase == .requested && !story.machine.callerHasLeft)
  }

  @Test mutating func theirWaitBeginsWithTheOrder() {
    story.passes(.seconds(2))
    let effects = story.happens(.caller(.cameIn))
    #expect(effects.contains(.openBridge) && effects.contains(.cancelTimer(.coming)))
    #expect(story.machine.requestedAt == Sample.start)
  }

  @Test mutating func whoComesAfterACancelGoesBack() {
    #expect(story.happens(.cancelRequested(by: "robot")).isEmpty)
    let effects = story.happens(.caller(.cameIn))
    let outcome = Outcome(result: .returned, cause: .cancelled, target: nil, wait: .zero)
    #expect(effects.contains(.moveCaller(to: "voice-agent", outcome)) && !effects.contains(.openBridge))
  }

  @Test(arguments: [
    (
      TransferEvent.commandFailed(.bringCaller, .gone), Outcome.Result.abandoned, Outcome.Cause.callerHangup
    ),
    (.commandFailed(.bringCaller, .conflict("in a bridge")), .returned, .error),
  ])
  mutating func itEndsWithoutTouchingAnybody(_ event: TransferEvent, _ result: Outcome.Result, _ cause: Outcome.Cause) {
    let effects = story.happens(event)
    #expect(effects == [.cancelTimer(.coming)])
    #expect(story.machine.outcome == Outcome(result: result, cause: cause, target: nil, wait: .zero))
  }

  @Test mutating func whatIsOnlyPutOffIsWaitedFor() {
    story.happens(.commandSucceeded(.bringCaller))
    story.passes(.seconds(5))
    #expect(story.happens(.timerFired(.coming)) == [.startTimer(.coming, at: Sample.start + .seconds(60))])
    #expect(story.machine.prospect == .granted)
    story.passes(.seconds(55))
    story.happens(.timerFired(.coming))
    #expect(story.machine.outcome?.cause == .error)
  }

  @Test mutating func theOrderIsGivenAgainOnlyWhileSomebodyMayWaitForIt() {
    #expect(story.happens(.resumed) == [.bringCaller])
    story.passes(.seconds(5))
    #expect(story.happens(.resumed).isEmpty && story.machine.prospect == .givenUp(.error))
  }
}
