import Testing
import Transfer
import Transport
import WebStage
@testable import Web

@Suite struct MCPTests {
  private static let modern = "2026-07-28"

  private static func ask(
    _ method: String,
    _ params: JSON = [:],
    id: JSON? = 7,
    on stage: Stage = Stage(),
    token: String? = Stage.all,
    headers: [(name: String, value: String)] = []
  ) async -> Stage.Answer {
    var body: [String: JSON] = ["jsonrpc": "2.0", "method": .string(method), "params": params]
    body["id"] = id
    return await stage.ask("POST", "/mcp", body: JSON.object(body).serialized(), token: token, headers: headers)
  }

  /// As clients of 2026-07-28 ask: everything is said twice.
  private static func askNow(
    _ method: String,
    _ params: [String: JSON] = [:],
    on stage: Stage = Stage(),
    headers: [(name: String, value: String)]? = nil,
    version: String = modern
  ) async -> Stage.Answer {
    let meta: JSON = ["_meta": ["io.modelcontextprotocol/protocolVersion": .string(version)]]
    let name = params["name"]?.string.map { [(name: "mcp-name", value: $0)] } ?? []
    return await ask(
      method,
      .object(params.merging(meta.object ?? [:]) { $1 }),
      on: stage,
      headers: headers ?? [("mcp-protocol-version", version), ("mcp-method", method)] + name
    )
  }

  // MARK: With a handshake

