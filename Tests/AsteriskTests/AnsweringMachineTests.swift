import Foundation
import Lab
import Testing

/// People and machines that pick up, and what the detector makes of them.
@Suite(.lab, .serialized) struct AnsweringMachineTests {
  private static let words = "Somebody calls, and there is very much to be said about it before you can decide."

  private func verdicts(_ scene: Scene) throws -> [String] {
    try scene.service.lines().filter { $0.contains("answering machine detection") }
  }

  private func talk(_ call: Call, to phone: Leg) async throws -> ReturnedCaller {
    try await phone.time(of: .talking, within: .seconds(20))
    try await Task.sleep(for: .milliseconds(500))
    try await phone.hangUp()
    return try await call.back()
  }

  @Test func aMachineIsLeftInTheMiddleOfItsGreetingUnlessNobodyListensForIt() async throws {
    try await Scene.with(
      .transfer(["briefing": Self.words]),
      .person("vera", "voicemail-300", ["accept_timeout": "20"]),
      .person("mara", "voicemail-300", ["amd": "before"]),
      .person("keyla", "voicemail-300", ["amd": "off", "briefing": "Somebody calls.", "accept_timeout": "5"])
    ) { scene in
      let (briefed, screened, unheard) = try await (scene.call("vera"), scene.call("mara"), scene.call("keyla"))
      async let parallel = briefed.back()
      async let before = screened.back()
      async let off = unheard.back()
      try await parallel.expect("RETURNED", "MACHINE", of: "vera", heard: .heldAndTold, waited: 2...7)
      try await before.expect("RETURNED", "MACHINE", of: "mara", heard: .heldAndTold, waited: 2...7)
      try await off.expect("RETURNED", "NOACK", of: "keyla", heard: .heldAndTold, waited: 6...8)
      #expect(try verdicts(scene).count == 2 && verdicts(scene).allSatisfy { $0.contains("verdict=machine") })
      let vera = try await briefed.agent()
      #expect(!vera.has(.beeped))
      try await vera.expectNothingOfTheCaller()
      // Where it is listened for first, a machine hears not a word.
      let mara = try await screened.agent().heard()
      #expect(mara.story == [], "\(mara.timeline.text)")
    }
  }

  @Test func aMessageIsLeftAfterTheGreetingAndTheNextIsRung() async throws {
    try await Scene.with(
      .transfer(["hold_timeout": "40"]),
      .group("team", "vera, sam"),
      .person("vera", "voicemail-300", ["leave_message": "Acme here, please call us back.", "accept_timeout": "20"]),
      .person("sam", "accept-fast-300-500")
    ) { scene in
      let call = try await scene.call("team")
      let vera = try await call.agent(named: "vera")
      let beeped = try await vera.time(of: .beeped, within: .seconds(20))
      let sam = try await call.agent(named: "sam", within: .seconds(20))
      try await talk(call, to: sam).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined, waited: 10...25)
      try await vera.expectNothingOfTheCaller()
      let recording = try await vera.heard()
      let tone = recording.offset(of: beeped)
      let message = recording.timeline.filter { $0.kind == .other && $0.start > tone }
      #expect(message.reduce(.zero) { $0 + $1.length } > .seconds(1), "\(recording.timeline.text)")
      // Nothing is lost of it, and the briefing, which is for people, was over before.
      #expect(recording.sound.longestSilence(from: tone - .seconds(1), to: tone) > .milliseconds(900))
    }
  }

  @Test func whereOneIsListenedForFirstAPersonHearsNoWordBeforeTheVerdict() async throws {
    try await Scene.with(.person("alma", "accept-300-3500", ["amd": "before", "accept_timeout": "10"])) { scene in
      let call = try await scene.call("alma")
      let phone = try await call.agent()
      try await scene.service.logged("verdict=human")
      let verdict = Date()
      try await talk(call, to: phone).expect("CONNECTED", "COMPLETED", of: "alma", heard: .heldAndJoined)
      let heard = try await phone.heard()
      let word = try #require(heard.sound.firstSound(), "\(heard.timeline.text)")
      // The far end records nothing in the first half second after the answer when it hears nothing either.
      let told = heard.sound.length - .seconds(try await phone.time(of: .gone).timeIntervalSince(verdict))
      #expect(word > told - .milliseconds(150) && word < told + .milliseconds(300), "\(told)\n\(heard.timeline.text)")
      #expect(verdict.timeIntervalSince(try await phone.time(of: .answered)) > 1)
    }
  }

  @Test func aKeyWinsOverTheDetectorThatStillListens() async throws {
    try await Scene.with(.person("vera", "voicemail-300", ["briefing": Self.words])) { scene in
      let call = try await scene.call("vera")
      let phone = try await call.agent()
      try await phone.time(of: .answered)
      try await Task.sleep(for: .seconds(1))
      #expect(try verdicts(scene).isEmpty)
      try await phone.press("1")
      try await scene.service.logged("to=connected")
      // Long enough for a verdict, had the detector gone on.
      try await Task.sleep(for: .seconds(5))
      #expect(try verdicts(scene).isEmpty && !phone.has(.gone))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED" && outcome.target == "vera", "\(outcome)")
    }
  }

  @Test func withoutTheDetectorsDialplanItIsLeftToTheKey() async throws {
    try await withoutADetector(
      { _ = try await $0.command("dialplan remove context wt-amd") },
      mending: { _ = try await $0.command("dialplan reload") }
    )
  }

  @Test func withoutTheDetectorsModuleItIsLeftToTheKey() async throws {
    try await withoutADetector({ try await $0.unload("app_amd.so") }, mending: { try await $0.load("app_amd.so") })
  }

  private func withoutADetector(
    _ breaking: (AsteriskInstance) async throws -> Void,
    mending: (AsteriskInstance) async throws -> Void
  ) async throws {
    let pbx = try Lab.current().pbx
    try await breaking(pbx)
    do {
      try await expectAllLeftToTheKey()
    } catch {
      try await mending(pbx)
      throw error
    }
    try await mending(pbx)
  }

  private func expectAllLeftToTheKey() async throws {
    try await Scene.with(
      .person("sam", "accept-fast-300-2500"),
      .person("gus", "greet-nothing-300", ["amd": "before", "amd_total_time": "1000"]),
      // These numbers would make a machine of it after two seconds.
      .person("vera", "voicemail-300", ["amd_greeting": "1500", "accept_timeout": "3"])
    ) { scene in
      async let accepted = scene.call("sam")
      async let screened = scene.call("gus").back()
      async let machine = scene.call("vera").back()
      let call = try await accepted
      try await talk(call, to: call.agent()).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      try await machine.expect("RETURNED", "NOACK", of: "vera", heard: .heldAndTold)
      try await screened.expect("RETURNED", "NOACK", of: "gus", heard: .heldAndTold)
      #expect(try !verdicts(scene).contains { $0.contains("verdict=machine") })
    }
  }
}
