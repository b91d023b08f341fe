import Foundation
import Lab
import Testing

/// Where a caller goes for whom nobody could be had, as the administrator wants it; and when the service is gone.
@Suite(.lab, .serialized) struct WaysOutTests {
  @Test func theMailboxOfTheConfTakesAMessage() async throws {
    try await Scene.with(
      .transfer(["on_failure": "voicemail", "mailbox": "100@default"]),
      .person("bob", "busy")
    ) { scene in
      let call = try await scene.call("bob")
      let message = scene.lab.pbx.directory.appendingPathComponent("spool/voicemail/default/100/INBOX/msg0000.wav")
      // Asterisk records under another name first; the caller speaks, as always, from the first moment on.
      try await scene.service.logged("result=VOICEMAIL")
      try await waitForRecording(in: message.deletingLastPathComponent().deletingLastPathComponent())
      try await Task.sleep(for: .seconds(3))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "VOICEMAIL" && outcome.cause == "BUSY" && outcome.target == "bob", "\(outcome)")
      let deadline = ContinuousClock.now + .seconds(3)
      while !FileManager.default.fileExists(atPath: message.path), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(50))
      }
      let recorded = try Wave.read(message)
      #expect(recorded.first(.callerTone)?.length ?? .zero > .seconds(2), "\(recorded.timeline().text)")
      #expect(try await call.heard().story.starts(with: [.voiceAgentTone, .other]))
    }
  }

  @Test func withoutAMailboxTheDialplanSeesToTheVoicemail() async throws {
    try await Scene.with(.transfer(["on_failure": "voicemail"]), .person("nora", "noanswer")) { scene in
      try await scene.call("nora").back().expect("VOICEMAIL", "NOANSWER", of: "nora", heard: .heldAndTold)
    }
  }

  @Test func theDialplanSeesToTheCallback() async throws {
    try await Scene.with(.transfer(["on_failure": "callback"]), .person("dora", "decline-100-700")) { scene in
      try await scene.call("dora").back().expect("CALLBACK", "DECLINED", of: "dora", heard: .heldAndTold)
    }
  }

  @Test func theCallerIsToldAndHungUpWhereThatIsWanted() async throws {
    try await Scene.with(.transfer(["on_failure": "hangup"]), .person("ray", "reject-late-700")) { scene in
      let call = try await scene.call("ray")
      try await call.leg.time(of: .gone)
      let outcome = try await call.ended()
      #expect(outcome.result == "RETURNED" && outcome.cause == "DECLINED" && outcome.target == "ray", "\(outcome)")
      #expect(try await call.heard().story == [.voiceAgentTone, .music, .other])
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

  private func waitForRecording(in mailbox: URL) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      let files = FileManager.default.enumerator(atPath: mailbox.path)?.allObjects as? [String] ?? []
      if files.contains(where: { $0.hasPrefix("tmp/") && $0.hasSuffix(".wav") }) { return }
      try await Task.sleep(for: .milliseconds(50))
    }
    Issue.record("the voicemail did not begin to record")
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
        let back = try await call.back()
        #expect(back.outcome.result == "RETURNED" && back.outcome.cause == "ERROR", "\(back.outcome)")
        let heard = back.recording
        #expect(heard.story == [.voiceAgentTone, .music, .returnedTone], "\(heard.timeline.text)")
        #expect(heard.sound.longestSilence(from: heard.sound.firstSound() ?? .zero) <= .milliseconds(200))
      }
    }
  }
}
