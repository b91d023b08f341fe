import Transport

/// A path whose variable parts are encoded, and the pattern behind it: `/channels/{}/play`.
struct ARIRoute: ExpressibleByStringInterpolation {
  struct StringInterpolation: StringInterpolationProtocol {
    var path = ""
    var pattern = ""

    init(literalCapacity: Int, interpolationCount: Int) {}

    mutating func appendLiteral(_ literal: String) {
      path += literal
      pattern += literal
    }

    mutating func appendInterpolation(_ part: String) {
      path += PercentEncoding.encode(part)
      pattern += "{}"
    }
  }

  let path: String
  let pattern: String

  init(stringLiteral literal: String) {
    path = literal
    pattern = literal
  }

  init(stringInterpolation: StringInterpolation) {
    path = stringInterpolation.path
    pattern = stringInterpolation.pattern
  }
}
