import Testing

@testable import Transfer

@Suite struct GroupTests {
  func story(_ strategy: TargetGroup.Strategy, _ names: String...) throws -> Story {
    Story(try Sample.request(.ring(Sample.party(names.map { try Sample.target($0) }, strategy))))
  }

  /// Both phones ring, both people have picked up.
  func bothAnswered() throws -> Story {
    var story = Story(
      try {
        var request = try Sample.request(.ring(Sample.party([Sample.target("alice"), Sample.target("bob")], .all)))
        request.policy.takenMessage = try Template(parsing: "Somebody else took it.")
        return request
      }()
    )
    story.untilHeld()
    story.happens(.speechReady(.taken, Sample.media))
    for leg in [first, second] {
      story.happens(.speechReady(.briefing(leg), Sample.media), .leg(leg, .answered))
    }
    return story
  }

  @Test func allAreRungAtOnce() throws {
    var story = try story(.all, "alice", "bob", "carol")
    story.untilHeld()
    #expect(story.machine.legs.map(\.target.name) == ["alice", "bob", "carol"])
  }

  @Test func eachOfThemHasABriefingOfTheirOwn() throws {
    let story = try bothAnswered()
    #expect(story.effects.first == .play(Sample.media, to: .leg(second), as: .briefing(second, hearing: 1)))
  }

  @Test func theFirstToAcceptIsJoinedAndTheOtherIsToldWhy() throws {
    var story = try bothAnswered()
    story.happens(.leg(second, .pressed("1")))
    #expect(story.effects.contains(.join(second)))
    #expect(story.effects.contains(.play(Sample.media, to: .leg(first), as: .taken(first))))
    #expect(!story.effects.contains(.release(first)))
    story.happens(.leg(first, .pressed("1")))
    #expect(story.machine.legs.map(\.id) == [second], "too late")
    #expect(story.happens(.playbackEnded(.taken(first))).contains(.release(first)))
  }

  @Test(arguments: [
    TransferEvent.timerFired(.again(.release(first))),
    .commandFailed(.play(Sample.media, to: .leg(first), as: .taken(first)), .refused("busy")),
  ])
  func theOtherIsReleasedEvenIfTheWordIsNotHeardToItsEnd(_ event: TransferEvent) throws {
    var story = try bothAnswered()
    story.happens(.leg(second, .pressed("1")))
    var effects = story.happens(event)
    effects += story.happens(.timerFired(.again(.release(first))))
    #expect(effects.contains(.release(first)))
  }

  @Test func whoeverStillRingsJustStopsRinging() throws {
    var story = try story(.all, "alice", "bob")
    story.untilHeld()
    story.happens(.speechReady(.briefing(first), Sample.media), .leg(first, .answered), .leg(first, .pressed("1")))
    #expect(story.effects.contains(.release(second)))
  }

  @Test func oneWhoDeclinesDoesNotEndItForTheOthers() throws {
    var story = try story(.all, "alice", "bob")
    story.untilHeld()
    story.happens(.leg(first, .ended(HangupCause(code: 21))))
    #expect(story.machine.phase == .ringing && story.machine.legs.map(\.id) == [second])
  }

  @Test func whoeverIsNotFreeIsWaitedFor() throws {
    var story = try story(.order, "alice")
    story.everybodyIsFree = false
    story.untilHeld()
    #expect(story.machine.wish?.candidates.map(\.name) == ["alice"] && story.machine.phase == .held)
    story.happens(.granted("alice"))
    #expect(story.machine.legs.count == 1 && story.machine.wish == nil)
  }

  @Test func nobodyIsRungWhoIsKnownToBeAway() throws {
    var story = try story(.order, "alice", "bob")
    story.everybodyIsFree = false
    story.untilHeld()
    story.happens(.passedOver("alice", .unreachable))
    #expect(story.machine.wish?.candidates.map(\.name) == ["bob"])
    story.happens(.passedOver("bob", .busy))
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .busy && story.machine.outcome?.target == "bob")
  }

  /// Until Asterisk says that the phone is silent its owner must not be rung for another caller.
  @Test func aPersonIsHeldUntilTheirPhoneIsGone() throws {
    var story = try story(.order, "alice", "bob")
    story.untilHeld()
    story.happens(.timerFired(.ring(first)))
    #expect(Set(story.machine.people) == ["alice", "bob"])
    story.happens(.leg(first, .ended(HangupCause(code: 16))))
    #expect(story.machine.people == ["bob"])
  }
}
