import Foundation
import Lab
import Testing

/// Either party hangs up, in every phase of a transfer.
@Suite(.lab, .serialized) struct HangUpTests {
  /// Long enough to be hung up in.
  private static let words = "Somebody calls, and there is very much to be said about it before you can decide."

  /// The caller is gone: the person's phone is released at once, and exten `h` knows it.
  private func expectAbandoned(_ call: Call, by target: String, releasing phone: Leg) async throws {
    let outcome = try await call.ended()
    #expect(outcome.result == "ABANDONED" && outcome.cause == "CALLERHANGUP", "\(outcome)")
    let released = try await phone.time(of: .gone, within: .seconds(2))
    #expect(released.timeIntervalSince(outcome.time) < 0.5, "the phone of \(target) was released late")
  }

  @Test func theCallerHangsUpDuringTheAnnouncement() async throws {
    try await Scene.with(.transfer(["announcement": Self.words]), .person("nora", "noanswer")) { scene in
      let call = try await scene.call("nora")
      let phone = try await call.agent()
      try await Task.sleep(for: .milliseconds(700))
      try await call.hangUp()
      try await expectAbandoned(call, by: "nora", releasing: phone)
      // Words that were never spoken before may come a moment after the music.
      let heard = try await call.heard()
      #expect(heard.story.filter { $0 != .music } == [.voiceAgentTone, .other], "\(heard.timeline.text)")
    }
  }

  @Test func theCallerHangsUpBeforeThePhoneRings() async throws {
    try await Scene.with(.person("nora", "noanswer"), .transfer(["hold_timeout": "60"])) { scene in
      // Each a little later than the one before, around the instant in which the phone is asked for.
      try await withThrowingDiscardingTaskGroup { group in
        for delay in stride(from: 300, through: 400, by: 20) {
          group.addTask {
            let call = try await scene.call("nora")
            try await call.leg.time(of: .recording)
            try await Task.sleep(for: .milliseconds(delay))
            try await call.hangUp()
            // Nothing was asked for yet, or it was called off.
            #expect(["", "ABANDONED"].contains(try await call.ended().result))
          }
        }
      }
      #expect(try await scene.leftovers() == [])
      for phone in scene.lab.agents { try await phone.time(of: .gone, within: .seconds(2)) }
    }
  }

  @Test func theCallerHangsUpWhileThePhoneRings() async throws {
    try await Scene.with(.person("nora", "noanswer")) { scene in
      let call = try await scene.call("nora")
      let phone = try await call.agent()
      try await Task.sleep(for: .milliseconds(500))
      try await call.hangUp()
      try await expectAbandoned(call, by: "nora", releasing: phone)
      #expect(try await call.heard().story == [.voiceAgentTone, .music])
    }
  }

  @Test func theCallerHangsUpDuringTheBriefing() async throws {
    try await Scene.with(.person("lena", "listen-300", ["briefing": Self.words])) { scene in
      let call = try await scene.call("lena")
      let phone = try await call.agent()
      try await phone.time(of: .answered)
      try await Task.sleep(for: .seconds(1))
      try await call.hangUp()
      try await expectAbandoned(call, by: "lena", releasing: phone)
      try await phone.expectNothingOfTheCaller()
    }
  }

  @Test func theCallerHangsUpWhileThePersonDecides() async throws {
    try await Scene.with(.person("lena", "listen-300", ["accept_timeout": "20"])) { scene in
      let call = try await scene.call("lena")
      let phone = try await call.agent()
      try await phone.time(of: .answered)
      try await Task.sleep(for: .seconds(3))
      try await call.hangUp()
      try await expectAbandoned(call, by: "lena", releasing: phone)
      try await phone.expectNothingOfTheCaller()
      #expect(try await call.heard().story == [.voiceAgentTone, .music])
    }
  }

  @Test func theCallerHangsUpInTheInstantOfTheJoin() async throws {
    try await inTheInstantOfTheJoin { name, call, phone in
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(["ABANDONED", "CONNECTED"].contains(outcome.result) && outcome.target == name, "\(outcome)")
      try await phone.time(of: .gone, within: .seconds(2))
    }
  }

