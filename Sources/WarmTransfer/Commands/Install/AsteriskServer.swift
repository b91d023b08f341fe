import Settings

/// Asterisk's HTTP server, as http.conf describes it.
struct AsteriskServer: Equatable {
  let isEnabled: Bool
  let isSecureToo: Bool
  let address: String
  let port: Int
  /// Empty, or `/` and more without a `/` at its end.
  let prefix: String
  /// How many connections it takes at a time, event streams too.
  let sessionLimit: Int
  /// The line that enables it.
  let location: ConfLocation?

  private static let usualPort = 8088
  private static let usualLimit = 100
  /// As in the file that is shipped.
  static let ampleLimit = 500

  init(_ http: ConfStatements) {
    let value = { (key: String) in http.value(of: key, in: "general")?.text ?? "" }
    isEnabled = Self.isTrue(value("enabled"))
    isSecureToo = Self.isTrue(value("tlsenable"))
    address = value("bindaddr")
    port = Int(value("bindport")) ?? Self.usualPort
    sessionLimit = Int(value("sessionlimit")) ?? Self.usualLimit
    let path = value("prefix").split(separator: "/").joined(separator: "/")
    prefix = path.isEmpty ? "" : "/" + path
    location = http.value(of: "enabled", in: "general")?.location
  }

  /// Without an address to bind to Asterisk serves nothing.
  var serves: Bool { isEnabled && !address.isEmpty }

  /// How it is reached on this machine.
  var url: ServerURL {
    let isAny = ["0.0.0.0", "::", "[::]"].contains(address)
    let host = isAny ? "127.0.0.1" : address.filter { $0 != "[" && $0 != "]" }
    return ServerURL(isSecure: false, host: host, port: port, path: prefix)
  }

  func isReached(by url: ServerURL) -> Bool {
    var other = url
    if other.host == "localhost" { other.host = "127.0.0.1" }
    return other == self.url
  }

  /// What Asterisk takes for true.
  private static func isTrue(_ text: String) -> Bool {
    ["yes", "true", "y", "t", "1", "on"].contains(text.lowercased())
  }
}
