import Transport

/// What a dialplan asks by `AGI(agi://host/route?topic=billing,language=de)`: a script, and what it is told.
struct AGIRequest: Equatable, Sendable {
  /// Far more than Asterisk sends.
  static let mostLines = 200

  /// Without the `/` before it.
  var script = ""
  /// Asterisk's id of the channel that runs it.
  var channel = ""
  /// `key=value` of the query, then those of the arguments.
  var arguments: [String] = []

  /// Of the lines before the empty one. Nil for what is no AGI. Signs are bytes here: with an accent after it, a sign
  /// is another character, but Asterisk still sees the sign.
  init?(_ lines: [String]) {
    var fields: [String: String] = [:]
    for line in lines {
      guard line.utf8.starts(with: "agi_".utf8), let (name, value) = Self.parted(line, at: ":") else { return nil }
      fields[name] = String(decoding: value.utf8.drop { $0 == UInt8(ascii: " ") }, as: UTF8.self)
    }
    guard let channel = fields["agi_uniqueid"], !channel.isEmpty else { return nil }
    self.channel = channel
    let address = fields["agi_network_script"] ?? ""
    let (path, query) = Self.parted(address, at: "?") ?? (address, "")
    script = String(decoding: path.utf8.drop { $0 == UInt8(ascii: "/") }, as: UTF8.self)
    // What is no encoding stands for itself.
    let named = Self.split(query, at: "&").map { PercentEncoding.decode($0) ?? $0 }
    let numbered = (1...Self.mostLines).lazy.map { fields["agi_arg_\($0)"] }.prefix { $0 != nil }.compactMap { $0 }
    arguments = named + numbered.flatMap { Self.split($0, at: ",") }
  }

  subscript(name: String) -> String? {
    arguments.lazy.compactMap { Self.parted($0, at: "=") }.first { $0.0 == name }?.1
  }

  /// `fact.tier=gold`, by what comes after the point, in their order.
  func named(_ prefix: String) -> [(name: String, value: String)] {
    arguments.compactMap { Self.parted($0, at: "=") }.compactMap { argument, value in
      guard argument.utf8.starts(with: prefix.utf8) else { return nil }
      let name = String(decoding: argument.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
      return name.isEmpty ? nil : (name, value)
    }
  }

  private static func parted(_ text: String, at sign: Unicode.Scalar) -> (String, String)? {
    let bytes = text.utf8
    guard let index = bytes.firstIndex(of: UInt8(ascii: sign)) else { return nil }
    let (before, after) = (bytes[..<index], bytes[bytes.index(after: index)...])
    return (String(decoding: before, as: UTF8.self), String(decoding: after, as: UTF8.self))
  }

  private static func split(_ text: String, at sign: Unicode.Scalar) -> [String] {
    text.utf8.split(separator: UInt8(ascii: sign)).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// One answer of Asterisk's: `200 result=1`, or why not.
enum AGIReply: Equatable, Sendable {
  case done(result: String)
  /// The channel has hung up, or Asterisk did not understand.
  case refused(String)

  /// Nil for a line that answers nothing.
  init?(_ line: String) {
    // Asterisk's own word for a caller who has hung up; the answer still comes.
    if line == "HANGUP" { return nil }
    let mark = "200 result="
    if line.utf8.starts(with: mark.utf8) {
      let result = line.utf8.dropFirst(mark.utf8.count).prefix { $0 != UInt8(ascii: " ") }
      self = .done(result: String(decoding: result, as: UTF8.self))
    } else {
      self = .refused(line)
    }
  }
}

/// What Asterisk is told to do.
enum AGICommand: Equatable, Sendable {
  case set(String, String)
  case gosub(context: String)

  /// Asterisk cuts lines that are longer in two.
  private static let longest = 2_000

  /// Nil for what Asterisk could not take.
  var line: String? {
    switch self {
    case .gosub(let context): return "GOSUB \(context) s 1"
    case .set(let name, let value):
      let quoted = value.utf8.flatMap { byte -> [UInt8] in
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
        case ..<0x20, 0x7f: [UInt8(ascii: " ")]
        default: [byte]
        }
      }
      let line = "SET VARIABLE \(name) \"" + String(decoding: quoted, as: UTF8.self) + "\""
      return line.utf8.count <= Self.longest ? line : nil
    }
  }
}
