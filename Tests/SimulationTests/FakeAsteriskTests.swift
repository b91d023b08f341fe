import ARI
import Testing

@testable import WarmTransfer

/// The facts about Asterisk that transfers stand on, as the fake has them.
@Suite struct FakeAsteriskTests {
  // MARK: What is heard

  @Test func aHoldingBridgeIsSilentUntilMusicIsStarted() {
    var stage = Stage(caller: "c")
    stage.hold("c")
    #expect(stage.hears("c") == .silence)
    stage.tell(.startMusic("c", class: "default"))
    #expect(stage.hears("c") == .music)
  }

  @Test func aMessageInterruptsTheMusicOfAHeldCaller() {
    var stage = Stage(caller: "c")
    stage.hold("c", withMusic: true)
    stage.tell(.playToChannel("c", media: "word", as: "p"))
    #expect(stage.hears("c") == .message)
    stage.pass(1_000)
    #expect(stage.hears("c") == .music)
  }

  @Test func outsideOfABridgeAMessageEndsTheMusic() {
    var stage = Stage(caller: "c")
    stage.tell(.startMusic("c", class: "default"), .playToChannel("c", media: "word", as: "p"))
    stage.pass(1_000)
    #expect(stage.hears("c") == .silence)
  }

  @Test func theMusicGoesOnAfterTheJoin() {
    var stage = Stage(caller: "c")
    stage.hold("c", withMusic: true)
    stage.pickUp("a")
    stage.join("c", "a")
    #expect(stage.hears("c") == .music)
    #expect(stage.hears("a") == .person)
    stage.tell(.stopMusic("c"))
    #expect(stage.hears("c") == .person)
  }

  @Test func whoIsLeftAloneHearsNothing() {
    var stage = Stage(caller: "c")
    stage.pickUp("a")
    stage.join("c", "a")
    stage.happens(.goes("a", cause: 16))
    #expect(stage.hears("c") == .silence)
    #expect(stage.asterisk.channels["c"]?.place == .stasis, "nobody hangs up the peer")
  }

  // MARK: What waits

  @Test func whatComesAfterAMessageWaitsForIt() {
    var stage = Stage(caller: "c")
    stage.tell(.createBridge("h", .holding), .playToChannel("c", media: "word", as: "p"))
    #expect(stage.tell(.add(["c"], to: "h")) == .later)
    #expect(stage.tell(.set("X", to: "1", on: "c")) == .later)
    #expect(stage.tell(.startMusic("c", class: "default")) == .done)
    #expect(stage.answered.isEmpty && stage.asterisk.channels["c"]?.bridge == nil)
    stage.pass(1_000)
    #expect(stage.answered.count == 2 && stage.asterisk.channels["c"]?.bridge == "h")
    #expect(stage.hears("c") == .music)
  }

  @Test func aStoppedMessageSaysDoneAndLetsTheRestGoOn() {
    var stage = Stage(caller: "c")
    stage.tell(.createBridge("h", .holding), .playToChannel("c", media: "word", as: "p"), .add(["c"], to: "h"))
    #expect(stage.tell(.stopPlayback("p")) == .done)
    #expect(stage.said.contains("PlaybackFinished p done"))
    #expect(stage.answered.count == 1)
    #expect(stage.tell(.stopPlayback("p")) == .status(404))
  }

  @Test func aSoundThatIsNotThereFails() {
    var stage = Stage(caller: "c")
    stage.tell(.playToChannel("c", media: "nothing", as: "p"))
    #expect(stage.said == ["PlaybackStarted p", "PlaybackFinished p failed"])
  }

  // MARK: Bridges and channels

