import ARI
import Foundation
import Lab
import Store
import TestSupport
import Testing
import Transport

/// Transfers that are driven by requests alone, by a voice agent that is another application.
@Suite(.lab, .serialized) struct APITests {
  private typealias Talk = (call: Call, conversation: VoiceAgent.Conversation)

  /// A voice agent talks to a caller.
  private func talking(
    _ sections: Section...,
    body: (Scene, APIClient, VoiceAgent, Talk) async throws -> Void
  ) async throws {
    let scene = try await Scene.start(sections + [APIClient.section])
    try await VoiceAgent.with(scene.lab) { agent in
      let call = try await scene.lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      try await Task.sleep(for: .milliseconds(500))
      try await APIClient.with(scene) { client in try await body(scene, client, agent, (call, conversation)) }
    }
    #expect(try await scene.leftovers() == [])
    #expect(try await scene.service.stop())
  }

  private func id(_ answer: APIClient.Answer) throws -> String {
    #expect(answer.status == 201, "\(answer.json.serialized())")
    return try #require(answer.json["id"]?.string)
  }

  /// Of a long conversation: Asterisk keeps it with the channel.
  private static let transcript = String(repeating: "Caller: It is \"about\" an invoice, and über €20.\n", count: 600)

  @Test func aWholeTransferByRequestsAlone() async throws {
    try await talking(.person("sam", "listen-300")) { _, client, _, talk in
      let channel = talk.conversation.caller
      let kept = try await client.ask(
        .put,
        "/v1/contexts/\(channel)",
        ["summary": "Charged twice.", "topic": "billing", "transcript": .string(Self.transcript)]
      )
      #expect(kept.status == 204)
      let tooLong = JSON.string(Self.transcript + Self.transcript)
      let refused = try await client.ask(.put, "/v1/contexts/\(channel)", ["transcript": tooLong])
      #expect(refused.code == "field_too_large", "\(refused.json.serialized())")
      let order: JSON = ["channel": .string(channel), "target": "sam", "facts": ["tier": "gold"], "reason": "a refund"]
      let key = [("Idempotency-Key", channel)]
      let id = try id(try await client.ask(.post, "/v1/transfers", order, headers: key))
      // It is sent again, by a program that never saw the answer.
      #expect(try await client.ask(.post, "/v1/transfers", order, headers: key).json["id"]?.string == id)

      let briefed = try await client.transfer(id, in: "briefing")
      #expect(briefed["targets"] == ["sam"])
      #expect(briefed["context"]?["summary"] == "Charged twice.")
      #expect(briefed["context"]?["topic"] == "billing")
      #expect(briefed["context"]?["reason"] == "a refund")
      #expect(briefed["context"]?["transcript"]?.string == Self.transcript)
      #expect(briefed["context"]?["facts"] == [["name": "tier", "label": "tier", "value": "gold"]])
      #expect(try await client.ask(.post, "/v1/transfers/\(id)/accept").status == 200)
      _ = try await client.transfer(id, in: "connected")
      let agents = try await client.ask(.get, "/v1/agents").json["agents"]
      #expect(agents?.array?.first?["calls"] == [["transfer": .string(id), "phase": "connected"]])
      let phone = try await talk.call.agent()
      try await Task.sleep(for: .milliseconds(700))
      try await phone.hangUp()

      let ended = try await client.transfer(id, in: "ended")
      #expect(ended["outcome"]?["result"] == "CONNECTED")
      #expect(ended["outcome"]?["target"] == "sam")
      let list = try await client.ask(.get, "/v1/transfers?limit=1").json["transfers"]?.array
      #expect(list?.first?["id"]?.string == id)
      #expect(try await client.ask(.post, "/v1/transfers/\(id)/cancel").code == "already_ended")
      try await talk.call.hangUp()
    }
  }

  /// Killed as soon as the order is written down, while the caller is still with the voice agent or is just coming.
  @Test func anOrderOutlivesTheService() async throws {
    // Whoever picks up while no service is there is hung up by Asterisk: this phone rings for longer than that.
    let scene = try await Scene.start([.person("sam", "accept-2000-300"), APIClient.section])
    let successor = try await VoiceAgent.with(scene.lab) { agent in
      let call = try await scene.lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      try await Task.sleep(for: .milliseconds(500))
      let order: JSON = ["channel": .string(conversation.caller), "target": "sam", "summary": "Charged twice."]
      let successor = try await APIClient.with(scene) { client in
        async let answer = client.ask(.post, "/v1/transfers", order)
        let journal = SQLiteDatabase(scene.service.data.appendingPathComponent("journal.sqlite").path)
        while try journal.reader().unfinished().transfers.isEmpty { try await Task.sleep(for: .milliseconds(1)) }
        scene.service.crash()
        _ = try? await answer
        return try scene.service.again()
      }
      try await successor.logged("transfer resumed")
      let phone = try await call.agent()
      try await successor.logged("to=connected")
      try await phone.time(of: .talking)
      try await phone.hangUp()
      try await successor.logged("result=CONNECTED")
      try await call.hangUp()
      return successor
    }
    #expect(try successor.ask("list", "--since", "5m").count == 2)
    #expect(try await scene.leftovers() == [])
    #expect(try await successor.stop())
  }

