import Testing

@testable import Transfer

@Suite struct AnsweringMachineTests {
  static let machine = TransferEvent.leg(first, .detected(Detection(.machine, cause: "MAXWORDS")))

  func story(_ detection: MachineDetection, message: String = "") throws -> Story {
    let message = try Template(parsing: message)
    return try Story(ringing: [
      Sample.target {
        $0.machineDetection = detection
        $0.voicemailMessage = message
      }, Sample.target("bob"),
    ])
  }

  @Test func thePersonIsBriefedWhileTheDetectorListens() throws {
    var story = try story(.parallel)
    story.untilBriefing()
    #expect(story.effects.first?.isPlayback == true && story.effects.contains(.openSnoop(first)))
    #expect(story.happens(.leg(first, .snoopOpened)) == [.detect(first, DetectorNumbers())])
  }

  @Test(arguments: [Detection.Verdict.human, .notSure])
  func aPersonIsLeftAlone(_ verdict: Detection.Verdict) throws {
    var story = try story(.parallel)
    story.untilBriefing()
    story.happens(.leg(first, .snoopOpened), .leg(first, .detected(Detection(verdict, cause: ""))))
    #expect(story.effects.contains(.closeSnoop(first)) && !story.effects.contains { $0.isRelease })
    #expect(story.machine.phase == .briefing)
  }

  @Test func aMachineIsReleasedAndTheNextIsRung() throws {
    var story = try story(.parallel)
    story.untilBriefing()
    story.happens(Self.machine)
    #expect(story.effects.contains(.release(first)) && story.effects.contains(.closeSnoop(first)))
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
    story.happens(.leg(second, .ended(HangupCause(code: 17))))
    #expect(story.machine.phase == .returning)
  }

  @Test func aMachineWithNobodyElseToRingIsTheCause() throws {
    var story = try Story(ringing: [Sample.target { $0.machineDetection = .parallel }])
    story.untilBriefing()
    story.happens(Self.machine)
    story.callerLeaves()
    #expect(story.machine.outcome?.cause == .machine)
  }

  @Test func aKeyWinsOverTheDetector() throws {
    var story = try story(.parallel)
    story.untilBriefing()
    story.happens(.leg(first, .pressed("1")))
    #expect(!story.effects.contains(.closeSnoop(first)), "the two wait for that")
    story.happens(Self.machine)
    #expect(story.machine.phase == .merging)
    story.happens(.leg(first, .enteredTalk))
    #expect(story.machine.phase == .connected && story.effects.contains(.closeSnoop(first)))
  }

  @Test(arguments: [
    TransferEvent.commandFailed(.openSnoop(first), .gone),
    .commandFailed(.detect(first, DetectorNumbers()), .refused("no context")), .leg(first, .snoopClosed),
    .timerFired(.screening(first)), .leg(first, .detected(Detection(.human, cause: ""))),
  ])
  func withTheDetectorFirstNotAWordIsSaidUntilItSpeaksOrFails(_ event: TransferEvent) throws {
    var story = try story(.before)
    story.untilBriefing()
    #expect(!story.effects.contains { $0.isPlayback })
    story.happens(event)
    #expect(story.effects.first == .play(Sample.media, to: .leg(first), as: .briefing(first, hearing: 1)))
    #expect(story.effects.contains(.closeSnoop(first)))
  }

  @Test func aMachineHearsNotAWordWithTheDetectorFirst() throws {
    var story = try story(.before)
    story.untilBriefing()
    #expect(!story.happens(Self.machine).contains { $0.isPlayback })
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
  }

  @Test func aMessageIsLeftAfterTheGreetingAndThenTheNextIsRung() throws {
    var story = try story(.parallel, message: "Please call {caller_name}.")
    story.untilBriefing()
    story.happens(Self.machine)
    #expect(story.effects.first == .stopPlayback(.briefing(first, hearing: 1)))
    #expect(story.effects.contains(.awaitSilence(first)))
    #expect(story.effects.contains(.prepareSpeech(.message(first), text: "Please call Jane Doe.", Voice())))
    story.happens(.speechReady(.message(first), Sample.media))
    #expect(!story.effects.contains { $0.isPlayback }, "the greeting is not over")
    story.happens(.leg(first, .greetingEnded))
    #expect(story.effects.contains(.play(Sample.media, to: .leg(first), as: .message(first))))
    #expect(story.machine.legs.count == 1)
    story.happens(.playbackEnded(.message(first)))
    #expect(story.effects.contains(.release(first)))
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
  }

  @Test(arguments: [
    TransferEvent.timerFired(.greeting(first)), .commandFailed(.awaitSilence(first), .gone), .leg(first, .snoopClosed),
  ])
  func aGreetingWithoutAnEndIsNotWaitedForForEver(_ event: TransferEvent) throws {
    var story = try story(.parallel, message: "Please call back.")
    story.untilBriefing()
    story.happens(Self.machine, .speechReady(.message(first), Sample.media), event)
    #expect(story.effects.contains(.play(Sample.media, to: .leg(first), as: .message(first))))
  }

  @Test func aMessageThatCannotBeSaidCostsNoTime() throws {
    var story = try story(.parallel, message: "Please call back.")
    story.untilBriefing()
    story.happens(Self.machine, .speechFailed(.message(first), "no voice"))
    #expect(story.machine.legs.map(\.target.name) == ["bob"])
  }
}
