/// Where something stands in the conf files.
package struct ConfLocation: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var file: String
  /// Counted from 1.
  package var line: Int

  package init(file: String, line: Int) {
    self.file = file
    self.line = line
  }

  package var description: String { "\(file):\(line)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.file, left.line) < (right.file, right.line)
  }
}

/// One thing that the administrator has to put right.
package struct ConfMistake: Hashable, Sendable, Comparable, CustomStringConvertible {
  package var location: ConfLocation
  package var message: String

  package init(at location: ConfLocation, _ message: String) {
    self.location = location
    self.message = message
  }

  package var description: String { "\(location): \(message)" }

  package static func < (left: Self, right: Self) -> Bool {
    (left.location, left.message) < (right.location, right.message)
  }
}

/// Every mistake of a conf file at once: sorted by file and line, each once.
package struct ConfMistakes: Error, Equatable, CustomStringConvertible {
  /// What comes after is not noted: nobody reads on.
  static let most = 1000

  package let all: [ConfMistake]

  package init(_ mistakes: some Sequence<ConfMistake>) {
    all = Set(mistakes).sorted()
  }

  /// One line for each mistake.
  package var description: String { all.map(\.description).joined(separator: "\n") }
}

/// Text from a conf file as it may stand in a message: on one line, and not endless.
func quoted(_ text: some StringProtocol) -> String {
  let longest = 60
  let shown = String(String.UnicodeScalarView(text.prefix(longest).unicodeScalars.map { isControl($0) ? "?" : $0 }))
  return "'\(shown)\(text.count > longest ? "…" : "")'"
}

func isControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .format, .lineSeparator, .paragraphSeparator: true
  default: false
  }
}