  @Test(arguments: ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
  func theVersionThatIsAskedForIsSpoken(_ version: String) async {
    let answer = await Self.ask("initialize", ["protocolVersion": .string(version)])
    #expect(answer.json?["result"]?["protocolVersion"]?.string == version)
    #expect(answer.json?["result"]?["capabilities"]?["tools"] == [:])
    #expect(answer.json?["result"]?["serverInfo"]?["name"] == "warm-transfer")
    #expect(answer.json?["id"] == 7)
    #expect(answer.headers["mcp-session-id"] == nil)
  }

  @Test(arguments: ["1999-01-01", "2026-07-28"])
  func whoAsksForAnotherIsOfferedTheLatest(_ version: String) async {
    let answer = await Self.ask("initialize", ["protocolVersion": .string(version)])
    #expect(answer.json?["result"]?["protocolVersion"] == "2025-11-25")
  }

  @Test func notificationsAreTakenAndPingsAnswered() async {
    #expect(await Self.ask("notifications/initialized", id: nil).status == 202)
    let answer = await Self.ask("ping", id: "a")
    #expect(answer.json == ["jsonrpc": "2.0", "id": "a", "result": [:]])
  }

  @Test func aToolIsCalledAndToldOf() async {
    let stage = Stage()
    let arguments: JSON = ["channel": "c", "target": "billing", "reason": "a refund", "summary": "Charged twice."]
    let answer = await Self.ask("tools/call", ["name": "transfer_to_human", "arguments": arguments], on: stage)
    let result = answer.json?["result"]
    #expect(result?["isError"] == false && result?["structuredContent"]?["id"] == "t1")
    #expect(result?["content"]?.array?.first?["text"]?.string?.contains(#""id":"t1""#) == true)
    #expect(result?["resultType"] == nil)
    #expect(await stage.desk.orders.map(\.channel) == ["c"])
    #expect(await stage.desk.orders.first?.context.summary == "Charged twice.")
  }

  /// In the order of the text, which a dictionary does not know.
  @Test func factsKeepTheirOrder() async {
    let stage = Stage()
    let body = #"""
      {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "transfer_to_human", "arguments":
       {"channel": "c", "reason": "r", "summary": "s", "facts": {"z": "1", "b": 2, "a": "3"}}}}
      """#
    #expect(await stage.ask("POST", "/mcp", body: body).json?["result"]?["isError"] == false)
    #expect(await stage.desk.orders.first?.context.facts.map(\.name) == ["z", "b", "a"])
  }

  /// The model hears what is wrong, and can do better.
  @Test(
    arguments: [
      (["reason": "r", "summary": "s"], "channel: is missing"),
      (["channel": "c", "reason": "r", "summary": "s", "target": "+15551234567"], "target: must be one of"),
      (["channel": "c", "reason": "r", "summary": "s", "return_to": "x"], "return_to: is not a known member"),
    ] as [(JSON, String)]
  )
  func aCallThatIsWrongIsAnAnswer(_ arguments: JSON, _ detail: String) async {
    let stage = Stage()
    let answer = await Self.ask("tools/call", ["name": "transfer_to_human", "arguments": arguments], on: stage)
    #expect(answer.status == 200)
    let result = answer.json?["result"]
    #expect(result?["isError"] == true)
    #expect(result?["structuredContent"]?["detail"]?.string?.contains(detail) == true)
    #expect(await stage.desk.orders.isEmpty)
  }

  @Test func aRefusalIsOneWithASentence() async {
    let stage = Stage()
    await stage.desk.refuseEverything(with: .channelGone)
    let arguments: JSON = ["channel": "c", "reason": "r", "summary": "s"]
    let answer = await Self.ask("tools/call", ["name": "transfer_to_human", "arguments": arguments], on: stage)
    let told = answer.json?["result"]?["structuredContent"]
    #expect(told?["code"] == "channel_gone" && told?["say"]?.string == "Sorry, I couldn't connect you.")
  }

  /// Older clients take another status for the end of the connection.
  @Test(
    arguments: [("resources/list", -32_601), ("server/discover", -32_601), ("tools/call", -32_602)] as [(String, JSON)]
  )
  func errorsOfOldClients(_ method: String, _ code: JSON) async {
    let answer = await Self.ask(method, ["name": "rm"])
    #expect(answer.status == 200 && answer.json?["error"]?["code"] == code)
  }

  @Test func aCallsTokenNeedsNoChannelAndHasFewerTools() async {
    let stage = Stage()
    let own = [(name: "x-wt-call", value: StageBackend.callToken(for: "c"))]
    let listed = await Self.ask("tools/list", on: stage, token: nil, headers: own)
    let tools = listed.json?["result"]?["tools"]?.array ?? []
    #expect(tools.first?["inputSchema"]?["required"] == ["reason", "summary"])
    #expect(tools.count == 4)
    let arguments: JSON = ["reason": "r", "summary": "s"]
    let call: JSON = ["name": "transfer_to_human", "arguments": arguments]
    #expect(
      await Self.ask("tools/call", call, on: stage, token: nil, headers: own).json?["result"]?["isError"] == false
    )
    #expect(await stage.desk.orders.map(\.channel) == ["c"])
    await stage.desk.put(.sample(id: "other"))
    let other: JSON = ["name": "cancel_transfer", "arguments": ["id": "other"]]
    let refused = await Self.ask("tools/call", other, on: stage, token: nil, headers: own)
    #expect(refused.json?["result"]?["structuredContent"]?["code"] == "other_call")
    let messages: JSON = ["name": "list_messages", "arguments": [:]]
    #expect(await Self.ask("tools/call", messages, on: stage, token: nil, headers: own).json?["error"] != nil)
  }

  // MARK: Without one

  @Test func discovery() async {
    let result = await Self.askNow("server/discover").json?["result"]
    #expect(result?["resultType"] == "complete" && result?["cacheScope"] == "private")
    #expect(result?["supportedVersions"]?.array?.contains("2026-07-28") == true)
    #expect(result?["capabilities"]?["tools"] == [:])
    #expect(result?["_meta"]?["io.modelcontextprotocol/serverInfo"]?["name"] == "warm-transfer")
  }

  @Test func listAndCall() async {
    let list = await Self.askNow("tools/list").json?["result"]
    #expect(list?["resultType"] == "complete" && list?["ttlMs"]?.integer != nil)
    #expect(list?["tools"]?.array?.count == Tool.all.count)
    let called = await Self.askNow("tools/call", ["name": "list_departments", "arguments": [:]]).json?["result"]
    #expect(called?["resultType"] == "complete" && called?["isError"] == false)
    #expect(called?["structuredContent"]?["departments"]?.array?.count == 2)
  }

  @Test func errorsHaveTheirStatus() async {
    let unknown = await Self.askNow("ping")
    #expect(unknown.status == 404 && unknown.json?["error"]?["code"] == -32_601)
    let tool = await Self.askNow("tools/call", ["name": "rm", "arguments": [:]])
    #expect(tool.status == 400 && tool.json?["error"]?["code"] == -32_602)
    let version = await Self.askNow("tools/list", version: "2030-01-01")
    #expect(version.status == 400 && version.json?["error"]?["code"] == -32_022)
    #expect(version.json?["error"]?["data"]?["requested"] == "2030-01-01")
    #expect(version.json?["error"]?["data"]?["supported"]?.array?.contains("2026-07-28") == true)
  }

  @Test(
    arguments: [
      [], [("mcp-protocol-version", modern)], [("mcp-protocol-version", "2025-11-25"), ("mcp-method", "tools/list")],
      [("mcp-protocol-version", modern), ("mcp-method", "tools/call")],
    ] as [[(String, String)]]
  )
  func headersMustAgreeWithTheBody(_ headers: [(String, String)]) async {
    let answer = await Self.askNow("tools/list", headers: headers.map { (name: $0, value: $1) })
    #expect(answer.status == 400 && answer.json?["error"]?["code"] == -32_020)
  }

  @Test func theNameMustAgreeToo() async {
    let answer = await Self.askNow(
      "tools/call",
      ["name": "list_departments"],
      headers: [("mcp-protocol-version", Self.modern), ("mcp-method", "tools/call"), ("mcp-name", "get_transfer")]
    )
    #expect(answer.json?["error"]?["code"] == -32_020)
  }

  // MARK: HTTP

  @Test(arguments: ["GET", "DELETE"])
  func thereIsNoStreamAndNoSession(_ method: String) async {
    #expect(await Stage().ask(method, "/mcp").status == 405)
  }

  @Test func pagesOfOthersAreRefused() async {
    #expect(await Self.ask("ping", headers: [("origin", "https://evil.example"), ("host", "pbx:8090")]).status == 403)
    #expect(await Self.ask("ping", headers: [("origin", "null"), ("host", "pbx:8090")]).status == 403)
    #expect(await Self.ask("ping", headers: [("origin", "http://pbx:8090"), ("host", "pbx:8090")]).status == 200)
    #expect(await Self.ask("ping", token: nil).status == 401)
  }
}
