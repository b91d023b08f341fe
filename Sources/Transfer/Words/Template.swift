/// A sentence with holes: `{name}` is replaced by a value, and a part in `[` `]` is left out whole when a value
/// inside it is missing. `{{`, `[[`, `}}` and `]]` stand for the character itself.
///
///     I'm connecting you with {target}. [This usually takes about {wait}.]
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

  package struct ParseError: Error, Equatable, CustomStringConvertible {
    package let description: String
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

  package init(parsing source: String) throws(ParseError) {
    var parser = Parser(rest: Substring(source))
    pieces = try parser.sequence(insideOptional: false)
    self.source = source
  }

  /// The fields that the template speaks of.
  package var fields: Set<Field> { Self.fields(of: pieces) }

  /// An empty value counts as a missing one. A missing value outside `[` `]` leaves nothing behind.
  package func render(_ values: [Field: String]) -> String {
    Self.render(pieces, values).split(separator: " ").joined(separator: " ")
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
  private struct Parser {
    var rest: Substring

    mutating func sequence(insideOptional: Bool) throws(ParseError) -> [Piece] {
      var pieces: [Piece] = []
      var text = ""
      func flush() {
        if !text.isEmpty { pieces.append(.text(text)) }
        text = ""
      }
      while let character = rest.popFirst() {
        if "{}[]".contains(character), rest.first == character {
          rest.removeFirst()
          text.append(character)
          continue
        }
        switch character {
        case "{":
          flush()
          pieces.append(.field(try field()))
        case "[":
          guard !insideOptional else { throw ParseError(description: "'[' inside '[': parts cannot be nested") }
          flush()
          pieces.append(.optional(try sequence(insideOptional: true)))
        case "]" where insideOptional:
          flush()
          return pieces
        case "}", "]":
          throw ParseError(description: "'\(character)' opens nowhere (write '\(character)\(character)' for itself)")
        default:
          text.append(character)
        }
      }
      guard !insideOptional else { throw ParseError(description: "'[' without its ']'") }
      flush()
      return pieces
    }

    private mutating func field() throws(ParseError) -> Field {
      guard let end = rest.firstIndex(of: "}") else { throw ParseError(description: "'{' without its '}'") }
      let name = String(rest[..<end])
      rest = rest[rest.index(after: end)...]
      guard let field = Field(rawValue: name) else {
        let known = Field.allCases.map(\.rawValue).joined(separator: ", ")
        throw ParseError(description: "unknown field '{\(name)}' (known: \(known))")
      }
      return field
    }
  }
}
