import Foundation
import Lab
import Synchronization
import TestSupport
import Testing
import Transport

/// What those learn of a transfer who look at the PBX's own reports, and those who are told by webhook.
@Suite(.lab, .serialized) struct ReportingTests {
  private static let fields = ["wt_result", "wt_cause", "wt_target", "wt_wait"]

  /// Who is connected.
  @Test func aTransferThatSucceedsIsInEveryReport() async throws {
    try await Scene.with(.person("alice", "accept-200-500")) { scene in
      let call = try await scene.call("alice")
      let agent = try await call.agent()
      try await agent.time(of: .talking)
      try await agent.hangUp()
      let outcome = try await call.returned()
      #expect(outcome.active.isEmpty, "an ordinary call again")

      let announced = try await call.announcements(of: outcome.transferID)
      #expect(
        announced.map { $0["Phase"] } == [
          "requested", "held", "ringing", "briefing", "merging", "connected", "ended",
        ]
      )
      #expect(announced.last?["Result"] == "CONNECTED" && announced.last?["Target"] == "alice")
      #expect(announced.allSatisfy { $0["CallerIDNum"] == call.number })

      try await call.hangUp()
      let gone = try await call.ended()
      #expect(gone.active.isEmpty)
      let record = try await call.record()
      #expect(record["wt_id"] == outcome.transferID)
      #expect(Self.fields.map { record[$0] } == ["CONNECTED", "COMPLETED", "alice", outcome.wait])
      #expect(try await call.agentsRecord()["wt_id"] == outcome.transferID)
    }
  }

  @Test func whoDoesNotWantManagerEventsGetsNone() async throws {
    try await Scene.with(.general(["manager_events": "no"]), .person("nora", "noanswer")) { scene in
      let call = try await scene.call("nora")
      try await call.agent().time(of: .ringing)
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "ABANDONED")
      // The end is told by the dialplan, which knows nothing of the conf file.
      #expect(try await call.announcements(of: outcome.active).map { $0["Phase"] } == ["ended"])
    }
  }

  @Test func aTransferThatComesToNothingIsInEveryReport() async throws {
    try await Scene.with(.person("alice", "busy")) { scene in
      let call = try await scene.call("alice")
      let outcome = try await call.returned()
      let announced = try await call.announcements(of: outcome.transferID)
      #expect(announced.map { $0["Phase"] } == ["requested", "held", "ringing", "returning", "ended"])
      #expect(announced.last?["Result"] == "RETURNED" && announced.last?["Cause"] == "BUSY")
      try await call.hangUp()
      let record = try await call.record()
      #expect(Self.fields.map { record[$0] } == ["RETURNED", "BUSY", "alice", outcome.wait])
    }
  }

  /// The only word of it that a dialplan gets, and the announcement of the end comes from the dialplan.
  @Test func aHangUpInATransferIsToldFromAnyOther() async throws {
    try await Scene.with(.person("alice", "noanswer")) { scene in
      let call = try await scene.call("alice")
      _ = try await call.agent()
      try await call.hangUp()
      let gone = try await call.ended()
      #expect(!gone.active.isEmpty && gone.result == "ABANDONED")
      let announced = try await call.announcements(of: gone.active)
      #expect(announced.map { $0["Phase"] } == ["requested", "held", "ringing", "ended"])
      #expect(announced.last?["Cause"] == "CALLERHANGUP")
      let record = try await call.record()
      #expect(record["wt_id"] == gone.active)
      #expect(Self.fields.map { record[$0] } == ["ABANDONED", "CALLERHANGUP", "", ""])
    }
  }

  /// What is said to a caller keeps what is written on their channel waiting, in Asterisk itself.
  @Test func theAnnouncementKeepsNothingOutOfTheReports() async throws {
    try await Scene.with(
      .transfer(["announcement": "I'm connecting you with somebody who can help. One moment please."]),
      .person("alice", "noanswer"),
      .person("bob", "noanswer")
    ) { scene in
      // The second caller's announcement is there at once.
      for name in ["alice", "bob"] {
        let call = try await scene.call(name)
        _ = try await call.agent()
        try await Task.sleep(for: .milliseconds(500))
        try await call.hangUp()
        let gone = try await call.ended()
        let record = try await call.record()
        #expect(!gone.active.isEmpty && record["wt_id"] == gone.active, "\(name)")
        #expect(record["wt_result"] == "ABANDONED" && record["wt_cause"] == "CALLERHANGUP", "\(name)")
      }
    }
  }

  @Test func aHangUpInTheConversationIsOneInATransfer() async throws {
    try await Scene.with(.person("alice", "accept-200-500")) { scene in
      let call = try await scene.call("alice")
      try await call.agent().time(of: .talking)
      try await call.hangUp()
      let gone = try await call.ended()
      #expect(gone.active == gone.transferID && gone.result == "CONNECTED")
      #expect(try await call.announcements(of: gone.active).last?["Result"] == "CONNECTED")
      #expect(try await call.record()["wt_result"] == "CONNECTED")
    }
  }

  @Test func aWebhookIsToldOfTheWholeTransfer() async throws {
    let received = Mutex<[JSON]>([])
    try await LoopbackServer.run { connection in
      while true {
        let body = try JSON(parsing: try connection.readRequest().body)
        received.withLock { $0.append(body) }
        try connection.respond(204)
      }
    } _: { server in
      try await Scene.with(
        .person("alice", "accept-200-500"),
        .webhook("crm", server.url("http"), ["secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"])
      ) { scene in
        let call = try await scene.call("alice", ["WT_SUMMARY": "Charged twice.", "WT_TOPIC": "billing"])
        let agent = try await call.agent()
        try await agent.time(of: .talking)
        try await agent.hangUp()
        _ = try await call.returned()
        while received.withLock({ $0.last?["phase"] }) != "ended" { try await Task.sleep(for: .milliseconds(10)) }
        try await call.hangUp()
      }
    }
    let told = received.withLock { $0 }
    let phases: [JSON] = ["requested", "held", "ringing", "briefing", "merging", "connected", "ended"]
    #expect(told.map { $0["phase"] } == phases)
    #expect(told.last?["data"]?["result"] == "CONNECTED" && told.last?["data"]?["target"] == "alice")
    #expect(told.last?["data"]?["context"]?["summary"] == "Charged twice.")
    #expect(told[2]["data"]?["context"]?["summary"] == "Charged twice.", "before the phone is picked up")
    #expect(told.allSatisfy { $0["data"]?["topic"] == "billing" })
  }
}
