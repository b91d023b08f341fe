internal import Transfer
internal import Transport

/// What may be said in an order, and how much of it.
enum OrderShapes {
  static let channel = TextShape(1...149, .graphic)
  static let target = TextShape(1...64, .name)
  static let application = TextShape(1...64, .identifier)
  static let priority = Int64(Priority.range.lowerBound)...Int64(Priority.range.upperBound)
  static let language = TextShape(0...35, .language)
  static let speaker = TextShape(0...64, .line)
  static let turn = TextShape(0...4_000, .lines)
  static let mostTurns = 1_000
  static let factName = TextShape(1...CallContext.longestFactName, .line)
  static let factValue = TextShape(0...CallContext.longestFactValue, .line)
  static let largestNumber = 1e15

  static let fact = Shape.either([.text(factValue), .number(-largestNumber...largestNumber), .flag])

  static let context = CallContext.fields.map { field in
    Shape.Member.optional(field.name, shape(of: field.content), field.meaning)
  }

  private static func shape(of content: CallContext.Field.Content) -> Shape {
    switch content {
    case .line(_, let most): .text(TextShape(0...most, .line))
    case .lines(_, let most): .text(TextShape(0...most, .lines))
    case .language: .text(language)
    case .facts: .named("Facts", .either([factsByName, listOfFacts]))
    case .turns(_, let most): .named("Transcript", .either([.text(TextShape(0...most, .lines)), turns]))
    }
  }

  private static let factsByName = Shape.map(names: factName, values: fact, most: CallContext.mostFacts)
  private static let listOfFacts = Shape.list(
    of: .object([.needed("name", .text(factName)), .needed("value", fact)]),
    most: CallContext.mostFacts
  )
  private static let turns = Shape.list(
    of: .object([.needed("speaker", .text(speaker)), .needed("text", .text(turn))]),
    most: mostTurns
  )

  private static let whom = Shape.Member.optional(
    "target",
    .text(target),
    "A target or group in the conf file. Default: the rules choose."
  )
  private static let urgency = Shape.Member.optional(
    "priority",
    .integer(priority),
    "In the waiting line. Higher is served first. Default: 0."
  )

  static let transfer = Shape.named(
    "TransferOrder",
    .object(
      [
        .needed("channel", .text(channel), "Asterisk's unique id of the caller's channel."), whom,
        .optional("return_to", .text(application), "Stasis app that the caller returns to."), urgency,
      ] + context
    )
  )
  /// Of a call that has no channel yet.
  static let brief = Shape.named("BriefOrder", .object([whom, urgency] + context))
  static let callerContext = Shape.named("ContextOrder", .object(context))
  static let decision = Shape.named(
    "Decision",
    .object([.optional("target", .text(target), "Who accepts or declines, when several people are rung.")])
  )
  static let availability = Shape.named("Availability", .object([.needed("available", .flag)]))
}

/// A body whose shape has been checked.
struct CheckedBody: Sendable {
  let json: JSON
  let bytes: [UInt8]
  /// Where in them the body stands, when it is a part of more.
  var place: [String] = []

  func text(_ name: String) -> String? { json[name]?.string }

  func context() throws(Problem) -> CallContext {
    var context = CallContext { text($0.name) }
    for field in CallContext.fields {
      switch field.content {
      case .facts: context.facts = try facts(field.name)
      case .turns(let path, let most):
        if let turns = json[field.name]?.array { context[keyPath: path] = try Self.text(of: turns, field.name, most) }
      case .line, .lines, .language: break
      }
    }
    return context
  }

  /// An object's names in the order in which they were written, which a dictionary does not know.
  private func facts(_ member: String) throws(Problem) -> [CallContext.Fact] {
    switch json[member] {
    case .array(let facts):
      return facts.map { CallContext.Fact(name: $0["name"]?.string ?? "", value: Self.text(of: $0["value"])) }
    case .object(let facts):
      do throws(JSONError) {
        let names = try JSON.names(at: place + [member], in: bytes) ?? []
        return names.map { CallContext.Fact(name: $0, value: Self.text(of: facts[$0])) }
      } catch {
        throw Problem(.malformedJSON, "\(error)")
      }
    case .null, .bool, .integer, .real, .string, nil: return []
    }
  }

  private static func text(of value: JSON?) -> String { value?.string ?? value?.serialized() ?? "" }

  private static func text(of turns: [JSON], _ field: String, _ limit: Int) throws(Problem) -> String {
    let text = turns.map { turn in
      let speaker = turn["speaker"]?.string ?? ""
      return (speaker.isEmpty ? "" : speaker + ": ") + (turn["text"]?.string ?? "")
    }
    .joined(separator: "\n")
    guard text.unicodeScalars.count <= limit else { throw Problem(Refusal.tooLarge(field: field, limit: limit)) }
    return text
  }
}
