import Testing

@testable import Transport

@Suite("Secrets")
struct SecretsTests {
  @Test(
    "the digests that the standards give",
    arguments: [
      ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ]
  )
  func digest(text: String, expected: String) {
    #expect(Secrets.hexadecimal(Secrets.sha256(Array(text.utf8))) == expected)
  }

  @Test("the signature of RFC 4231's second case")
  func signature() {
    let signature = Secrets.hmacSHA256(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
    #expect(
      Secrets.hexadecimal(signature) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    )
  }

  @Test("base64 there and back", arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
  func thereAndBack(text: String) {
    let encoded = Secrets.base64(Array(text.utf8))
    #expect(Secrets.bytes(base64: encoded) ?? [] == Array(text.utf8))
  }

  @Test("what is not base64 is nothing", arguments: ["a", "ab=c=", "a b!", "====x"])
  func notBase64(text: String) {
    #expect(Secrets.bytes(base64: text) == nil)
  }

  @Test("equal only when every byte is")
  func equality() {
    #expect(Secrets.areEqual([1, 2], [1, 2]))
    #expect(!Secrets.areEqual([1, 2], [1, 3]))
    #expect(!Secrets.areEqual([1, 2], [1, 2, 3]))
    #expect(Secrets.areEqual([], []))
  }

  @Test("no two random keys are the same")
  func randomness() throws {
    #expect(try Secrets.random(32) != Secrets.random(32))
  }
}
