internal import Transport

/// Names and values as a form or a query says them: `topic=billing&facts[Tier]=gold`.
struct FormFields {
  let fields: [(name: String, value: String)]

  /// Of one that is written twice nobody knows which counts.
  init(parsing text: String, _ code: Problem.Code) throws(Problem) {
    try self.init(text.split(separator: "&")) { part throws(Problem) in
      guard let part = PercentEncoding.decode(part.replacing("+", with: " ")) else {
        throw Problem(code, "not valid percent-encoded UTF-8")
      }
      return part
    } twice: { name in
      Problem(code, "\(name) is given twice")
    }
  }

  /// A body. Templates put values in as they are: a `%` or a `&` that makes no sense is one.
  init(parsingBody text: String) throws(Problem) {
    var pairs: [Substring] = []
    for part in text.split(separator: "&") {
      if part.contains("=") || pairs.isEmpty {
        pairs.append(part)
      } else if let last = pairs.popLast() {
        pairs.append(last + "&" + part)
      }
    }
    try self.init(pairs) { part throws(Problem) in
      let spaced = part.replacing("+", with: " ")
      return PercentEncoding.decode(spaced) ?? spaced
    } twice: { name in
      Problem(.malformedJSON, "\(name) is given twice")
    }
  }

  private init(
    _ pairs: [Substring],
    decode: (String) throws(Problem) -> String,
    twice: (Substring) -> Problem
  ) throws(Problem) {
    var fields: [(name: String, value: String)] = []
    var names: Set<String> = []
    for pair in pairs {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let name = try decode(parts[0])
      guard names.insert(name).inserted else { throw twice(name.prefix(64)) }
      fields.append((name, try decode(parts.count > 1 ? parts[1] : "")))
    }
    self.fields = fields
  }

  /// The same as JSON, each value as its member wants it. A text without a value is not given.
  func json(for members: [Shape.Member]) -> [String: JSON] {
    var json: [String: JSON] = [:]
    var facts: [JSON] = []
    for (name, value) in fields {
      if let fact = Self.factName(in: name), members.contains(where: { $0.name == "facts" }) {
        if !value.isEmpty { facts.append(["name": .string(fact), "value": .string(value)]) }
      } else if let member = members.first(where: { $0.name == name }) {
        if !value.isEmpty || member.isNeeded || !member.shape.isText { json[name] = member.shape.value(written: value) }
      } else {
        json[name] = .string(value)
      }
    }
    if !facts.isEmpty { json["facts"] = .array(facts) }
    return json
  }

  /// `facts[Tier]`
  static func factName(in name: String) -> String? {
    guard name.hasPrefix("facts["), name.hasSuffix("]") else { return nil }
    return String(name.dropFirst("facts[".count).dropLast())
  }
}

extension APIRoute {
  /// Those of the query and of the header.
  func parameters(of request: HTTPServerRequest) throws(Problem) -> [String: String] {
    var given: [String: String] = [:]
    for (name, value) in try FormFields(parsing: request.query ?? "", .invalidParameter).fields {
      guard !isSaidInQuery(name) else { continue }
      guard inQuery.contains(where: { $0.name == name }) else {
        throw Problem(.invalidParameter, "unknown parameter \(name.prefix(64))")
      }
      given[name] = value
    }
    for name in inHeader.map(\.name) + unlistedHeaders { given[name] = request.header(name.lowercased()) }
    return given
  }

  /// `channel`: that of the one call that may be asked for, which need not be named.
  func body(of request: HTTPServerRequest, onlyCall channel: String?) throws(Problem) -> CheckedBody? {
    guard let shape = body.shape else { return nil }
    let (written, bytes) = try written(in: request, shape)
    guard var json = written.object else {
      try shape.accept(written)
      return CheckedBody(json: written, bytes: bytes)
    }
    if takesForms { try addQuery(of: request, to: &json, shape) }
    if let channel, json["channel"] == nil, shape.members.contains(where: { $0.name == "channel" }) {
      json["channel"] = .string(channel)
    }
    try shape.accept(.object(json))
    return CheckedBody(json: .object(json), bytes: bytes)
  }

  private func written(in request: HTTPServerRequest, _ shape: Shape) throws(Problem) -> (JSON, [UInt8]) {
    let type = request.header("content-type").map(Self.media)
    if takesForms, type == Self.form {
      guard let text = String(validating: request.body, as: UTF8.self) else {
        throw Problem(.malformedJSON, "the form is not UTF-8")
      }
      return (.object(try FormFields(parsingBody: text).json(for: shape.members)), [])
    }
    if let type, !Self.isJSON(type) {
      let other = takesForms ? " or \(Self.form)" : ""
      throw Problem(.unsupportedMediaType, "the body must be application/json\(other)")
    }
    let isAllInQuery = takesForms && request.query?.isEmpty == false
    let mayBeEmpty = if case .optional = body { true } else { isAllInQuery }
    let bytes = mayBeEmpty && request.body.isEmpty ? Array("{}".utf8) : request.body
    do throws(JSONError) {
      return (try JSON(parsing: bytes), bytes)
    } catch {
      throw Problem(.malformedJSON, error.description)
    }
  }

