package enum HTTPMethod: String, Sendable, CaseIterable {
  case get = "GET"
  case head = "HEAD"
  case post = "POST"
  case put = "PUT"
  case patch = "PATCH"
  case delete = "DELETE"
}

package struct HTTPRequest: Sendable {
  package var method: HTTPMethod
  package var url: String
  package var headers: [(String, String)]
  package var body: [UInt8]?
  /// From `send` to the last byte of the response; nil: as configured.
  package var timeout: Duration?
  package var oversize = Oversize.isAnError

  /// What a body is that is longer than the client takes.
  package enum Oversize: Sendable {
    case isAnError
    /// Nobody reads the end of it: the connection is closed in the middle, and the status counts.
    case isCutOff
  }

  package init(
    method: HTTPMethod = .get,
    url: String,
    headers: [(String, String)] = [],
    body: [UInt8]? = nil,
    timeout: Duration? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
    self.timeout = timeout
  }
}

package struct HTTPResponse: Sendable {
  package let status: Int
  package let body: [UInt8]
  /// As they came; most responses are never asked for one.
  let headerBytes: [UInt8]

  package var isSuccess: Bool { (200..<300).contains(status) }

  /// The first header of that name, in whatever case.
  package func header(_ name: String) -> String? {
    headers.first { $0.name == name.lowercased() }?.value
  }

  /// All headers in their order, their names in lower case.
  package var headers: [(name: String, value: String)] {
    headerBytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
      let value = line[line.index(after: colon)...].drop(while: Self.isBlank)
      let end = value.lastIndex { !Self.isBlank($0) }.map { $0 + 1 } ?? value.startIndex
      return (
        String(decoding: line[..<colon], as: UTF8.self).lowercased(),
        String(decoding: value[..<end], as: UTF8.self)
      )
    }
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
  }
}

package struct HTTPError: Error, Equatable, CustomStringConvertible {
  /// Few and fixed: a label for metrics.
  package enum Kind: String, Sendable, CaseIterable {
    case couldNotResolve, couldNotConnect, timedOut, tls, closed, protocolViolation, tooLarge
    case overloaded, cancelled, invalidRequest, system
  }

  package let kind: Kind
  package let message: String
  /// What libcurl calls it (CURLE_...), where it came from there.
  package let curlCode: Int?

  package init(_ kind: Kind, _ message: String, curlCode: Int? = nil) {
    self.kind = kind
    self.message = message
    self.curlCode = curlCode
  }

  package var description: String { "\(kind.rawValue): \(message)" }
}

package struct TLSConfiguration: Sendable, Equatable {
  /// Whether the server must prove who it is.
  package var verify: Bool
  /// A PEM file of the authorities to believe; nil: the system's.
  package var caFile: String?

  package init(verify: Bool = true, caFile: String? = nil) {
    self.verify = verify
    self.caFile = caFile
  }
}
