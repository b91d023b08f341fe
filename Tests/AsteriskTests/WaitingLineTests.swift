import Foundation
import Lab
import Testing

/// Several callers who wait for the same people: whose turn it is, what they are told, and who is taken out of the line.
@Suite(.lab, .serialized) struct WaitingLineTests {
  /// Two who are busy, and three who wait for them, in another order than that of their turns.
  @Test func priorityCountsFirstAndThenTheTime() async throws {
    try await Scene.with(
      .transfer(["hold_timeout": "60"]),
      .group("team", "ann, ben"),
      .person("ann", "accept-fast-100-200"),
      .person("ben", "accept-fast-100-200")
    ) { scene in
      let former = try await [scene.call("team"), scene.call("team")]
      var phones: [Leg] = []
      for call in former {
        let phone = try await call.agent()
        try await phone.time(of: .talking)
        phones.append(phone)
      }
      var waiting: [Call] = []
      for priority in ["", "-5", "", "5"] {
        let call = try await scene.call("team", ["WT_PRIORITY": priority])
        try await call.leg.time(of: .recording)
        try await Task.sleep(for: .milliseconds(300))
        waiting.append(call)
      }
      // Until the last of them is on hold.
      try await Task.sleep(for: .seconds(2))
      // Whoever is free next, and whose turn it is.
      var free = 0
      for turn in [3, 0, 2, 1] {
        try await phones[free].hangUp()
        let phone = try await waiting[turn].agent()
        try await phone.time(of: .talking)
        for other in waiting where other.leg.id != waiting[turn].leg.id {
          #expect(other.agents.allSatisfy { $0.has(.talking) }, "somebody else is rung too")
        }
        phones[free] = phone
        free = 1 - free
      }
      for phone in phones { try await phone.hangUp() }
      for call in former + waiting { #expect(try await call.back().outcome.result == "CONNECTED") }
    }
  }

  /// The second in line, and what they are told before it is their turn.
  @Test func thePlaceIsHeardOverTheMusic() async throws {
    try await Scene.with(
      .transfer(["hold_timeout": "60", "comfort_interval": "3", "comfort_message": "place"]),
      .person("tina", "accept-fast-100-200")
    ) { scene in
      let first = try await scene.call("tina")
      let phone = try await first.agent()
      try await phone.time(of: .talking)
      let second = try await scene.call("tina")
      try await second.leg.time(of: .recording)
      let third = try await scene.call("tina")
      try await third.leg.time(of: .recording)
      try await Task.sleep(for: .seconds(9))
      for call in [third, second] { try await call.hangUp() }
      try await phone.hangUp()
      _ = try await first.back()
      for (call, place) in [(second, 1), (third, 2)] {
        let recording = try await call.heard()
        let likenesses = try [1, 2].map { number in
          let words = "You are number \(number) in line."
          return recording.sound.likeness(to: try .spoken(words, by: "en", wordsPerMinute: 160))
        }
        print("number \(place): \(likenesses)")
        #expect(likenesses[place - 1] > 0.8 && likenesses[place - 1] > likenesses[2 - place], "\(likenesses)")
        #expect(recording.story.contains(.music), "\(recording.timeline.text)")
      }
    }
  }

  /// Asterisk keeps it, as if they had done it themselves.
  @Test func whoMissesTwoCallsIsSignedOff() async throws {
    try await Scene.with(.person("mina", "noanswer", ["misses_before_sign_off": "2"])) { scene in
      for _ in 1...2 {
        try await scene.call("mina").back().expect("RETURNED", "NOANSWER", of: "mina", heard: .heldAndTold)
      }
      try await scene.service.logged("agent signed off after missed calls")
      try await scene.call("mina").back().expect("RETURNED", "UNREACHABLE", of: "mina", heard: .toldAtOnce)
      let shown = try scene.service.ask("agents").dropFirst().map { $0.split(separator: " ").joined(separator: " ") }
      #expect(shown == ["mina off unknown -"])
      _ = try await scene.lab.pbx.command("devstate change Custom:warm-transfer-mina NOT_INUSE")
      let again = try await scene.call("mina")
      _ = try await again.agent()
      try await again.back().expect("RETURNED", "NOANSWER", of: "mina", heard: .heldAndTold)
    }
  }
}
