import Testing

@testable import Transfer

@Suite struct TriggerTests {
  private static let words = RequestWords(
    always: ["supervisor", "complain*"],
    byLanguage: [
      LanguageTag("en"): ["real person"], LanguageTag("de"): ["echte Person"],
      LanguageTag("fr"): ["parler à quelqu'un"],
    ].reduce(into: [:]) { all, entry in if let tag = entry.key { all[tag] = entry.value } }
  )

  private static func time(_ seconds: Int64) -> WallTime { WallTime(milliseconds: seconds * 1_000) }

  private static func fires(_ trigger: Trigger, _ turns: Turn...) -> TriggerDecision {
    var conversation = WatchedConversation(at: time(0))
    return turns.reduce(TriggerDecision(why: "")) { conversation.take($1, [trigger], at: time(1)) }
  }

  private static func turn(_ change: (inout Turn) -> Void) -> Turn {
    var turn = Turn(.caller)
    change(&turn)
    return turn
  }

  @Test(
    "The caller asks for a person",
    arguments: [
      ("I want a real person!", "en", true), ("A REAL   PERSON, please", "en-GB", true),
      ("really, a person", "en", false),
      ("Get me your supervisor", "en", true), ("I am complaining", "de", true), ("a supervisory board", "en", false),
      ("Ich will eine echte Person", "de", true), ("Ich will eine echte Person", "en", false),
      ("Ich will eine echte Person", nil, true), ("Ich will eine echte Person", "it", true),
      ("je veux parler à quelqu’un", "fr", true), ("", "en", false), ("real", "en", false),
    ] as [(String, String?, Bool)]
  )
  func words(_ text: String, _ language: String?, _ isAsking: Bool) {
    let trigger = Trigger(name: "t", conditions: [.says(Self.words)])
    var turn = Turn(.caller, text)
    turn.language = language.flatMap { LanguageTag($0) }
    #expect((Self.fires(trigger, turn).trigger != nil) == isAsking)
    turn.speaker = .agent
    #expect(Self.fires(trigger, turn).trigger == nil)
  }

  @Test func turnsThatFailInARow() {
    let trigger = Trigger(name: "t", conditions: [.failedTurns(2)])
    let (failed, good) = (Self.turn { $0.hasFailed = true }, Self.turn { $0.hasFailed = false })
    #expect(Self.fires(trigger, failed).trigger == nil)
    #expect(Self.fires(trigger, failed, good, failed).trigger == nil)
    #expect(Self.fires(trigger, failed, Turn(.agent, "Sorry?"), failed).why == "2 failed turns in a row")
  }

  @Test func numbersAndTopics() {
    let unsure = Self.turn { $0.confidence = 0.3 }
    #expect(
      Self.fires(Trigger(name: "t", conditions: [.confidence(below: 0.4)]), unsure).why == "confidence 0.3 is below 0.4"
    )
    #expect(Self.fires(Trigger(name: "t", conditions: [.confidence(below: 0.3)]), unsure).trigger == nil)
    let cross = Self.turn { $0.sentiment = -0.6 }
    #expect(Self.fires(Trigger(name: "t", conditions: [.sentiment(below: -0.5)]), cross).trigger != nil)
    #expect(Self.fires(Trigger(name: "t", conditions: [.sentiment(below: -0.5)]), unsure).trigger == nil)
    let leaving = Self.turn { $0.topic = "Cancellation" }
    #expect(
      Self.fires(Trigger(name: "t", conditions: [.topic(oneOf: ["a", "cancellation"])]), leaving).why
        == "the topic is cancellation"
    )
  }

  @Test func timeSinceTheFirstTurn() {
    var conversation = WatchedConversation(at: Self.time(100))
    let triggers = [Trigger(name: "t", conditions: [.elapsed(.seconds(300))])]
    #expect(conversation.take(Turn(.caller), triggers, at: Self.time(399)).trigger == nil)
    #expect(conversation.take(Turn(.caller), triggers, at: Self.time(400)).why == "300 seconds have passed")
  }

  @Test func allConditionsHaveToHold() {
    let both = Trigger(name: "t", conditions: [.failedTurns(1), .sentiment(below: 0)])
    #expect(Self.fires(both, Self.turn { $0.hasFailed = true }).trigger == nil)
    let decision = Self.fires(both, Self.turn { $0.sentiment = -1 }, Self.turn { $0.hasFailed = true })
    #expect(decision.why == "1 failed turns in a row, and sentiment -1.0 is below 0.0")
    #expect(Self.fires(Trigger(name: "none"), Turn(.caller, "person")).trigger == nil)
  }

  @Test func anOfferIsMadeOnceAndTheFirstThatFiresDecides() {
    var conversation = WatchedConversation(at: Self.time(0))
    let triggers = [
      Trigger(name: "offer", conditions: [.failedTurns(1)], action: .offer),
      Trigger(name: "last", conditions: [.failedTurns(2)]),
    ]
    let failed = Self.turn { $0.hasFailed = true }
    let names = (0..<3).map { _ in conversation.take(failed, triggers, at: Self.time(1)).trigger?.name }
    #expect(names == ["offer", "last", "last"])
  }

  @Test func theTranscriptIsWhatWasSaidLast() {
    var conversation = WatchedConversation(at: Self.time(0))
    for number in 0..<200 {
      _ = conversation.take(
        Turn(number % 2 == 0 ? .caller : .agent, "\(number) " + String(repeating: "x", count: 90)),
        [],
        at: Self.time(1)
      )
    }
    #expect(conversation.transcript.count == WatchedConversation.longestTranscript)
    #expect(conversation.transcript.contains("\nAgent: 199 x"))
  }

  @Test(arguments: [
    ("en", "can I please talk to a person"), ("en", "I need a human being"),
    ("de", "Ich möchte mit einem Menschen sprechen"),
    ("de", "Verbinden Sie mich mit einem Mitarbeiter"), ("es", "Quiero hablar con alguien"),
    ("fr", "Je voudrais parler à quelqu'un"), ("pt", "Quero falar com alguém"),
  ])
  func theShippedWords(_ language: String, _ text: String) throws {
    let tag = try #require(LanguageTag(language))
    let words = RequestWords(byLanguage: [tag: try #require(RequestWords.shipped[language])])
    var turn = Turn(.caller, text)
    turn.language = tag
    #expect(Self.fires(Trigger(name: "t", conditions: [.says(words)]), turn).trigger != nil)
  }
}