  @Test func theCallerHangsUpInTheConversation() async throws {
    try await Scene.with(.person("sam", "accept-fast-100-500")) { scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await Task.sleep(for: .seconds(1))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED" && outcome.target == "sam", "\(outcome)")
      try await phone.expectTheCallerAfterTheKey()
      #expect(try await call.heard().story == [.voiceAgentTone, .music, .agentTone])
    }
  }

  @Test func theCallerHangsUpDuringTheFarewell() async throws {
    try await Scene.with(.transfer(["return_message": Self.words]), .person("bob", "busy")) { scene in
      let call = try await scene.call("bob")
      try await scene.service.logged("to=returning")
      try await Task.sleep(for: .milliseconds(800))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "ABANDONED" && outcome.cause == "CALLERHANGUP" && outcome.target == "bob", "\(outcome)")
      #expect(try await call.heard().story == [.voiceAgentTone, .other])
    }
  }

  @Test func thePersonHangsUpDuringTheBriefingOrInsteadOfDeciding() async throws {
    try await Scene.with(
      .person("liz", "hangup-briefing-300-1500", ["briefing": Self.words]),
      .person("lou", "hangup-briefing-300-3000", ["accept_timeout": "20"])
    ) { scene in
      let (briefed, deciding) = try await (scene.call("liz"), scene.call("lou"))
      async let first = briefed.back()
      async let second = deciding.back()
      try await first.expect("RETURNED", "NOACK", of: "liz", heard: .heldAndTold, waited: 1...4)
      try await second.expect("RETURNED", "NOACK", of: "lou", heard: .heldAndTold, waited: 3...5)
      for call in [briefed, deciding] { try await call.agent().expectNothingOfTheCaller() }
    }
  }

  /// Five people press the key at once, and what happens then happens to each a little later.
  private func inTheInstantOfTheJoin(_ happens: @escaping @Sendable (String, Call, Leg) async throws -> Void)
    async throws
  {
    let names = ["ada", "bea", "cleo", "dina", "emma"]
    try await Scene.with(
      .person("ada", "accept-fast-100-500"),
      .person("bea", "accept-fast-100-500"),
      .person("cleo", "accept-fast-100-500"),
      .person("dina", "accept-fast-100-500"),
      .person("emma", "accept-fast-100-500")
    ) { scene in
      try await withThrowingDiscardingTaskGroup { group in
        for (name, delay) in zip(names, stride(from: 80, to: 130, by: 10)) {
          group.addTask {
            let call = try await scene.call(name)
            let phone = try await call.agent()
            try await phone.time(of: .pressing)
            try await Task.sleep(for: .milliseconds(delay))
            try await happens(name, call, phone)
          }
        }
      }
    }
  }

  /// Whether the two were joined or not: the caller is in the dialplan again, and heard no hole.
  @Test func thePersonHangsUpInTheInstantOfTheJoin() async throws {
    try await inTheInstantOfTheJoin { name, call, phone in
      try await phone.hangUp()
      let back = try await call.back()
      let (outcome, story) = (back.outcome, back.recording.story)
      #expect(["COMPLETED", "NOACK"].contains(outcome.cause), "\(outcome)")
      try back.expect(outcome.result, outcome.cause, of: name, heard: story)
      #expect(story.starts(with: [.voiceAgentTone, .music]) && story.last == .returnedTone, "\(story)")
    }
  }

  @Test func thePersonHangsUpInTheConversation() async throws {
    try await Scene.with(.person("sam", "accept-fast-100-500")) { scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await Task.sleep(for: .seconds(1))
      try await phone.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined, waited: 0...2)
      try await phone.expectTheCallerAfterTheKey()
    }
  }

  @Test func theCallerIsHungUpAfterTheConversationWhereThatIsWanted() async throws {
    try await Scene.with(.person("sam", "accept-fast-100-500", ["after_call": "hangup"])) { scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await phone.hangUp()
      try await call.leg.time(of: .gone, within: .seconds(2))
      let outcome = try await call.ended()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED", "\(outcome)")
      #expect(try await call.heard().story.contains(.returnedTone) == false)
    }
  }
}
