import Foundation
import Lab
import TestSupport
import Testing

/// A plain dialplan asks by FastAGI before it promises a person, and hands over by it.
@Suite(.lab, .serialized) struct AGITests {
  /// With FastAGI on some port, and what stands for it in a dialplan.
  private func with(
    _ sections: Section...,
    body: (Scene, _ ask: (String, [String: String]) async throws -> Call) async throws -> Void
  ) async throws {
    try await Scene.with([.general(["agi_bind": "127.0.0.1:0"])] + sections) { scene in
      let line = try await scene.service.logged("serving FastAGI")
      let address = try #require(line.split(separator: "at=").last.map(String.init))
      try await body(scene) { script, variables in
        try await scene.lab.call(
          "ask",
          variables: variables.merging(["AGI_AT": address, "AGI_SCRIPT": script]) { $1 }
        )
      }
    }
  }

  private static let closed = Section.rule("closed", ["topic": "closed", "refuse": "We are closed."])

  @Test func aDialplanAsksBeforeItPromises() async throws {
    try await with(.person("alice", "noanswer"), .person("billing", "noanswer"), Self.closed) { _, ask in
      let billing = try await ask("route?topic=billing", [:])
      let answer = try await billing.asked()
      #expect(answer["AGISTATUS"] == "SUCCESS" && answer["WT_AGI"] == "ok")
      #expect(answer["WT_ROUTE"] == "billing" && answer["WT_OPEN"] == "1" && answer["WT_WAIT_ESTIMATE"] == "30")
      try await billing.hangUp()

      // What the dialplan has set counts as it does for a transfer.
      let named = try await ask("route", ["WT_TARGET": "alice"])
      #expect(try await named.asked()["WT_ROUTE"] == "alice")
      try await named.hangUp()

      let closed = try await ask("route?topic=closed", [:])
      let refusal = try await closed.asked()
      #expect(refusal["WT_ROUTE"] == "" && refusal["WT_OPEN"] == "0" && refusal["WT_CAUSE"] == "NOTARGET")
      #expect(refusal["WT_MESSAGE"] == "We are closed.")
      try await closed.hangUp()
    }
  }

  @Test func theStateOfTheServiceAndOfATransfer() async throws {
    try await with(.person("alice", "busy")) { scene, ask in
      let before = try await scene.call("alice")
      let id = try await before.returned().transferID
      let call = try await ask("status?transfer=\(id)", [:])
      let answer = try await call.asked()
      #expect(answer["WT_STATUS"] == "ready" && answer["WT_TRANSFERS"] == "0")
      #expect(answer["WT_PHASE"] == "ended" && answer["WT_CAUSE"] == "BUSY" && answer["WT_AGI"] == "ok")
      let unknown = try await ask("status?transfer=nobody", [:])
      #expect(try await unknown.asked()["WT_AGI"] == "no such transfer")
      let nonsense = try await ask("launch", [:])
      #expect(try await nonsense.asked()["WT_AGI"] == "no such script")
      for call in [before, call, unknown, nonsense] { try await call.hangUp() }
    }
  }

  @Test func whatIsKnownOfTheCallerIsKept() async throws {
    try await with(.person("alice", "noanswer")) { _, ask in
      let call = try await ask(#"context?topic=billing&summary=It%27s%20urgent%0Atoday."#, ["WT_TOPIC": "sales"])
      let answer = try await call.asked()
      #expect(answer["WT_AGI"] == "ok" && answer["WT_TOPIC"] == "billing")
      #expect(answer["WT_SUMMARY"] == "It's urgent today.")
      try await call.hangUp()
    }
  }

  @Test func whoSpeaksNoAGIIsCutOffAndNobodyFeelsIt() async throws {
    try await with(.person("billing", "noanswer")) { scene, ask in
      let line = try await scene.service.logged("serving FastAGI")
      let port = try #require(line.split(separator: ":").last.flatMap { UInt16($0) })
      let silent = try (1...50).map { _ in try RawClient(port) }
      let hostile = [
        "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "\n", String(repeating: "x", count: 100_000),
        String(repeating: "agi_x: 1\n", count: 1_000),
        "agi_uniqueid: nobody\nagi_network_script: \u{0}\n\n520-\n520 End\n",
        "agi_uniqueid: ../../x\nagi_network_script: route?topic=\"\\n\n\n500 what\n",
      ]
      for text in hostile {
        let client = try RawClient(port)
        client.say(text)
        let heard = await client.hear()
        #expect(!heard.contains("\u{0}") && heard.split(separator: "\n").count <= 1, "\(text.prefix(20))")
      }
      let call = try await ask("route?topic=billing", [:])
      #expect(try await call.asked()["WT_ROUTE"] == "billing")
      for client in silent { #expect(await client.hear() == "") }
      try await call.hangUp()
    }
  }

  @Test func aWholeTransferInOneLine() async throws {
    try await with(.person("alice", "accept-200-500")) { _, ask in
      let call = try await ask("transfer?target=alice", [:])
      let agent = try await call.agent()
      try await agent.time(of: .talking)
      // Far longer than a line may be awaited.
      try await Task.sleep(for: .seconds(6))
      try await agent.hangUp()
      let outcome = try await call.returned()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED" && outcome.target == "alice")
      #expect(try await call.asked()["AGISTATUS"] == "SUCCESS")
      try await call.hangUp()
    }
  }

  @Test func nobodyToBeHadAndAHangUpInBetween() async throws {
    try await with(.person("alice", "busy"), .person("bob", "noanswer")) { _, ask in
      let busy = try await ask("transfer?target=alice", [:])
      let outcome = try await busy.returned()
      #expect(outcome.result == "RETURNED" && outcome.cause == "BUSY")
      try await busy.hangUp()
      let gone = try await ask("transfer?target=bob", [:])
      _ = try await gone.agent()
      try await gone.hangUp()
      // The `h` of the shipped dialplan is not reached from within AGI(): the hang-up handler has this to go by.
      let ended = try await gone.ended()
      #expect(!ended.active.isEmpty && ended.result.isEmpty)
      #expect(try await gone.record()["wt_result"] == "ABANDONED")
    }
  }

  /// The dialplan has the caller back also when the service has died with both in its hands.
  @Test func theServiceDiesInATransferThatWasAskedForByAGI() async throws {
    try await with(.transfer(["hold_timeout": "5"]), .person("alice", "noanswer")) { scene, ask in
      let call = try await ask("transfer?target=alice", ["WT_HOLD_TIMEOUT": "1"])
      _ = try await call.agent()
      kill(scene.service.pid, SIGSTOP)
      let outcome = try await call.returned()
      #expect(outcome.result == "RETURNED" && outcome.cause == "ERROR")
      kill(scene.service.pid, SIGCONT)
      try await call.hangUp()
    }
  }
}
