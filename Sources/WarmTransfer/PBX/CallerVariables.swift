import Transfer
import Transport
import Web

/// What is known of a caller, as channel variables: what a dialplan sets before it hands a caller over.
struct CallerVariables: Sendable {
  static let names = [
    "WT_TOPIC", "WT_REASON", "WT_SUMMARY", "WT_CALLER_NAME", "WT_NEXT_ACTION", "WT_TRANSCRIPT", "WT_LANGUAGE",
    "WT_CONTEXT",
  ]

  /// In bytes of JSON: Asterisk takes no request of more than 40 kB.
  static let longest = 36_000

  /// One that is empty is not given.
  let values: [String: String]

  init(_ values: [String: String]) {
    self.values = values
  }

  init(_ context: CallerContext) {
    let facts = context.facts.map { facts in
      JSON.array(facts.map { ["name": .string($0.name), "value": .string($0.value)] }).serialized()
    }
    values = [
      "WT_TOPIC": context.topic ?? "",
      "WT_REASON": context.reason ?? "",
      "WT_SUMMARY": context.summary ?? "",
      "WT_CALLER_NAME": context.callerName ?? "",
      "WT_NEXT_ACTION": context.nextAction ?? "",
      "WT_TRANSCRIPT": context.transcript ?? "",
      "WT_LANGUAGE": context.language ?? "",
      "WT_CONTEXT": facts ?? "",
    ]
  }

  var context: CallerContext {
    var context = CallerContext { self["WT_" + $0.uppercased()] }
    context.facts = facts
    return context
  }

  /// What the API calls it.
  static func field(_ variable: String) -> String {
    variable == "WT_CONTEXT" ? "facts" : variable.dropFirst("WT_".count).lowercased()
  }

  subscript(name: String) -> String? { values[name]?.orNil }

  /// A JSON object, or a list of names and values, whose order is kept. One that cannot be read costs the facts, never
  /// the transfer.
  private var facts: [CallContext.Fact]? {
    guard let text = self["WT_CONTEXT"] else { return nil }
    do {
      return Self.facts(try JSON(parsing: Array(text.utf8)))
    } catch {
      return nil
    }
  }

  static func facts(_ json: JSON) -> [CallContext.Fact]? {
    switch json {
    case .object(let object): object.sorted { $0.key < $1.key }.map { .init(name: $0.key, value: $0.value.asFact) }
    case .array(let list):
      list.compactMap { fact in
        fact["name"]?.string.map { .init(name: $0, value: (fact["value"] ?? .null).asFact) }
      }
    case .null, .bool, .integer, .real, .string: nil
    }
  }
}

extension JSON {
  fileprivate var asFact: String { string ?? serialized() }
}
