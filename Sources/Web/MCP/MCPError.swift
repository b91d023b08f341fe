internal import Transport

/// What JSON-RPC answers in place of a result.
struct MCPError: Error, Equatable {
  enum Code: Int64 {
    case headerMismatch = -32_020
    case unsupportedVersion = -32_022
    case unknownMethod = -32_601
    case invalidParameters = -32_602

    var status: Int {
      switch self {
      case .unknownMethod: 404
      case .headerMismatch, .unsupportedVersion, .invalidParameters: 400
      }
    }
  }

  let code: Code
  let message: String
  var data: JSON?

  init(_ code: Code, _ message: String, data: JSON? = nil) {
    (self.code, self.message, self.data) = (code, message, data)
  }

  var json: JSON {
    var members: [String: JSON] = ["code": .integer(code.rawValue), "message": .string(message)]
    members["data"] = data
    return .object(members)
  }
}
