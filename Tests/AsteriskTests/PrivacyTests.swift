import Foundation
import Lab
import Testing
import Transfer
import Transport

@testable import Store

/// What of a call is written down, and what of that can be read.
@Suite(.lab, .serialized) struct PrivacyTests {
  private func journal(_ service: ServiceProcess) -> String {
    service.data.appendingPathComponent("journal.sqlite").path
  }

  /// A card number, typed by the one and by the other.
  @Test func whatIsTypedInAConversationIsWrittenNowhere() async throws {
    try await Scene.with(.person("amy", "accept-100-300")) { scene in
      let call = try await scene.call("amy")
      let agent = try await call.agent()
      try await scene.service.logged("to=connected")
      try await agent.press("4929")
      try await call.leg.press("7135")
      try await agent.hangUp()
      let back = try await call.back()
      let record = try #require(try await record(of: back.outcome.transferID, in: scene))
      let keys = record.events.compactMap { event -> String? in
        switch event.event {
        case .leg(_, .pressed(let key)), .caller(.pressed(let key)): key.isEmpty ? nil : key
        default: nil
        }
      }
      #expect(keys == ["1"], "the key that took the call, and no other")
      let story = try scene.service.ask("show", back.outcome.transferID)
      #expect(!story.contains { line in ["4", "9", "2", "7", "3", "5"].contains { line.hasSuffix("pressed \($0)") } })
    }
  }

  private func record(of name: String, in scene: Scene) async throws -> RecordedTransfer? {
    try await scene.service.logged("transfer ended")
    return try SQLiteDatabase(journal(scene.service)).reader().record(of: try #require(TransferID(name)))
  }

  @Test func aRowThatCannotBeReadIsListedAmongTheOthers() async throws {
    let scene = try await Scene.start([.person("bea", "busy"), APIClient.section])
    var transfers: [String] = []
    for _ in 1...2 { transfers.append(try await scene.call("bea").back().outcome.transferID) }
    try await scene.service.logged("transfer ended transfer=\(transfers[1])")
    let script = #"UPDATE transfers SET request = '{"id":7}' WHERE id = '\#(transfers[0])'"#
    try SQLiteConnection.open(journal(scene.service), .change).execute(script)
    try await APIClient.with(scene) { client in
      let listed = try await client.ask(.get, "/v1/transfers")
      #expect(listed.status == 200, "\(listed.json.serialized())")
      let ids = listed.json["transfers"]?.array?.compactMap { $0["id"]?.string }
      #expect(ids?.contains(transfers[1]) == true, "\(listed.json.serialized())")
    }
    let list = try scene.service.ask("list", "--since", "5m")
    #expect(transfers.allSatisfy { id in list.contains { $0.contains(id) } }, "\(list)")
    #expect(list.contains { $0.contains(transfers[0]) && $0.contains("unreadable") }, "\(list)")
    #expect(try await scene.service.stop())
  }
}
