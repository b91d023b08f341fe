/// A sentence with holes: `{name}` is replaced by a value, and a part in `[` `]` is left out whole when a value
/// inside it is missing. `{{`, `[[`, `}}` and `]]` stand for the character itself.
///
///     I'm connecting you with {target}[ about {reason}]. [This usually takes {wait}.]
package struct Template: Equatable, Sendable, Codable {
  package enum Field: String, CaseIterable, Sendable, Codable {
    case target, wait, topic, reason, summary, facts
    case callerName = "caller_name"
    case callerNumber = "caller_number"
    case nextAction = "next_action"
    case acceptDigits = "accept_digits"
    case declineDigits = "decline_digits"
    case repeatDigits = "repeat_digits"
    case optOutDigits = "opt_out_digits"
  }

  package enum ParseError: Error, Equatable, CustomStringConvertible {
    /// No `}` comes after a `{`.
    case unclosedField
    /// Between `{` and `}` stands no field that the text knows.
    case unknownField(String)
    case unclosedPart
    case nestedParts
    case unopened(Character)

    package var description: String {
      switch self {
      case .unclosedField: "'{' without its '}'"
      case .unknownField(let name): "unknown placeholder '{\(name)}'"
      case .unclosedPart: "'[' without its ']'"
      case .nestedParts: "'[' inside '[': parts cannot be nested"
      case .unopened(let mark): "'\(mark)' closes nothing (write '\(mark)\(mark)' for itself)"
      }
    }
  }

  private enum Piece: Equatable, Sendable, Codable {
    case text(String)
    case field(Field)
    case optional([Piece])
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
      case .text: break
      case .field(let field): found.insert(field)
      case .optional(let inner): found.formUnion(fields(of: inner))
      }
    }
  }

  private static func render(_ pieces: [Piece], _ values: [Field: String]) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .field(let field): values[field] ?? ""
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
      func flush() {
        if !text.isEmpty { pieces.append(.text(String(text))) }
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
          flush()
          pieces.append(.field(try field()))
        case "[":
          guard !insideOptional else { throw .nestedParts }
          flush()
          pieces.append(.optional(try sequence(insideOptional: true)))
        case "]" where insideOptional:
          flush()
          return pieces
        case "}", "]": throw .unopened(Character(scalar))
        default: text.append(scalar)
        }
      }
      guard !insideOptional else { throw .unclosedPart }
      flush()
      return pieces
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
