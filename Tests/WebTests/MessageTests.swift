import Testing
import Transport
import WebStage

@testable import Web

/// Messages over the API, on a service in memory that has three.
@Suite struct MessageTests {
  private static func stage() async -> Stage {
    let stage = Stage()
    await stage.desk.fill()
    return stage
  }

  @Test func theyAreListedNewestFirstAndPageByPage() async throws {
    let stage = await Self.stage()
    let first = try #require(await stage.ask("GET", "/v1/messages?limit=2").json)
    #expect(first["messages"]?.array?.compactMap { $0["id"]?.string } == ["p2", "p1"])
    let next = try #require(first["next"]?.string)
    let second = try #require(await stage.ask("GET", "/v1/messages?limit=2&cursor=\(next)").json)
    #expect(second["messages"]?.array?.compactMap { $0["id"]?.string } == ["p0"] && second["next"] == .null)
  }

  @Test func oneIsShownHeardMarkedAndDeleted() async throws {
    let stage = await Self.stage()
    #expect(await stage.ask("GET", "/v1/messages/p1").json?["seconds"] == .real(12))
    let sound = await stage.ask("GET", "/v1/messages/p1/audio")
    #expect(sound.headers["content-type"] == "audio/wav" && sound.bytes == Array("RIFF".utf8))
    let marked = await stage.ask("PUT", "/v1/messages/p1", body: #"{"heard": true}"#)
    #expect(marked.json?["heard_at"]?.string == "2027-01-15T08:00:00.000Z")
    #expect(await stage.ask("PUT", "/v1/messages/p1", body: #"{"heard": false}"#).json?["heard_at"] == .null)
    #expect(await stage.ask("DELETE", "/v1/messages/p1").status == 204)
    #expect(await stage.ask("GET", "/v1/messages/p1/audio").code == "unknown_message")
  }

  @Test(arguments: [("GET", "/v1/messages/p1", "transfer"), ("DELETE", "/v1/messages/p1", "read")])
  func whoMayNotIsRefused(_ method: String, _ path: String, _ token: String) async {
    #expect(await Self.stage().ask(method, path, token: token).code == "scope_missing")
  }
}
