/// A value that is written into JSON as it is, without a container around it.
protocol JSONScalar {
  init?(_ json: JSON)
  /// Nil for what JSON has no way to write.
  var json: JSON? { get }
}

extension Bool: JSONScalar {
  init?(_ json: JSON) {
    guard case .bool(let value) = json else { return nil }
    self = value
  }

  var json: JSON? { .bool(self) }
}

extension String: JSONScalar {
  init?(_ json: JSON) {
    guard case .string(let value) = json else { return nil }
    self = value
  }

  /// A NUL could be written, and would never be read again.
  var json: JSON? { utf8.contains(0) ? nil : .string(self) }
}

extension BinaryFloatingPoint where Self: JSONScalar {
  init?(_ json: JSON) {
    guard let value = json.number else { return nil }
    self.init(value)
  }

  var json: JSON? { isFinite ? .real(Double(self)) : nil }
}

extension Double: JSONScalar {}
extension Float: JSONScalar {}

extension FixedWidthInteger where Self: JSONScalar {
  /// Integers beyond those of JSON's 64 bits stand in it as strings.
  init?(_ json: JSON) {
    switch json {
    case .integer(let value): self.init(exactly: value)
    case .string(let digits):
      guard let value = Self(digits), Int64(exactly: value) == nil else { return nil }
      self = value
    case .null, .bool, .real, .array, .object: return nil
    }
  }

  var json: JSON? { Int64(exactly: self).map { .integer($0) } ?? .string(String(self)) }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
