import Foundation
import Lab
import Testing
import Transport

/// A platform transfers its caller by dialling us: somebody is rung and briefed while its call is not answered.
@Suite(.lab, .serialized) struct DestinationTests {
  /// The extension that a brief was answered with.
  private static func brief(_ scene: Scene, _ members: [String: JSON]) async throws -> String {
    let answer = try await APIClient.with(scene) { try await $0.ask(.post, "/v1/briefs", .object(members)) }
    #expect(answer.status == 201, "\(answer.json.serialized())")
    return try #require(answer.json["extension"]?.string)
  }

  @Test func theCallIsAnsweredWhenSomebodyAccepts() async throws {
    try await Scene.with(.person("sam", "accept-100-1500"), APIClient.section) { scene in
      let exten = try await Self.brief(scene, ["target": "sam", "summary": "Charged twice."])
      let platform = try await scene.lab.platform(dialling: exten)
      let phone = try await platform.call.agent()
      let pressing = try await phone.time(of: .pressing)
      let answered = try await platform.answered()
      // A key is heard when it is let go, 100 ms later.
      let wait = answered.timeIntervalSince(pressing)
      print("key to answer: \(Int(wait * 1_000)) ms")
      #expect(wait > 0 && wait < 0.5)
      try await Task.sleep(for: .seconds(2))
      try await platform.call.hangUp()
      let caller = try await platform.call.heard()
      let story = caller.story
      #expect(story.starts(with: [.music, .agentTone]), "\(caller.timeline.text)")
      #expect(caller.conversationIsUndisturbed == true, "\(caller.timeline.text)")
      let heard = try await phone.heard()
      #expect(heard.timeline.contains { $0.kind == .callerTone && $0.length > .seconds(1) }, "\(heard.timeline.text)")
      try await scene.service.logged("result=CONNECTED")
    }
  }

  @Test(arguments: [
    ("busy", 17, "BUSY"), ("noanswer", 19, "NOANSWER"), ("decline-100-700", 21, "DECLINED"),
    ("listen-100", 19, "NOACK"), ("congestion", 34, "UNREACHABLE"),
  ])
  func aCallThatNobodyTakesIsRefused(_ does: String, _ cause: Int, _ outcome: String) async throws {
    try await Scene.with(
      .transfer(["on_failure": "menu", "announcement": "Hold on, please."]),
      .person("sam", does, ["on_failure": "message"]),
      APIClient.section
    ) { scene in
      let platform = try await scene.lab.platform(dialling: try await Self.brief(scene, ["target": "sam"]))
      let refused = try await platform.refused()
      #expect(refused.cause == cause && !platform.wasAnswered)
      try await scene.service.logged("result=RETURNED cause=\(outcome)")
      try await Task.sleep(for: .milliseconds(700))
      try await platform.call.hangUp()
      // The platform's own agent can talk on, and nothing was said in between.
      let heard = try await platform.call.heard()
      #expect(heard.story.allSatisfy { $0 == .music || $0 == .voiceAgentTone }, "\(heard.timeline.text)")
    }
  }

  @Test func aTokenIsForOneCall() async throws {
    try await Scene.with(.person("sam", "reject-late-300"), APIClient.section) { scene in
      let exten = try await Self.brief(scene, ["target": "sam"])
      let known = try await scene.lab.platform(dialling: exten)
      #expect(try await known.refused().cause == 21)
      let rung = scene.lab.agents.count
      for hostile in [exten, "wt-0123456789abcdefghjk", "wt-x", "wt-a%2Cs%2C1", "wt-$%7BSHELL(id)%7D", "wt-%22%3B"] {
        let platform = try await scene.lab.platform(dialling: hostile)
        #expect(try await platform.refused().cause == 34, "\(hostile)")
        try await platform.call.hangUp()
      }
      #expect(scene.lab.agents.count == rung)
      try await known.call.hangUp()
    }
  }

