import Foundation
import Lab
import Testing

/// The shipped files beside a dialplan that is built as FreePBX builds its own: extensions with voicemail and recording, a
/// ring group, a queue, a custom destination, feature codes.
@Suite(.lab, .serialized) struct FreePBXTests {
  @Test func anExtensionTakesACallAndItIsRecorded() async throws {
    try await withFreePBX(.target("alice", dials: "Local/2011@from-internal")) { scene in
      try await scene.lab.phone("phone1", does: "accept-fast-100-300")
      let call = try await scene.call("alice")
      let phone = try await scene.lab.agent(named: "phone1")
      try await converse(call, phone, "alice")
      try await phone.expectTheCallerAfterTheKey()
      try expectBothVoices(in: "exten-2011-\(call.number)", scene)
    }
  }

  @Test func anExtensionThatIsBusy() async throws {
    try await withFreePBX(.target("carol", dials: "Local/2013@from-internal")) { scene in
      try await scene.lab.phone("phone3", does: "busy")
      try await scene.call("carol").back().expect("RETURNED", "BUSY", of: "carol", heard: .toldAtOnce)
    }
  }

  /// It speaks its greeting, and takes no message of a voice agent.
  @Test func theVoicemailOfAnExtensionIsNobody() async throws {
    try await withFreePBX(.target("bob", dials: "Local/2012@from-internal", ["accept_timeout": "6"])) { scene in
      try await scene.lab.phone("phone2", does: "busy")
      let back = try await scene.call("bob").back()
      #expect(
        back.outcome.result == "RETURNED" && ["MACHINE", "NOACK"].contains(back.outcome.cause),
        "\(back.outcome)"
      )
    }
  }

  @Test func aRingGroupRingsBothAndOneTakesTheCall() async throws {
    try await withFreePBX(.target("support", dials: "Local/600@from-internal")) { scene in
      try await scene.lab.phone("phone1", does: "noanswer")
      try await scene.lab.phone("phone2", does: "accept-fast-800-400")
      let call = try await scene.call("support")
      let other = try await call.agent(named: "phone1")
      let phone = try await call.agent(named: "phone2")
      try await converse(call, phone, "support")
      try await phone.expectTheCallerAfterTheKey()
      try await other.time(of: .gone)
    }
  }

  /// It answers before anybody has: the briefing goes to its music. Whoever takes the call has the accept_timeout for the key.
  @Test func aQueueNeedsTimeForTheKey() async throws {
    try await withFreePBX(.target("queue", dials: "Local/700@from-internal", ["accept_timeout": "15"])) { scene in
      try await scene.lab.phone("phone3", does: "accept-fast-3000-1500")
      let call = try await scene.call("queue")
      let phone = try await call.agent(named: "phone3")
      try await converse(call, phone, "queue")
      #expect(try await phone.heard().hasTrace(of: .callerTone))
    }
  }

  @Test func aCustomDestinationTransfersAndGoesOnWhereNobodyWasThere() async throws {
    try await withFreePBX(
      .person("dora", "accept-fast-100-300"),
      .rule("money", ["topic": "billing", "target": "dora"])
    ) { scene in
      let taken = try await scene.lab.call("custom-destination")
      let phone = try await scene.lab.agent(named: "dora")
      try await phone.time(of: .talking)
      try await Task.sleep(for: .seconds(1))
      try await phone.hangUp()
      try await taken.leg.time(of: .gone)
      try await scene.service.logged("result=CONNECTED cause=COMPLETED target=dora")
      try expectBothVoices(in: "in-route-\(taken.number)", scene)
    }
    try await withFreePBX(.person("dan", "busy"), .rule("money", ["topic": "billing", "target": "dan"])) { scene in
      let back = try await scene.lab.call("custom-destination").back()
      #expect(back.outcome.result == "RETURNED" && back.outcome.cause == "BUSY", "\(back.outcome)")
    }
  }

  @Test func anExtensionSignsOffAndOn() async throws {
    try await withFreePBX(.target("2011", dials: "Local/2011@from-internal")) { scene in
      try await scene.lab.phone("phone1", does: "accept-fast-100-300")
      let off = try await scene.lab.call("code-63")
      try await off.leg.time(of: .gone, within: .seconds(10))
      let refused = try await scene.call("2011").back()
      #expect(refused.outcome.cause == "UNREACHABLE", "\(refused.outcome)")
      let on = try await scene.lab.call("code-64")
      try await on.leg.time(of: .gone, within: .seconds(10))
      let call = try await scene.call("2011")
      try await converse(call, call.agent(named: "phone1"), "2011")
    }
  }

  // MARK: -

  /// Of FreePBX's own recording: both at once, for as long as they talked.
  private func expectBothVoices(in recording: String, _ scene: Scene) throws {
    let sound = try Wave.read(scene.lab.pbx.directory.appending(path: "heard/\(recording).wav"))
    for tone in [Heard.Kind.callerTone, .agentTone] {
      #expect(sound.firstTrace(of: tone, frames: 20) != nil, "\(tone)")
    }
  }

  private func converse(_ call: Call, _ phone: Leg, _ target: String) async throws {
    try await phone.time(of: .talking)
    try await Task.sleep(for: .seconds(2))
    try await phone.hangUp()
    let back = try await call.back()
    #expect(back.outcome.result == "CONNECTED" && back.outcome.target == target, "\(back.outcome)")
    #expect(back.recording.hasTrace(of: .agentTone), "\(back.recording.timeline.text)")
  }

  /// The shipped file stands where FreePBX's own dialplan includes it.
  private func withFreePBX(_ sections: Section..., body: (Scene) async throws -> Void) async throws {
    let pbx = try Lab.current().pbx
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let shipped = root.appending(path: "asterisk-conf/freepbx/extensions_warm_transfer_freepbx.conf")
    let custom = pbx.directory.appending(path: "etc/extensions_custom.conf")
    if !FileManager.default.fileExists(atPath: custom.path) {
      try FileManager.default.copyItem(at: shipped, to: custom)
      _ = try await pbx.command("dialplan reload")
    }
    try await Scene.with(sections, body: body)
  }
}