  @Test func whoIsAddedToABridgeLeavesTheOldOne() {
    var stage = Stage(caller: "c")
    stage.hold("c")
    stage.pickUp("a")
    stage.join("c", "a")
    #expect(stage.asterisk.bridges["hold"]?.members == [])
    #expect(
      stage.said.suffix(3) == [
        "ChannelLeftBridge c hold", "ChannelEnteredBridge c talk", "ChannelEnteredBridge a talk",
      ]
    )
  }

  @Test(arguments: [
    (AsteriskCommand.hangUp("x"), 404), (.continueInDialplan("x"), 404), (.startMusic("x", class: ""), 404),
    (.destroyBridge("x"), 404), (.add(["c"], to: "x"), 404), (.add(["c", "x"], to: "hold"), 400),
    (.add(["c", "ringing"], to: "hold"), 422), (.playToChannel("ringing", media: "word", as: "p"), 409),
    (.createBridge("hold", .holding), 409), (.originate(.init(endpoint: "PJSIP/a", channelID: "ringing")), 409),
    (.originate(.init(endpoint: "PJSIP/1", channelID: "new")), 500),
  ])
  func whatCannotBeDoneIsRefused(_ command: AsteriskCommand, status: Int) {
    var stage = Stage(caller: "c")
    stage.asterisk.unknownEndpoints = ["PJSIP/1"]
    stage.hold("c")
    stage.tell(.originate(.init(endpoint: "PJSIP/a", channelID: "ringing")))
    stage.forget()
    #expect(stage.tell(command) == .status(status))
    #expect(stage.said.isEmpty)
  }

  @Test func whoLeavesTheApplicationIsNotListenedToAnyMore() {
    var stage = Stage(caller: "c")
    stage.tell(.continueInDialplan("c"))
    #expect(stage.said == ["StasisEnd c"])
    stage.happens(.goes("c", cause: 16))
    #expect(stage.said == ["StasisEnd c"])
    #expect(stage.tell(.stopMusic("c")) == .status(404))
  }

  @Test func aPhoneThatIsNotAnsweredEndsWithItsCause() {
    var stage = Stage(caller: "c")
    stage.tell(.originate(.init(endpoint: "PJSIP/a", channelID: "a", timeout: .seconds(5))))
    stage.pass(5_000)
    #expect(stage.said == ["ChannelDestroyed a 19"])
  }

  @Test func theSwitchTakesTheCallerBackUnlessItIsLifted() {
    var left = Stage(caller: "c", limit: 3_000)
    left.hold("c")
    left.pass(3_000)
    #expect(left.asterisk.callers["c"]?.exit == .takenByTheSwitch)
    var stays = Stage(caller: "c", limit: 3_000)
    stays.tell(.set("TIMEOUT(absolute)", to: "0", on: "c"))
    stays.pass(3_000)
    #expect(stays.asterisk.callers["c"]?.exit == nil)
  }

  @Test func aMoveToAnApplicationThatIsNotThereLeavesTheCallerWithUs() {
    var stage = Stage(caller: "c")
    #expect(stage.tell(.move("c", to: "nobody", arguments: [])) == .done)
    #expect(stage.said == ["ApplicationMoveFailed c"])
    stage.asterisk.applications = ["somebody"]
    stage.tell(.move("c", to: "somebody", arguments: ["a"]))
    #expect(stage.asterisk.callers["c"]?.exit == .moved(to: "somebody", ["a"]))
  }

  @Test func aListenerComesBackWithTheVerdict() {
    var stage = Stage(caller: "c")
    stage.asterisk.verdicts["a"] = .init(words: ["HUMAN", "x"], after: 700, silenceAfter: 0)
    stage.pickUp("a")
    stage.forget()
    stage.tell(.snoop("a", as: "a-ear", arguments: ["ear"]), .continueAt("a-ear", context: "wt-amd", exten: "s"))
    stage.pass(700)
    #expect(
      stage.said == [
        "StasisStart a-ear [\"ear\"]", "StasisEnd a-ear", "StasisStart a-ear [\"amd\", \"HUMAN\", \"x\"]",
      ]
    )
  }

  @Test func anotherChannelTakesThePlaceOfOneInABridge() {
    var stage = Stage(caller: "c")
    stage.hold("c", withMusic: true)
    stage.happens(.isReplaced("c", by: "d"))
    #expect(stage.asterisk.bridges["hold"]?.members == ["d"])
    #expect(stage.hears("d") == .music && stage.asterisk.channels["c"] == nil)
    #expect(stage.said.suffix(3) == ["StasisStart d [] replaces c", "StasisEnd c", "ChannelDestroyed c 16"])
  }
}

/// A fake with its time.
private struct Stage {
  var asterisk = FakeAsterisk()
  private(set) var said: [String] = []
  private(set) var answered: [FakeAsterisk.Ticket] = []
  private var clock = ManualClock<FakeAsterisk.Happening>()
  private var tickets = 0

  init(caller: String, limit: Int64 = 3_600_000) {
    asterisk.recordings["word"] = 1_000
    asterisk.arrive(caller, isUp: true, limit: limit, variables: [:], at: 0)
    asterisk.said = []
    note()
  }

  func hears(_ channel: String) -> FakeAsterisk.Sound? { asterisk.channels[channel].map(asterisk.hears) }

  @discardableResult
  mutating func tell(_ commands: AsteriskCommand...) -> FakeAsterisk.Answer {
    var answer = FakeAsterisk.Answer.done
    for command in commands {
      tickets += 1
      answer = asterisk.perform(command, tickets, at: clock.now)
      note()
    }
    return answer
  }

  mutating func happens(_ happening: FakeAsterisk.Happening) {
    asterisk.happens(happening, at: clock.now)
    note()
  }

  mutating func pass(_ milliseconds: Int64) {
    let end = clock.now + milliseconds
    while let happening = clock.next(until: end) { happens(happening) }
  }

  mutating func forget() { said = [] }

  mutating func hold(_ caller: String, withMusic: Bool = false) {
    tell(.createBridge("hold", .holding), .add([caller], to: "hold"))
    if withMusic { tell(.startMusic(caller, class: "default")) }
  }

  mutating func pickUp(_ leg: String) {
    tell(.originate(.init(endpoint: "PJSIP/a", channelID: leg)))
    happens(.answers(leg))
  }

  mutating func join(_ caller: String, _ leg: String) {
    tell(.createBridge("talk", .proxied), .add([caller, leg], to: "talk"))
  }

  private mutating func note() {
    said += asterisk.said.map(\.event.inShort)
    answered += asterisk.answers.map(\.0)
    for (moment, happening) in asterisk.plans { clock.plan(happening, at: moment) }
    (asterisk.said, asterisk.answers, asterisk.plans) = ([], [], [])
  }
}
