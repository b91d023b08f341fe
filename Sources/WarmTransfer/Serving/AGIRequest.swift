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

  /// Of the lines before the empty one. Nil for what is no AGI.
  init?(_ lines: [String]) {
    var fields: [String: String] = [:]
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), line.hasPrefix("agi_") else { return nil }
      fields[String(line[..<colon])] = String(line[line.index(after: colon)...].drop { $0 == " " })
    }
    guard let channel = fields["agi_uniqueid"], !channel.isEmpty else { return nil }
    let address = (fields["agi_network_script"] ?? "").split(separator: "?", maxSplits: 1)
    self.channel = channel
    script = address.first.map { String($0.drop { $0 == "/" }) } ?? ""
    let query = address.dropFirst().first?.split(separator: "&").compactMap { Self.decoded($0) } ?? []
    let numbered = (1...Self.mostLines).lazy.map { fields["agi_arg_\($0)"] }.prefix { $0 != nil }.compactMap { $0 }
    arguments = query + numbered.flatMap { $0.split(separator: ",").map(String.init) }
  }

  subscript(name: String) -> String? {
    arguments.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
  }

  /// `fact.tier=gold`, by what comes after the point, in their order.
  func named(_ prefix: String) -> [(name: String, value: String)] {
    arguments.compactMap { argument in
      guard argument.hasPrefix(prefix), let sign = argument.firstIndex(of: "=") else { return nil }
      let name = argument[..<sign].dropFirst(prefix.count)
      return name.isEmpty ? nil : (String(name), String(argument[argument.index(after: sign)...]))
    }
  }

  /// What is no escape stands for itself.
  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.count == 2, digits.allSatisfy(\.isHexDigit),
        let code = UInt8(digits, radix: 16)
      {
        bytes.append(code)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
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
    if line.hasPrefix(mark) {
      self = .done(result: String(line.dropFirst(mark.count).prefix { $0 != " " }))
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
      let plain = value.map { $0.isNewline || $0 == "\0" ? " " : $0 }
      let quoted = plain.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
      let line = "SET VARIABLE \(name) \"\(quoted)\""
      return line.utf8.count <= Self.longest ? line : nil
    }
  }
}
