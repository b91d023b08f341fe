import Transfer
import Transport

/// What is known of a caller, as channel variables: what a dialplan sets before it hands a caller over.
struct CallerVariables: Sendable {
  static let names = CallContext.fields.map(\.variable)

  /// In bytes of JSON: Asterisk takes no request of more than 40 kB.
  static let longest = 36_000

  /// One that is empty is not given.
  let values: [String: String]

  init(_ values: [String: String]) {
    self.values = values
  }

  /// All of them: what is not given is empty.
  init(_ context: CallContext) {
    let texts = CallContext.fields.map { field in
      switch field.content {
      case .line, .lines, .turns, .language: (field.variable, context[field])
      case .facts: (field.variable, Self.text(of: context.facts))
      }
    }
    values = Dictionary(texts) { first, _ in first }
  }

  private static func text(of facts: [CallContext.Fact]) -> String {
    if facts.isEmpty { return "" }
    return JSON.array(facts.map { ["name": .string($0.name), "value": .string($0.value)] }).serialized()
  }

  var context: CallContext {
    var context = CallContext { values[$0.variable] }
    for field in CallContext.fields {
      if case .facts = field.content { context.facts = Self.facts(parsing: values[field.variable] ?? "") }
    }
    return context
  }

  /// The part of the context that Asterisk would not take, as the API calls it.
  var tooLong: String? {
    CallContext.fields.first { field in
      JSON.string(values[field.variable] ?? "").serialized().utf8.count > Self.longest
    }?.name
  }

  /// A JSON object, or a list of names and values, whose order is kept. One that cannot be read costs the facts, never
  /// the transfer.
  private static func facts(parsing text: String) -> [CallContext.Fact] {
    do {
      return text.isEmpty ? [] : facts(try JSON(parsing: Array(text.utf8)))
    } catch {
      return []
    }
  }

  static func facts(_ json: JSON) -> [CallContext.Fact] {
    switch json {
    case .object(let object): object.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value.asFact) }
    case .array(let list):
      list.compactMap { fact in
        fact["name"]?.string.map { .init(name: $0, value: (fact["value"] ?? .null).asFact) }
      }
    case .null, .bool, .integer, .real, .string: []
    }
  }
}

extension JSON {
  fileprivate var asFact: String { string ?? serialized() }
}
