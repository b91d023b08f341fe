internal import Transport

/// One message of a client.
struct MCPRequest: Sendable {
  static let versionHeader = "MCP-Protocol-Version"
  static let methodHeader = "Mcp-Method"
  static let nameHeader = "Mcp-Name"
  static let headers = [versionHeader, methodHeader, nameHeader]

  private static let versionMember = "io.modelcontextprotocol/protocolVersion"

  let method: String
  /// Nil for a notification, which nobody answers.
  let id: JSON?
  let params: JSON
  private let headers: [String: String]

  init(_ body: JSON, headers: [String: String]) {
    method = body["method"]?.string ?? ""
    id = body["id"]
    params = body["params"] ?? [:]
    self.headers = headers
  }

  /// In which version it is meant to be answered.
  func version() throws(MCPError) -> MCPVersion {
    let (inHeader, inBody) = (headers[Self.versionHeader], params["_meta"]?[Self.versionMember]?.string)
    guard let name = inBody ?? inHeader else { return .unnamed }
    guard let version = MCPVersion(rawValue: name) else {
      let supported = MCPVersion.allCases.map { JSON.string($0.rawValue) }
      throw MCPError(
        .unsupportedVersion,
        "unsupported protocol version",
        data: ["supported": .array(supported), "requested": .string(String(name.prefix(64)))]
      )
    }
    if !version.hasHandshake, id != nil { try checkHeaders(inBody) }
    return version
  }

  /// Those between us may have decided by them.
  private func checkHeaders(_ version: String?) throws(MCPError) {
    let name = method == MCPMethod.callTool.rawValue ? params["name"]?.string : nil
    for (header, value) in [(Self.versionHeader, version), (Self.methodHeader, method), (Self.nameHeader, name)] {
      guard headers[header] == value else { throw MCPError(.headerMismatch, "\(header) is not what the body says") }
    }
  }
}

enum MCPMethod: String, CaseIterable {
  case initialize, ping
  case discover = "server/discover"
  case listTools = "tools/list"
  case callTool = "tools/call"
}
