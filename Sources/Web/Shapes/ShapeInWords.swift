internal import Transport

extension Shape {
  /// As JSON Schema (draft 2020-12, which OpenAPI 3.1 speaks).
  var schema: JSON {
    switch self {
    case .text(let shape): return .object(shape.schema)
    case .choice(let values): return ["type": "string", "enum": .array(values.map(JSON.string))]
    case .integer(let range):
      return ["type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound)]
    case .number(let range):
      return ["type": "number", "minimum": .real(range.lowerBound), "maximum": .real(range.upperBound)]
    case .flag: return ["type": "boolean"]
    case .time: return ["type": "string", "format": "date-time"]
    case .document(let shape):
      return ["type": "string", "contentMediaType": "application/json", "contentSchema": shape.schema]
    case .list(let shape, let most):
      var schema: [String: JSON] = ["type": "array", "items": shape.schema]
      if let most { schema["maxItems"] = .integer(Int64(most)) }
      return .object(schema)
    case .object(let members): return Self.schema(of: members)
    case .anyObject: return Self.openObject
    case .map(let names, let values, let most):
      return [
        "type": "object", "maxProperties": .integer(Int64(most)), "propertyNames": .object(names.schema),
        "additionalProperties": values.schema,
      ]
    case .either(let shapes): return ["anyOf": .array(shapes.map(\.schema))]
    case .orNull(let shape): return ["anyOf": .array([shape.schema, ["type": "null"]])]
    case .named(let name, _): return ["$ref": .string("#/components/schemas/\(name)")]
    }
  }

  private static let openObject: JSON = [
    "type": "object", "propertyNames": .object(TextShape(0...Int.max, .withoutNUL).schema),
    "additionalProperties": .object(["$ref": "#/components/schemas/JSONValue"]),
  ]

  /// What can be read: any JSON without U+0000.
  static let anyValue: JSON = [
    "anyOf": [
      ["type": ["number", "boolean", "null"]],
      .object(TextShape(0...Int.max, .withoutNUL).schema),
      ["type": "array", "items": ["$ref": "#/components/schemas/JSONValue"]],
      openObject,
    ]
  ]

  private static func schema(of members: [Member]) -> JSON {
    var properties: [String: JSON] = [:]
    for member in members {
      var schema = member.shape.schema.object ?? [:]
      if !member.explanation.isEmpty { schema["description"] = .string(member.explanation) }
      properties[member.name] = .object(schema)
    }
    return [
      "type": "object", "properties": .object(properties), "additionalProperties": false,
      "required": .array(members.filter(\.isNeeded).map { .string($0.name) }),
    ]
  }

  /// All that have a name, in here.
  var named: [String: Shape] {
    switch self {
    case .named(let name, let shape): shape.named.merging([name: shape]) { first, _ in first }
    case .list(let shape, _), .orNull(let shape), .map(_, let shape, _), .document(let shape): shape.named
    case .object(let members):
      members.reduce(into: [:]) { found, member in found.merge(member.shape.named) { first, _ in first } }
    case .either(let shapes):
      shapes.reduce(into: [:]) { found, shape in found.merge(shape.named) { first, _ in first } }
    case .text, .choice, .integer, .number, .flag, .time, .anyObject: [:]
    }
  }
}

extension TextShape {
  var schema: [String: JSON] {
    var schema: [String: JSON] = ["type": "string"]
    if lengths.lowerBound > 0 { schema["minLength"] = .integer(Int64(lengths.lowerBound)) }
    if lengths.upperBound < .max { schema["maxLength"] = .integer(Int64(lengths.upperBound)) }
    if characters != .any { schema["pattern"] = .string(characters.rawValue) }
    return schema
  }
}
