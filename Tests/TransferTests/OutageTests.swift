import Testing

@testable import Transfer

/// Nobody listened while somebody was to decide: a key may have been pressed in vain.
@Suite struct OutageTests {
  func story(withReminder: Bool = true) throws -> Story {
    var story = try Story(ringing: [Sample.target { _ in }])
    story.untilHeld()
    if withReminder { story.happens(.speechReady(.reminder(first), Sample.media)) }
    story.happens(.speechReady(.briefing(first), Sample.media), .leg(first, .rang), .leg(first, .answered))
    return story
  }

  static let reminder = TransferEffect.play(Sample.media, to: .leg(first), as: .reminder(first, 1))

  @Test func whoDecidesIsRemindedAtOnceAndHasTheTimeAgain() throws {
    var story = try story()
    story.happens(.playbackEnded(.briefing(first, hearing: 1)))
    story.passes(.seconds(15))
    let effects = story.happens(.resumed)
    #expect(effects.contains(Self.reminder))
    #expect(effects.contains(.startTimer(.accept(first, hearing: 1), at: story.now + .seconds(20))))
  }

  /// It says what the call is about, and Asterisk plays the reminder behind it, or at once if it has ended unnoticed.
  @Test func aBriefingThatStillPlaysIsNotCutShort() throws {
    var story = try story()
    let effects = story.happens(.resumed)
    #expect(effects.contains(Self.reminder))
    #expect(!effects.contains(.stopPlayback(.briefing(first, hearing: 1))))
  }

  @Test func theKeyStopsBoth() throws {
    var story = try story()
    story.happens(.resumed, .leg(first, .pressed("1")))
    let stops = story.effects.filter {
      if case .stopPlayback(let playback) = $0 { playback != .announcement } else { false }
    }
    #expect(stops == [.stopPlayback(.reminder(first, 1)), .stopPlayback(.briefing(first, hearing: 1))])
    #expect(story.machine.phase == .merging)
  }

  @Test func withoutAReminderTheBriefingIsHeardAgain() throws {
    var story = try story(withReminder: false)
    story.happens(.playbackEnded(.briefing(first, hearing: 1)))
    #expect(story.happens(.resumed).contains(.play(Sample.media, to: .leg(first), as: .briefing(first, hearing: 2))))
  }

  @Test(arguments: [TransferMachine.Phase.held, .ringing, .merging, .connected])
  func nobodyElseHearsAnything(_ phase: TransferMachine.Phase) throws {
    var story = try RecoveryTests.story(in: phase)
    #expect(!story.happens(.resumed).contains { $0.isPlayback })
  }
}
