import Testing

@testable import Transfer

/// The parts of the machine that have a state of their own.
@Suite struct MachinePartsTests {
  @Test func numbersOfPhonesAreNeverUsedTwice() {
    var phones = Phones()
    #expect(phones.add("alice") == first)
    phones.note(LegID(4))
    #expect(phones.add("bob") == LegID(5))
    #expect(phones.all == [first, LegID(4), LegID(5)])
    #expect(phones.target(of: LegID(4)) == nil && phones.isKnown(LegID(4)) && !phones.isKnown(second))
  }

  @Test func whatIsKnownOfAPhoneIsNotForgotten() {
    var phones = Phones()
    _ = phones.add("alice")
    phones.note(first, of: "bob")
    phones.replace(first, by: "local.7")
    #expect(phones.target(of: first) == "alice" && phones.channel(of: first) == "local.7")
  }

  @Test func aSnoopIsClosedOnce() {
    var snoop = Snoop()
    #expect(snoop.close(on: first).isEmpty)
    #expect(snoop.open(on: first) == [.openSnoop(first)])
    #expect(snoop.close(on: first) == [.closeSnoop(first)])
    #expect(snoop.close(on: first).isEmpty)
  }

  @Test func whatWaitsToBePlayedIsStoppedFirst() {
    var playbacks = Playbacks()
    for playback in [PlaybackID.briefing(first, hearing: 1), .reminder(first, 1), .reminder(first, 2)] {
      playbacks.add(playback)
    }
    playbacks.ended(.reminder(first, 1))
    #expect(playbacks.stop() == [.stopPlayback(.reminder(first, 2)), .stopPlayback(.briefing(first, hearing: 1))])
    #expect(playbacks.isSilent && playbacks.stop().isEmpty)
  }

  @Test func aChoreIsBegunOnceAndDroppedWithItsTimer() {
    var chores = Chores()
    let again = TransferEffect.startTimer(.again(.closeBridge), at: Sample.start + Chores.pause)
    #expect(chores.undertake([.closeBridge, .openBridge], at: Sample.start) == [.closeBridge, again, .openBridge])
    #expect(chores.undertake([.closeBridge], at: Sample.start) == [.closeBridge, again])
    #expect(chores.effects == [.closeBridge])
    #expect(chores.succeeded(.closeBridge, at: Sample.start) == [.cancelTimer(.again(.closeBridge))])
    #expect(chores.isEmpty && chores.again(.closeBridge).isEmpty)
  }

  /// The first request for it was not answered, and perhaps is only carried out when the two talk.
  @Test func musicThatMayBeginLateIsStoppedAgain() {
    var chores = Chores()
    _ = chores.succeeded(.startMusic("default"), at: Sample.start)
    _ = chores.undertake([.stopMusic], at: Sample.start)
    let again = TransferEffect.startTimer(.again(.stopMusic), at: Sample.start + Chores.pause)
    #expect(chores.succeeded(.stopMusic, at: Sample.start) == [again])
    #expect(chores.again(.stopMusic) == [.stopMusic])
    let later = Sample.start + Chores.longestDelay
    #expect(chores.succeeded(.stopMusic, at: later) == [.cancelTimer(.again(.stopMusic))] && chores.isEmpty)
  }

  @Test func musicThatIsWantedIsNoChoreToStop() {
    var chores = Chores()
    _ = chores.undertake([.stopMusic], at: Sample.start)
    #expect(
      chores.undertake([.startMusic("default")], at: Sample.start) == [
        .cancelTimer(.again(.stopMusic)), .startMusic("default"),
      ]
    )
    #expect(chores.isEmpty)
  }

  @Test(arguments: [
    (CommandFailure.gone, true), (.conflict("in the dialplan"), true), (.refused("500"), false),
    (.unanswered("timed out"), false),
  ])
  func aSwitchOfSomebodyWhoHasLeftIsLiftedUnlessAsteriskDidNotSay(_ failure: CommandFailure, _ isDone: Bool) {
    var chores = Chores()
    _ = chores.undertake([.liftDeadMansSwitch], at: Sample.start)
    _ = chores.failed(.liftDeadMansSwitch, failure, callerHasLeft: false, at: Sample.start)
    #expect(!chores.isEmpty)
    _ = chores.failed(.liftDeadMansSwitch, failure, callerHasLeft: true, at: Sample.start)
    #expect(chores.isEmpty == isDone)
  }
}
