import Foundation
import Lab
import Testing

/// The event stream is cut or goes dumb, answers come late, Asterisk dies: in each phase of a transfer.
@Suite(.lab, .serialized) struct OutageTests {
  /// What befalls the connection.
  enum Fault: CaseIterable {
    case cut, freeze, delay

    func strike(_ proxy: Proxy) {
      switch self {
      case .cut: proxy.cutEvents()
      case .freeze: proxy.freezeEvents()
      case .delay: proxy.delayAnswers(by: .seconds(1))
      }
    }
  }

  /// Two pings that find no answer, and the new connection.
  private static let noticed: Duration = .seconds(12)

  @Test(arguments: Fault.allCases)
  func aPhoneThatRingsGoesOnRinging(_ fault: Fault) async throws {
    try await withProxy(.person("amy", "accept-4000-6000", ["ring_timeout": "20", "accept_timeout": "15"])) {
      scene,
      proxy in
      let call = try await scene.call("amy")
      try await call.agent().time(of: .ringing)
      fault.strike(proxy)
      try await expectTalk(call, after: fault, scene)
    }
  }

  @Test(arguments: Fault.allCases)
  func whoIsBriefedCanStillTakeTheCall(_ fault: Fault) async throws {
    // The key comes when a dumb stream has been found out.
    try await withProxy(.person("amy", "accept-100-10000", ["accept_timeout": "20", "hold_timeout": "60"])) {
      scene,
      proxy in
      let call = try await scene.call("amy")
      try await call.agent().time(of: .answered)
      try await Task.sleep(for: .milliseconds(300))
      fault.strike(proxy)
      try await expectTalk(call, after: fault, scene)
    }
  }

  @Test(arguments: Fault.allCases)
  func aConversationIsNotDisturbedAndItsEndIsSeen(_ fault: Fault) async throws {
    try await withProxy(.person("amy", "accept-100-300")) { scene, proxy in
      let call = try await scene.call("amy")
      let agent = try await call.agent()
      try await agent.time(of: .talking)
      fault.strike(proxy)
      try await Task.sleep(for: .seconds(1))
      // Of a dumb stream nobody learns this before it has been found out.
      try await agent.hangUp()
      let back = try await call.back()
      #expect(back.outcome.result == "CONNECTED" && back.outcome.cause == "COMPLETED", "\(back.outcome)")
      #expect(back.recording.conversationIsUndisturbed == true, "\(back.recording.timeline.text)")
      try await expectOneLine(about: fault, scene)
    }
  }

  /// The key is lost with the stream. The caller is not.
  @Test func whoseKeyIsLostGoesBack() async throws {
    try await withProxy(.person("amy", "accept-100-1000", ["hold_timeout": "30"])) { scene, proxy in
      let call = try await scene.call("amy")
      try await call.agent().time(of: .answered)
      try await Task.sleep(for: .milliseconds(300))
      proxy.freezeEvents()
      let back = try await call.back()
      // The end of the farewell is not heard of either: the caller waits in silence until it must be over.
      #expect(back.outcome.result == "RETURNED" && back.outcome.cause == "NOACK", "\(back.outcome)")
      #expect(back.recording.story == .heldAndTold, "\(back.recording.timeline.text)")
      try await expectOneLine(about: .freeze, scene)
    }
  }

  /// Every answer takes a second, from the first command to the last.
  @Test func slowAnswersCostTheCallerLittle() async throws {
    let people: [Section] = [
      .person("nora", "noanswer", ["ring_timeout": "6"]),
      .person("amy", "accept-100-5000", ["ring_timeout": "15", "accept_timeout": "20", "hold_timeout": "40"]),
    ]
    try await Proxy.with(to: Lab.current()) { proxy in
      let scene = try await Scene.start([.general(["ari_url": proxy.url]), .transfer(["amd": "off"])] + people)
      proxy.delayAnswers(by: .seconds(1))
      let nobody = try await scene.call("nora").back()
      #expect(nobody.outcome.cause == "NOANSWER", "\(nobody.outcome)")
      let call = try await scene.call("amy")
      try await call.agent().time(of: .talking, within: .seconds(30))
      try await Task.sleep(for: .seconds(2))
      try await call.agent().hangUp()
      let joined = try await call.back()
      #expect(joined.outcome.cause == "COMPLETED", "\(joined.outcome)")
      for (what, back) in [("nobody had", nobody), ("joined", joined)] {
        let silences = back.recording.timeline.filter { $0.kind == .silence && $0.length > .milliseconds(500) }
        print("slow answers, \(what): \(silences.map { $0.length.inSeconds })\n\(back.recording.timeline.text)")
        #expect(silences.allSatisfy { $0.length < .milliseconds(4_500) }, "\(back.recording.timeline.text)")
      }
      proxy.delayAnswers(by: .zero)
      #expect(try await scene.leftovers() == [])
      #expect(try await scene.service.stop())
    }
  }

  @Test func aDumbStreamIsFoundOutWithinSeconds() async throws {
    try await withProxy(.person("amy", "accept-100-300")) { scene, proxy in
      let start = ContinuousClock.now
      proxy.freezeEvents()
      try await scene.service.logged("lost the event stream", within: Self.noticed)
      print("a frozen event stream was noticed after \(ContinuousClock.now - start)")
      try await scene.service.logged("info ready", from: 3, within: .seconds(5))
      // Asterisk gives up the old one much later, and must not take the application away with it.
      proxy.endFrozen()
      try await Task.sleep(for: .seconds(1))
      let call = try await scene.call("amy")
      try await call.agent().time(of: .talking)
      try await call.hangUp()
      #expect(try await call.ended().result == "CONNECTED")
    }
  }

