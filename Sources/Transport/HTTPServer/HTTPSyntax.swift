/// The small words of HTTP (RFC 9110 and 9112). Nil for what is none of them.
enum HTTPSyntax {
  static func token(_ bytes: ArraySlice<UInt8>) -> String? {
    guard !bytes.isEmpty, bytes.allSatisfy(isTokenCharacter) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A path, with or without a server before it, or the `*` of OPTIONS.
  static func target(_ bytes: ArraySlice<UInt8>) -> (path: String, query: String?)? {
    guard bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else { return nil }
    var text = String(decoding: bytes, as: UTF8.self)[...]
    if text == "*" { return ("*", nil) }
    if !text.hasPrefix("/") {
      let scheme = ["http://", "https://"].first { text.lowercased().hasPrefix($0) }
      guard let scheme else { return nil }
      text = text.dropFirst(scheme.count).drop { $0 != "/" && $0 != "?" }
      if !text.hasPrefix("/") { text = "/" + text }
    }
    let path = text.prefix { $0 != "?" }
    let query = path.endIndex == text.endIndex ? nil : String(text[text.index(after: path.endIndex)...])
    return (String(path), query)
  }

  static func field(_ line: ArraySlice<UInt8>) -> (name: String, value: String)? {
    guard let colon = line.firstIndex(of: UInt8(ascii: ":")), let name = token(line[..<colon]) else { return nil }
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let rest = line[(colon + 1)...].drop(while: isBlank)
    let value = rest.prefix((rest.lastIndex { !isBlank($0) } ?? rest.startIndex - 1) + 1 - rest.startIndex)
    guard value.allSatisfy(isText) else { return nil }
    return (lowercased(name), String(decoding: value, as: UTF8.self))
  }

  /// `a, B` as `a` and `b`.
  static func list(_ value: String) -> [String] {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    return value.utf8.split(separator: UInt8(ascii: ",")).map { part in
      let word = part.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
      return lowercased(String(decoding: Array(word), as: UTF8.self))
    }
  }

  /// The letters of ASCII only: of all that Unicode has, a Kelvin sign would become a k.
  static func lowercased(_ text: String) -> String {
    let lowered = text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }
    return String(decoding: lowered, as: UTF8.self)
  }

  /// What may stand in a value of one line.
  static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == UInt8(ascii: "\t") }

  /// How long the body of a request is, by what its head says.
  static func framing(of request: HTTPServerRequest) throws(HTTPServerRefusal) -> HTTPFraming {
    func values(_ name: String) -> [String] { request.headers.filter { $0.name == name }.map(\.value) }
    let hosts = values("host")
    guard hosts.count == 1 || hosts.isEmpty && !request.knowsChunks else {
      throw HTTPServerRefusal(400, "exactly one Host header is required")
    }
    let (lengths, encodings) = (values("content-length"), values("transfer-encoding"))
    if encodings.isEmpty {
      guard let length = lengths.first else { return .none }
      let isNumber = (1...18).contains(length.utf8.count) && length.utf8.allSatisfy { (48...57).contains($0) }
      guard isNumber, lengths.allSatisfy({ $0 == length }), let count = Int(length) else {
        throw HTTPServerRefusal(400, "malformed Content-Length")
      }
      return .length(count)
    }
    guard lengths.isEmpty, request.knowsChunks else {
      throw HTTPServerRefusal(400, "Transfer-Encoding is not allowed here")
    }
    guard encodings.count == 1, lowercased(encodings[0]) == "chunked" else {
      throw HTTPServerRefusal(501, "only Transfer-Encoding: chunked is supported")
    }
    return .chunks
  }

  static func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"): true
    case UInt8(ascii: "A")...UInt8(ascii: "F"): true
    default: false
    }
  }

  private static func isTokenCharacter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
  }
}
