import Testing

@testable import Speech

@Suite struct SpokenTextTests {
  private let spoken = SpokenText()

  private func expect(_ written: String, _ heard: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(spoken.spoken(written) == heard, sourceLocation: location)
  }

  @Test(arguments: [
    ("+1 (555) 987-6543", "plus one, five five five, nine eight seven, six five four three"),
    ("+15559876543", "plus one, five five five, nine eight seven, six five four three"),
    ("Call (555) 987-6543.", "Call five five five, nine eight seven, six five four three."),
    ("(555)987-6543", "five five five, nine eight seven, six five four three"),
    ("555-987-6543, please", "five five five, nine eight seven, six five four three, please"),
    ("555.0199", "five five five, zero one nine nine"),
    ("+44 20 7946 0958", "plus four four, two zero, seven nine four six, zero nine five eight"),
    ("+1 2", "+1 2"), ("5551234567", "five five five one two three four five six seven"),
  ])
  func phoneNumbers(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("account 4821", "account four eight two one"), ("Account: 4821.", "Account: four eight two one."),
    ("acct. 4821 3377", "account four eight two one three three seven seven"),
    ("order number is 17", "order number is one seven"), ("order #17", "order one seven"),
    ("ticket 30 days old", "ticket 30 days old"),
    ("account 4821-3377", "account four eight two one, three three seven seven"),
    ("no. 12", "number one two"), ("ext. 204", "extension two zero four"), ("#12", "number 12"),
    ("#4821", "number four eight two one"), ("zip 00501", "zip zero zero five zero one"),
    ("pin 0042", "pin zero zero four two"),
    ("Closed the case. 12 people called.", "Closed the case. 12 people called."),
  ])
  func namesMadeOfDigits(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("2 days", "2 days"), ("30 seconds", "30 seconds"), ("in 2026", "in 2026"), ("1,250 calls", "1250 calls"),
    ("3.5", "3.5"), ("the 2nd of 3", "the 2nd of 3"), ("24/7", "24/7"), ("4x4", "4x4"),
  ])
  func quantitiesStay(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("AB-1234", "ay B, one two three four"), ("INV-00042", "I N V, zero zero zero four two"), ("B2B", "B two B"),
    ("order a12b", "order ay one two B"), ("COVID-19", "COVID-19"),
  ])
  func mixedIdentifiers(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("$1,250.50", "1250 dollars and 50 cents"), ("€20", "20 euros"), ("20€", "20 euros"), ("USD 5", "5 dollars"),
    ("5 EUR", "5 euros"), ("$1", "1 dollar"), ("$0.01", "1 cent"), ("£2.30,", "2 pounds and 30 pence,"),
    ("$5 million", "5 million dollars"), ("$1.5 billion.", "1.5 billion dollars."), ("$", "$"), ("$x", "$x"),
    ("$1,2", "$1,2"),
  ])
  func money(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("2026-11-21", "November 21st, 2026"), ("11/21/2026", "November 21st, 2026"), ("21/11/2026", "November 21st, 2026"),
    ("3/4/2026.", "March 4th, 2026."), ("2026-11-21T14:30:00Z", "November 21st, 2026, 2 30 p m"),
    ("2026-13-01", "2026-13-01"), ("99/99/9999", "99/99/9999"),
  ])
  func dates(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("14:30", "2 30 p m"), ("2:30 pm", "2 30 p m"), ("2:30pm", "2 30 p m"), ("9:05 a.m.", "9 oh 5 ay m."),
    ("9:00", "9 o'clock"),
    ("11 am", "11 ay m"), ("00:00", "12 ay m"), ("12:00 pm", "12 p m"), ("25:00", "25:00"), ("1:2", "1:2"),
    ("I am", "I am"),
  ])
  func times(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("john.doe@example.com", "john dot doe at example dot com"),
    ("<a_b-c+1@x.org>", "<a underscore b dash c plus one at x dot org>"),
    ("https://www.example.com/a/b?c=d#e", "example dot com"), ("http://user:pw@example.com:8080", "example dot com"),
    ("www.example.co.uk.", "example dot co dot uk."), ("@", "@"), ("a@b", "a@b"), ("https://", "https://"),
  ])
  func addresses(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("15%", "15 percent"), ("3.5%", "3.5 percent"), ("%", "%"), ("5kg", "5 kilograms"), ("1 km", "1 kilometer"),
    ("10 GB", "10 gigabytes"), ("20°C", "20 degrees Celsius"), ("5G", "five G"), ("100 Mbps", "100 megabits a second"),
  ])
  func percentAndUnits(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    ("Dr. Smith", "Doctor Smith"), ("12 Main St. today", "12 Main Street today"), ("near St. John", "near Saint John"),
    ("Call ASAP.", "Call as soon as possible."), ("the CRM", "the C R M"), ("an API", "an ay P I"), ("NATO", "NATO"),
    ("No.", "No."), ("no 2 are alike", "no two are alike"), ("Smith & Sons", "Smith and Sons"),
  ])
  func abbreviations(_ written: String, _ heard: String) { expect(written, heard) }

  @Test(arguments: [
    "", " ", "((((", "....", "+", "++", "#", "##", "1:", "::", "-", "//", "@@", "é1", "١٢٣", "1\u{301}", "👩‍👩‍👧",
    "99999999999999999999999999.99", "$99999999999999999999", "account", "no.", "(", "+()-.",
  ])
  func anyTextIsAText(_ written: String) {
    #expect(spoken.spoken(written).unicodeScalars.count <= SpokenText.longest)
  }

  @Test func longTextIsCut() {
    let heard = spoken.spoken(String(repeating: "account 123456789 ", count: 100_000))
    #expect(heard.unicodeScalars.count <= SpokenText.longest)
    #expect(spoken.spoken(String(repeating: "9", count: 1_000_000)).unicodeScalars.count <= SpokenText.longest)
  }

  @Test(arguments: 1...20 as ClosedRange<UInt64>)
  func mixedUpText(_ seed: UInt64) {
    var random = SplitMix(state: seed)
    let pieces = [
      "1", "23", "4567", "+", "(", ")", "-", ".", ",", "/", ":", "@", "#", "$", "€", "%", " ", " ", "account", "no.",
      "pm",
      "T", "USD", "kg", "https://", "www.", "é", "\u{301}", "\u{0}", "[[", "]]", "AB", "x", "million", "St.",
    ]
    for _ in 0..<300 {
      let written = (0..<Int.random(in: 0...40, using: &random)).map { _ in
        pieces.randomElement(using: &random) ?? ""
      }
      .joined()
      let heard = spoken.spoken(written)
      #expect(heard.unicodeScalars.count <= SpokenText.longest)
      #expect(!heard.contains("[") && !heard.unicodeScalars.contains("\0"), "seed \(seed): \(written)")
    }
  }
}

private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }
}
