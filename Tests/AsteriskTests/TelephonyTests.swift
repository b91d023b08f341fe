import Foundation
import Lab
import Testing

/// What people do with a call besides answering it: Asterisk puts another channel in the place of the rung one.
@Suite(.lab, .serialized) struct TelephonyTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  private static let conf = """
    [passes-on]
    type = target
    dial = PJSIP/pass-on-100-1000-paul@trunk

    [desk]
    type = target
    dial = PJSIP/phone3
    """

  private func withService(_ body: () async throws -> Void) async throws {
    let service = try ServiceProcess.start(Self.conf, in: lab, name: UUID().uuidString)
    do {
      try await service.logged("info ready")
      try await body()
    } catch {
      try await service.stop()
      throw error
    }
    #expect(try await lab.leftovers() == [])
    #expect(try await service.stop())
  }

  @Test func aCallThatIsPassedOnGoesOnWithTheColleague() async throws {
    try await withService {
      let call = try await lab.call(variables: ["WT_TARGET": "passes-on"])
      let person = try await call.agent()
      let gone = try await person.time(of: .gone, within: .seconds(20))
      let outcome = try await call.returned()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED", "\(outcome)")
      // The colleague hangs up after 3 s.
      #expect(outcome.time.timeIntervalSince(gone) > 2)
      try await call.hangUp()
      let heard = try await call.heard()
      #expect(heard.sound.first(.agentTone) != nil, "\(heard.timeline.text)")
    }
  }

  @Test func aPhoneThatIsPickedUpElsewhereIsAnsweredThere() async throws {
    try await withService {
      try await lab.phone("phone3", does: "noanswer")
      let call = try await lab.call(variables: ["WT_TARGET": "desk"])
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
