import Transfer

extension ValueSyntax where Value == DigitSequence {
  static var digits: Self {
    Self { text throws(ValueMistake) in
      guard let digits = DigitSequence(text) else {
        throw ValueMistake(
          "\(quoted(text)) is not a sequence of 1 to \(DigitSequence.longest) keys (0-9, *, #, A-D), such as 1 or *2"
        )
      }
      return digits
    }
  }
}

extension ValueSyntax where Value == DigitSequence? {
  static var digitsOrNothing: Self {
    Self { text throws(ValueMistake) in text.isEmpty ? nil : try ValueSyntax<DigitSequence>.digits.parse(text) }
  }
}

extension ValueSyntax where Value == Template {
  /// A placeholder that this sentence does not know would be spoken as nothing.
  static func template(of sentence: Sentence) -> Self {
    Self { text throws(ValueMistake) in
      guard !text.isEmpty || sentence != .briefing else { throw ValueMistake("is empty: a person would hear silence") }
      do throws(Template.ParseError) {
        return try Template(parsing: text, knowing: sentence.fields)
      } catch {
        throw ValueMistake(error.description + known(error, sentence.fields.map(\.rawValue)))
      }
    }
  }

  private static func known(_ error: Template.ParseError, _ names: [String]) -> String {
    guard case .unknownField(let name) = error else { return "" }
    guard !names.isEmpty else { return "; this text takes none" }
    return suggestion(for: name, among: names, written: { "{\($0)}" })
      + " (it takes \(names.map { "{\($0)}" }.joined(separator: ", ")))"
  }
}

extension ValueSyntax where Value == ProxyCallerID {
  /// `caller`, `+18005551212`, `"Acme" <+18005551212>` or `Acme <+18005551212>`.
  static var callerID: Self {
    Self { text throws(ValueMistake) in
      if text == "caller" { return .ofTheCaller }
      if isTelephoneNumber(text) { return .fixed(name: "", number: text) }
      guard text.last == ">", let open = text.lastIndex(of: "<") else {
        throw ValueMistake("\(quoted(text)) is not 'caller', a number, or \"Name\" <number>")
      }
      let number = text[text.index(after: open)...].dropLast().trimmingBlanks
      guard isTelephoneNumber(number) else {
        throw ValueMistake("\(quoted(number)) is not a telephone number of up to 32 digits, with or without '+'")
      }
      return .fixed(name: try callerName(text[..<open].trimmingBlanks), number: number)
    }
  }

  private static func callerName(_ text: String) throws(ValueMistake) -> String {
    let isQuoted = text.count >= 2 && text.first == "\"" && text.last == "\""
    let name = isQuoted ? String(text.dropFirst().dropLast()) : text
    guard name.count <= 80, !name.holds(anyOf: "\"<>\\") else {
      throw ValueMistake("the name \(quoted(name)) is longer than 80 characters or contains one of \" < > \\")
    }
    return name
  }

  private static func isTelephoneNumber(_ text: String) -> Bool {
    let digits = text.first == "+" ? text.dropFirst() : text[...]
    return (1...32).contains(digits.count) && digits.allSatisfy { $0.isASCIIDigit || $0 == "*" || $0 == "#" }
  }
}

extension ValueSyntax where Value == String {
  /// `Tech/resource`. A comma would begin another argument of Dial, `&` another phone.
  static var dialString: Self {
    Self { text throws(ValueMistake) in
      let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, parts[0].allSatisfy(\.isASCIILetterOrDigit) else {
        throw ValueMistake("\(quoted(text)) does not look like Technology/resource, such as PJSIP/alice")
      }
      guard let wrong = text.unicodeScalars.first(where: { ",& \t".unicodeScalars.contains($0) }) else { return text }
      throw ValueMistake("\(quoted(text)) contains '\(wrong)'; a target is one phone, a group has several")
    }
  }
}
