/// A part of what somebody hears: spoken, or a prompt that the administrator has recorded.
package enum SpokenPart: Equatable, Sendable {
  case words(String)
  /// By the name under which Asterisk finds it: `acme/one-moment`.
  case recorded(String)
}

/// Recorded prompts inside a text that is ready to be spoken. A name stands between two marks that no value from outside
/// may contain, so that only a template can name one.
enum RecordedPrompt {
  static let scheme = "sound:"
  private static let opening: Unicode.Scalar = "\u{E000}"
  private static let closing: Unicode.Scalar = "\u{E001}"

  static func marked(_ name: String) -> String { " \(opening)\(name)\(closing) " }

  /// A value without the marks.
  static func withoutMarks(_ value: String) -> String {
    guard value.unicodeScalars.contains(where: { $0 == opening || $0 == closing }) else { return value }
    return String(String.UnicodeScalarView(value.unicodeScalars.filter { $0 != opening && $0 != closing }))
  }

  static func parts(of text: String) -> [SpokenPart] {
    var parts: [SpokenPart] = []
    for piece in text.unicodeScalars.split(separator: opening, omittingEmptySubsequences: false).enumerated() {
      let sides = piece.element.split(separator: closing, maxSplits: 1, omittingEmptySubsequences: false)
      if piece.offset > 0, sides.count == 2 { parts.append(.recorded(String(sides[0]))) }
      let words = String(sides[sides.count - 1])
      if words.contains(where: { $0.isLetter || $0.isNumber }) { parts.append(.words(words.trimmingBlanks)) }
    }
    return parts
  }

  /// Letters, digits and what stands between them; no way out of the folder of sounds.
  static func isName(_ name: String) -> Bool {
    let folders = name.split(separator: "/", omittingEmptySubsequences: false)
    return name.utf8.count <= 100
      && folders.allSatisfy { folder in
        !folder.isEmpty && folder.first != "."
          && folder.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains($0))
          }
      }
  }
}

extension String {
  /// One part, unless a template has put recorded prompts into it.
  package var spokenParts: [SpokenPart] { RecordedPrompt.parts(of: self) }

  /// For people to read.
  package var withPromptsNamed: String {
    let parts = spokenParts
    guard parts.contains(where: { if case .recorded = $0 { true } else { false } }) else { return self }
    return parts.map { part in
      switch part {
      case .words(let words): words
      case .recorded(let name): "[\(RecordedPrompt.scheme)\(name)]"
      }
    }
    .joined(separator: " ")
  }

  fileprivate var trimmingBlanks: String { split(separator: " ").joined(separator: " ") }
}
