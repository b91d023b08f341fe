internal import Transport

/// What a value of JSON looks like: what is checked of what comes in, and what `/openapi.json` says, are the same.
indirect enum Shape: Sendable {
  case text(TextShape)
  case choice([String])
  case integer(ClosedRange<Int64>)
  case number(ClosedRange<Double>)
  case flag
  case time
  /// A text that is JSON of that shape.
  case document(Shape)
  case list(of: Shape, most: Int?)
  /// These members and no others.
  case object([Member])
  /// Any members at all.
  case anyObject
  case map(names: TextShape, values: Shape, most: Int)
  case either([Shape])
  case orNull(Shape)
  /// Described once in the document, under that name.
  case named(String, Shape)

  struct Member: Sendable {
    let name: String
    let shape: Shape
    let isNeeded: Bool
    let explanation: String

    static func needed(_ name: String, _ shape: Shape, _ explanation: String = "") -> Member {
      Member(name: name, shape: shape, isNeeded: true, explanation: explanation)
    }

    static func optional(_ name: String, _ shape: Shape, _ explanation: String = "") -> Member {
      Member(name: name, shape: shape, isNeeded: false, explanation: explanation)
    }
  }
}

/// How long a text may be, and what may stand in it.
struct TextShape: Sendable {
  enum Characters: String, Sendable {
    /// As the sections of the conf file are named.
    case name = "^[a-z0-9_-]*$"
    case identifier = "^[a-zA-Z0-9_.-]*$"
    case letterOrDigit = "^[a-z0-9]*$"
    case digits = "^[0-9]*$"
    /// As people write a number; how many of its digits are needed is for ``TelephoneNumber`` to say.
    case telephone = #"^[ /().-]*\+?(?:[ /().-]*[0-9]){3,20}[ /().-]*$"#
    case withoutNUL = #"^[^\u0000]*$"#
    case language = "^[a-zA-Z0-9-]*$"
    /// ASCII without blanks.
    case graphic = "^[!-~]*$"
    case cursor = "^[0-9]{1,15}-[a-z0-9]{1,32}$"
    case line = #"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"#
    case lines = #"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"#
    case any = ""
  }

  let lengths: ClosedRange<Int>
  let characters: Characters

  init(_ lengths: ClosedRange<Int>, _ characters: Characters) {
    self.lengths = lengths
    self.characters = characters
  }

  /// Whatever we say ourselves.
  static let any = TextShape(0...Int.max, .any)
}

/// What does not fit, and where.
struct Misfit: Error, Equatable {
  enum Reason: Equatable {
    case tooLarge(limit: Int)
    case invalid(String)
  }

  /// Such as `facts.tier` or `transcript.3.text`; empty at the top.
  var field: String
  var reason: Reason
}

