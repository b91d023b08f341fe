import Testing
import Transfer

@testable import Settings

@Suite struct TriggerLoadingTests {
  private static func conf(_ lines: String) -> String {
    "[general]\nari_password = x\n[alice]\ntype = target\ndial = PJSIP/a\n[t]\ntype = trigger\n" + lines
  }

  @Test func everyKey() throws {
    let text = """
      asks_for_person = yes
      words = boss
      words.de = Chef
      failed_turns = 3
      confidence_below = 0.4
      sentiment_below = -0.5
      topics = a, b
      after = 5m
      action = hand-over
      target = alice
      reason = Wants a person
      say = One moment
      """
    let trigger = try #require(try settings(Self.conf(text)).triggers.first)
    #expect(trigger.action == .handOver && trigger.target == "alice" && trigger.name == "t")
    #expect(trigger.reason == "Wants a person" && trigger.say == "One moment")
    #expect(
      trigger.conditions.dropFirst() == [
        .failedTurns(3), .confidence(below: 0.4), .sentiment(below: -0.5), .topic(oneOf: ["a", "b"]),
        .elapsed(.seconds(300)),
      ]
    )
    let words = try #require(
      trigger.conditions.first.flatMap { condition -> RequestWords? in
        if case .says(let words) = condition { words } else { nil }
      }
    )
    #expect(words.always == ["boss"])
    #expect(words.byLanguage.count == RequestWords.shipped.count)
    #expect(words.byLanguage[try #require(LanguageTag("de"))]?.contains("Chef") == true)
  }

  @Test(arguments: [
    ("action = offer", "has no condition"), ("failed_turns = 0", "is not within"),
    ("confidence_below = 2", "is not a number from 0.0 to 1.0"), ("sentiment_below = nan", "is not a number"),
    ("after = 1\ntarget = bob", "there is no target or group 'bob'"), ("after = 1\naction = shout", "is not one of"),
    ("words.xylophone = a", "words.xylophone"), ("asks_for_person = no", "has no condition"),
  ])
  func mistakesAreSaid(_ lines: String, _ words: String) {
    let found = mistakes(in: Self.conf(lines))
    #expect(found.count >= 1 && found[0].contains(words), "\(found)")
  }
}
