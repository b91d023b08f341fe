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
}