  @Test func declinedAndBackWithTheVoiceAgent() async throws {
    try await talking(.person("sam", "listen-300")) { _, client, agent, talk in
      let channel = JSON.string(talk.conversation.caller)
      let nobody: JSON = ["channel": channel, "target": "nobody"]
      #expect(try await client.ask(.post, "/v1/transfers", nobody).code == "unknown_target")
      let order: JSON = ["channel": channel, "target": "sam"]
      let id = try id(try await client.ask(.post, "/v1/transfers", order))
      #expect(try await client.ask(.post, "/v1/transfers", order).code == "channel_already_ours")
      _ = try await client.transfer(id, in: "briefing")
      #expect(try await client.ask(.post, "/v1/transfers/\(id)/decline", ["target": "ann"]).code == "not_ringing")
      #expect(try await client.ask(.post, "/v1/transfers/\(id)/decline").status == 200)
      let arguments = try await agent.returned(talk.conversation)
      #expect(arguments.prefix(3) == ["returned", "RETURNED", "DECLINED"], "\(arguments)")
      try await talk.call.hangUp()
    }
  }

  @Test func calledOff() async throws {
    try await talking(.person("sam", "noanswer")) { _, client, agent, talk in
      let order: JSON = ["channel": .string(talk.conversation.caller), "target": "sam"]
      let id = try id(try await client.ask(.post, "/v1/transfers", order))
      _ = try await client.transfer(id, in: "ringing")
      #expect(try await client.ask(.post, "/v1/transfers/\(id)/accept").code == "not_ringing")
      #expect(try await client.ask(.post, "/v1/transfers/\(id)/cancel").status == 200)
      let arguments = try await agent.returned(talk.conversation)
      #expect(arguments.prefix(3) == ["returned", "RETURNED", "CANCELLED"], "\(arguments)")
      try await talk.call.hangUp()
    }
  }

