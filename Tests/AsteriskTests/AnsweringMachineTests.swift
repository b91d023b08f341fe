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

  @Test func aMachineIsLeftInTheMiddleOfItsGreeting() async throws {
    try await Scene.with(.person("vera", "voicemail-300", ["accept_timeout": "20", "briefing": Self.words])) { scene in
      let call = try await scene.call("vera")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "MACHINE", of: "vera", heard: .heldAndTold, waited: 2...7)
      #expect(!phone.has(.beeped))
      #expect(try verdicts(scene).count == 1 && verdicts(scene)[0].contains("verdict=machine"))
      try await phone.expectNothingOfTheCaller()
    }
  }

  @Test func aMessageIsLeftAfterTheGreetingAndTheNextIsRung() async throws {
    try await Scene.with(
      .transfer(["hold_timeout": "40"]),
      .group("team", "vera, sam"),
      .person("vera", "voicemail-300", ["leave_message": "This is Acme. Please call us back about a refund today."]),
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
      #expect(message.reduce(.zero) { $0 + $1.length } > .seconds(1.5), "\(recording.timeline.text)")
      // Nothing is lost of it, and the briefing, which is for people, was over before.
      #expect(recording.sound.longestSilence(from: tone - .seconds(1), to: tone) > .milliseconds(900))
    }
  }

  @Test func whereOneIsListenedForFirstAPersonHearsNoWordBeforeTheVerdict() async throws {
    try await Scene.with(.person("lena", "listen-300", ["amd": "before", "accept_timeout": "10"])) { scene in
      let call = try await scene.call("lena")
      let phone = try await call.agent()
      let answered = try await phone.time(of: .answered)
      try await scene.service.logged("verdict=human")
      let verdict = Date()
      try await Task.sleep(for: .milliseconds(700))
      try await phone.press("1")
      try await Task.sleep(for: .seconds(1))
      try await phone.hangUp()
      try await call.back().expect(
        "CONNECTED",
        "COMPLETED",
        of: "lena",
        heard: [.voiceAgentTone, .music, .returnedTone]
      )
      let heard = try await phone.heard()
      let word = try #require(heard.sound.firstSound(after: .zero), "\(heard.timeline.text)")
      let told = heard.offset(of: verdict)
      #expect(word > told - .milliseconds(100) && word < told + .milliseconds(300), "\(heard.timeline.text)")
      #expect(verdict.timeIntervalSince(answered) > 1)
    }
  }

  @Test func whereOneIsListenedForFirstAMachineHearsNoWordAtAll() async throws {
    try await Scene.with(.person("vera", "voicemail-300", ["amd": "before"])) { scene in
      let call = try await scene.call("vera")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "MACHINE", of: "vera", heard: .heldAndTold, waited: 2...7)
      let heard = try await phone.heard()
      #expect(heard.story == [], "\(heard.timeline.text)")
    }
  }

  @Test func whereNobodyListensForMachinesItIsLeftToTheKey() async throws {
    try await Scene.with(.person("vera", "voicemail-300", ["amd": "off", "briefing": Self.words])) { scene in
      try await scene.call("vera").back(within: .seconds(20))
        .expect("RETURNED", "NOACK", of: "vera", heard: .heldAndTold, waited: 5...12)
      #expect(try verdicts(scene).isEmpty)
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
      try await Task.sleep(for: .seconds(6))
      #expect(try verdicts(scene).isEmpty && !phone.has(.gone))
      try await call.hangUp()
      let outcome = try await call.ended()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED" && outcome.target == "vera", "\(outcome)")
    }
  }

  @Test(arguments: [
    ("dialplan remove context wt-amd", "dialplan reload"), ("module unload app_amd.so", "module load app_amd.so"),
  ])
  func withoutADetectorItIsLeftToTheKey(_ breaking: String, _ mending: String) async throws {
    try await Scene.with(
      .person("sam", "accept-fast-300-2500"),
      .person("gus", "greet-nothing-300", ["amd": "before", "amd_total_time": "1000"]),
      .person("vera", "voicemail-300", ["accept_timeout": "4"])
    ) { scene in
      let pbx = scene.lab.pbx
      _ = try await pbx.command(breaking)
      async let key = scene.call("sam")
      async let screened = scene.call("gus").back()
      async let machine = scene.call("vera").back()
      let call = try await key
      try await talk(call, to: call.agent()).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      try await machine.expect("RETURNED", "NOACK", of: "vera", heard: .heldAndTold)
      try await screened.expect("RETURNED", "NOACK", of: "gus", heard: .heldAndTold)
      #expect(try !verdicts(scene).contains { $0.contains("verdict=machine") })
      _ = try await pbx.command(mending)
    }
  }
}
