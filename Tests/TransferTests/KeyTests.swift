import Testing

@testable import Transfer

@Suite struct KeyTests {
  private static func sequences(_ texts: String...) throws -> [DigitSequence] {
    try texts.map { try #require(DigitSequence($0)) }
  }

  /// The keys, and what was read at each of them.
  @Test(arguments: [
    ("1", "1", ["1"]), ("91", "1", ["-", "1"]), ("**2", "*2", ["-", "-", "*2"]), ("1*2", "*2", ["-", "-", "*2"]),
    ("2*", "*2", ["-", "-"]), ("1212", "12", ["-", "12", "-", "12"]),
    ("112113", "113", ["-", "-", "-", "-", "-", "113"]),
  ])
  func aSequenceIsReadWhateverCameBefore(_ keys: String, _ sequence: String, _ expected: [String]) throws {
    var reader = KeyReader()
    let sequences = try Self.sequences(sequence)
    #expect(keys.map { reader.read(String($0), for: sequences)?.digits ?? "-" } == expected)
  }

  @Test func theLongerOneWins() throws {
    var reader = KeyReader()
    let sequences = try Self.sequences("2", "12")
    #expect(reader.read("1", for: sequences) == nil)
    #expect(reader.read("2", for: sequences)?.digits == "12")
  }

  @Test func whatCannotBecomeASequenceIsForgotten() throws {
    var reader = KeyReader()
    let sequences = try Self.sequences("*2", "#")
    for key in "4929123456789012" { _ = reader.read(String(key), for: sequences) }
    #expect(reader == KeyReader() && !reader.mayMeanSomething)
    _ = reader.read("*", for: sequences)
    #expect(reader.mayMeanSomething)
  }

  /// A card number, typed when there is nothing to decide.
  @Test(arguments: [TransferMachine.Phase.requested, .held, .ringing, .merging, .connected, .returning])
  func keysChangeNothingWhereNobodyDecides(_ phase: TransferMachine.Phase) throws {
    var story = try RecoveryTests.story(in: phase)
    let before = story.machine
    for key in "4929*1#2" {
      #expect(story.happens(.leg(first, .pressed(String(key))), .caller(.pressed(String(key)))).isEmpty)
    }
    #expect(story.machine == before)
  }

  @Test func wrongKeysOfWhoDecidesAreNotKept() throws {
    var story = try RecoveryTests.story(in: .briefing)
    let before = story.machine
    story.happens(.leg(first, .pressed("9")), .leg(first, .pressed("7")))
    #expect(story.machine == before)
  }

  @Test func aCallersKeysAreKeptOnlyAsTheBeginningOfTheWayBack() throws {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.optOut = DigitSequence("*9")
    var story = Story(request)
    story.untilHeld()
    let before = story.machine
    for key in "4929123456" { story.happens(.caller(.pressed(String(key)))) }
    #expect(story.machine == before)
    story.happens(.caller(.pressed("*")))
    #expect(story.machine != before)
    story.happens(.caller(.pressed("5")))
    #expect(story.machine == before)
  }
}