  @Test func headersDoInPlaceOfABrief() async throws {
    try await Scene.with(.person("sam", "accept-100-700"), APIClient.section) { scene in
      let headers = [
        "X-WT-Target": "sam", "X-Transfer-Summary": "Wants ${EPOCH}, \"a refund\".", "X-WT-Topic": "billing",
      ]
      let platform = try await scene.lab.platform(dialling: "wt", headers: headers)
      _ = try await platform.answered()
      try await APIClient.with(scene) { client in
        let transfer = try await client.ask(.get, "/v1/transfers").json["transfers"]?.array?.first
        let id = try #require(transfer?["id"]?.string)
        let context = try await client.ask(.get, "/v1/transfers/\(id)").json["context"]
        #expect(context?["summary"] == "Wants ${EPOCH}, \"a refund\"." && context?["topic"] == "billing")
      }
      try await platform.call.hangUp()
    }
  }

  @Test(arguments: ["noanswer", "listen-100"])
  func aPlatformThatHangsUpReleasesThePhone(_ does: String) async throws {
    try await Scene.with(.person("sam", does, ["ring_timeout": "20", "accept_timeout": "20"]), APIClient.section) {
      scene in
      let platform = try await scene.lab.platform(dialling: try await Self.brief(scene, ["target": "sam"]))
      let phone = try await platform.call.agent()
      if does != "noanswer" { try await phone.time(of: .answered) }
      try await Task.sleep(for: .milliseconds(500))
      try await platform.call.hangUp()
      try await phone.time(of: .gone)
      try await scene.service.logged("result=ABANDONED")
      #expect(!platform.wasAnswered)
    }
  }

  @Test func aServiceThatDiesInBetweenGoesOn() async throws {
    let scene = try await Scene.start([.person("sam", "listen-100", ["accept_timeout": "20"]), APIClient.section])
    let platform = try await scene.lab.platform(dialling: try await Self.brief(scene, ["target": "sam"]))
    let phone = try await platform.call.agent()
    try await phone.time(of: .answered)
    try await Task.sleep(for: .milliseconds(500))
    scene.service.crash()
    let successor = try scene.service.again()
    try await successor.logged("transfer resumed")
    try await successor.logged("info ready")
    #expect(!platform.wasAnswered)
    try await phone.press("1")
    _ = try await platform.answered()
    try await platform.call.hangUp()
    try await successor.logged("result=CONNECTED")
    #expect(try await scene.leftovers() == [])
    #expect(try await successor.stop())
  }

  @Test func aServiceThatStopsRefuses() async throws {
    try await Scene.with(.person("sam", "noanswer", ["ring_timeout": "20"]), APIClient.section) { scene in
      let platform = try await scene.lab.platform(dialling: try await Self.brief(scene, ["target": "sam"]))
      _ = try await platform.call.agent()
      #expect(try await scene.service.stop())
      #expect(try await platform.refused().cause == 34)
      let late = try await scene.lab.platform(dialling: "wt", headers: ["X-WT-Target": "sam"])
      #expect(try await late.refused().cause == 34)
      for platform in [platform, late] { try await platform.call.hangUp() }
    }
  }
}

/// In a lab of its own: what a dead service leaves nobody takes away yet.
@Suite struct DeadServiceDestinationTests {
  @Test func asteriskRefusesTheCallWhenTheServiceIsKilled() async throws {
    try await Lab.with { lab in
      try await LabTrait.$lab.withValue(lab) {
        let scene = try await Scene.start([.person("nora", "noanswer", ["hold_timeout": "5", "ring_timeout": "60"])])
        let platform = try await lab.platform(dialling: "wt", headers: ["X-WT-Target": "nora"])
        try await platform.call.agent().time(of: .ringing)
        let start = Date()
        scene.service.send(SIGKILL)
        // 15 s after the hold timeout.
        let refused = try await platform.refused()
        #expect(refused.cause == 34 && (17...22).contains(refused.time.timeIntervalSince(start)))
      }
    }
  }
}
