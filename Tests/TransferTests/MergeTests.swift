import Testing

@testable import Transfer

/// The join whose events are late, or never come.
@Suite struct MergeTests {
  func story() throws -> Story {
    var story = try Story(ringing: [Sample.target("alice"), Sample.target("bob")])
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")))
    return story
  }

  @Test(arguments: [true, false])
  func asteriskIsAskedBeforeAnythingIsTornDown(_ isConfirmed: Bool) throws {
    var story = try story()
    if isConfirmed { story.happens(.commandSucceeded(.join(first))) }
    let effects = story.happens(.timerFired(.merge))
    #expect(effects == [.lookIntoTalk, .startTimer(.merge, at: story.now + .seconds(3))])
    #expect(story.machine.phase == .merging)
  }

  @Test func aJoinWithoutAnAnswerIsLookedFor() throws {
    var story = try story()
    let effects = story.happens(.commandFailed(.join(first), .unanswered("timed out")))
    #expect(effects.first == .lookIntoTalk && !effects.contains(.release(first)))
  }

  @Test func whoTalkAreNotParted() throws {
    var story = try story()
    story.happens(.timerFired(.merge), .talkSeen(caller: true, legs: [first]))
    #expect(story.machine.phase == .connected)
    #expect(story.effects.contains(.stopMusic) && story.writesOutcome)
    #expect(!story.effects.contains { $0.isRelease } && !story.effects.contains(.holdCaller))
  }

  @Test func whoHasHungUpBeforeThePersonComesHasTalkedWithNobody() throws {
    var story = try story()
    story.happens(.caller(.hungUp), .leg(first, .enteredTalk))
    #expect(story.machine.phase == .merging)
    story.callerLeaves()
    #expect(story.machine.outcome?.result == .abandoned)
  }

  @Test(arguments: [
    TransferEvent.talkSeen(caller: false, legs: [first]), .talkSeen(caller: true, legs: []),
    .talkSeen(caller: false, legs: []), .commandFailed(.lookIntoTalk, .gone),
  ])
  func whoIsMissingIsNotWaitedFor(_ event: TransferEvent) throws {
    var story = try story()
    story.happens(.commandSucceeded(.join(first)), .timerFired(.merge), event)
    #expect(story.effects.contains(.release(first)))
    if case .talkSeen(let caller, _) = event { #expect(story.effects.contains(.holdCaller) == !caller) }
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
  }

  /// Five looks without an answer. Who was joined, as far as Asterisk has said, stays so.
  @Test(arguments: [true, false])
  func itIsNotLookedForEver(_ isConfirmed: Bool) throws {
    var story = try story()
    if isConfirmed { story.happens(.commandSucceeded(.join(first))) }
    for _ in 1...5 {
      #expect(story.happens(.timerFired(.merge)).contains(.lookIntoTalk))
      #expect(story.happens(.commandFailed(.lookIntoTalk, .unanswered("timed out"))).isEmpty)
    }
    #expect(!story.happens(.timerFired(.merge)).contains(.lookIntoTalk))
    #expect(story.machine.phase == (isConfirmed ? .connected : .ringing))
  }

  /// Asterisk says that it cannot, and a moment later why.
  @Test(arguments: [CommandFailure.conflict("not in Stasis"), .refused("HTTP 400")])
  func whoHangsUpInTheInstantOfTheJoinHasNotAcknowledged(_ failure: CommandFailure) throws {
    var story = try story()
    #expect(story.happens(.commandFailed(.join(first), failure)).isEmpty)
    story.happens(.leg(first, .ended(.normal)))
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
    var other = try self.story()
    other.happens(.commandFailed(.join(first), failure), .timerFired(.merge), .talkSeen(caller: true, legs: []))
    #expect(other.effects.contains(.release(first)) && other.machine.legs.map(\.target.name) == ["bob"])
  }

  @Test func anAnswerForWhichNobodyAskedChangesNothing() throws {
    var story = try story()
    let before = story.machine
    #expect(story.happens(.talkSeen(caller: false, legs: [])).isEmpty)
    #expect(story.machine == before)
  }

  /// The bridge could not be made, which was said after the key.
  @Test func aBridgeThatIsNotThereIsMadeOnce() throws {
    var story = try story()
    #expect(story.happens(.commandFailed(.join(first), .gone)) == [.openBridge, .holdCaller, .join(first)])
    #expect(story.happens(.commandFailed(.join(first), .gone)).contains(.release(first)))
  }
}
