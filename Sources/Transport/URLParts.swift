internal import CCurl

/// An http or https URL in its parts; ws and wss count as those.
struct URLParts: Equatable {
  let isSecure: Bool
  /// Without the brackets of an IPv6 address.
  let host: String
  let port: Int
  /// With the query.
  let path: String

  private static let schemes = [("ws", "http"), ("wss", "https"), ("http", "http"), ("https", "https")]

  init?(_ url: String) {
    guard let colon = url.utf8.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let scheme = HTTPSyntax.lowercased(String(url[..<colon]))
    guard let meant = Self.schemes.first(where: { $0.0 == scheme })?.1 else { return nil }
    guard url.utf8[colon...].starts(with: "://".utf8), let parsed = ParsedURL(meant + url[colon...]) else { return nil }
    guard let host = parsed[CURLUPART_HOST], let path = parsed[CURLUPART_PATH] else { return nil }
    guard let port = parsed[CURLUPART_PORT].flatMap({ Int($0) }) else { return nil }
    isSecure = meant == "https"
    self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    self.port = port
    self.path = parsed[CURLUPART_QUERY].map { "\(path)?\($0)" } ?? path
  }
}

private struct ParsedURL: ~Copyable {
  private let raw: OpaquePointer

  init?(_ url: String) {
    guard !url.utf8.contains(0), let raw = curl_url() else { return nil }
    guard curl_url_set(raw, CURLUPART_URL, url, 0) == CURLUE_OK else {
      curl_url_cleanup(raw)
      return nil
    }
    self.raw = raw
  }

  deinit {
    curl_url_cleanup(raw)
  }

  subscript(part: CURLUPart) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard curl_url_get(raw, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
    defer { curl_free(text) }
    return String(cString: text)
  }
}