  private func withProxy(_ person: Section, _ body: (Scene, Proxy) async throws -> Void) async throws {
    try await Proxy.with(to: Lab.current()) { proxy in
      try await Scene.with(.general(["ari_url": proxy.url]), .transfer(["amd": "off"]), person) { scene in
        try await body(scene, proxy)
        proxy.delayAnswers(by: .zero)
      }
    }
  }

  private func expectTalk(_ call: Call, after fault: Fault, _ scene: Scene) async throws {
    let agent = try await call.agent()
    try await agent.time(of: .talking, within: .seconds(30))
    try await Task.sleep(for: .seconds(3))
    try await agent.hangUp()
    let back = try await call.back()
    #expect(back.outcome.result == "CONNECTED" && back.outcome.cause == "COMPLETED", "\(back.outcome)")
    #expect(back.recording.story == .heldAndJoined, "\(back.recording.timeline.text)")
    #expect(back.recording.conversationIsUndisturbed == true, "\(back.recording.timeline.text)")
    try await expectOneLine(about: fault, scene)
  }

  /// The log tells of the loss once, and of the new stream once; late answers are nobody's business.
  private func expectOneLine(about fault: Fault, _ scene: Scene) async throws {
    let expected = fault == .delay ? 0 : 1
    if fault != .delay { try await scene.service.logged("lost the event stream", within: Self.noticed) }
    let deadline = ContinuousClock.now + .seconds(5)
    while try scene.service.lines().count(where: { $0.contains("info ready") }) <= expected, fault != .delay,
      ContinuousClock.now < deadline
    {
      try await Task.sleep(for: .milliseconds(20))
    }
    let log = try scene.service.lines()
    #expect(log.count { $0.contains("lost the event stream") } == expected, "\(log.joined(separator: "\n"))")
    #expect(log.count { $0.contains("info ready") } == expected + 1, "\(log.joined(separator: "\n"))")
  }
}

/// Asterisk is killed and started again.
@Suite(.lab, .serialized) struct RestartedAsteriskTests {
  @Test func transfersThatAsteriskTookWithItEndAsErrors() async throws {
    try await Scene.with(
      .transfer(["amd": "off"]),
      .person("nora", "noanswer", ["ring_timeout": "60"]),
      .person("lisa", "listen-100", ["accept_timeout": "60", "hold_timeout": "60"]),
      .person("amy", "accept-100-300")
    ) { scene in
      let talking = try await scene.call("amy").agent()
      let briefed = try await scene.call("lisa").agent()
      let ringing = try await scene.call("nora").agent()
      try await talking.time(of: .talking)
      try await briefed.time(of: .answered)
      try await ringing.time(of: .ringing)
      try await scene.service.logged("to=connected")
      try scene.lab.pbx.kill()
      try await scene.service.logged("lost the event stream")
      try await Task.sleep(for: .seconds(2))
      let before = try scene.service.lines().count
      try await scene.lab.pbx.start()
      let up = ContinuousClock.now
      try await scene.service.logged("info ready", from: before, within: .seconds(10))
      print("ready \(ContinuousClock.now - up) after Asterisk")
      try await scene.service.logged("Asterisk was restarted")

      let ends = try await ends(of: 3, scene)
      #expect(ends.count { $0.contains("result=RETURNED cause=ERROR") } == 2, "\(ends)")
      #expect(ends.count { $0.contains("result=CONNECTED cause=COMPLETED") } == 1, "\(ends)")
      #expect(try scene.service.recorded() == ["CONNECTED COMPLETED": 1, "RETURNED ERROR": 2])

      let next = try await scene.call("amy")
      try await next.agent().time(of: .talking, within: .seconds(20))
      try await next.hangUp()
      #expect(try await next.ended().result == "CONNECTED")
    }
  }

  /// As when the machine is started anew: the new service finds calls in its journal and an Asterisk without any.
  @Test func aServiceThatIsRestartedWithItsAsteriskKnowsThatNobodyHungUp() async throws {
    let scene = try await Scene.start([
      .transfer(["amd": "off"]),
      .person("nora", "noanswer", ["ring_timeout": "60", "hold_timeout": "60"]),
      .person("lisa", "listen-100", ["accept_timeout": "60", "hold_timeout": "60"]),
      .person("amy", "accept-100-300"),
    ])
    let talking = try await scene.call("amy").agent()
    let briefed = try await scene.call("lisa").agent()
    let ringing = try await scene.call("nora").agent()
    try await talking.time(of: .talking)
    try await briefed.time(of: .answered)
    try await ringing.time(of: .ringing)
    try await scene.service.logged("to=connected")
    try await scene.service.logged("to=briefing")
    scene.service.crash()
    try scene.lab.pbx.kill()
    try await scene.lab.pbx.start()
    let successor = try scene.service.again()
    try await successor.logged("info ready", from: try successor.lines().count)
    let ends = try await ends(of: 3, scene)
    #expect(ends.count == 3)
    #expect(try await scene.leftovers() == [])
    #expect(try await successor.stop())
    #expect(try successor.recorded() == ["CONNECTED COMPLETED": 1, "RETURNED ERROR": 2])
  }

  private func ends(of count: Int, _ scene: Scene) async throws -> [String] {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      let ends = try scene.service.lines().filter { $0.contains("transfer ended") }
      if ends.count >= count || ContinuousClock.now > deadline { return ends }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
