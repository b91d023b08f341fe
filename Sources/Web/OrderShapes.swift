internal import Transfer
internal import Transport

/// What may be said in an order, and how much of it.
enum OrderShapes {
  static let channel = TextShape(1...149, .graphic)
  static let target = TextShape(1...64, .name)
  static let application = TextShape(1...64, .identifier)
  static let short = TextShape(0...200, .line)
  static let language = TextShape(0...35, .language)
  static let summary = TextShape(0...2_000, .lines)
  static let transcript = TextShape(0...100_000, .lines)
  static let speaker = TextShape(0...64, .line)
  static let turn = TextShape(0...4_000, .lines)
  static let mostTurns = 1_000
  static let factName = TextShape(1...64, .line)
  static let factValue = TextShape(0...500, .line)
  static let mostFacts = 50
  static let largestNumber = 1e15

  static let fact = Shape.either([.text(factValue), .number(-largestNumber...largestNumber), .flag])

  static let context: [Shape.Member] = [
    .optional("topic", .text(short), "What it is about; the rules choose by it."),
    .optional("reason", .text(short), "Why the caller is handed over."),
    .optional("summary", .text(summary), "Two or three sentences."),
    .optional("caller_name", .text(short)),
    .optional("next_action", .text(short), "What should be done next."),
    .optional("language", .text(language), "Such as en or pt-BR."),
    .optional(
      "facts",
      .named(
        "Facts",
        .either([
          .map(names: factName, values: fact, most: mostFacts),
          .list(
            of: .object([.needed("name", .text(factName)), .needed("value", fact)]),
            most: mostFacts
          ),
        ])
      ),
      "In the order in which they are to be shown."
    ),
    .optional(
      "transcript",
      .named(
        "Transcript",
        .either([
          .text(transcript),
          .list(of: .object([.needed("speaker", .text(speaker)), .needed("text", .text(turn))]), most: mostTurns),
        ])
      ),
      "A text, or who said what; \(transcript.lengths.upperBound) characters in all."
    ),
  ]

  static let transfer = Shape.named(
    "TransferOrder",
    .object(
      [
        .needed("channel", .text(channel), "Asterisk's id of the caller's channel."),
        .optional("target", .text(target), "A target or a group of the conf file; without it the rules choose."),
        .optional("return_to", .text(application), "The Stasis app that the caller goes back to."),
      ] + context
    )
  )
  static let callerContext = Shape.named("ContextOrder", .object(context))
  static let decision = Shape.named(
    "Decision",
    .object([.optional("target", .text(target), "Whose word it is, where several people are rung.")])
  )
  static let availability = Shape.named("Availability", .object([.needed("available", .flag)]))
}

/// A body whose shape has been checked.
struct CheckedBody: Sendable {
  let json: JSON
  let bytes: [UInt8]

  func text(_ name: String) -> String? { json[name]?.string }

  func context() throws(Problem) -> CallerContext {
    var context = CallerContext()
    context.topic = text("topic")
    context.reason = text("reason")
    context.summary = text("summary")
    context.callerName = text("caller_name")
    context.nextAction = text("next_action")
    context.language = text("language")
    context.facts = try facts()
    context.transcript = try transcript()
    return context
  }

  /// An object's names in the order in which they were written, which a dictionary does not know.
  private func facts() throws(Problem) -> [CallContext.Fact]? {
    switch json["facts"] {
    case .array(let facts):
      return facts.map { CallContext.Fact(name: $0["name"]?.string ?? "", value: Self.text(of: $0["value"])) }
    case .object(let facts):
      do throws(JSONError) {
        let names = try JSON.names(at: ["facts"], in: bytes) ?? []
        return names.map { CallContext.Fact(name: $0, value: Self.text(of: facts[$0])) }
      } catch {
        throw Problem(.malformedJSON, "\(error)")
      }
    case .null, .bool, .integer, .real, .string, nil: return nil
    }
  }

  private static func text(of value: JSON?) -> String { value?.string ?? value?.serialized() ?? "" }

  private func transcript() throws(Problem) -> String? {
    guard let turns = json["transcript"]?.array else { return text("transcript") }
    let text = turns.map { turn in
      let speaker = turn["speaker"]?.string ?? ""
      return (speaker.isEmpty ? "" : speaker + ": ") + (turn["text"]?.string ?? "")
    }
    .joined(separator: "\n")
    let limit = OrderShapes.transcript.lengths.upperBound
    guard text.unicodeScalars.count <= limit else { throw Problem(Refusal.tooLarge(field: "transcript", limit: limit)) }
    return text
  }
}