  @Test func eachChannelHasItsOwnAnswer() async throws {
    try await Scene.with(.person("sam", "listen-300"), APIClient.section) { scene in
      try await APIClient.with(scene) { client in
        func code(_ channel: String) async throws -> String? {
          try await client.ask(.post, "/v1/transfers", ["channel": .string(channel)]).code
        }
        #expect(try await code("no-such-channel") == "channel_gone")
        let call = try await scene.lab.call("dial-accept-100-300-alice")
        try await scene.lab.agent(named: "alice").time(of: .talking)
        let ari = client.asterisk(of: scene.lab)
        let channels = try await ari.channels.list()
        #expect(channels.count == 2)
        for channel in channels { #expect(try await code(channel.id) == "channel_in_bridge") }
        try await call.hangUp()

        let plain = try await scene.lab.call("plain")
        var found: ARIChannel?
        while found == nil { found = try await ari.channels.list().first { $0.callerNumber == plain.number } }
        #expect(try await code(try #require(found?.id)) == "channel_in_dialplan")
        try await plain.hangUp()
      }
    }
  }

  /// The person and the caller talk on, whichever of their channels somebody wants to hand over.
  @Test func whatIsPartOfATransferIsNotHandedOver() async throws {
    try await talking(.person("sam", "accept-fast-300-500")) { scene, client, _, talk in
      let order: JSON = ["channel": .string(talk.conversation.caller), "target": "sam"]
      let id = try id(try await client.ask(.post, "/v1/transfers", order))
      _ = try await client.transfer(id, in: "connected")
      let phone = try await talk.call.agent()
      let channels = [talk.conversation.caller, "wt-\(id)-agent-1", "wt-\(id)-agent-1-ear", "wt-\(id)-agent-1;2"]
      for channel in channels {
        for target in ["sam", "nobody"] {
          let started = ContinuousClock.now
          let body: JSON = ["channel": .string(channel), "target": .string(target)]
          let answer = try await client.ask(.post, "/v1/transfers", body)
          #expect(answer.status == 409 && answer.code == "channel_already_ours", "\(channel)")
          #expect(answer.json["transfer"]?.string == id, "\(channel)")
          #expect(ContinuousClock.now - started < .seconds(1), "\(channel)")
        }
      }
      try await Task.sleep(for: .seconds(1))
      #expect(try await client.ask(.get, "/v1/transfers/\(id)").phase == "connected")
      #expect(try await client.asterisk(of: scene.lab).channels.list().contains { $0.id == "wt-\(id)-agent-1" })
      try await phone.hangUp()
      let ended = try await client.transfer(id, in: "ended")
      #expect(ended["outcome"]?["cause"] == "COMPLETED")
      try await talk.call.hangUp()
    }
  }

  @Test func nobodyGoesBackIntoOurOwnApp() async throws {
    try await talking(.person("sam", "busy")) { _, client, agent, talk in
      for application in ["warm-transfer", "Warm-Transfer"] {
        let order: JSON = [
          "channel": .string(talk.conversation.caller), "target": "sam", "return_to": .string(application),
        ]
        let answer = try await client.ask(.post, "/v1/transfers", order)
        #expect(answer.status == 422 && answer.code == "invalid_field", "\(answer.json.serialized())")
        #expect(answer.json["field"] == "return_to")
      }
      #expect(try await client.ask(.get, "/v1/transfers").json["transfers"]?.array?.isEmpty == true)
      #expect(try await agent.isInBridge(talk.conversation))
      try await talk.call.hangUp()
    }
  }

  @Test func aDialplanThatSendsCallersBackToUsIsTheWayBackItself() async throws {
    try await Scene.with(.person("sam", "busy"), APIClient.section) { scene in
      try await APIClient.with(scene) { client in
        for application in ["warm-transfer", " WARM-transfer ,x=y"] {
          let call = try await scene.call("sam", ["WT_RETURN_TO": application])
          try await call.back().expect("RETURNED", "BUSY", of: "sam", heard: .toldAtOnce, waited: 0...3)
        }
        try await scene.service.logged("return_to names this service's own app")
        #expect(try await client.ask(.get, "/v1/transfers").json["transfers"]?.array?.count == 2)
      }
    }
  }

  /// Of the whole service, as an administrator has it.
  @Test func statusAndCancelNeedNoToken() async throws {
    try await Scene.with(.person("sam", "noanswer")) { scene in
      let call = try await scene.call("sam")
      _ = try await call.agent()
      let status = try scene.service.ask("status")
      #expect(status.first == "warm-transfer  ready" && status.last == "transfers      1 in progress")
      let list = try scene.service.ask("list")
      let id = try #require(list.last?.split(separator: " ").dropFirst().first.map(String.init))
      #expect(try scene.service.ask("cancel", id) == ["transfer \(id) cancelled, the caller goes back"])
      let back = try await call.returned()
      #expect(back.cause == "CANCELLED", "\(list)")
      try await call.hangUp()
      #expect(try scene.service.ask("cancel", id) == ["the transfer has ended"])
    }
  }

  /// A hang-up callback asks whether that call was a transfer.
  @Test func aChannelIsLookedForAfterTheEndToo() async throws {
    try await talking(.person("sam", "busy")) { _, client, agent, talk in
      let path = "/v1/transfers?channel=\(talk.conversation.caller)"
      #expect(try await client.ask(.get, path).json["transfers"]?.array?.isEmpty == true)
      let order: JSON = ["channel": .string(talk.conversation.caller), "target": "sam"]
      let id = try id(try await client.ask(.post, "/v1/transfers", order))
      #expect(try await client.ask(.get, path).json["transfers"]?.array?.map { $0["id"]?.string } == [id])
      _ = try await agent.returned(talk.conversation)
      _ = try await client.transfer(id, in: "ended")
      let found = try await client.ask(.get, path).json["transfers"]?.array
      #expect(found?.map { $0["id"]?.string } == [id] && found?.first?["phase"] == "ended")
      #expect(try await client.ask(.get, "/v1/transfers?channel=another").json["transfers"]?.array?.isEmpty == true)
      try await talk.call.hangUp()
    }
  }

  @Test func whoIsSignedOffByRequestIsNotRung() async throws {
    try await Scene.with(.person("ann", "listen-300"), APIClient.section) { scene in
      try await APIClient.with(scene) { client in
        let off = try await client.ask(.put, "/v1/agents/ann", ["available": false])
        #expect(off.json["available"] == false)
        try await scene.call("ann").back()
          .expect("RETURNED", "UNREACHABLE", of: "ann", heard: .toldAtOnce, waited: 0...1)
        #expect(try await client.ask(.put, "/v1/agents/ann", ["available": true]).json["available"] == true)
        #expect(try await client.ask(.put, "/v1/agents/nobody", ["available": true]).code == "unknown_agent")
      }
    }
  }

  @Test func whatIsOpenAndWhatIsClosed() async throws {
    try await Scene.with(.person("ann", "listen-300")) { scene in
      try await APIClient.with(scene) { client in
        #expect(try await client.ask(.get, "/healthz", token: nil).status == 200)
        #expect(try await client.ask(.get, "/readyz", token: nil).json["ready"] == true)
        #expect(try await client.ask(.get, "/openapi.json", token: nil).json["openapi"] == "3.1.0")
        #expect(try await client.ask(.get, "/v1/agents").code == "no_tokens")
        // A token that the conf file has from now on.
        try scene.rewrite([.person("ann", "listen-300"), APIClient.section])
        scene.service.send(SIGHUP)
        try await scene.service.logged("settings reloaded")
        #expect(try await client.ask(.get, "/v1/agents").status == 200)
        #expect(try await client.ask(.get, "/v1/agents", token: nil).status == 401)
        #expect(try await client.ask(.get, "/v1/agents", token: "wrong").status == 401)
      }
    }
  }

  @Test func everyPhaseIsAnEventAndThoseThatWereMissedAreTold() async throws {
    try await Scene.with(.person("sam", "reject-late-300"), APIClient.section) { scene in
      let port = try #require(try await scene.service.api().port.flatMap { UInt16(exactly: $0) })
      let known = [
        "WT_SUMMARY": "Charged twice.", "WT_TRANSCRIPT": "Caller: Hi. Robot: Hello.", "WT_LANGUAGE": "en-GB",
      ]
      _ = try await scene.call("sam", known).back()
      let events = try await LoopbackClient.connect(to: port) { client in
        let fields = "Host: a\r\nAuthorization: Bearer \(APIClient.token)\r\nLast-Event-ID: 0\r\n"
        try client.write("GET /v1/events HTTP/1.1\r\n\(fields)\r\n")
        #expect(try client.readHead().status == 200)
        var events: [JSON] = []
        while events.last?["phase"] != "ended" {
          let lines = String(decoding: try client.readChunk(), as: UTF8.self).split(separator: "\n")
          guard let data = lines.first(where: { $0.hasPrefix("data: ") }) else { continue }
          events.append(try JSON(parsing: String(data.dropFirst(6))))
        }
        return events
      }
      #expect(events.map { $0["phase"]?.string } == ["requested", "held", "ringing", "returning", "ended"])
      // A screen shows it before the phone is picked up.
      let context = events[2]["data"]?["context"]
      #expect(context?["summary"] == "Charged twice." && context?["transcript"] == "Caller: Hi. Robot: Hello.")
      #expect(context?["language"] == "en-gb" && events[2]["data"]?["party"] == "sam")
    }
  }

  @Test func whoStopsSaysSo() async throws {
    try await talking(.person("sam", "accept-fast-300-500"), .person("ann", "listen-300")) { scene, client, _, talk in
      let order: JSON = ["channel": .string(talk.conversation.caller), "target": "sam"]
      let id = try id(try await client.ask(.post, "/v1/transfers", order))
      _ = try await client.transfer(id, in: "connected")
      scene.service.send(SIGTERM)
      try await scene.service.logged("stopping")
      let readiness = try await client.ask(.get, "/readyz", token: nil)
      #expect(readiness.status == 503)
      #expect(readiness.json["parts"]?.array?.contains { $0["state"] == "stopping" } == true)
      #expect(try await client.transfer(id, in: "connected")["id"]?.string == id)
      try await talk.call.hangUp()
    }
  }

  /// Callers wait no longer for it.
  @Test func twoHundredSlowClientsAndATransfer() async throws {
    try await Scene.with(.person("sam", "accept-fast-300-500"), APIClient.section) { scene in
      let port = try #require(try await scene.service.api().port.flatMap { UInt16(exactly: $0) })
      let gate = Gate()
      async let slow: Void = LoopbackClient.connect(to: port) { _ in
        let clients = try (1...200).map { _ in try LoopbackClient(port) }
        let fields = "Host: a\r\nAuthorization: Bearer \(APIClient.token)\r\nContent-Length: 90\r\n"
        for client in clients { try client.write("POST /v1/transfers HTTP/1.1\r\n\(fields)\r\n{") }
        gate.open()
        for client in clients { #expect(try client.readResponse().status == 408) }
      }
      await gate.wait()
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      let (pressed, joined) = (try await phone.time(of: .pressed), try await phone.time(of: .talking))
      #expect(joined.timeIntervalSince(pressed) < 1)
      try await Task.sleep(for: .milliseconds(500))
      try await phone.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      try await slow
    }
  }
}

extension APIClient {
  fileprivate func asterisk(of lab: Lab) -> ARIClient {
    let configuration = ARIConfiguration(
      url: lab.ariURL,
      username: lab.ariUsername,
      password: lab.ariPassword,
      application: "nobody"
    )
    return ARIClient(configuration, over: http)
  }
}
