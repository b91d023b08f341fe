import Foundation
import Lab
import Testing

/// Callers who were with a voice agent, another ARI application, before and after the transfer.
@Suite(.lab, .serialized) struct VoiceAgentTests {
  /// The voice agent has talked to a caller for a moment and hands them over with these arguments.
  private func handOver(
    _ arguments: String...,
    by agent: VoiceAgent,
    in scene: Scene
  ) async throws -> (Call, VoiceAgent.Conversation, Leg) {
    let call = try await scene.lab.call("voice-agent")
    let conversation = try await agent.talk(to: call.number)
    let voice = try await scene.lab.agent(named: conversation.leg)
    try await Task.sleep(for: .milliseconds(500))
    try await agent.handOver(conversation, arguments)
    return (call, conversation, voice)
  }

  @Test func aCallerForWhomNobodyCouldBeHadTalksOnWithTheVoiceAgent() async throws {
    try await Scene.with(.person("ray", "reject-late-1500")) { scene in
      try await VoiceAgent.with(scene.lab) { agent in
        let (call, conversation, voice) = try await handOver(
          "target=ray",
          "return_to=voice-agent",
          by: agent,
          in: scene
        )
        let arguments = try await agent.returned(conversation)
        #expect(arguments.prefix(3) == ["returned", "RETURNED", "DECLINED"] && arguments.count == 4, "\(arguments)")
        try await agent.goOn(conversation)
        try await Task.sleep(for: .seconds(1))
        #expect(!voice.has(.gone))
        #expect(try await agent.limit(of: conversation) == "0", "the switch would take the caller away again")
        try await call.hangUp()
        let heard = try await call.heard()
        #expect(heard.story == [.voiceAgentTone, .music, .other, .voiceAgentTone], "\(heard.timeline.text)")
        let silence = heard.sound.longestSilence(from: heard.sound.firstSound() ?? .zero)
        #expect(silence <= .milliseconds(200), "\(heard.timeline.text)")
        // The outcome is in the channel's variables as well.
        let outcome = try await call.ended()
        #expect(outcome.result == "RETURNED" && outcome.cause == "DECLINED" && outcome.target == "ray", "\(outcome)")
      }
    }
  }

  @Test func anApplicationThatNeverWasLeadsToTheDialplan() async throws {
    try await Scene.with(.person("ray", "reject-late-700")) { scene in
      try await scene.call("ray", ["WT_RETURN_TO": "no-such-application"]).back()
        .expect("RETURNED", "DECLINED", of: "ray", heard: .heldAndTold)
    }
  }

  @Test func aVoiceAgentThatHasGoneLeadsToTheDialplan() async throws {
    try await Scene.with(.person("ray", "reject-late-1500")) { scene in
      let called = try await withVoiceAgentThatGoes(scene)
      try await called.back().expect("RETURNED", "DECLINED", of: "ray", heard: .heldAndTold)
    }
  }

  private func withVoiceAgentThatGoes(_ scene: Scene) async throws -> Call {
    var called: Call?
    try await VoiceAgent.with(scene.lab) { agent in
      let (call, _, _) = try await handOver("target=ray", "return_to=voice-agent", by: agent, in: scene)
      try await call.agent().time(of: .ringing)
      called = call
    }
    return try #require(called)
  }

  @Test func theVoiceAgentIsHungUpWhenTheTwoAreJoined() async throws {
    try await Scene.with(.person("sam", "accept-fast-300-500")) { scene in
      try await VoiceAgent.with(scene.lab) { agent in
        let (call, _, voice) = try await handOver("target=sam", by: agent, in: scene)
        let phone = try await call.agent()
        let joined = try await phone.time(of: .talking)
        let gone = try await voice.time(of: .gone, within: .seconds(2))
        #expect(abs(gone.timeIntervalSince(joined)) < 0.6)
        try await Task.sleep(for: .milliseconds(700))
        try await phone.hangUp()
        try await call.back().expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
        try await phone.expectTheCallerAfterTheKey()
      }
    }
  }

  @Test func aMutedVoiceAgentHearsBothAndIsHeardByNobody() async throws {
    try await Scene.with(.person("sam", "accept-fast-300-500", ["ai_leg": "mute"])) { scene in
      try await VoiceAgent.with(scene.lab) { agent in
        let (call, _, voice) = try await handOver("target=sam", by: agent, in: scene)
        let phone = try await call.agent()
        try await phone.time(of: .talking)
        try await Task.sleep(for: .seconds(2))
        #expect(!voice.has(.gone))
        try await phone.hangUp()
        try await call.back().expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
        #expect(try await !phone.heard().hasTrace(of: .voiceAgentTone))
        try await voice.time(of: .gone, within: .seconds(2))
        #expect(try await voice.heard().hasTrace(of: .agentTone))
      }
    }
  }

  @Test func aVoiceAgentThatStaysIsHeardByBoth() async throws {
    try await Scene.with(.person("sam", "accept-fast-300-500", ["ai_leg": "keep"])) { scene in
      try await VoiceAgent.with(scene.lab) { agent in
        let (call, _, voice) = try await handOver("target=sam", by: agent, in: scene)
        let phone = try await call.agent()
        let joined = try await phone.time(of: .talking)
        try await Task.sleep(for: .seconds(2))
        try await phone.hangUp()
        let back = try await call.back()
        #expect(back.outcome.result == "CONNECTED" && back.outcome.cause == "COMPLETED", "\(back.outcome)")
        let heard = back.recording
        let story = heard.timeline.text
        #expect(heard.story == [.voiceAgentTone, .music, .other, .returnedTone], "\(story)")
        let talk = heard.sound.from(heard.offset(of: joined) + .milliseconds(300), length: .seconds(1))
        for tone in [600.0, 700] {
          let clear = (0..<talk.frameCount).filter { talk.share(of: tone, inFrame: $0) > 0.1 }
          #expect(clear.count > talk.frameCount * 9 / 10, "\(tone) Hz\n\(story)")
        }
        #expect(try await phone.heard().hasTrace(of: .voiceAgentTone))
        try await voice.time(of: .gone, within: .seconds(2))
      }
    }
  }

  /// The caller is handed over once more while somebody is already rung.
  @Test func aSecondRequestForACallerInTransferChangesNothing() async throws {
    try await Scene.with(.person("sam", "accept-fast-2500-300"), .person("bob", "busy")) { scene in
      try await VoiceAgent.with(scene.lab) { agent in
        let (call, conversation, _) = try await handOver("target=sam", by: agent, in: scene)
        let phone = try await call.agent()
        try await Task.sleep(for: .milliseconds(500))
        try await agent.handOver(conversation, ["target=bob"])
        try await phone.time(of: .talking)
        try await Task.sleep(for: .seconds(1))
        #expect(call.agents.count == 1)
        try await phone.hangUp()
        try await call.back().expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      }
    }
  }
}
