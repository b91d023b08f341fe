extension JSON {
  package init(encoding value: some Encodable) throws(JSONCodingError) {
    do {
      self = try JSONDraft.json(of: value, at: [])
    } catch {
      throw JSONCodingError(error)
    }
  }
}

/// JSON that is still being written to: what `Codable` calls a container can be held on to and filled later.
private final class JSONDraft {
  enum Part {
    case finished(JSON)
    case draft(JSONDraft)

    var json: JSON {
      switch self {
      case .finished(let json): json
      case .draft(let draft): draft.json
      }
    }
  }

  private var single: JSON?
  private(set) var elements: [Part]?
  private var members: [String: Part]?

  /// A value that writes nothing of itself has no members.
  var json: JSON {
    if let single { return single }
    if let elements { return .array(elements.map(\.json)) }
    return .object((members ?? [:]).mapValues(\.json))
  }

  func set(_ json: JSON) { single = json }

  func becomeArray() { elements = elements ?? [] }

  func append(_ part: Part) { elements?.append(part) }

  func becomeObject() { members = members ?? [:] }

  func set(_ part: Part, for key: String) { members?[key] = part }

  static func json(of value: some Encodable, at path: [any CodingKey]) throws -> JSON {
    if let scalar = value as? any JSONScalar {
      guard let json = scalar.json else {
        throw EncodingError.invalidValue(value, .init(codingPath: path, debugDescription: "JSON has no such value"))
      }
      return json
    }
    let draft = JSONDraft()
    try value.encode(to: JSONEncoding(draft: draft, codingPath: path))
    return draft.json
  }
}

private struct JSONEncoding: Encoder {
  let draft: JSONDraft
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    draft.becomeObject()
    return KeyedEncodingContainer(JSONObjectEncoding(draft: draft, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    draft.becomeArray()
    return JSONArrayEncoding(draft: draft, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    JSONValueEncoding(draft: draft, codingPath: codingPath)
  }
}

private struct JSONValueEncoding: SingleValueEncodingContainer {
  let draft: JSONDraft
  let codingPath: [any CodingKey]

  func encodeNil() { draft.set(.null) }

  func encode<Value: Encodable>(_ value: Value) throws { draft.set(try JSONDraft.json(of: value, at: codingPath)) }
}

private struct JSONArrayEncoding: UnkeyedEncodingContainer {
  let draft: JSONDraft
  let codingPath: [any CodingKey]

  var count: Int { draft.elements?.count ?? 0 }
  private var nextPath: [any CodingKey] { codingPath + [JSONPlace(intValue: count)] }

  func encodeNil() { draft.append(.finished(.null)) }

  func encode<Value: Encodable>(_ value: Value) throws {
    draft.append(.finished(try JSONDraft.json(of: value, at: nextPath)))
  }

  func nestedContainer<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    nested().container(keyedBy: type)
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }

  func superEncoder() -> any Encoder { nested() }

  private func nested() -> JSONEncoding {
    let nested = JSONEncoding(draft: JSONDraft(), codingPath: nextPath)
    draft.append(.draft(nested.draft))
    return nested
  }
}

private struct JSONObjectEncoding<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let draft: JSONDraft
  let codingPath: [any CodingKey]

  func encodeNil(forKey key: Key) { draft.set(.finished(.null), for: key.stringValue) }

  func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    draft.set(.finished(try JSONDraft.json(of: value, at: codingPath + [key])), for: key.stringValue)
  }

  func nestedContainer<NestedKey: CodingKey>(
    keyedBy type: NestedKey.Type,
    forKey key: Key
  ) -> KeyedEncodingContainer<NestedKey> {
    nested(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { nested(key).unkeyedContainer() }

  func superEncoder() -> any Encoder { nested(JSONPlace.superclass) }

  func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

  private func nested(_ key: any CodingKey) -> JSONEncoding {
    let nested = JSONEncoding(draft: JSONDraft(), codingPath: codingPath + [key])
    draft.set(.draft(nested.draft), for: key.stringValue)
    return nested
  }
}
