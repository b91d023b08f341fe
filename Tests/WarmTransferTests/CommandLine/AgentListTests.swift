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
}