extension Shape {
  func check(_ json: JSON, at field: String = "") throws(Misfit) {
    switch self {
    case .text(let shape): try shape.check(try Self.string(json, at: field), at: field)
    case .choice(let values):
      let value = try Self.string(json, at: field)
      guard values.contains(value) else { throw Misfit(field, "must be one of \(values.joined(separator: ", "))") }
    case .integer(let range):
      guard let value = json.integer, range.contains(value) else {
        throw Misfit(field, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
      }
    case .number(let range):
      guard let value = json.number, range.contains(value) else { throw Misfit(field, "must be a number in \(range)") }
    case .flag: if json.bool == nil { throw Misfit(field, "must be true or false") }
    case .time: _ = try Self.string(json, at: field)
    case .document(let shape): try shape.check(try Self.document(json, at: field), at: field)
    case .list(let shape, let most): try Self.check(list: json, of: shape, most, at: field)
    case .object(let members): try Self.check(object: json, of: members, at: field)
    case .anyObject: if json.object == nil { throw Misfit(field, "must be an object") }
    case .map(let names, let values, let most): try Self.check(map: json, names, values, most, at: field)
    case .either(let shapes): try Self.check(json, against: shapes, at: field)
    case .orNull(let shape): if !json.isNull { try shape.check(json, at: field) }
    case .named(_, let shape): try shape.check(json, at: field)
    }
  }

  private static func string(_ json: JSON, at field: String) throws(Misfit) -> String {
    guard let text = json.string else { throw Misfit(field, "must be a string") }
    return text
  }

  private static func document(_ json: JSON, at field: String) throws(Misfit) -> JSON {
    let text = try string(json, at: field)
    do throws(JSONError) {
      return try JSON(parsing: text)
    } catch {
      throw Misfit(field, "is not JSON: \(error)")
    }
  }

  private static func check(list json: JSON, of shape: Shape, _ most: Int?, at field: String) throws(Misfit) {
    guard let elements = json.array else { throw Misfit(field, "must be an array") }
    if let most, elements.count > most { throw Misfit(field: field, reason: .tooLarge(limit: most)) }
    for (index, element) in elements.enumerated() { try shape.check(element, at: field / "\(index)") }
  }

  private static func check(object json: JSON, of members: [Member], at field: String) throws(Misfit) {
    guard let object = json.object else { throw Misfit(field, "must be an object") }
    for member in members {
      if let value = object[member.name] {
        try member.shape.check(value, at: field / member.name)
      } else if member.isNeeded {
        throw Misfit(field / member.name, "is missing")
      }
    }
    let unknown = object.keys.filter { key in !members.contains { $0.name == key } }
    if let name = unknown.min() { throw Misfit(field / name, "is not a known member") }
  }

  private static func check(
    map json: JSON,
    _ names: TextShape,
    _ values: Shape,
    _ most: Int,
    at field: String
  ) throws(Misfit) {
    guard let object = json.object else { throw Misfit(field, "must be an object") }
    guard object.count <= most else { throw Misfit(field: field, reason: .tooLarge(limit: most)) }
    for (name, value) in object.sorted(by: { $0.key < $1.key }) {
      try names.check(name, at: field / name)
      try values.check(value, at: field / name)
    }
  }

  /// Says what is wrong by the shape that comes nearest: the last.
  private static func check(_ json: JSON, against shapes: [Shape], at field: String) throws(Misfit) {
    var misfit: Misfit?
    for shape in shapes {
      do throws(Misfit) {
        return try shape.check(json, at: field)
      } catch {
        if misfit == nil || shape.hasKind(of: json) { misfit = error }
      }
    }
    if let misfit { throw misfit }
  }

  private func hasKind(of json: JSON) -> Bool {
    switch (self, json) {
    case (.text, .string), (.list, .array), (.object, .object), (.map, .object), (.flag, .bool): true
    case (.number, .integer), (.number, .real), (.integer, .integer): true
    default: false
    }
  }
}

extension TextShape {
  func check(_ text: String, at field: String) throws(Misfit) {
    // JSON Schema counts code points too.
    let count = text.unicodeScalars.count
    if count > lengths.upperBound { throw Misfit(field: field, reason: .tooLarge(limit: lengths.upperBound)) }
    if count < lengths.lowerBound { throw Misfit(field, count == 0 ? "is empty" : "is too short") }
    if !text.unicodeScalars.allSatisfy(characters.contains) {
      throw Misfit(field, "has characters that are not allowed")
    }
  }
}

extension TextShape.Characters {
  func contains(_ scalar: Unicode.Scalar) -> Bool {
    let isLower = ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
    let isLetterOrDigit = isLower || ("A"..."Z").contains(scalar)
    switch self {
    case .name: return isLower || scalar == "_" || scalar == "-"
    case .identifier: return isLetterOrDigit || "_.-".unicodeScalars.contains(scalar)
    case .letterOrDigit: return isLower
    case .digits: return ("0"..."9").contains(scalar)
    case .telephone: return ("0"..."9").contains(scalar) || "+ /().-".unicodeScalars.contains(scalar)
    case .withoutNUL: return scalar.value != 0
    case .language: return isLetterOrDigit || scalar == "-"
    case .cursor: return isLower || scalar == "-"
    case .graphic: return ("!"..."~").contains(scalar)
    case .line: return !scalar.isControl && scalar != "\u{2028}" && scalar != "\u{2029}"
    case .lines: return !scalar.isControl || "\t\n\r".unicodeScalars.contains(scalar)
    case .any: return true
    }
  }
}

extension Unicode.Scalar {
  fileprivate var isControl: Bool { value < 0x20 || (0x7f...0x9f).contains(value) }
}

extension Misfit {
  init(_ field: String, _ reason: String) {
    self.init(field: field, reason: .invalid(reason))
  }
}

extension String {
  /// A place in a place. What came from outside is shortened.
  fileprivate static func / (field: String, name: String) -> String {
    let name = String(name.prefix(64))
    return field.isEmpty || name.isEmpty ? field + name : "\(field).\(name)"
  }
}
