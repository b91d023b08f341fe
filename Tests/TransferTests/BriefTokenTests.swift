import Testing
import Transfer

@Suite struct BriefTokenTests {
  @Test func aNewOneIsReadAgain() throws {
    var random = SystemRandomNumberGenerator()
    let token = BriefToken(from: &random)
    #expect(BriefToken(token.description) == token)
    #expect(token.dialled == "wt-" + token.description && token != BriefToken(from: &random))
  }

  @Test(arguments: [
    "", "0", "0123456789abcdefghj", "0123456789abcdefghjkm", "0123456789ABCDEFGHJK", "0123456789abcdefghj,",
    "0123456789abcdefghj${", "0123456789abcdefghj\u{301}k", "' OR 1=1 -- abcdefghj", "0123456789abcdefgh\u{0}j",
  ])
  func whatCannotBeOneIsNone(_ text: String) { #expect(BriefToken(text) == nil) }
}
