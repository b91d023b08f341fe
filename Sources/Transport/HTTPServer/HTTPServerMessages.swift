/// What somebody asks of our server.
package struct HTTPServerRequest: Sendable, Equatable {
  /// As it was written: any token, so that the router can say which ones it knows.
  package var method: String
  /// Begins with `/`; percent-encoded as it came.
  package var path: String
  /// What stood behind the `?`, percent-encoded as it came; nil without one.
  package var query: String?
  /// In their order, the names in lower case.
  package var headers: [(name: String, value: String)]
  package var body: [UInt8]
  /// The address that it came from, without the port.
  package var client = ""

  /// Whether another request may follow on the same connection.
  var keepsConnection: Bool
  /// False for HTTP/1.0, which does not know bodies in chunks.
  var knowsChunks: Bool

  package init(
    method: String,
    path: String,
    query: String? = nil,
    headers: [(name: String, value: String)] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
    keepsConnection = true
    knowsChunks = true
  }

  /// The first of that name, which is given in lower case.
  package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  package static func == (left: Self, right: Self) -> Bool {
    left.method == right.method && left.path == right.path && left.query == right.query && left.body == right.body
      && left.headers.elementsEqual(right.headers) { $0 == $1 } && left.keepsConnection == right.keepsConnection
      && left.knowsChunks == right.knowsChunks
  }
}

/// What our server answers.
package struct HTTPServerReply: Sendable {
  package enum Body: Sendable {
    case whole([UInt8])
    /// Written bit by bit; the connection ends with it. Cancelled when the client has gone or the server stops.
    case stream(@Sendable (HTTPBodyWriter) async -> Void)
  }

  package var status: Int
  /// Without those that the server writes itself: Content-Length, Transfer-Encoding, Connection, Date.
  package var headers: [(name: String, value: String)]
  package var body: Body

  package init(status: Int, headers: [(name: String, value: String)] = [], body: Body = .whole([])) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

/// Why a request was answered before anybody could look at it.
package struct HTTPServerRefusal: Error, Equatable, Sendable {
  package var status: Int
  package var reason: String

  package init(_ status: Int, _ reason: String) {
    self.status = status
    self.reason = reason
  }
}

extension HTTPServerReply {
  /// The line and the fields before the body. Nothing in a value makes a field of its own.
  func head(
    framing: HTTPFraming,
    keepsConnection: Bool,
    date: String
  ) -> [UInt8] {
    var text = "HTTP/1.1 \(status) \(Self.reason(of: status))\r\nDate: \(date)\r\n"
    for (name, value) in headers { text += "\(Self.harmless(name)): \(Self.harmless(value))\r\n" }
    switch framing {
    case .none: break
    case .length(let count): text += "Content-Length: \(count)\r\n"
    case .chunks: text += "Transfer-Encoding: chunked\r\n"
    }
    if !keepsConnection { text += "Connection: close\r\n" }
    return Array((text + "\r\n").utf8)
  }

  private static func harmless(_ text: String) -> String {
    let isHarmless = { (byte: UInt8) in byte >= 0x20 && byte != 0x7f }
    if text.utf8.allSatisfy(isHarmless) { return text }
    return String(decoding: text.utf8.map { isHarmless($0) ? $0 : UInt8(ascii: " ") }, as: UTF8.self)
  }

  private static func reason(of status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 200: "OK"
    case 201: "Created"
    case 204: "No Content"
    case 304: "Not Modified"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 413: "Content Too Large"
    case 414: "URI Too Long"
    case 415: "Unsupported Media Type"
    case 417: "Expectation Failed"
    case 422: "Unprocessable Content"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 503: "Service Unavailable"
    case 505: "HTTP Version Not Supported"
    // RFC 9112: it may be empty, and nobody may rely on it.
    default: ""
    }
  }
}

/// How the reader of a message knows where its body ends.
enum HTTPFraming: Equatable {
  /// There is none, or the connection's end is its end.
  case none
  case length(Int)
  case chunks
}
