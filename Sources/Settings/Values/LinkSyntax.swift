extension ValueSyntax where Value == String {
  /// A page that a fact leads to: http or https, so that no value becomes a script, and the value behind the host.
  static var factLink: Self {
    Self { text throws(ValueMistake) in
      let scheme = text.lowercased()
      guard scheme.hasPrefix("https://") || scheme.hasPrefix("http://") else {
        throw ValueMistake("\(quoted(text)) is not a URL such as https://crm.example.org/customers/{value}")
      }
      let rest = text.drop { $0 != "/" }.dropFirst(2)
      let host = rest.prefix { !"/?#".contains($0) }
      guard !host.isEmpty, !host.contains("{"), !host.contains("@") else {
        throw ValueMistake("\(quoted(text)) needs a host of its own before {value}")
      }
      guard text.allSatisfy({ $0.isASCII && !$0.isWhitespace && !"\"'<>\\^`|".contains($0) }) else {
        throw ValueMistake("\(quoted(text)) has characters that a URL must not have")
      }
      guard text.contains("{value}") else { throw ValueMistake("\(quoted(text)) has no {value}") }
      return text
    }
  }
}
