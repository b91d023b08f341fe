import Foundation
import Lab
import Testing
import Transport

/// Clients of the Model Context Protocol as models have them: the protocol's own SDK, old and new, over HTTP and as a
/// program that they start.
@Suite(.lab, .serialized) struct MCPClientTests {
  enum SDK: String, Sendable { case old, new }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../..").standardizedFileURL

  /// What the client has seen, when it has ended.
  private func play(_ sdk: SDK, _ words: [String], in scene: Scene) async throws -> JSON {
    let python = Self.root.appendingPathComponent(".build/mcp/\(sdk.rawValue)/bin/python3").path
    let script = Self.root.appendingPathComponent("Tests/AsteriskTests/mcp_client.py").path
    let output = scene.lab.files.appendingPathComponent("mcp-\(UUID().uuidString)").path
    let client = try ChildProcess(python, [script] + words, output: output)
    let deadline = ContinuousClock.now + .seconds(60)
    while client.isRunning, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(50)) }
    client.killNow()
    let text = try String(contentsOfFile: output, encoding: .utf8)
    return try JSON(
      parsing: try #require(text.split(separator: "\n").last { $0.hasPrefix("{") }, "\(text)").description
    )
  }

  @Test(arguments: [
    (SDK.old, "http", "legacy", "2025-06-18"), (.new, "http", "legacy", "2025-11-25"),
    (.new, "http", "auto", "2026-07-28"),
    (.old, "stdio", "legacy", "2025-06-18"), (.new, "stdio", "auto", "2026-07-28"),
  ])
  func aModelHandsOverAndCancels(_ sdk: SDK, _ kind: String, _ mode: String, _ version: String) async throws {
    let scene = try await Scene.start([
      .person("alice", "noanswer"), .transfer(["ring_timeout": "15", "announcement": "One moment."]), APIClient.section,
    ])
    try await VoiceAgent.with(scene.lab) { agent in
      let call = try await scene.lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      let url = try await scene.service.api().absoluteString
      let words =
        kind == "http"
        ? [kind, url + "/mcp", APIClient.token]
        : [kind, ServiceProcess.executable.path, "mcp", "--stdio", "--config", scene.service.configuration.path]
      let told = try await play(sdk, words + [conversation.caller, mode], in: scene)
      #expect(told["version"]?.string == version)
      #expect(told["tools"]?.array?.contains("transfer_to_human") == true)
      #expect(told["departments"]?["departments"]?.array?.first?["name"] == "alice")
      #expect(told["wrong"]?["failed"] == true && told["wrong"]?["code"] == "invalid_field")
      #expect(told["begun"]?["failed"] == false && told["begun"]?["say"] == "One moment.", "\(told.serialized())")
      #expect(told["seen"]?["id"] == told["begun"]?["id"] && told["seen"]?["party"] == "alice")
      #expect(told["cancelled"]?["failed"] == false, "\(told.serialized())")
      let arguments = try await agent.returned(conversation)
      #expect(arguments.prefix(3) == ["returned", "RETURNED", "CANCELLED"], "\(arguments)")
      try await call.hangUp()
    }
    #expect(try await scene.leftovers() == [])
    #expect(try await scene.service.stop())
  }

  /// The connection is cut as soon as the tool was asked for.
  @Test func aClientThatGoesCancelsNothing() async throws {
    let scene = try await Scene.start([.person("alice", "listen-300"), APIClient.section])
    try await VoiceAgent.with(scene.lab) { agent in
      let call = try await scene.lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      try await APIClient.with(scene) { client in
        let arguments: JSON = [
          "channel": .string(conversation.caller), "reason": "r", "summary": "s", "target": "alice",
        ]
        let message: JSON = [
          "jsonrpc": "2.0", "id": 1, "method": "tools/call",
          "params": ["name": "transfer_to_human", "arguments": arguments],
        ]
        try await client.cutOff("/mcp", message)
        let id = try await transfer(of: conversation.caller, client)
        _ = try await client.transfer(id, in: "briefing")
        #expect(try await client.ask(.post, "/v1/transfers/\(id)/cancel").status == 200)
      }
      _ = try await agent.returned(conversation)
      try await call.hangUp()
    }
    #expect(try await scene.leftovers() == [])
    #expect(try await scene.service.stop())
  }

  private func transfer(of channel: String, _ client: APIClient) async throws -> String {
    let deadline = ContinuousClock.now + .seconds(10)
    while ContinuousClock.now < deadline {
      let found = try await client.ask(.get, "/v1/transfers?channel=\(channel)").json["transfers"]?.array?.first
      if let id = found?["id"]?.string { return id }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw LabError(.timedOut, "no transfer of \(channel)")
  }
}

extension APIClient {
  /// Nobody waits for the answer.
  fileprivate func cutOff(_ path: String, _ body: JSON) async throws {
    let request = HTTPRequest(
      method: .post,
      url: url + path,
      headers: [("Authorization", "Bearer \(Self.token)"), ("Content-Type", "application/json")],
      body: Array(body.serialized().utf8),
      timeout: .milliseconds(5)
    )
    do throws(HTTPError) {
      _ = try await http.send(request)
    } catch {
      // It was too slow, as it was meant to be.
    }
  }
}
