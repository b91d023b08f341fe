import Foundation
import Lab
import Testing

/// What people do with a call besides answering it: Asterisk puts another channel in the place of the rung one.
@Suite(.lab, .serialized) struct TelephonyTests {
  @Test func aCallThatIsPassedOnGoesOnWithTheColleague() async throws {
    try await Scene.with(.person("paul", "pass-on-100-1000")) { scene in
      let call = try await scene.call("paul")
      let gone = try await call.agent().time(of: .gone, within: .seconds(20))
      let back = try await call.back()
      try back.expect("CONNECTED", "COMPLETED", of: "paul", heard: .heldAndJoined)
      // The colleague hangs up after 3 s.
      #expect(back.outcome.time.timeIntervalSince(gone) > 2)
    }
  }

  /// The dialplan's own way to somebody: two halves of a Local channel lie between.
  @Test func aPersonWhoIsRungByTheDialplanIsBriefedAndJoined() async throws {
    try await Scene.with(.target("lou", dials: "Local/dial-accept-fast-300-700-lou@inbound")) { scene in
      let call = try await scene.call("lou")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await Task.sleep(for: .seconds(1))
      try await phone.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "lou", heard: .heldAndJoined)
      #expect(try await phone.heard().story == [.other, .callerTone])
    }
  }

  @Test func aBusyPhoneIsBusyThroughTheDialplanToo() async throws {
    try await Scene.with(.target("bob", dials: "Local/dial-busy-bob@inbound")) { scene in
      try await scene.call("bob").back().expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce)
    }
  }

  @Test func aPhoneThatIsPickedUpElsewhereIsAnsweredThere() async throws {
    try await Scene.with(.target("desk", dials: "PJSIP/phone3", ["accept_timeout": "10"])) { scene in
      let lab = scene.lab
      try await lab.phone("phone3", does: "noanswer")
      let call = try await scene.call("desk")
      let desk = try await lab.agent(named: "phone3")
      try await desk.time(of: .ringing)
      try await Task.sleep(for: .milliseconds(500))
      let colleague = try await lab.call("pickup")
      try await colleague.leg.time(of: .recording)
      try await desk.time(of: .gone)
      try await Task.sleep(for: .seconds(2))
      try await colleague.leg.press("1")
      try await Task.sleep(for: .seconds(3))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "CONNECTED", "\(outcome)")
      try await colleague.leg.time(of: .gone)
      let heard = try await colleague.heard()
      #expect(heard.timeline.contains { $0.kind == .other && $0.length > .milliseconds(500) }, "\(heard.timeline.text)")
      #expect(heard.sound.firstTrace(of: .callerTone) != nil, "\(heard.timeline.text)")
    }
  }
}
