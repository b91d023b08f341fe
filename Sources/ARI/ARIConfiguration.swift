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
  var authorization: String { "Basic " + Secrets.base64(Array("\(username):\(password)".utf8)) }
}
