/// Signs what is sent to somebody's web server, so that they can tell that it comes from us, whole and not long ago:
/// the form of Standard Webhooks.
package struct WebhookSignature: Sendable {
  /// How the text of a secret begins.
  package static let mark = "whsec_"
  /// Bytes of a secret.
  package static let secretLengths = 24...192

  private let key: [UInt8]

  /// `whsec_` and base64; nil for what is no secret of that form.
  package init?(secret: String) {
    guard secret.utf8.starts(with: Self.mark.utf8),
      let key = Secrets.bytes(base64: String(decoding: secret.utf8.dropFirst(Self.mark.utf8.count), as: UTF8.self)),
      Self.secretLengths.contains(key.count)
    else { return nil }
    self.key = key
  }

  /// The headers of a request with this body. The id stays the same when it is sent again, the time does not.
  package func headers(id: String, seconds: Int64, body: [UInt8]) -> [(String, String)] {
    [
      ("webhook-id", id), ("webhook-timestamp", String(seconds)),
      ("webhook-signature", "v1," + signature(id: id, seconds: seconds, body: body)),
    ]
  }

  private func signature(id: String, seconds: Int64, body: [UInt8]) -> String {
    Secrets.base64(Secrets.hmacSHA256(Array("\(id).\(seconds).".utf8) + body, key: key))
  }
}
