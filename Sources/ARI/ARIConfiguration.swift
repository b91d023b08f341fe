package import Transport

/// Where Asterisk's REST interface is, and as whom to speak to it.
package struct ARIConfiguration: Equatable, Sendable {
  /// `http://127.0.0.1:8088`, or `https://…`, with the prefix of http.conf if it has one; without `/ari`.
  package var url: String
  package var username: String
  package var password: String
  /// The name of the Stasis application that is ours.
  package var application: String
  package var tls: TLSConfiguration

  package init(
    url: String,
    username: String,
    password: String,
    application: String,
    tls: TLSConfiguration = TLSConfiguration()
  ) {
    self.tls = tls
    self.url = url
    self.username = username
    self.password = password
    self.application = application
  }
}

extension ARIConfiguration {
  /// The credentials as an HTTP header, for the commands and for the event stream.
  var authorization: String { "Basic " + base64("\(username):\(password)") }

  private func base64(_ text: String) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bytes = Array(text.utf8)
    return stride(from: 0, to: bytes.count, by: 3).map { start in
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
      let digits = (0..<4).map { alphabet[bits >> (18 - 6 * $0) & 63] }
      return String(digits.prefix(group.count + 1)) + String(repeating: "=", count: 3 - group.count)
    }
    .joined()
  }
}
