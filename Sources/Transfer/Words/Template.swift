/// A sentence with holes: `{name}` is replaced by a value, and a part in `[` `]` is left out whole when a value
/// inside it is missing. `{{`, `[[`, `}}` and `]]` stand for the character itself.
///
///     I'm connecting you with {target}[ about {reason}]. [This usually takes {wait}.]
package struct Template: Equatable, Sendable, Codable {
  package enum Field: String, CaseIterable, Sendable, Codable {
    case target, place, wait, topic, reason, summary, facts
    case callerName = "caller_name"
    case callerNumber = "caller_number"
    case nextAction = "next_action"
    case acceptDigits = "accept_digits"
    case declineDigits = "decline_digits"
    case repeatDigits = "repeat_digits"
    case optOutDigits = "opt_out_digits"
    case messageDigits = "message_digits"
    case waitDigits = "wait_digits"
    case returnDigits = "return_digits"
    case callbackDigits = "callback_digits"
    case otherDigits = "other_digits"
    case number, waited
    case askedAt = "asked_at"
  }

  package enum ParseError: Error, Equatable, CustomStringConvertible {
    /// No `}` comes after a `{`.
    case unclosedField
    /// Between `{` and `}` stands no field that the text knows.
    case unknownField(String)
    case unclosedPart
    case nestedParts
    case unopened(Character)
    /// What stands behind `sound:` is no name of a recorded prompt.
    case badSound(String)

    package var description: String {
      switch self {
      case .unclosedField: "'{' without its '}'"
      case .unknownField(let name): "unknown placeholder '{\(name)}'"
      case .unclosedPart: "'[' without its ']'"
      case .nestedParts: "'[' inside '[': parts cannot be nested"
      case .unopened(let mark): "'\(mark)' closes nothing (write '\(mark)\(mark)' for itself)"
      case .badSound(let name): "'sound:\(name)' is not the name of a sound, such as sound:acme/one-moment"
      }
    }
  }

  private enum Piece: Equatable, Sendable, Codable {
    case text(String)
    case field(Field)
    case optional([Piece])
    /// A recorded prompt.
    case sound(String)
  }

  private let pieces: [Piece]
  /// The template as it was written.
  package let source: String

  /// Says nothing.
  package static let empty = Template()

  private init() {
    pieces = []
    source = ""
  }

  /// A field that the text does not know would be spoken as nothing: it is a mistake.
  package init(parsing source: String, knowing fields: [Field] = Field.allCases) throws(ParseError) {
    var parser = Parser(rest: source.unicodeScalars[...], known: fields)
    pieces = try parser.sequence(insideOptional: false)
    self.source = source
  }

  /// The fields that the template speaks of.
  package var fields: Set<Field> { Self.fields(of: pieces) }

  /// The names of the recorded prompts in it.
  package var sounds: [String] { Self.sounds(in: pieces) }

  private static func sounds(in pieces: [Piece]) -> [String] {
    pieces.flatMap { piece -> [String] in
      switch piece {
      case .text, .field: []
      case .optional(let inner): sounds(in: inner)
      case .sound(let name): [name]
      }
    }
  }

  /// An empty value counts as a missing one. A missing value outside `[` `]` leaves nothing behind.
  package func render(_ values: [Field: String]) -> String {
    Self.render(pieces, values).split(separator: " ").joined(separator: " ")
  }

  /// What comes last in the template and speaks of these values alone.
  func tail(_ values: [Field: String]) -> String {
    let callsOnlyThem = { (piece: Piece) in Self.fields(of: [piece]).allSatisfy { values[$0] != nil } }
    let start = pieces.lastIndex { !callsOnlyThem($0) }.map { $0 + 1 } ?? 0
    return Self.render(Array(pieces[start...]), values).split(separator: " ").joined(separator: " ")
  }

  private static func fields(of pieces: [Piece]) -> Set<Field> {
    pieces.reduce(into: []) { found, piece in
      switch piece {
      case .text, .sound: break
      case .field(let field): found.insert(field)
      case .optional(let inner): found.formUnion(fields(of: inner))
      }
    }
  }

  private static func render(_ pieces: [Piece], _ values: [Field: String]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .sound(let name): RecordedPrompt.marked(name)
      case .field(let field): RecordedPrompt.withoutMarks(values[field] ?? "")
      case .optional(let inner):
        fields(of: inner).allSatisfy { values[$0]?.isEmpty == false } ? render(inner, values) : ""
      }
    }
    .joined()
  }
}

extension Template {
  /// Reads scalars: a mark with an accent on it is still that mark.
  private struct Parser {
    var rest: Substring.UnicodeScalarView
    let known: [Field]

    mutating func sequence(insideOptional: Bool) throws(ParseError) -> [Piece] {
      var pieces: [Piece] = []
      var text = String.UnicodeScalarView()
      func flush(before next: Unicode.Scalar?) throws(ParseError) {
        pieces += try Self.pieces(of: String(text), before: next)
        text = String.UnicodeScalarView()
      }
      while let scalar = rest.popFirst() {
        if "{}[]".unicodeScalars.contains(scalar), rest.first == scalar {
          rest.removeFirst()
          text.append(scalar)
          continue
        }
        switch scalar {
        case "{":
          try flush(before: scalar)
          pieces.append(.field(try field()))
        case "[":
          guard !insideOptional else { throw .nestedParts }
          try flush(before: scalar)
          pieces.append(.optional(try sequence(insideOptional: true)))
        case "]" where insideOptional:
          try flush(before: nil)
          return pieces
        case "}", "]": throw .unopened(Character(scalar))
        default: text.append(scalar)
        }
      }
      guard !insideOptional else { throw .unclosedPart }
      try flush(before: nil)
      return pieces
    }

    /// Text, and the recorded prompts in it. A name that goes on in a placeholder would come from outside.
    private static func pieces(of text: String, before next: Unicode.Scalar?) throws(ParseError) -> [Piece] {
      var pieces: [Piece] = []
      var words: [Substring] = []
      let all = text.split(separator: " ", omittingEmptySubsequences: false)
      for (index, word) in all.enumerated() {
        guard word.hasPrefix(RecordedPrompt.scheme), word.count > RecordedPrompt.scheme.count else {
          words.append(word)
          continue
        }
        var name = word.dropFirst(RecordedPrompt.scheme.count)
        while let last = name.last, ".,;:!?".contains(last) { name = name.dropLast() }
        let goesOn = index == all.count - 1 && next == "{"
        guard RecordedPrompt.isName(String(name)), !goesOn else { throw .badSound(String(name)) }
        if !words.isEmpty { pieces.append(.text(words.joined(separator: " ") + " ")) }
        words = []
        pieces.append(.sound(String(name)))
        // What follows is a word of its own.
        if index < all.count - 1 { words.append("") }
      }
      let rest = words.joined(separator: " ")
      return rest.isEmpty ? pieces : pieces + [.text(rest)]
    }

    private mutating func field() throws(ParseError) -> Field {
      guard let end = rest.firstIndex(of: "}") else { throw .unclosedField }
      let name = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      guard let field = Field(rawValue: name), known.contains(field) else { throw .unknownField(name) }
      return field
    }
  }
}
