import Foundation
import Lab
import Testing

/// Where a caller goes for whom nobody could be had, as the administrator wants it; and when the service is gone.
@Suite(.lab, .serialized) struct WaysOutTests {
  @Test func whatComesAfterAFailureIsTheAdministratorsToSay() async throws {
    try await Scene.with(
      .person("nora", "noanswer", ["on_failure": "voicemail"]),
      .person("dora", "decline-100-700", ["on_failure": "callback"]),
      .person("ray", "reject-late-700", ["on_failure": "hangup"])
    ) { scene in
      let gone = try await scene.call("ray")
      async let voicemail = scene.call("nora").back()
      async let callback = scene.call("dora").back()
      // The dialplan sees to both.
      try await voicemail.expect("VOICEMAIL", "NOANSWER", of: "nora", heard: .heldAndTold)
      try await callback.expect("CALLBACK", "DECLINED", of: "dora", heard: .heldAndTold)
      try await gone.leg.time(of: .gone)
      let outcome = try await gone.ended()
      #expect(outcome.result == "RETURNED" && outcome.cause == "DECLINED" && outcome.target == "ray", "\(outcome)")
      #expect(try await gone.heard().story == [.voiceAgentTone, .music, .other])
    }
  }

  @Test func theMailboxOfTheConfTakesAMessage() async throws {
    try await Scene.with(.person("bob", "busy", ["on_failure": "voicemail", "mailbox": "100@default"])) { scene in
      let call = try await scene.call("bob")
      let mailbox = scene.lab.pbx.directory.appendingPathComponent("spool/voicemail/default/100")
      try await scene.service.logged("result=VOICEMAIL")
      try await Task.sleep(for: .milliseconds(700))
      // No more of the greeting, please.
      try await call.leg.press("#")
      // Asterisk records under another name first; the caller speaks, as always, from the first moment on.
      try await waitForFile(in: mailbox.appendingPathComponent("tmp"))
      try await Task.sleep(for: .seconds(2))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "VOICEMAIL" && outcome.cause == "BUSY" && outcome.target == "bob", "\(outcome)")
      try await waitForFile(in: mailbox.appendingPathComponent("INBOX"))
      let recorded = try Wave.read(mailbox.appendingPathComponent("INBOX/msg0000.wav"))
      #expect(recorded.first(.callerTone)?.length ?? .zero > .seconds(1), "\(recorded.timeline().text)")
      #expect(try await call.heard().story.starts(with: [.voiceAgentTone, .other]))
    }
  }

  /// Nobody could not be had: it is what the caller wanted.
  @Test func whoPressesTheKeyGoesBackWhateverElseIsProvided() async throws {
    try await Scene.with(
      .transfer(["on_failure": "hangup", "opt_out_digits": "*", "return_message_optout": "All right, here you are."]),
      .person("nora", "noanswer")
    ) { scene in
      let call = try await scene.call("nora")
      try await call.agent().time(of: .ringing)
      try await Task.sleep(for: .milliseconds(700))
      try await call.leg.press("*")
      try await call.back().expect("RETURNED", "OPTOUT", of: "nora", heard: .heldAndTold, waited: 0...2)
    }
  }

  @Test func aServiceThatStopsSendsItsCallersBack() async throws {
    try await Scene.with(.person("nora", "noanswer", ["ring_timeout": "60"])) { scene in
      let call = try await scene.call("nora")
      let phone = try await call.agent()
      try await Task.sleep(for: .milliseconds(700))
      #expect(try await scene.service.stop())
      let back = try await call.back()
      #expect(back.outcome.result == "RETURNED" && back.outcome.cause == "CANCELLED", "\(back.outcome)")
      try back.expect("RETURNED", "CANCELLED", of: "nora", heard: back.recording.story)
      #expect(
        back.recording.story.starts(with: [.voiceAgentTone, .music]) && back.recording.story.last == .returnedTone
      )
      try await phone.time(of: .gone)
    }
  }

  @Test func aDialplanWithoutADeadMansSwitchIsGivenOneAndRidOfIt() async throws {
    try await Scene.with(.person("nora", "noanswer", ["ring_timeout": "3", "hold_timeout": "30"])) { scene in
      let call = try await scene.lab.call("without-switch", variables: ["WT_TARGET": "nora"])
      try await call.agent().time(of: .ringing)
      let channels = try await scene.lab.pbx.command("core show channels concise")
      let caller = try #require(channels.first { $0.contains("!without-switch!") }?.split(separator: "!").first)
      let facts = try await scene.lab.pbx.command("core show channel \(caller)")
      // 15 s more than the hold timeout, of which some have passed; told as a time of day.
      let line = try #require(facts.first { $0.contains("Time to Hangup") })
      let hangUp = try #require(line.split(separator: " ").last.flatMap { TimeInterval($0) })
      #expect((40...46).contains(hangUp - Date().timeIntervalSince1970), "\(facts)")
      try await call.back().expect("RETURNED", "NOANSWER", of: "nora", heard: .heldAndTold)
    }
  }

  /// The switch fires while the service is there, as for one that hangs.
  @Test func aCallerWhomTheSwitchTakesHasNotHungUp() async throws {
    try await Scene.with(.person("nora", "noanswer", ["ring_timeout": "20"])) { scene in
      let call = try await scene.call("nora")
      try await call.agent().time(of: .ringing)
      let channels = try await scene.lab.pbx.command("core show channels concise")
      let caller = try #require(channels.first { $0.contains("!warm-transfer!") }?.split(separator: "!").first)
      _ = try await scene.lab.pbx.command("dialplan set chanvar \(caller) TIMEOUT(absolute) 1")
      try await call.back().expect("RETURNED", "ERROR", of: "nora", heard: [.voiceAgentTone, .music, .returnedTone])
      try await scene.service.logged("result=RETURNED cause=ERROR")
    }
  }

  private func waitForFile(in folder: URL) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      let files = FileManager.default.enumerator(atPath: folder.path)?.allObjects as? [String] ?? []
      if files.contains(where: { $0.hasSuffix(".wav") }) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("no sound in \(folder.path)")
  }
}

