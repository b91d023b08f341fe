import Foundation
import Lab
import Testing

/// What the caller hears and presses while somebody is found, and what is known of the caller.
@Suite(.lab, .serialized) struct CallerSideTests {
  private static let words = "Somebody calls, and there is very much to be said about it before you can decide."

  @Test func theAnnouncementComesFirstAndTheMusicAfterIt() async throws {
    try await Scene.with(
      .transfer(["announcement": "I'm connecting you with {target}."]),
      .person("sam", "accept-fast-3500-500", ["name": "the billing team", "ring_timeout": "10"])
    ) { scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await Task.sleep(for: .milliseconds(500))
      try await phone.hangUp()
      try await call.back()
        .expect(
          "CONNECTED",
          "COMPLETED",
          of: "sam",
          heard: [.voiceAgentTone, .other, .music, .agentTone, .returnedTone]
        )
    }
  }

  @Test func anAnnouncementThatStillSpeaksEndsWithTheJoin() async throws {
    try await Scene.with(
      .transfer(["announcement": "I am connecting you with somebody who knows very much about all of these things."]),
      .person("sam", "accept-fast-300-500")
    ) { scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await Task.sleep(for: .seconds(1))
      try await phone.hangUp()
      try await call.back()
        .expect("CONNECTED", "COMPLETED", of: "sam", heard: [.voiceAgentTone, .other, .agentTone, .returnedTone])
    }
  }

  @Test func bothHearTheWordsOfTheJoin() async throws {
    try await Scene.with(.transfer(["merge_prompt": "Connecting you now."]), .person("sam", "accept-fast-300-500")) {
      scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await phone.time(of: .talking)
      try await Task.sleep(for: .milliseconds(2500))
      try await phone.hangUp()
      let back = try await call.back()
      // The other's tone shines through the words, now and then also before the first of them.
      let story = back.recording.story
      try back.expect("CONNECTED", "COMPLETED", of: "sam", heard: story)
      #expect(story.starts(with: [.voiceAgentTone, .music]), "\(back.recording.timeline.text)")
      #expect(
        story.dropFirst(2).contains(.other) && story.count { $0 == .music } == 1,
        "\(back.recording.timeline.text)"
      )
      let heard = try await phone.heard()
      let key = heard.offset(of: try await phone.time(of: .pressing))
      #expect(heard.timeline.contains { $0.kind == .other && $0.start > key }, "\(heard.timeline.text)")
      #expect(heard.story.last == .callerTone, "\(heard.timeline.text)")
    }
  }

  @Test func theCallerIsComfortedOverTheMusic() async throws {
    try await Scene.with(
      .transfer(["comfort_interval": "2", "comfort_message": "Hold on."]),
      .person("nora", "noanswer", ["ring_timeout": "5"])
    ) { scene in
      let comforted: [Heard.Kind] = [.music, .other, .music, .other, .music, .other]
      try await scene.call("nora").back()
        .expect("RETURNED", "NOANSWER", of: "nora", heard: [.voiceAgentTone] + comforted + [.returnedTone])
    }
  }

  @Test func theOptOutKeyEndsTheBriefing() async throws {
    try await Scene.with(
      .transfer(["opt_out_digits": "*0"]),
      .person("lena", "listen-300", ["briefing": Self.words])
    ) { scene in
      let call = try await scene.call("lena")
      let phone = try await call.agent()
      try await phone.time(of: .answered)
      try await Task.sleep(for: .milliseconds(700))
      try await call.leg.press("*0")
      try await call.back().expect("RETURNED", "OPTOUT", of: "lena", heard: .heldAndTold, waited: 0...3)
      try await phone.expectNothingOfTheCaller()
    }
  }

  @Test func anotherKeyOfTheCallerMeansNothing() async throws {
    try await Scene.with(.transfer(["opt_out_digits": "*0"]), .person("sam", "accept-fast-2500-300")) { scene in
      let call = try await scene.call("sam")
      let phone = try await call.agent()
      try await Task.sleep(for: .milliseconds(500))
      try await call.leg.press("012")
      try await phone.time(of: .talking)
      try await Task.sleep(for: .milliseconds(500))
      try await phone.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
    }
  }

  @Test func aNameBreaksNothingAndIsShownAtThePhone() async throws {
    let names = [
      // Quotes come as SIP writes them.
      ("quotes", #"O'Neil, "Zoë"; <x> ${EXTEN} $(id)"#, #"O'Neil, \"Zoë\"; <x> ${EXTEN} $(id)"#),
      ("length", String(repeating: "Ångström, ", count: 30), "Ångström, Ångström"),
    ]
    let briefing = "A call from {caller_name}, about {summary}."
    try await Scene.with(
      .person("quotes", "accept-fast-300-2000", ["briefing": briefing]),
      .person("length", "accept-fast-300-2000", ["briefing": briefing])
    ) { scene in
      try await withThrowingDiscardingTaskGroup { group in
        for (target, name, shown) in names {
          group.addTask { try await expectPhone(of: target, toShow: shown, for: name, in: scene) }
        }
      }
    }
  }

  private func expectPhone(of target: String, toShow shown: String, for name: String, in scene: Scene) async throws {
    let variables = ["WT_TARGET": target, "WT_SUMMARY": #"a "refund", ${EXTEN}; <break/> & [[laugh]] 4,5"#]
    let call = try await scene.lab.call(variables: variables, name: name)
    let phone = try await call.agent()
    let callerID = try await phone.callerID()
    #expect(callerID.name.hasPrefix(shown) && callerID.number == call.number, "\(callerID)")
    try await phone.time(of: .talking)
    try await Task.sleep(for: .milliseconds(500))
    try await phone.hangUp()
    try await call.back().expect("CONNECTED", "COMPLETED", of: target, heard: .heldAndJoined)
    let heard = try await phone.heard()
    #expect(heard.sound.first(.other)?.length ?? .zero > .milliseconds(300), "\(heard.timeline.text)")
    try await phone.expectTheCallerAfterTheKey()
  }
}
