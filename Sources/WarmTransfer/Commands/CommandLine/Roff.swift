/// A manual page in the macros of man(7).
struct Roff {
  private(set) var lines: [String]

  init(_ name: String, section: Int, title: String) {
    lines = [
      ".\\\" Printed by \(CommandTable.program) print: change the program instead.",
      ".TH \(Self.escaped(name.uppercased())) \(section) \"\" \"warm-transfer \(Version.current)\" \"\(title)\"",
    ]
  }

  mutating func heading(_ text: String) { lines.append(".SH \"\(Self.escaped(text))\"") }
  mutating func subheading(_ text: String) { lines.append(".SS \"\(Self.escaped(text))\"") }
  mutating func paragraph(_ text: String) { lines += [".PP", Self.escaped(text)] }

  mutating func paragraph(bold name: String, _ rest: String) {
    lines += [".PP", "\\fB\(Self.escaped(name))\\fR \(Self.escaped(rest))"]
  }

  mutating func definition(_ term: String, _ meanings: [String]) {
    lines += [".TP", "\\fB\(Self.escaped(term))\\fR"]
    for (index, meaning) in meanings.enumerated() {
      if index > 0 { lines.append(".br") }
      lines.append(Self.escaped(meaning))
    }
  }

  mutating func example(_ text: [String]) {
    lines += [".PP", ".nf", ".RS"] + text.map(Self.escaped) + [".RE", ".fi"]
  }

  /// A dash stays the dash that is typed, and no line is taken for a macro.
  static func escaped(_ text: String) -> String {
    let special: [Character: String] = [
      "\\": "\\e", "-": "\\-", "^": "\\(ha", "~": "\\(ti", "`": "\\(ga", "'": "\\(aq",
    ]
    let escaped = text.map { special[$0] ?? String($0) }.joined()
    return escaped.hasPrefix(".") ? "\\&" + escaped : escaped
  }
}
