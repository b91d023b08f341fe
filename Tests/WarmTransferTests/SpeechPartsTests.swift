import Testing
import Transfer

@testable import WarmTransfer

@Suite struct SpeechPartsTests {
  private func parts(_ wording: Wording, bySentence: Bool = false) -> ([String], [Int]?) {
    let split = SpeechParts(wording, bySentence: bySentence)
    return (split.parts.map(\.text), split.again)
  }

  private static let short = Wording("Call from Anna Meyer. She waits for us.", ending: "Press 1.")

  @Test func aShortTextIsOne() {
    #expect(parts(Self.short) == (["Call from Anna Meyer. She waits for us. Press 1."], nil))
  }

  @Test func anEngineMakesSentences() {
    let (texts, again) = parts(Self.short, bySentence: true)
    #expect(texts == ["Call from Anna Meyer.", "She waits for us.", "Press 1."] && again == nil)
    // What is short goes with what follows.
    #expect(parts(Wording("Yes. Call from Anna Meyer."), bySentence: true).0 == ["Yes. Call from Anna Meyer."])
  }

  @Test func aLongTextBeginsWithItsFirstSentence() {
    let long = (1...20).map { "This is the sentence with the number \($0)." }
    let (texts, again) = parts(Wording(long.joined(separator: " "), ending: "Press 1."))
    #expect(texts == long + ["Press 1."] && again == nil)
  }
}