/// The service's end without a word, in a lab of its own: what it leaves in Asterisk nobody takes away yet.
@Suite struct KilledServiceTests {
  @Test func asteriskTakesTheCallerBackWhenTheServiceIsKilled() async throws {
    try await Lab.with { lab in
      try await LabTrait.$lab.withValue(lab) {
        let scene = try await Scene.start([.person("nora", "noanswer", ["hold_timeout": "5", "ring_timeout": "60"])])
        let call = try await scene.call("nora")
        try await call.agent().time(of: .ringing)
        scene.service.send(SIGKILL)
        // 15 s after the hold timeout.
        _ = try await call.returned()
        // Who looks now sees that the caller has not hung up.
        let successor = try scene.service.again()
        try await successor.logged("transfer ended")
        #expect(try await successor.stop())
        #expect(try successor.recorded() == ["RETURNED ERROR": 1])
        try await call.back()
          .expect("RETURNED", "ERROR", of: "nora", heard: [.voiceAgentTone, .music, .returnedTone], waited: 19...21)
      }
    }
  }

  @Test func aConversationOutlivesTheServiceAndTheDeadMansSwitch() async throws {
    try await Lab.with { lab in
      try await LabTrait.$lab.withValue(lab) {
        let scene = try await Scene.start([.person("amy", "accept-100-300", ["hold_timeout": "5"])])
        let call = try await scene.call("amy")
        let agent = try await call.agent()
        try await agent.time(of: .talking)
        scene.service.send(SIGKILL)
        // Without the join Asterisk would have acted 20 s after the call came.
        try await Task.sleep(for: .seconds(25))
        try await call.hangUp()
        let caller = try await call.heard()
        let talk = caller.timeline.filter { $0.kind == .agentTone }.map(\.length).reduce(.zero, +)
        #expect(talk > .seconds(24) && caller.conversationIsUndisturbed == true, "\(caller.timeline.text)")
        // Nobody is there who would hang up for them.
        try await agent.hangUp()
        let heard = try await agent.heard().timeline.filter { $0.kind == .callerTone }.map(\.length).reduce(.zero, +)
        #expect(heard > .seconds(24))
      }
    }
  }
}
