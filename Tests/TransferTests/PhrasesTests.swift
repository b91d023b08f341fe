import Foundation
import Testing

@testable import Transfer

@Suite struct PhrasesTests {
  @Test(arguments: ShippedLanguage.all)
  func everyLanguageHasEverySentenceWithTheSameFields(_ language: ShippedLanguage) throws {
    #expect(Set(language.sentences.keys) == Set(Sentence.shipped), "\(language.tag)")
    for (sentence, text) in language.sentences {
      let english = try Template(parsing: try #require(ShippedLanguage.english.sentences[sentence]))
      let template = try Template(parsing: text)
      #expect(template.fields == english.fields, "\(language.tag) \(sentence.key)")
      #expect(language.tag == "en" || text != english.source, "\(language.tag) \(sentence.key)")
    }
  }

  /// Nobody hears a hole where something is not known, or a comma that hangs in the air.
  @Test(arguments: ShippedLanguage.all)
  func whatIsNotKnownLeavesNothingBehind(_ language: ShippedLanguage) throws {
    for (sentence, text) in language.sentences {
      let keys: [Template.Field: String] = [
        .target: "Anna", .acceptDigits: "1", .declineDigits: "2", .repeatDigits: "3",
      ]
      let said = try Template(parsing: text).render(keys)
      #expect(!said.isEmpty && !said.contains(" .") && !said.contains(" ,"), "\(language.tag) \(sentence.key): \(said)")
    }
  }

  @Test(arguments: ShippedLanguage.all)
  func theBriefingIsShort(_ language: ShippedLanguage) throws {
    let typical: [Template.Field: String] = [
      .callerName: "Maria Schneider", .topic: "Visa", .reason: "a charge she does not recognise",
      .summary: "She was charged twice in March and wants the second charge back.",
      .nextAction: "check invoice four eight two one", .acceptDigits: "1", .declineDigits: "2", .repeatDigits: "3",
    ]
    let briefing = try Template(parsing: try #require(language.sentences[.briefing])).render(typical)
    #expect(Double(briefing.split(separator: " ").count) / Double(Voice().wordsPerMinute) * 60 < 20)
    let before = try #require(briefing.split(separator: "Maria").first)
    #expect(before.count < 15, "who calls comes first")
  }

  @Test(arguments: [
    ("en", ["a few seconds", "30 seconds", "50 seconds", "a minute", "a minute and a half", "2 minutes", "3 minutes"]),
    (
      "de",
      [
        "ein paar Sekunden", "30 Sekunden", "50 Sekunden", "eine Minute", "anderthalb Minuten", "2 Minuten",
        "3 Minuten",
      ]
    ),
    (
      "es", ["unos segundos", "30 segundos", "50 segundos", "un minuto", "un minuto y medio", "2 minutos", "3 minutos"]
    ),
    (
      "fr",
      [
        "quelques secondes", "30 secondes", "50 secondes", "une minute", "une minute et demie", "2 minutes",
        "3 minutes",
      ]
    ),
    (
      "pt",
      ["alguns segundos", "30 segundos", "50 segundos", "um minuto", "um minuto e meio", "2 minutos", "3 minutos"]
    ),
  ])
  func waitsAreSaidAsPeopleSayThem(_ tag: String, _ expected: [String]) throws {
    let words = try #require(ShippedLanguage.all.first { $0.tag == tag }).words
    #expect([1, 21, 50, 51, 61, 120, 121].map { words.spoken(.seconds($0)) } == expected)
    #expect([0, 9].map { words.spoken(.seconds($0)) } == [expected[0], expected[0]])
    #expect([.milliseconds(9_001), .seconds(10)].map(words.spoken) == ["10", "10"].map { "\($0) \(words.seconds)" })
    #expect([60, 90].map { words.spoken(.seconds($0)) } == [expected[3], expected[4]])
  }

  /// What stands where the caller hears a wait is the wait alone: "about a few seconds" is nothing that people say.
  @Test(arguments: ShippedLanguage.all)
  func nothingIsSaidToBeAboutAFewSeconds(_ language: ShippedLanguage) throws {
    let announcement = try Template(parsing: try #require(language.sentences[.announcement]))
    let said = announcement.render([.target: "Anna", .wait: "@"])
    for about in ["about @", "etwa @", "environ @", "alrededor de @", "cerca de @"] { #expect(!said.contains(about)) }
  }

  /// As an earlier version wrote them down with each transfer.
  @Test func wordsOfAnEarlierVersionAreRead() throws {
    let old =
      #"{"oneSecond":"one second","seconds":"seconds","oneMinute":"one minute","minutes":"minutes","star":"star","pound":"pound"}"#
    let words = try JSONDecoder().decode(SpokenWords.self, from: Data(old.utf8))
    #expect(
      [1, 30, 60, 90, 180].map { words.spoken(.seconds($0)) } == [
        "10 seconds", "30 seconds", "one minute", "2 minutes", "3 minutes",
      ]
    )
    #expect(try JSONDecoder().decode(SpokenWords.self, from: JSONEncoder().encode(words)) == words)
  }

  @Test(arguments: [
    ("en", "star 0 pound"), ("de", "Stern 0 Raute"), ("es", "asterisco 0 almohadilla"), ("fr", "étoile 0 dièse"),
    ("pt", "asterisco 0 cardinal"),
  ])
  func keys(_ tag: String, _ expected: String) throws {
    let words = try #require(ShippedLanguage.all.first { $0.tag == tag }).words
    #expect(words.spoken(try #require(DigitSequence("*0#"))) == expected)
  }

  private static func german() throws -> Phrasebook {
    Phrasebook(
      tag: try #require(LanguageTag("de")),
      voice: "de",
      sentences: [
        .announcement: try Template(parsing: "Ich verbinde."), .farewell(.busy): try Template(parsing: "Besetzt."),
      ],
      words: ShippedLanguage.german.words
    )
  }

  @Test func aPolicySpeaksAnotherLanguageWhereNothingElseIsWritten() throws {
    var policy = try Sample.policy()
    policy.language = LanguageTag("en")
    policy.ownVoice = "en-us"
    policy.ownSentences = [.mergePrompt]
    let german = try Self.german()
    let spoken = policy.speaking(german, as: german.tag)
    #expect(spoken.announcement.source == "Ich verbinde." && spoken.farewells.template(for: .busy).source == "Besetzt.")
    #expect(spoken.mergePrompt == policy.mergePrompt && spoken.briefing == policy.briefing)
    #expect(spoken.voice.name == "de" && spoken.words == german.words)
    policy.ownSentences.insert(.announcement)
    #expect(policy.speaking(german, as: german.tag).announcement == policy.announcement)
  }

  @Test func aVoiceIsKeptForTheLanguageThatItWasChosenFor() throws {
    var policy = try Sample.policy()
    policy.ownVoice = "de+f3"
    let german = try Self.german()
    policy.language = LanguageTag("de")
    #expect(policy.speaking(german, as: german.tag).voice.name == "de+f3")
    policy.language = LanguageTag("fr")
    #expect(policy.speaking(german, as: german.tag).voice.name == "de")
  }

  @Test func theColleaguesHearTheirOwnLanguage() throws {
    var policy = try Sample.policy()
    policy.takenMessage = try Template(parsing: "Taken.")
    let words = try Template(parsing: "Vergeben.")
    let target = try Sample.target("anna") {
      $0.takenMessage = words
      $0.voice.name = "de"
    }
    var request = try Sample.request(.ring(Sample.party([target], .all)))
    request.policy = policy
    var story = Story(request)
    let taken = story.happens(.requested).filter {
      if case .prepareSpeech(.taken, _, _) = $0 { true } else { false }
    }
    #expect(taken == [.prepareSpeech(.taken, text: "Vergeben.", target.policy.voice)])
  }
}

extension ShippedLanguage: CustomTestStringConvertible {
  public var testDescription: String { tag }
}
