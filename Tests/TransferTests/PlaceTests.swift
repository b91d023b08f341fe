import Testing

@testable import Transfer

/// What a caller is told of where they stand.
@Suite struct PlaceTests {
  private func story(_ comfort: String) throws -> Story {
    var request = try Sample.request(.ring(Sample.party([Sample.target()])))
    request.policy.comfortInterval = .seconds(20)
    request.policy.comfortMessage = try Template(parsing: comfort)
    request.policy.expectedWait = .seconds(30)
    var story = Story(request)
    story.everybodyIsFree = false
    story.untilHeld()
    return story
  }

  /// The music is interrupted only when the words are there.
  @Test func thePlaceIsAskedForWhenItIsToBeSaid() throws {
    var story = try story("You are number {place}. It takes {wait}.")
    #expect(!story.effects.contains { if case .prepareSpeech(.comfort, _, _) = $0 { true } else { false } })
    for (time, place) in zip(1..., [3, 2]) {
      let asked = story.happens(.timerFired(.comfort))
      #expect(asked == [.findPlace, .startTimer(.comfort, at: story.now + .seconds(20))])
      let spoken = story.happens(.placeFound(place, wait: .seconds(95)))
      #expect(
        spoken == [
          .prepareSpeech(.comfort, text: "You are number \(SpokenNumber.marked(place)). It takes 2 minutes.", Voice())
        ]
      )
      #expect(
        story.happens(.speechReady(.comfort, Sample.media)) == [.play(Sample.media, to: .caller, as: .comfort(time))]
      )
    }
  }

  /// Until there is experience, the administrator's own figure counts for each place.
  @Test(arguments: [
    (3, Duration.seconds(20), "Number \(SpokenNumber.marked(3)). 20 seconds."),
    (3, nil, "Number \(SpokenNumber.marked(3)). a minute and a half."),
    (nil, nil, "30 seconds."),
  ])
  func whatIsNotKnownIsLeftOut(_ place: Int?, _ wait: Duration?, _ text: String) throws {
    var story = try story("[Number {place}.] [{wait}.]")
    story.happens(.timerFired(.comfort))
    #expect(story.happens(.placeFound(place, wait: wait)) == [.prepareSpeech(.comfort, text: text, Voice())])
  }

  @Test func anAnswerThatComesTooLateIsNotSaid() throws {
    var story = try story("Number {place}.")
    story.everybodyIsFree = true
    story.happens(.timerFired(.comfort), .leg(first, .answered))
    story.happens(.leg(first, .accepted()))
    #expect(story.machine.phase == .merging)
    #expect(story.happens(.placeFound(1, wait: nil)).isEmpty)
    #expect(story.happens(.speechReady(.comfort, Sample.media)).isEmpty)
  }

  @Test(arguments: ShippedLanguage.all)
  func everyLanguageSaysPlaceAndWait(_ language: ShippedLanguage) throws {
    let text = try #require(language.sentences[.place])
    let template = try Template(parsing: text, knowing: Sentence.place.fields)
    #expect(template.render([.place: "12", .wait: "@"]).contains(" 12 "))
    #expect(template.fields == [.place, .wait])
  }

  /// In place of the usual sentence, and in each language that a caller speaks.
  @Test func theLanguagesOwnSentenceIsSaidWhereItIsWanted() throws {
    let german = Phrasebook(
      tag: try #require(LanguageTag("de")),
      voice: "de",
      sentences: try ShippedLanguage.german.sentences.mapValues { try Template(parsing: $0) },
      words: ShippedLanguage.german.words
    )
    var policy = try Sample.policy()
    #expect(!policy.speaking(german, as: german.tag).comfortMessage.source.contains("{place}"))
    policy.tellsPlace = true
    #expect(policy.speaking(german, as: german.tag).comfortMessage.source.contains("Nummer {place}"))
  }
}
