import Synchronization
import Testing
import Transport

@testable import WarmTransfer

@Suite struct MCPBridgeTests {
  private final class Asked: Sendable {
    let headers = Mutex<[[String]]>([])
  }

  private static func reply(
    to line: String,
    _ asked: Asked = Asked(),
    answering answer: Result<JSON?, RunningService.Failure> = .success(["jsonrpc": "2.0", "id": 1, "result": [:]])
  ) async -> String? {
    let bridge = MCPBridge { headers, _ throws(RunningService.Failure) in
      asked.headers.withLock { $0.append(headers.flatMap { [$0, $1] }) }
      return try answer.get()
    }
    return await bridge.reply(to: line)
  }

  @Test func theAnswerIsOneLine() async {
    let line = await Self.reply(to: #"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#)
    #expect(line == #"{"id":1,"jsonrpc":"2.0","result":{}}"#)
  }

  @Test func whatWantsNoAnswerGetsNone() async {
    #expect(await Self.reply(to: #"{"jsonrpc": "2.0", "method": "x"}"#, answering: .success(nil)) == nil)
    #expect(await Self.reply(to: "") == nil)
    #expect(await Self.reply(to: #"{"jsonrpc": "2.0", "method": "x"}"#, answering: .failure(.refused("no"))) == nil)
  }

  @Test func theNewerVersionsAreToldInHeaders() async {
    let asked = Asked()
    let meta = #""_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28"}"#
    _ = await Self.reply(to: #"{"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {\#(meta)}}"#, asked)
    _ = await Self.reply(to: #"{"id": 1, "method": "tools/call", "params": {"name": "a", \#(meta)}}"#, asked)
    _ = await Self.reply(to: #"{"id": 1, "method": "tools/call", "params": {"name": "a"}}"#, asked)
    #expect(
      asked.headers.withLock { $0 } == [
        ["MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/list"],
        ["MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "tools/call", "Mcp-Name", "a"], [],
      ]
    )
  }

  @Test func whatGoesWrongIsAnError() async throws {
    let garbage = try JSON(parsing: await Self.reply(to: "{") ?? "")
    #expect(garbage["error"]?["code"] == -32_700 && garbage["id"]?.isNull == true)
    let request = #"{"jsonrpc": "2.0", "id": "a", "method": "ping"}"#
    let away = try JSON(parsing: await Self.reply(to: request, answering: .failure(.notRunning("/var"))) ?? "")
    #expect(away["id"] == "a" && away["error"]?["code"] == -32_603)
    #expect(away["error"]?["message"]?.string?.contains("no service is running") == true)
  }

  @Test(arguments: [
    ("mcp --stdio", MCPBridge.Place.here(configuration: CommandTable.defaultConfiguration)),
    ("mcp --stdio --url http://a:1 --token-file /t", .at(url: "http://a:1", tokenFile: "/t")),
  ])
  func whereTheServiceIs(_ line: String, _ place: MCPBridge.Place) throws {
    #expect(try Arguments(parsing: line.split(separator: " ").map(String.init)) == .mcp(place))
  }

  @Test(arguments: [
    "mcp", "mcp --stdio --url http://a", "mcp --stdio --token-file /t", "mcp --stdio --url a --token-file t",
  ])
  func mistakes(_ line: String) {
    #expect(throws: Arguments.Mistake.self) { try Arguments(parsing: line.split(separator: " ").map(String.init)) }
  }
}
