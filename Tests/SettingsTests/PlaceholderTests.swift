import Testing
import Transfer

@testable import Settings

/// Each text has placeholders of its own: any other would be spoken as nothing.
@Suite struct PlaceholderTests {
  private static let sentences: [Sentence] =
    Sentence.shipped.filter { $0 != .place } + [.farewell(.busy), .farewell(.cancelled), .farewell(.holdTimeout)]

  @Test(arguments: sentences)
  func onlyItsOwnPlaceholdersStandInAText(_ sentence: Sentence) {
    for field in Template.Field.allCases {
      let found = mistakes(
        in: "[general]\nari_password = x\n[transfer]\n\(sentence.key) = <{\(field.rawValue)}>\n"
      )
      #expect(found.isEmpty == sentence.fields.contains(field), "{\(field.rawValue)} in \(sentence.key)")
      guard let message = found.first else { continue }
      #expect(message.hasPrefix("warm_transfer.conf:4: \(sentence.key): unknown placeholder '{\(field.rawValue)}'"))
      for known in sentence.fields { #expect(message.contains("{\(known.rawValue)}")) }
    }
  }

  @Test(arguments: [
    (
      "announcement = For {raeson}.",
      "announcement: unknown placeholder '{raeson}'; did you mean {reason}? "
        + "(it takes {target}, {wait}, {topic}, {reason}, {opt_out_digits})"
    ),
    ("merge_prompt = Here is {target}.", "merge_prompt: unknown placeholder '{target}'; this text takes none"),
    ("announcement = {reason\u{301}}", "announcement: unknown placeholder '{reason\u{301}}'"),
  ])
  func whatIsSaidOfIt(_ line: String, _ expected: String) {
    let found = mistakes(in: "[general]\nari_password = x\n[transfer]\n\(line)")
    #expect(found.count == 1 && found[0].hasPrefix("warm_transfer.conf:4: " + expected), "\(found)")
  }
}

/// Marks with an accent on them are other Characters, and the same bytes.
@Suite struct ScalarTests {
  private func entries(_ text: String) -> [String] {
    let conf = ConfParser.parse(mainFile, from: .inMemory([mainFile: text]))
    return conf.mistakes.map(\.message)
      + conf.sections.flatMap { section in section.entries.map { "\($0.key)|\($0.value)" } }
  }

  @Test(arguments: [
    ("[a]\nk =\u{301}v", "k|\u{301}v"), ("[a]\nk =>\u{301}v", "k|\u{301}v"), ("[a]\nk +=\u{301}v", "k|\u{301}v"),
    ("[a]\nk = v ;\u{301} comment", "k|v"),
    ("[\u{301}a]\nk = v", "k|v"),
    ("[a]\u{301}\nk = v", "after '[section]' comes nothing, or '(…)' with templates, '!' or '+'; not '\u{301}'"),
  ])
  func theParserReadsScalars(_ text: String, _ expected: String) {
    #expect(entries(text).contains { $0.unicodeScalars.elementsEqual(expected.unicodeScalars) }, "\(entries(text))")
  }

  /// What must not be in a value is not in it under an accent either.
  @Test(arguments: [
    "dial = PJSIP/a,\u{301}30", "dial = PJSIP/a&\u{301}PJSIP/b", "dial = PJ\u{338}SIP/a",
    "dial = P/a\ncaller_id = \"A\"\u{301}B\" <100>", "dial = P/a\ncaller_id = <1\u{338}00>",
    "dial = P/a\nhold_music = e\u{338}", "dial = P/a\nlanguage = de\u{338}", "dial = P/a\nspeech_rate = 1\u{338}60",
  ])
  func whatMayNotStandThere(_ lines: String) {
    #expect(mistakes(in: "[general]\nari_password = x\n[a]\ntype = target\n\(lines)").count == 1)
  }

  @Test func aNameIsTheSameHoweverItIsComposed() throws {
    let (composed, apart) = ("Gr\u{F6}\u{DF}e", "Gro\u{308}\u{DF}e")
    for (written, given) in [(composed, apart), (apart, composed)] {
      let settings = try settings(
        """
        [general]
        ari_password = x
        [bob]
        type = target
        dial = PJSIP/bob
        [anna]
        type = target
        dial = PJSIP/anna
        [r]
        type = rule
        fact.\(written) = gro\u{308}\u{DF}er
        target = bob
        """
      )
      let facts = [CallContext.Fact(name: given, value: "gr\u{F6}\u{DF}er")]
      let request = DispatchRequest(facts: facts, at: WallTime(milliseconds: 0))
      #expect(settings.dispatch.route(request) == .target("bob", because: .rule("r")))
    }
  }
}
