import Testing

@testable import Transfer

@Suite struct WordingTests {
  private func cut(_ template: String, _ values: [Template.Field: String], knowing known: [Template.Field]) throws
    -> Wording
  {
    let template = try Template(parsing: template)
    return Wording(template.render(values), cutWithin: template.tail(values.filter { known.contains($0.key) }))
  }

  private static let values: [Template.Field: String] = [
    .callerName: "Anna", .summary: "She wants a refund.", .reason: "a bill", .acceptDigits: "1",
  ]

  @Test(arguments: [
    (
      "A call from {caller_name}. {summary} Press {accept_digits}.", "A call from Anna. She wants a refund.", "Press 1."
    ),
    ("{caller_name}. Hello. Press {accept_digits}.", "Anna.", "Hello. Press 1."),
    ("From {caller_name}. [{facts}] Press {accept_digits}.", "From Anna.", "Press 1."),
    // Not within a sentence that speaks of the caller.
    ("From {caller_name}, press {accept_digits}.", "From Anna, press 1.", ""),
    ("About {reason}: press {accept_digits}. Or wait.", "About a bill: press 1.", "Or wait."),
    ("Press {accept_digits} for {caller_name}.", "Press 1 for Anna.", ""),
    ("Press {accept_digits}. It is {caller_name}", "Press 1. It is Anna", ""),
    // The same for everybody from the first word on.
    ("A call. Press {accept_digits}.", "", "A call. Press 1."),
    ("", "", ""),
  ])
  func theEndThatEveryCallHas(_ template: String, _ beginning: String, _ ending: String) throws {
    let wording = try cut(template, Self.values, knowing: [.acceptDigits])
    #expect(wording == Wording(beginning, ending: ending))
    #expect(wording.text == (try Template(parsing: template).render(Self.values)))
  }

  @Test func aBriefingEndsWithItsKeys() throws {
    var story = try Story(ringing: [Sample.target()])
    let effects = story.happens(.requested, .caller(.enteredHold), .speechReady(.announcement, Sample.media))
    let texts = effects.compactMap {
      if case .prepareSpeech(let speech, let text, _) = $0 { (speech, text) } else { nil }
    }
    let briefing = try #require(texts.first { $0.0 == .briefing(first) }).1
    #expect(story.machine.wording(of: .briefing(first), briefing) == Wording("Call from Jane Doe.", ending: "Press 1."))
    #expect(story.machine.wording(of: .announcement, briefing) == Wording(briefing))
    #expect(story.machine.wording(of: .briefing(second), briefing) == Wording(briefing))
  }

  // MARK: What counts

  private func marked(_ text: String, _ values: [String]) -> [String] {
    Wording(text).marking(values).pieces.map { ($0.isImportant ? "!" : "") + $0.text }
  }

  @Test func wholeSentencesCount() {
    #expect(
      marked("Call from Dr. Who. A bill is wrong. She waits.", ["A bill is wrong"]) == [
        "Call from Dr. Who.", "!A bill is wrong.", "She waits.",
      ]
    )
    #expect(marked("One. Two three. Four. Five.", ["three", "Five"]) == ["One.", "!Two three.", "Four.", "!Five."])
    #expect(marked("One. Two. Three.", ["Two. Three", "Two"]) == ["One.", "!Two. Three."])
    #expect(marked("One. Two. Three.", ["Two", "Three"]) == ["One.", "!Two. Three."])
    #expect(marked("One. Two.", ["", "none"]) == ["One. Two."])
    #expect(marked("", [""]) == [])
    let text = "Call from Anna. It is about a bill. She waits."
    #expect(Wording(text).marking(["a bill"]).text == text)
  }

  @Test func aBriefingKnowsWhatCountsAndTheNamesLanguage() throws {
    let briefing = try Template(parsing: "Call from {caller_name}. [{reason}.] [{summary}] Press {accept_digits}.")
    let target = try Sample.target { $0.briefing = briefing }
    var request = try Sample.request(.ring(Sample.party([target])))
    request.context.reason = "A bill is wrong."
    request.context.summary = "She has called before."
    request.context.language = LanguageTag("de-at")
    var story = Story(request)
    let effects = story.happens(.requested, .caller(.enteredHold), .speechReady(.announcement, Sample.media))
    let text = try #require(
      effects.compactMap {
        if case .prepareSpeech(.briefing, let text, _) = $0 { text } else { nil }
      }.first
    )
    let wording = story.machine.wording(of: .briefing(first), text)
    #expect(
      wording.pieces == [
        .init("Call from Jane Doe."), .init("A bill is wrong.", isImportant: true), .init("She has called before."),
      ]
    )
    #expect(wording.ending == "Press 1.")
    #expect(wording.name == .init("Jane Doe", try #require(LanguageTag("de-at"))))
  }

  @Test func whoeverAsksAgainHearsWhatCountsFirst() throws {
    let parts = (1...3).map { SpokenMedia.Sequence.Part.spoken("\($0)") }
    let again = [parts[1], parts[0], parts[2]]
    let media = SpokenMedia(
      file: "1",
      length: .seconds(8),
      sequence: .init(parts: parts, language: "en", again: again)
    )
    var story = try Story(ringing: [try Sample.target()])
    story.happens(.requested, .caller(.enteredHold), .speechReady(.announcement, Sample.media))
    story.happens(.speechReady(.briefing(first), media))
    let played = (story.happens(.leg(first, .answered)) + story.happens(.leg(first, .pressed("3")))).compactMap {
      if case .play(let media, to: .leg(first), _) = $0 { media.sequence?.parts } else { nil }
    }
    #expect(played == [parts, again])
  }
}
