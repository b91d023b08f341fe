import Transfer

/// How one kind of value is written in the conf file.
struct ValueSyntax<Value>: Sendable {
  let parse: @Sendable (String) throws(ValueMistake) -> Value
}

/// What is wrong with a value, to be read after the name of its key: `'x' is not a number`.
struct ValueMistake: Error, Equatable {
  let message: String

  init(_ message: String) {
    self.message = message
  }
}

extension ValueSyntax where Value == Bool {
  static var yesOrNo: Self {
    Self { text throws(ValueMistake) in
      switch text.lowercased() {
      case "yes", "true", "on", "1": true
      case "no", "false", "off", "0": false
      default: throw ValueMistake("\(quoted(text)) must be yes or no")
      }
    }
  }
}

extension ValueSyntax where Value == Int {
  static func number(_ range: ClosedRange<Int>) -> Self {
    Self { text throws(ValueMistake) in
      guard let number = wholeNumber(text) else { throw ValueMistake("\(quoted(text)) is not a whole number") }
      guard range.contains(number) else {
        throw ValueMistake("\(quoted(text)) is not within \(range.lowerBound) to \(range.upperBound)")
      }
      return number
    }
  }
}

extension ValueSyntax where Value == Duration {
  /// `90`, `90s` or `2m`.
  static func seconds(_ range: ClosedRange<Int>) -> Self {
    Self { text throws(ValueMistake) in
      let factor = text.last == "m" ? 60 : 1
      let digits = text.last == "m" || text.last == "s" ? text.dropLast() : text[...]
      guard let number = wholeNumber(digits) else {
        throw ValueMistake("\(quoted(text)) is not a duration; write seconds as 90 or 90s, minutes as 2m")
      }
      let (seconds, overflow) = number.multipliedReportingOverflow(by: factor)
      guard !overflow, range.contains(seconds) else {
        throw ValueMistake("\(quoted(text)) is not within \(range.lowerBound) to \(range.upperBound) seconds")
      }
      return .seconds(seconds)
    }
  }
}

extension ValueSyntax where Value: RawRepresentable & CaseIterable & Sendable, Value.RawValue == String {
  static var oneOf: Self {
    let words = Value.allCases.map(\.rawValue)
    return Self { text throws(ValueMistake) in
      if let value = Value(rawValue: text) { return value }
      let near = suggestion(for: text, among: words)
      throw ValueMistake("\(quoted(text)) is not one of \(words.joined(separator: ", "))\(near)")
    }
  }
}

extension ValueSyntax where Value == String {
  /// Anything at all that is not empty.
  static var words: Self {
    Self { text throws(ValueMistake) in
      guard !text.isEmpty else { throw ValueMistake("is empty") }
      return text
    }
  }

  /// Letters and digits of ASCII and some more.
  static func identifier(also marks: String, longest: Int = 79) -> Self {
    Self { text throws(ValueMistake) in
      guard !text.isEmpty else { throw ValueMistake("is empty") }
      guard text.count <= longest, text.allSatisfy({ $0.isASCIILetterOrDigit || marks.contains($0) }) else {
        throw ValueMistake("\(quoted(text)) is not a name of up to \(longest) letters, digits and '\(marks)'")
      }
      return text
    }
  }

  static func identifierOrNothing(also marks: String) -> Self {
    Self { text throws(ValueMistake) in text.isEmpty ? "" : try Self.identifier(also: marks).parse(text) }
  }

  /// Without a `/` at its end.
  static var absolutePath: Self {
    Self { text throws(ValueMistake) in
      guard text.first == "/" else {
        throw ValueMistake("\(quoted(text)) is not an absolute path: it must begin with /")
      }
      let parts = text.split(separator: "/")
      guard !parts.contains("..") else { throw ValueMistake("\(quoted(text)) contains '..'") }
      return "/" + parts.filter { $0 != "." }.joined(separator: "/")
    }
  }

  /// Empty, or an absolute path.
  static var absolutePathOrNothing: Self {
    Self { text throws(ValueMistake) in text.isEmpty ? "" : try Self.absolutePath.parse(text) }
  }
}

extension ValueSyntax {
  /// `one, two`: at least one, none twice.
  static func list<Element: Hashable & Sendable>(of element: ValueSyntax<Element>) -> Self where Value == [Element] {
    Self { text throws(ValueMistake) in
      var values: [Element] = []
      for part in text.split(separator: ",", omittingEmptySubsequences: false).map(\.trimmingBlanks) {
        guard !part.isEmpty else { throw ValueMistake("\(quoted(text)) has an empty item") }
        let value = try element.parse(part)
        guard !values.contains(value) else { throw ValueMistake("names \(quoted(part)) twice") }
        values.append(value)
      }
      return values
    }
  }
}

/// Plain ASCII digits and nothing else: no sign, no blanks.
func wholeNumber(_ text: some StringProtocol) -> Int? {
  text.allSatisfy(\.isASCIIDigit) ? Int(text) : nil
}
