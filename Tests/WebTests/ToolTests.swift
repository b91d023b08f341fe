import Testing
import Transfer
import Transport
import WebStage
@testable import Web

@Suite struct ToolTests {
  private static func names(_ answer: Stage.Answer) -> [String] {
    (answer.json?["tools"]?.array ?? []).compactMap { ($0["name"] ?? $0["function"]?["name"])?.string }
  }

  @Test func theDepartmentsOfTheConfAreTheChoice() async throws {
    let answer = await Stage().ask("GET", "/v1/tools")
    let tool = try #require(answer.json?["tools"]?.array?.first)
    #expect(tool["type"] == "function" && tool["name"] == "transfer_to_human")
    let properties = try #require(tool["parameters"]?["properties"])
    #expect(properties["target"]?["enum"] == ["billing", "night-desk"])
    #expect(properties["target"]?["description"]?.string?.contains("the night desk") == true)
    #expect(properties["topic"]?["description"]?.string?.contains("a refund") == true)
    #expect(properties["channel"] == nil)
    #expect(tool["parameters"]?["required"] == ["reason", "summary"])
    #expect(answer.json?.serialized().contains("$ref") == false)
  }

  @Test func eachFormHasItsOwnShape() async throws {
    let stage = Stage()
    let chat = await stage.ask("GET", "/v1/tools?form=openai-chat").json?["tools"]?.array?.first
    #expect(chat?["function"]?["name"] == "transfer_to_human" && chat?["type"] == "function")
    let mcp = await stage.ask("GET", "/v1/tools?form=mcp").json?["tools"]?.array?.first
    #expect(mcp?["inputSchema"]?["required"] == ["channel", "reason", "summary"])
    #expect(await stage.ask("GET", "/v1/tools?form=soap").code == "invalid_parameter")
  }

  @Test func onlyWhatTheTokenMayUseIsOffered() async {
    let call = [(name: "x-wt-call", value: StageBackend.callToken(for: "c"))]
    let calls = await Stage().ask("GET", "/v1/tools", token: nil, headers: call)
    #expect(Self.names(calls) == ["transfer_to_human", "get_transfer", "cancel_transfer", "list_departments"])
    let readers = await Stage().ask("GET", "/v1/tools", token: "read")
    #expect(Self.names(readers) == ["get_transfer", "list_departments", "list_messages"])
    let all = await Stage().ask("GET", "/v1/tools")
    #expect(Self.names(all) == Tool.all.map(\.name))
  }

  @Test func departmentsAreListed() async {
    let answer = await Stage().ask("GET", "/v1/departments", token: "transfer")
    #expect(answer.json?["departments"]?.array?.map { $0["name"] } == ["billing", "night-desk"])
    #expect(answer.json?["departments"]?.array?.map { $0["staffed"] } == [true, false])
  }
}
