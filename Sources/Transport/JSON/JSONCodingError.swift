/// Why a value could not be made of JSON, or JSON of a value, and where in it.
package struct JSONCodingError: Error, Equatable, CustomStringConvertible {
  /// Few and fixed: a label for metrics.
  package enum Kind: String, Sendable {
    case wrongType, missing, invalid, unwritable
  }

  package let kind: Kind
  /// Such as `leg._0.number` or `targets.2.name`; empty at the top.
  package let path: String
  package let message: String

  init(_ kind: Kind, at path: [any CodingKey], _ message: String) {
    self.kind = kind
    self.path = path.map(\.stringValue).joined(separator: ".")
    self.message = message
  }

  /// Whatever `Codable` throws.
  init(_ error: any Error) {
    switch error {
    case let error as JSONCodingError: self = error
    case DecodingError.typeMismatch(_, let context):
      self.init(.wrongType, at: context.codingPath, context.debugDescription)
    case DecodingError.valueNotFound(_, let context):
      self.init(.missing, at: context.codingPath, context.debugDescription)
    case DecodingError.keyNotFound(let key, let context):
      self.init(.missing, at: context.codingPath + [key], context.debugDescription)
    case DecodingError.dataCorrupted(let context): self.init(.invalid, at: context.codingPath, context.debugDescription)
    case EncodingError.invalidValue(_, let context):
      self.init(.unwritable, at: context.codingPath, context.debugDescription)
    default: self.init(.invalid, at: [], "\(error)")
    }
  }

  package var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// A place in an array, or the place of a superclass.
struct JSONPlace: CodingKey {
  let stringValue: String
  let intValue: Int?

  static let superclass = JSONPlace(stringValue: "super")

  init(stringValue: String) {
    self.stringValue = stringValue
    intValue = nil
  }

  init(intValue: Int) {
    stringValue = String(intValue)
    self.intValue = intValue
  }
}
