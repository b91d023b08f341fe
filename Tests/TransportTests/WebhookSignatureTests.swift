import Testing

@testable import Transport

@Suite struct WebhookSignatureTests {
  private static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

  /// The example of the specification of Standard Webhooks.
  @Test func itIsTheOneOfTheSpecification() throws {
    let signature = try #require(WebhookSignature(secret: Self.secret))
    let headers = signature.headers(
      id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
      seconds: 1_614_265_330,
      body: Array(#"{"test": 2432232314}"#.utf8)
    )
    #expect(headers.map(\.0) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
    #expect(headers.map(\.1).prefix(2) == ["msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330"])
    #expect(headers.last?.1 == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
  }

  @Test func everyPartIsSigned() throws {
    let signature = try #require(WebhookSignature(secret: Self.secret))
    let other = try #require(WebhookSignature(secret: "whsec_" + String(repeating: "A", count: 32)))
    let signed = [
      signature.headers(id: "a", seconds: 1, body: [1]), signature.headers(id: "b", seconds: 1, body: [1]),
      signature.headers(id: "a", seconds: 2, body: [1]), signature.headers(id: "a", seconds: 1, body: [2]),
      other.headers(id: "a", seconds: 1, body: [1]),
    ]
    #expect(Set(signed.map { $0[2].1 }).count == signed.count)
  }

  @Test(arguments: [
    "", "whsec_", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_not base64, not at all, not even a bit",
    "whsec_" + String(repeating: "A", count: 28), "whsec_" + String(repeating: "A", count: 260),
  ])
  func whatIsNoSecretIsRefused(_ text: String) {
    #expect(WebhookSignature(secret: text) == nil)
  }
}
