import Transfer

extension ValueSyntax where Value == ServerURL {
  /// `http`, `https`, `ws` or `wss`; what ARI itself adds, `/ari` and `/ari/events`, may stand at the end.
  static var serverURL: Self {
    Self { text throws(ValueMistake) in
      guard let mark = text.firstRange(of: "://") else {
        throw ValueMistake("\(quoted(text)) is not a URL such as http://127.0.0.1:8088")
      }
      let isSecure = try isSecure(scheme: text[..<mark.lowerBound].lowercased())
      let rest = text[mark.upperBound...]
      let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
      guard !authority.contains("@") else {
        throw ValueMistake("contains a user name; write it as ari_username and ari_password")
      }
      let address = try SocketAddress(parsing: authority, defaultPort: isSecure ? 443 : 80)
      let path = try serverPath(rest.dropFirst(authority.count))
      return ServerURL(isSecure: isSecure, host: address.host, port: address.port, path: path)
    }
  }

  private static func isSecure(scheme: String) throws(ValueMistake) -> Bool {
    switch scheme {
    case "http", "ws": false
    case "https", "wss": true
    default: throw ValueMistake("\(quoted(scheme)) is not one of http, https, ws, wss")
    }
  }

  private static func serverPath(_ text: Substring) throws(ValueMistake) -> String {
    guard text.allSatisfy({ $0.isASCIILetterOrDigit || "/-._~%".contains($0) }) else {
      throw ValueMistake("\(quoted(text)) is not the plain path of a server (no '?', '#' or blanks)")
    }
    var parts = text.split(separator: "/")
    if parts.last == "events" { parts.removeLast() }
    if parts.last == "ari" { parts.removeLast() }
    return parts.map { "/" + $0 }.joined()
  }
}

extension ValueSyntax where Value == SocketAddress {
  /// `127.0.0.1:8090`, `[::1]:8090`; port 0 stands for any that is free.
  static var socketAddress: Self {
    Self { text throws(ValueMistake) in try SocketAddress(parsing: text[...], defaultPort: nil, lowestPort: 0) }
  }
}

extension ValueSyntax where Value == SocketAddress? {
  static var socketAddressOrNothing: Self {
    Self { text throws(ValueMistake) in
      text.isEmpty ? nil : try ValueSyntax<SocketAddress>.socketAddress.parse(text)
    }
  }
}

extension ValueSyntax where Value == [String] {
  /// `https://desk.example.org, http://localhost:5173`, as browsers write them; or none.
  static var origins: Self {
    Self { text throws(ValueMistake) in
      text.isEmpty ? [] : try ValueSyntax<[String]>.list(of: .origin).parse(text)
    }
  }
}

extension ValueSyntax where Value == String {
  static var originOrNothing: Self {
    Self { text throws(ValueMistake) in
      text.isEmpty ? "" : try origin.parse(text.hasSuffix("/") ? String(text.dropLast()) : text)
    }
  }

  fileprivate static var origin: Self {
    Self { text throws(ValueMistake) in
      let scheme = ["https://", "http://"].first { text.hasPrefix($0) }
      guard let scheme else { throw ValueMistake("\(quoted(text)) is not an origin such as https://desk.example.org") }
      let authority = text.dropFirst(scheme.count)
      _ = try SocketAddress(parsing: authority, defaultPort: 443)
      guard authority.lowercased() == authority else { throw ValueMistake("\(quoted(text)) has capital letters") }
      return text
    }
  }
}

extension SocketAddress {
  init(parsing text: Substring, defaultPort: Int?, lowestPort: Int = 1) throws(ValueMistake) {
    guard let (host, rest) = Self.host(in: text) else {
      throw ValueMistake("\(quoted(text)) does not begin with a host name or address (IPv6 in brackets)")
    }
    if rest.isEmpty, let defaultPort {
      self.init(host: host, port: defaultPort)
    } else if rest.first == ":", let port = wholeNumber(rest.dropFirst()), (lowestPort...65535).contains(port) {
      self.init(host: host, port: port)
    } else {
      throw ValueMistake("\(quoted(text)) does not end with a port from 1 to 65535, as in \(host):8090")
    }
  }

  private static func host(in text: Substring) -> (String, rest: Substring)? {
    if text.first == "[" {
      guard let close = text.firstIndex(of: "]") else { return nil }
      let host = text[..<close].dropFirst()
      let isAddress = host.contains(":") && host.allSatisfy { $0.isASCII && $0.isHexDigit || ":.".contains($0) }
      return isAddress ? (String(host), text[text.index(after: close)...]) : nil
    }
    let host = text.prefix { $0 != ":" }
    let isName = (1...253).contains(host.count) && host.allSatisfy { $0.isASCIILetterOrDigit || "-._".contains($0) }
    return isName ? (String(host), text.dropFirst(host.count)) : nil
  }
}
