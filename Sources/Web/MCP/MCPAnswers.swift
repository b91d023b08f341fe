internal import Transport

/// What is answered to one message.
struct MCPAnswers: Sendable {
  private static let instructions =
    "Transfers telephone callers to people. Call transfer_to_human when the caller asks for a person or cannot be helped; "
    + "then say the sentence in 'say' to the caller."
  /// Departments change with the conf file.
  private static let freshFor: Int64 = 60_000

  let call: APICall

  /// Nil: nothing is to be answered. Older clients take every status but 200 for the end of the connection.
  func reply(to request: MCPRequest) async -> HTTPServerReply {
    guard let id = request.id else { return HTTPServerReply(status: 202) }
    var status = 200
    var answer: [String: JSON] = ["jsonrpc": "2.0", "id": id]
    var hasHandshake = false
    do throws(MCPError) {
      let version = try request.version()
      hasHandshake = version.hasHandshake
      answer["result"] = .object(try await result(of: request, version))
    } catch {
      if !hasHandshake { status = error.code.status }
      answer["error"] = error.json
    }
    return .json(.object(answer), status: status)
  }

  private func result(of request: MCPRequest, _ version: MCPVersion) async throws(MCPError) -> [String: JSON] {
    guard let method = MCPMethod(rawValue: request.method) else {
      throw MCPError(.unknownMethod, "unknown method")
    }
    switch (method, version.hasHandshake) {
    case (.initialize, true): return await welcome(request.params)
    case (.ping, true): return [:]
    case (.discover, false): return await discovery()
    case (.listTools, _): return listing(version, await call.desk.offer())
    case (.callTool, _): return complete(try await outcome(of: request), version)
    case (.initialize, false), (.ping, false), (.discover, true): throw MCPError(.unknownMethod, "unknown method")
    }
  }

  // MARK: Who we are

  private func welcome(_ params: JSON) async -> [String: JSON] {
    let asked = params["protocolVersion"]?.string.flatMap(MCPVersion.init)
    let version = asked.flatMap { $0.hasHandshake ? $0 : nil } ?? .latestWithHandshake
    return [
      "protocolVersion": .string(version.rawValue), "capabilities": ["tools": [:]],
      "serverInfo": await ourselves(), "instructions": .string(Self.instructions),
    ]
  }

  private func discovery() async -> [String: JSON] {
    [
      "resultType": "complete", "supportedVersions": .array(MCPVersion.allCases.map { .string($0.rawValue) }),
      "capabilities": ["tools": [:]], "instructions": .string(Self.instructions),
      "_meta": ["io.modelcontextprotocol/serverInfo": await ourselves()], "ttlMs": .integer(Self.freshFor),
      "cacheScope": "private",
    ]
  }

  private func ourselves() async -> JSON { ["name": "warm-transfer", "version": .string(await call.desk.version)] }

  // MARK: Tools

  private func listing(_ version: MCPVersion, _ offer: TransferOffer) -> [String: JSON] {
    var listing = complete(
      ["tools": .array(Tool.all.filter { $0.isFor(call) }.map { $0.definition(.mcp, offer, call) })],
      version
    )
    if !version.hasHandshake { listing.merge(["ttlMs": .integer(Self.freshFor), "cacheScope": "private"]) { $1 } }
    return listing
  }

  private func complete(_ result: [String: JSON], _ version: MCPVersion) -> [String: JSON] {
    version.hasHandshake ? result : result.merging(["resultType": "complete"]) { $1 }
  }

  /// A tool that fails tells the model why.
  private func outcome(of request: MCPRequest) async throws(MCPError) -> [String: JSON] {
    let name = request.params["name"]?.string ?? ""
    guard let tool = Tool.all.first(where: { $0.name == name && $0.isFor(call) }) else {
      throw MCPError(.invalidParameters, "unknown tool")
    }
    do throws(Problem) {
      return Self.told(try await run(tool, request.params["arguments"] ?? [:]), isError: false)
    } catch {
      var members: [String: JSON] = ["code": .string(error.code.rawValue), "detail": .string(error.detail)]
      members["say"] = error.members["say"]
      return Self.told(.object(members), isError: true)
    }
  }

  private func run(_ tool: Tool, _ arguments: JSON) async throws(Problem) -> JSON {
    let offer = await call.desk.offer()
    try Shape.object(tool.parameters(offer, naming: call.onlyCall == nil)).accept(arguments)
    var call = call
    var json = arguments.object ?? [:]
    if tool.needsChannel, let channel = call.onlyCall { json["channel"] = .string(channel) }
    call.body = CheckedBody(json: .object(json), bytes: call.body?.bytes ?? [], place: ["params", "arguments"])
    return try await tool.run(call)
  }

  /// Also as text, for models that are shown nothing else.
  private static func told(_ json: JSON, isError: Bool) -> [String: JSON] {
    [
      "content": [["type": "text", "text": .string(json.serialized())]], "structuredContent": json,
      "isError": .bool(isError),
    ]
  }
}