  /// What the body says counts; but also what does not count must be right.
  private func addQuery(
    of request: HTTPServerRequest,
    to json: inout [String: JSON],
    _ shape: Shape
  ) throws(Problem) {
    let fields = try FormFields(parsing: request.query ?? "", .invalidParameter)
    let inQuery = fields.json(for: shape.members).filter { isSaidInQuery($0.key) }
    for member in shape.members {
      guard let value = inQuery[member.name] else { continue }
      try member.shape.accept(value, at: member.name)
    }
    json.merge(inQuery) { inBody, _ in inBody }
  }

  private func isSaidInQuery(_ name: String) -> Bool {
    guard takesForms, let members = body.shape?.members else { return false }
    let member = FormFields.factName(in: name) == nil ? name : "facts"
    return members.contains { $0.name == member }
  }

  private static let form = "application/x-www-form-urlencoded"

  private static func media(_ type: String) -> String {
    type.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
  }

  private static func isJSON(_ media: String) -> Bool {
    media == "application/json" || media.hasPrefix("application/") && media.hasSuffix("+json")
  }
}

extension Shape {
  /// Of an object.
  var members: [Member] {
    switch self {
    case .object(let members): members
    case .named(_, let shape), .orNull(let shape): shape.members
    case .text, .choice, .integer, .number, .flag, .time, .document, .list, .anyObject, .map, .either: []
    }
  }

  fileprivate var isText: Bool {
    switch self {
    case .text: true
    case .named(_, let shape), .orNull(let shape): shape.isText
    case .either(let shapes): shapes.contains { $0.isText }
    case .choice, .integer, .number, .flag, .time, .document, .list, .object, .anyObject, .map: false
    }
  }

  private static let yes = ["true", "yes", "1"]
  private static let no = ["false", "no", "0"]

  /// What is written where there are texts alone; what does not fit stays one, and is refused as one.
  fileprivate func value(written text: String) -> JSON {
    switch self {
    case .integer: Int64(text).map(JSON.integer) ?? .string(text)
    case .number: Double(text).map(JSON.real) ?? .string(text)
    case .flag:
      if Self.yes.contains(text.lowercased()) {
        true
      } else if Self.no.contains(text.lowercased()) {
        false
      } else {
        .string(text)
      }
    case .named(_, let shape), .orNull(let shape): shape.value(written: text)
    case .text, .choice, .time, .document, .list, .object, .anyObject, .map, .either: .string(text)
    }
  }

  func accept(_ json: JSON, at field: String = "") throws(Problem) {
    do throws(Misfit) {
      try check(json, at: field)
    } catch {
      throw Problem(error)
    }
  }
}

// MARK: - As /openapi.json says it

extension APIRoute {
  /// The longest text of a parameter: all of them have to fit into the head of a request.
  /// Longer ones make an address that servers on the way may refuse.
  private static let longestInQuery = 4_000

  /// What may stand in the query in place of the body, where it need not stand in the body. Long texts are not offered;
  /// facts may be given, as `facts[NAME]`.
  var formParameters: [Parameter] {
    guard takesForms else { return [] }
    return body.shape?.members.filter { !$0.isNeeded }.compactMap { member in
      guard let shape = member.shape.inForm(isNeeded: false), shape.longest <= Self.longestInQuery else { return nil }
      return Parameter(name: member.name, shape: shape, explanation: "In place of the member of the body.")
    } ?? []
  }

  var formSchema: JSON? {
    guard takesForms, let members = body.shape?.members else { return nil }
    let fields = members.compactMap { member in
      member.shape.inForm(isNeeded: member.isNeeded).map {
        Shape.Member(
          name: member.name,
          shape: $0,
          isNeeded: member.isNeeded,
          explanation: member.explanation
        )
      }
    }
    guard var schema = Shape.object(fields).schema.object else { return nil }
    if members.contains(where: { $0.name == "facts" }) {
      // More of them than there may be are as little described as their names: each has a name of its own.
      schema["patternProperties"] = [#"^facts\[[a-zA-Z0-9 _-]{1,64}\]$"#: Shape.text(OrderShapes.factValue).schema]
    }
    return .object(schema)
  }
}

extension Shape {
  /// Nil for what has no place in a form. An empty text stands for none.
  fileprivate func inForm(isNeeded: Bool) -> Shape? {
    switch self {
    case .text(let text):
      .text(TextShape((isNeeded ? text.lengths.lowerBound : 0)...text.lengths.upperBound, text.characters))
    case .flag: .choice(Self.yes + Self.no)
    case .integer, .number, .choice: self
    case .either(let shapes): shapes.first { if case .text = $0 { true } else { false } }?.inForm(isNeeded: false)
    case .named(_, let shape), .orNull(let shape): shape.inForm(isNeeded: isNeeded)
    case .time, .document, .list, .object, .anyObject, .map: nil
    }
  }

  /// How many characters it may have.
  fileprivate var longest: Int { if case .text(let text) = self { text.lengths.upperBound } else { 0 } }
}
