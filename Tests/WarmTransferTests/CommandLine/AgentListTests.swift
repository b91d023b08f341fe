import Settings
import Testing
import Transfer
import Transport
import Web

@testable import WarmTransfer

@Suite struct AgentListTests {
  @Test func peopleTheirPhonesAndTheirCalls() throws {
    let call = AgentReport.Call(transfer: try #require(TransferID("k3")), phase: .ringing)
    let agents = AgentList([
      AgentReport(name: "alice", spokenName: "Alice", isAvailable: true, device: .ringing, calls: [call]),
      AgentReport(name: "bob", spokenName: "Bob", isAvailable: false, device: .unknown),
    ])
    #expect(
      agents.table?.lines() == [
        "agent  signed  phone    transfers", "alice  on      ringing  k3 ringing", "bob    off     unknown  -",
      ]
    )
    let json = try JSON(parsing: agents.json)
    #expect(json["agents"]?.array?.map { $0["name"]?.string } == ["alice", "bob"])
    #expect(json["agents"]?.array?[0]["calls"] == [["transfer": "k3", "phase": "ringing"]])
    #expect(AgentList([]).table == nil && AgentList([]).json == #"{"agents":[]}"#)
  }

  @Test(arguments: [
    ("", "http://127.0.0.1:8090"), ("http_tls_certificate = /c\nhttp_tls_key = /k", "https://127.0.0.1:8090"),
    ("http_bind = 10.0.0.7:80\npublic_url = https://transfer.example.org/", "https://transfer.example.org"),
  ])
  func printedLinksBeginWhereBrowsersReachThePages(_ lines: String, _ beginning: String) throws {
    let text = Array("[general]\nari_password = x\n\(lines)\n".utf8)
    #expect(try Settings.load("a.conf", from: .pasted(text, as: "a.conf")).general.pages == beginning)
  }
}
