import Foundation
import Lab
import Testing

/// Callers whom another ARI application, a voice agent, hands over, and what becomes of its own leg.
@Suite(.lab, .serialized) struct HandoverTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  private static let conf = """
    [busy]
    type = target
    dial = PJSIP/busy-bob@trunk

    [hung-up]
    type = target
    dial = PJSIP/accept-fast-100-1500-hugo@trunk

    [muted]
    type = target
    dial = PJSIP/accept-fast-100-1500-mia@trunk
    ai_leg = mute

    [kept]
    type = target
    dial = PJSIP/accept-fast-100-1500-kate@trunk
    ai_leg = keep
    """

  private func withBoth(_ body: (VoiceAgent) async throws -> Void) async throws {
    let service = try ServiceProcess.start(Self.conf, in: lab, name: UUID().uuidString)
    do {
      try await service.logged("info ready")
      try await VoiceAgent.with(lab, body)
    } catch {
      try await service.stop()
      throw error
    }
    #expect(try await lab.leftovers() == [])
    #expect(try await service.stop())
  }

  @Test func theVoiceAgentGetsTheCallerBack() async throws {
    try await withBoth { agent in
      let call = try await lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      try await Task.sleep(for: .milliseconds(500))
      try await agent.handOver(conversation, ["target=busy", "return_to=\(VoiceAgent.application)"])
      let arguments = try await agent.returned(conversation)
      #expect(arguments.contains { $0.contains("BUSY") }, "\(arguments)")
      try await agent.goOn(conversation)
      try await Task.sleep(for: .seconds(1))
      try await call.hangUp()
      let heard = try await call.heard()
      #expect(heard.timeline.last?.kind == .voiceAgentTone, "\(heard.timeline.text)")
      #expect(heard.timeline.contains { $0.kind == .other && $0.length > .seconds(1) }, "\(heard.timeline.text)")
    }
  }

  @Test(arguments: [("hung-up", false), ("muted", false), ("kept", true)])
  func whoIsHeardAfterTheJoin(_ target: String, _ isVoiceAgentHeard: Bool) async throws {
    try await withBoth { agent in
      let call = try await lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      let voice = try await lab.agent(named: conversation.leg)
      try await Task.sleep(for: .milliseconds(500))
      try await agent.handOver(conversation, ["target=\(target)"])
      let person = try await call.agent()
      try await person.time(of: .talking)
      try await Task.sleep(for: .seconds(5))
      #expect(voice.has(.gone) == (target == "hung-up"))
      try await call.hangUp()
      let ended = try await call.ended()
      #expect(ended.result == "CONNECTED", "\(ended)")
      let heard = try await person.heard()
      let pressed = heard.offset(of: try await person.time(of: .pressed))
      let caller = try #require(heard.sound.firstTrace(of: .callerTone), "\(heard.timeline.text)")
      #expect(caller > pressed - .milliseconds(200), "\(heard.timeline.text)")
      #expect((heard.sound.firstTrace(of: .voiceAgentTone) != nil) == isVoiceAgentHeard, "\(heard.timeline.text)")
    }
  }
}
