import Foundation
import Lab
import Testing

/// The lab's people, machines and phones do what their names say.
@Suite(.lab, .serialized) struct PeopleTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  @Test func theVoiceAgentTalksHandsOverAndTalksOn() async throws {
    try await VoiceAgent.with(lab) { agent in
      let call = try await lab.call("voice-agent")
      let conversation = try await agent.talk(to: call.number)
      let leg = try await lab.agent(named: conversation.leg)
      try await Task.sleep(for: .seconds(1))
      try await agent.handOver(conversation, to: VoiceAgent.application, ["topic=billing", "reason=a b"])
      #expect(try await agent.returned(conversation) == ["topic=billing", "reason=a b"])
      try await agent.goOn(conversation)
      #expect(try await agent.isInBridge(conversation))
      try await Task.sleep(for: .milliseconds(500))
      try await agent.hangUp(conversation)
      try await leg.time(of: .gone)
      try await call.hangUp()
      #expect(try await call.heard().sound.first(.voiceAgentTone) != nil)
      #expect(try await leg.heard().sound.first(.callerTone) != nil)
    }
    #expect(try await lab.leftovers() == [])
  }

  /// What follows the tone at which a machine's greeting ends is a message to it.
  @Test func aMachineGreetsAndThenListens() async throws {
    try await withThrowingDiscardingTaskGroup { group in
      for machine in ["greet-voicemail", "greet-carrier"] { group.addTask { try await greeting(of: machine) } }
    }
  }

  private func greeting(of machine: String) async throws {
    let call = try await lab.call("dial-\(machine)-mary")
    let agent = try await call.agent()
    let beeped = try await agent.time(of: .beeped, within: .seconds(20))
    try await call.hangUp()
    let greeting = try await call.heard()
    let length = try beeped.timeIntervalSince(await agent.time(of: .answered))
    #expect(length > 6 && length < 14, "\(length) s")
    #expect(greeting.timeline.contains { $0.kind == .other && $0.length > .seconds(1) }, "\(greeting.timeline.text)")
  }

  @Test func aPhoneDoesWhatItIsTold() async throws {
    try await lab.phone("phone1", does: "accept-fast-100-200")
    let call = try await lab.call("phone-phone1")
    let agent = try await lab.agent(named: "phone1")
    try await agent.time(of: .talking)
    try await call.hangUp()
    try await agent.time(of: .gone)
  }

  @Test func keysArePressedOneAfterTheOther() async throws {
    let pauses: KeyValuePairs<String, Duration> = [
      "accept-slow-star2-100-100": .seconds(2), "accept-after-wrong-100-100": .seconds(2),
      "accept-false-start-100-100": .zero,
    ]
    try await withThrowingDiscardingTaskGroup { group in
      for (person, pause) in pauses { group.addTask { try await expectPause(pause, between: person) } }
    }
  }

  private func expectPause(_ pause: Duration, between keysOf: String) async throws {
    let call = try await lab.call("dial-\(keysOf)-kim")
    let agent = try await call.agent()
    let pressing = try await agent.time(of: .pressing)
    let talking = try await agent.time(of: .talking)
    try await call.hangUp()
    let taken = Duration.seconds(talking.timeIntervalSince(pressing))
    #expect(taken > pause && taken < pause + .seconds(1), "\(keysOf): \(taken)")
    try await agent.time(of: .gone)
  }
}
