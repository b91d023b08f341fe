import Testing

@testable import Transfer

@Suite("For the ear")
struct ForTheEarTests {
  @Test(
    "a summary is shortened at a sentence",
    arguments: [
      ("One two. Three four. Five.", 10, "One two. Three four. Five."),
      ("One two. Three four. Five.", 4, "One two. Three four."),
      ("One two. Three four. Five.", 3, "One two."),
      ("She said \"no!\" Then she left.", 3, "She said \"no!\""),
      ("First line\nsecond line", 3, "First line"),
      ("One two three four", 2, "One two"),
      ("  spaces \t and\nlines ", 9, "spaces and lines"),
      ("", 5, ""),
    ]
  )
  func summaries(text: String, words: Int, expected: String) {
    #expect(ForTheEar.summary(text, words: words) == expected)
  }

  @Test(
    "of a conversation the end is told",
    arguments: [
      ("Agent: Hello.\nCaller: My bill is wrong\n", 20, "Agent: Hello. Caller: My bill is wrong."),
      ("Agent: Hello.\nCaller: My bill is wrong", 6, "Caller: My bill is wrong."),
      ("Agent: one two three four five", 2, "four five."),
      ("\n \n", 5, ""),
    ]
  )
  func turns(transcript: String, words: Int, expected: String) {
    #expect(ForTheEar.lastTurns(of: transcript, words: words) == expected)
  }
}
