/// Makes any text fit for one field of a log line.
enum LogText {
  static let longestValue = 1024

  static func field(_ text: String) -> String {
    let kept = text.unicodeScalars.prefix(longestValue)
    if !kept.isEmpty, kept.count == text.unicodeScalars.count, kept.allSatisfy(isPlain) { return text }
    let wasCut = kept.endIndex < text.unicodeScalars.endIndex
    return "\"" + kept.map(escaped).joined() + (wasCut ? "…" : "") + "\""
  }

  private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9": true
    case "-", "_", ".", ":", "/", "@", "+", "*", "#", ",", "%", "(", ")": true
    default: false
    }
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar {
    case "\"": "\\\""
    case "\\": "\\\\"
    case "\n": "\\n"
    case "\r": "\\r"
    case "\t": "\\t"
    default: isInvisible(scalar) ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
    }
  }

  /// Controls, line and paragraph separators, and the marks that turn the direction of a terminal's text.
  private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned, .surrogate: true
    default: false
    }
  }
}
