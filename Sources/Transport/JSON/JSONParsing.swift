internal import CJansson
import Glibc

/// Why bytes from outside are no JSON that we take, and where in them.
package struct JSONError: Error, Equatable, CustomStringConvertible {
  package enum Kind: String, Sendable {
    case malformed, tooLarge, tooDeep
  }

  package let kind: Kind
  /// Counted from 1.
  package let line: Int
  package let column: Int
  /// Counted in bytes from 0.
  package let position: Int
  package let message: String

  package var description: String { "line \(line), column \(column): \(message)" }
}

extension JSON {
  package static let largestText = 8 * 1024 * 1024
  package static let deepestNesting = 128

  package init(parsing text: String) throws(JSONError) {
    try self.init(parsing: Array(text.utf8))
  }

  package init(parsing bytes: [UInt8]) throws(JSONError) {
    let result = bytes.withUnsafeBytes { bytes -> Result<JSON, JSONError> in
      Result { () throws(JSONError) in try JSON(parsing: bytes) }
    }
    self = try result.get()
  }

  /// Duplicate keys, NUL characters, invalid UTF-8 and anything after the value are errors.
  package init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    try Self.checkBounds(of: bytes)
    let document = try Document(parsing: bytes)
    self = try JSON(document.root)
  }

  /// The names in the object at that place, in the order in which they are written; nil when there is no object.
  package static func names(at path: [String], in bytes: [UInt8]) throws(JSONError) -> [String]? {
    let result = bytes.withUnsafeBytes { bytes -> Result<[String]?, JSONError> in
      Result { () throws(JSONError) in
        try checkBounds(of: bytes)
        let document = try Document(parsing: bytes)
        return names(of: path.reduce(document.root) { json_object_get($0, $1) })
      }
    }
    return try result.get()
  }

  private static func names(of value: OpaqueJSON) -> [String]? {
    guard let value, wt_json_typeof(value) == JSON_OBJECT else { return nil }
    var names: [String] = []
    var iterator = json_object_iter(value)
    while let current = iterator {
      if let key = json_object_iter_key(current) { names.append(String(cString: key)) }
      iterator = json_object_iter_next(value, current)
    }
    return names
  }

  /// jansson itself would recurse 2048 levels deep; we refuse long before it does.
  private static func checkBounds(of bytes: UnsafeRawBufferPointer) throws(JSONError) {
    guard bytes.count <= largestText else {
      throw JSONError(kind: .tooLarge, line: 1, column: 1, position: 0, message: "more than \(largestText) bytes")
    }
    guard let position = NestingScan.firstTooDeep(in: bytes, limit: deepestNesting) else { return }
    let line = bytes[..<position].reduce(1) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    let column = position - (bytes[..<position].lastIndex(of: UInt8(ascii: "\n")) ?? -1)
    throw JSONError(
      kind: .tooDeep,
      line: line,
      column: column,
      position: position,
      message: "nested deeper than \(deepestNesting)"
    )
  }

  private init(_ value: OpaqueJSON) throws(JSONError) {
    switch wt_json_typeof(value) {
    case JSON_OBJECT: self = .object(try Self.members(of: value))
    case JSON_ARRAY: self = .array(try Self.elements(of: value))
    case JSON_STRING: self = .string(Self.text(of: value))
    case JSON_INTEGER: self = .integer(Int64(json_integer_value(value)))
    case JSON_REAL: self = .real(json_real_value(value))
    case JSON_TRUE: self = .bool(true)
    case JSON_FALSE: self = .bool(false)
    default: self = .null
    }
  }

  private static func text(of value: OpaqueJSON) -> String {
    guard let start = json_string_value(value) else { return "" }
    let bytes = UnsafeRawBufferPointer(start: start, count: json_string_length(value))
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func elements(of value: OpaqueJSON) throws(JSONError) -> [JSON] {
    var elements: [JSON] = []
    elements.reserveCapacity(json_array_size(value))
    for index in 0..<json_array_size(value) { elements.append(try JSON(json_array_get(value, index))) }
    return elements
  }

  private static func members(of value: OpaqueJSON) throws(JSONError) -> [String: JSON] {
    var members: [String: JSON] = [:]
    members.reserveCapacity(json_object_size(value))
    var iterator = json_object_iter(value)
    while let current = iterator {
      // A key holds no NUL: jansson refuses them.
      if let key = json_object_iter_key(current) {
        let name = String(cString: key)
        // To jansson names are bytes. To Swift é is é, in however many scalars it is written: one would replace another.
        guard members.updateValue(try JSON(json_object_iter_value(current)), forKey: name) == nil else {
          let message = "duplicate object key \"\(name)\", written in two ways"
          throw JSONError(kind: .malformed, line: 1, column: 1, position: 0, message: message)
        }
      }
      iterator = json_object_iter_next(value, current)
    }
    return members
  }
}

private typealias OpaqueJSON = UnsafeMutablePointer<json_t>?

/// What jansson made of the bytes, given back when we have read it.
private struct Document: ~Copyable {
  let root: UnsafeMutablePointer<json_t>

  init(parsing bytes: UnsafeRawBufferPointer) throws(JSONError) {
    var error = json_error_t()
    let flags = Int(JSON_REJECT_DUPLICATES) | Int(JSON_DECODE_ANY)
    let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
    let root = start.flatMap { json_loadb($0, bytes.count, flags, &error) }
    guard let root else { throw JSONError(error, isEmpty: bytes.isEmpty) }
    self.root = root
  }

  deinit {
    wt_json_decref(root)
  }
}

extension JSONError {
  fileprivate init(_ error: json_error_t, isEmpty: Bool) {
    let message = withUnsafeBytes(of: error.text) { text in
      String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
    }
    self.init(
      kind: .malformed,
      line: max(1, Int(error.line)),
      column: max(1, Int(error.column)),
      position: max(0, Int(error.position)),
      message: isEmpty ? "no JSON at all" : message
    )
  }
}

private enum NestingScan {
  /// Counts brackets outside strings. What else may be wrong is left to the parser.
  static func firstTooDeep(in bytes: UnsafeRawBufferPointer, limit: Int) -> Int? {
    var depth = 0
    var isInString = false
    var isEscaped = false
    for (position, byte) in bytes.enumerated() {
      if isEscaped {
        isEscaped = false
        continue
      }
      switch byte {
      case UInt8(ascii: "\\"): isEscaped = isInString
      case UInt8(ascii: "\""): isInString.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += isInString ? 0 : 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= isInString ? 0 : 1
      default: break
      }
      if depth > limit { return position }
    }
    return nil
  }
}
