import Foundation
import Lab
import Testing

/// What the person who has picked up presses, and hears for it.
@Suite(.lab, .serialized) struct KeyTests {
  private static let star: KeyValuePairs = ["accept_digits": "*2", "decline_digits": "9", "accept_timeout": "10"]

  /// Joined at the last key, and not a moment before.
  private func expectJoined(_ scene: Scene, _ call: Call, target: String) async throws {
    let phone = try await call.agent()
    try await phone.time(of: .talking, within: .seconds(20))
    try await Task.sleep(for: .milliseconds(500))
    try await phone.hangUp()
    try await call.back().expect("CONNECTED", "COMPLETED", of: target, heard: .heldAndJoined)
  }

  /// The phone's recording from the last of its keys on, in which the caller must be, and not before.
  private func expectTheCallerAfterTheLastKey(_ phone: Leg) async throws {
    let recording = try await phone.heard()
    let talking = recording.offset(of: try await phone.time(of: .talking))
    let first = try #require(recording.sound.firstTrace(of: .callerTone, frames: 6), "\(recording.timeline.text)")
    #expect(first > talking - .milliseconds(300), "\(talking.inSeconds)\n\(recording.timeline.text)")
  }

  @Test func keysAreUnderstoodTypedFastOrSlowlyOrWithAFalseStart() async throws {
    try await Scene.with(
      .person("fay", "accept-false-start-300-700"),
      .person("stella", "accept-star2-300-700", Self.star),
      .person("slava", "accept-slow-star2-300-700", Self.star)
    ) { scene in
      let calls = try await [
        "fay": scene.call("fay"), "stella": scene.call("stella"), "slava": scene.call("slava"),
      ]
      try await withThrowingDiscardingTaskGroup { group in
        for (name, call) in calls {
          group.addTask {
            try await expectJoined(scene, call, target: name)
            try await expectTheCallerAfterTheLastKey(call.agent())
          }
        }
      }
    }
  }

  @Test func aWrongKeyIsAnsweredWithTheReminderAndWhoPressesNothingIsRemindedOnce() async throws {
    try await Scene.with(
      // The reminder by itself would come after 5 s.
      .person("wim", "accept-after-wrong-300-2500", ["accept_timeout": "10"]),
      .person("quinn", "greet-nothing-300", ["accept_timeout": "4", "amd": "off"])
    ) { scene in
      let (wrong, nothing) = try await (scene.call("wim"), scene.call("quinn"))
      async let back = nothing.back()
      try await expectJoined(scene, wrong, target: "wim")
      try await expectTheCallerAfterTheLastKey(wrong.agent())
      try await expectTheReminderAfterTheWrongKey(wrong.agent())
      try await back.expect("RETURNED", "NOACK", of: "quinn", heard: .heldAndTold, waited: 4...7)
      try await nothing.agent().expectNothingOfTheCaller()
      try await expectOneReminder(nothing.agent())
    }
  }

  private func expectTheReminderAfterTheWrongKey(_ phone: Leg) async throws {
    let recording = try await phone.heard()
    let wrong = recording.offset(of: try await phone.time(of: .pressed))
    let story = recording.timeline.text
    #expect(recording.sound.longestSilence(to: wrong) > .milliseconds(500), "the briefing was not over\n\(story)")
    let hint = try #require(recording.sound.firstSound(after: wrong), "\(story)")
    #expect(hint < wrong + .milliseconds(300), "\(story)")
  }

  private func expectOneReminder(_ phone: Leg) async throws {
    let recording = try await phone.heard()
    let pauses = recording.timeline.filter { $0.kind == .silence && $0.length > .milliseconds(300) }
    // After the briefing, half-way to the end of it all; and what the words of the reminder leave of the other half.
    try #require(pauses.count == 2, "\(recording.timeline.text)")
    #expect(pauses[0].length > .seconds(1.8) && pauses[0].length < .seconds(2.4), "\(recording.timeline.text)")
    #expect(pauses[1].start - pauses[0].end > .milliseconds(500), "\(recording.timeline.text)")
  }

  @Test func theBriefingIsHeardAgain() async throws {
    try await Scene.with(.person("rita", "repeat-300-1800", ["accept_timeout": "10"])) { scene in
      let call = try await scene.call("rita")
      try await expectJoined(scene, call, target: "rita")
      let phone = try await call.agent()
      try await expectTheCallerAfterTheLastKey(phone)
      let recording = try await phone.heard()
      let key = recording.offset(of: try await phone.time(of: .pressed))
      let before = recording.timeline.filter { $0.kind == .other && $0.end < key }.reduce(.zero) { $0 + $1.length }
      let again = recording.timeline.filter {
        $0.kind == .other && $0.start > key - .milliseconds(200) && $0.start < key + .milliseconds(1500)
      }
      let length = again.reduce(Duration.zero) { $0 + $1.length }
      #expect(length > before / 2 && length < before * 3 / 2, "\(recording.timeline.text)")
    }
  }

  @Test func aKeyInTheFirstWordsOfTheBriefingTakesTheCall() async throws {
    try await Scene.with(.person("sam", "accept-fast-300-100")) { scene in
      let call = try await scene.call("sam")
      try await expectJoined(scene, call, target: "sam")
      try await call.agent().expectTheCallerAfterTheKey()
    }
  }
}
