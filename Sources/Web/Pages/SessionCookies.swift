internal import Transport

/// The two cookies: an agent's and a supervisor's, so that one browser may be both.
enum SessionCookie: String, CaseIterable, Sendable {
  case desk = "wt_desk"
  case board = "wt_board"

  private static let longestSecret = 128

  func secret(in request: HTTPServerRequest) -> String? {
    let cookies = request.headers.filter { $0.name == "cookie" }.flatMap { $0.value.split(separator: ";") }
    let prefix = rawValue + "="
    let found = cookies.map { $0.drop { $0 == " " } }.first { $0.hasPrefix(prefix) }?.dropFirst(prefix.count)
    return found.flatMap { (1...Self.longestSecret).contains($0.utf8.count) ? String($0) : nil }
  }

  /// Sent back to this service alone, by its own pages alone, and readable by no script.
  func set(_ secret: String, lifetime: Duration, isSecure: Bool) -> (name: String, value: String) {
    let seconds = lifetime.components.seconds
    let attributes = "Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Strict\(isSecure ? "; Secure" : "")"
    return ("Set-Cookie", "\(rawValue)=\(secret); \(attributes)")
  }

  func cleared(isSecure: Bool) -> (name: String, value: String) { set("", lifetime: .zero, isSecure: isSecure) }
}

extension HTTPServerRequest {
  /// Only a page that came from here may change something by a cookie. A browser says of which origin a page is that sends
  /// anything but a GET, no page can make it say another, and a form cannot send JSON.
  func checkOrigin() throws(Problem) {
    let origin = header("origin") ?? ""
    let place = origin.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false).last.map(String.init) ?? ""
    let isOurs = origin.contains("://") && !place.isEmpty && place.lowercased() == header("host")?.lowercased()
    let site = header("sec-fetch-site") ?? "same-origin"
    guard isOurs, site == "same-origin", header("content-type")?.hasPrefix("application/json") == true else {
      throw Problem(.crossOriginRequest, "requests by cookie are taken from this service's own pages alone")
    }
  }

  /// As the browser sees it, also behind a proxy that takes TLS off.
  var isSecureOrigin: Bool { header("origin")?.hasPrefix("https://") ?? false }
}
