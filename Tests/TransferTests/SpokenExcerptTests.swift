import Testing

@testable import Transfer

@Suite("What there is time to speak")
struct SpokenExcerptTests {
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
      ("二回請求されました。返金を希望しています。", 10, "二回請求されました。"),
      ("客户希望退还第二笔费用", 5, "客户希望"),
      ("Read https://shop.example.com/orders/1234567/items?colour=blue first", 4, "Read first"),
    ]
  )
  func summaries(text: String, words: Int, expected: String) {
    #expect(SpokenExcerpt.beginning(of: text, words: words) == expected)
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
    #expect(SpokenExcerpt.lastTurns(of: transcript, words: words) == expected)
  }

  /// What espeak-ng takes for each, by the clock, in words of 160 a minute.
  @Test(
    "the time that a text takes is estimated by what is spoken",
    arguments: [
      ("She was charged twice in March and wants the second charge back because her bank will not help her", 16.8),
      ("Die Kundin wurde im März zweimal belastet und möchte die zweite Abbuchung zurückerhalten", 15),
      ("Kraftfahrzeughaftpflichtversicherung", 7.2), ("カスタマーサポート", 4.2),
      ("客户三月份被收取了两次费用希望退还第二笔费用", 22.1),
      ("고객은 삼월에 두 번 청구되어 두 번째 청구의 환불을 원합니다", 15.9),
      ("ลูกค้าถูกเรียกเก็บเงินสองครั้งในเดือนมีนาคมและต้องการเงินคืน", 18.5), ("4821", 7), ("48219934", 13),
      (String(repeating: "1234567890", count: 4), 33), ("https://shop.example.com/orders/1234?item=99&x=y", 25.5),
      ("maria.schneider@example.com", 6.5),
    ] as [(String, Double)]
  )
  func lengths(text: String, words: Double) {
    #expect(abs(SpokenLength.inWords(text) - words) < words * 0.3, "\(SpokenLength.inWords(text))")
  }
}
