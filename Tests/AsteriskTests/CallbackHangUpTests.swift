import Foundation
import Lab
import Testing
import Transport

/// Who is called back, and who calls them: each may hang up, decline, or be a machine, at any time.
@Suite(.lab, .serialized) struct CallbackHangUpTests {
  private static let words: [(key: String, value: String)] = [
    ("callback_caller_id", "+18005550000"), ("callback_briefing", "Somebody wants to be called back."),
    ("callback_greeting", "Here is the call that you have asked for. Somebody is with you in a moment."),
    ("callback_unreached", "They did not answer, and will be called later."),
    ("callback_sorry", "We have lost our colleague, and will call you again."), ("callback_tries", "1"),
  ]

  private static func settings(_ more: [(key: String, value: String)] = []) -> Section {
    .transfer(Dictionary(words + more) { $1 }.map { ($0.key, $0.value) })
  }

  /// One callback that the API has asked for, and what becomes of it.
  private struct Callback {
    let id: String
    let number: String
    let scene: Scene
    let api: APIClient

    init(for person: String, _ number: String, in scene: Scene, _ api: APIClient) async throws {
      let posted = try await api.ask(.post, "/v1/callbacks", ["number": .string(number), "target": .string(person)])
      id = try #require(posted.json["id"]?.string, "\(posted.json.serialized())")
      (self.number, self.scene, self.api) = (number, scene, api)
    }

    func person(_ name: String) async throws -> Leg { try await scene.lab.agent(named: name) }
    func callee() async throws -> Leg { try await scene.lab.agent(named: "called\(number)", within: .seconds(20)) }

    var report: JSON { get async throws { try await api.ask(.get, "/v1/callbacks/\(id)").json } }

    /// Who has been rung under that number, and how it has ended.
    func becomes(_ state: String, within limit: Duration = .seconds(30)) async throws -> JSON {
      let deadline = ContinuousClock.now + limit
      while true {
        let report = try await report
        if report["state"]?.string == state || ContinuousClock.now > deadline { return report }
        try await Task.sleep(for: .milliseconds(50))
      }
    }

    var rings: Int {
      get async throws {
        var count = 0
        for leg in scene.lab.agents where try await leg.address().contains("called\(number)") { count += 1 }
        return count
      }
    }

    func expectOneRing() async throws {
      let ended = try await becomes("ended")
      #expect(ended["state"] == "ended", "\(ended.serialized())")
      #expect(try await rings == 1)
    }
  }

  private static func person(_ name: String, _ does: String, calls callee: String, _ more: [(String, String)] = [])
    -> Section
  {
    let keys = [("type", "target"), ("dial", "PJSIP/\(does)-\(name)@trunk")]
    return .section(name, keys + [("callback_dial", "PJSIP/\(callee)-called*@trunk")] + more)
  }

  @Test func whoeverHangsUpTheOtherIsToldAndNobodyIsRungTwice() async throws {
    try await Scene.with([
      Self.settings(), APIClient.section,
      Self.person("rita", "listen-100", calls: "noanswer"), Self.person("sue", "listen-100", calls: "greet-hello-100"),
      Self.person("tom", "accept-fast-100-500", calls: "hangup-briefing-100-1500"),
      Self.person("dora", "decline-100-500", calls: "greet-hello"),
    ]) { scene in
      try await APIClient.with(scene) { api in
        async let rita: Void = Self.personGoesWhileItRings(Callback(for: "rita", "5550001", in: scene, api))
        async let sue: Void = Self.personGoesWhileTheyAreGreeted(Callback(for: "sue", "5550002", in: scene, api))
        async let tom: Void = Self.calleeGoesWhileGreeted(Callback(for: "tom", "5550003", in: scene, api))
        async let dora: Void = Self.personDeclines(Callback(for: "dora", "5550004", in: scene, api))
        _ = try await (rita, sue, tom, dora)
      }
    }
  }

  private static func personGoesWhileItRings(_ callback: Callback) async throws {
    let person = try await callback.person("rita")
    try await person.time(of: .answered)
    try await person.press("1")
    let callee = try await callback.callee()
    #expect(try await callback.report["state"] == "calling")
    try await Task.sleep(for: .seconds(1))
    try await person.hangUp()
    // Long before the time that it may ring is over.
    try await callee.time(of: .gone, within: .seconds(5))
    try await callback.expectOneRing()
  }

  private static func personGoesWhileTheyAreGreeted(_ callback: Callback) async throws {
    let person = try await callback.person("sue")
    try await person.time(of: .answered)
    try await person.press("1")
    let callee = try await callback.callee()
    try await callee.time(of: .answered)
    try await Task.sleep(for: .seconds(2))
    try await person.hangUp()
    let left = Date()
    try await callee.time(of: .gone, within: .seconds(15))
    let heard = try await callee.heard()
    let after = heard.timeline.filter { $0.kind == .other && $0.start > heard.offset(of: left) }
    #expect(after.reduce(.zero) { $0 + $1.length } > .seconds(1), "\(heard.timeline.text)")
    try await callback.expectOneRing()
  }

  private static func calleeGoesWhileGreeted(_ callback: Callback) async throws {
    let person = try await callback.person("tom")
    let callee = try await callback.callee()
    let gone = try await callee.time(of: .gone, within: .seconds(20))
    try await person.time(of: .gone, within: .seconds(15))
    let heard = try await person.heard()
    let after = heard.timeline.filter { $0.kind == .other && $0.start > heard.offset(of: gone) }
    #expect(after.reduce(.zero) { $0 + $1.length } > .seconds(1), "\(heard.timeline.text)")
    #expect(!heard.hasTrace(of: .callerTone) && !heard.hasTrace(of: .agentTone))
    try await callback.expectOneRing()
  }

  private static func personDeclines(_ callback: Callback) async throws {
    let person = try await callback.person("dora")
    try await person.time(of: .gone, within: .seconds(15))
    let report = try await callback.becomes("resting")
    #expect(report["state"] == "resting" && report["next_try_at"]?.string != nil, "\(report.serialized())")
    #expect(try await callback.rings == 0)
    #expect(try await callback.api.ask(.delete, "/v1/callbacks/\(callback.id)").status == 204)
    #expect(try await callback.becomes("ended")["state"] == "ended")
  }

  /// It is heard to the end by the machine, and nobody is called a second time.
  @Test func aMachineIsLeftAMessage() async throws {
    try await Scene.with([
      Self.settings([("callback_tries", "3"), ("callback_pause", "5")]),
      APIClient.section,
      Self.person(
        "max",
        "accept-fast-100-500",
        calls: "voicemail-300",
        [("callback_message", "Acme here. You have asked to be called back. Please call us again.")]
      ),
    ]) { scene in
      try await APIClient.with(scene) { api in
        let callback = try await Callback(for: "max", "5550005", in: scene, api)
        let callee = try await callback.callee()
        let beeped = try await callee.time(of: .beeped, within: .seconds(20))
        let person = try await callback.person("max")
        // They need not wait until the message is spoken.
        try await person.time(of: .gone, within: .seconds(20))
        try await callback.expectOneRing()
        let heard = try await callee.heard()
        let message = heard.timeline.filter { $0.kind == .other && $0.start > heard.offset(of: beeped) }
        #expect(message.reduce(.zero) { $0 + $1.length } > .seconds(2), "\(heard.timeline.text)")
        #expect(!heard.hasTrace(of: .agentTone))
        try await Task.sleep(for: .seconds(7))
        #expect(try await callback.rings == 1)
      }
    }
  }

  // MARK: The caller who asks for it

  private static func asks(_ phone: String, in scene: Scene) async throws -> Call {
    try await scene.lab.phone(phone, does: "busy")
    let call = try await scene.call(phone)
    // As long as it takes until they are asked.
    try await Task.sleep(for: .seconds(4))
    return call
  }

  private static func phone(_ name: String, _ more: [(String, String)] = []) -> Section {
    let callee = ("callback_dial", "PJSIP/accept-1500-4000-called*@trunk")
    return .section(name, [("type", "target"), ("dial", "PJSIP/\(name)"), callee] + more)
  }

  @Test func numbersAreKeyedCallersHangUpAndCallInAgain() async throws {
    let asked = [("on_failure", "callback"), ("menu_timeout", "5"), ("callback_confirm", "On this number?")]
    try await Scene.with([
      Self.settings(asked + [("callback_pause", "5")]), APIClient.section,
      Self.phone("phone1", [("callback_numbers", "7"), ("callback_number", "Which number?")]), Self.phone("phone2"),
      Self.phone("phone3", [("callback_pause", "600")]),
    ]) { scene in
      try await APIClient.with(scene) { api in
        async let keyed: Void = Self.keysAnotherNumber(in: scene, api)
        async let gone: Void = Self.hangsUpWhileAsked(in: scene)
        async let again: Void = Self.callsInAgain(in: scene, api)
        _ = try await (keyed, gone, again)
      }
    }
  }

  private static func keysAnotherNumber(in scene: Scene, _ api: APIClient) async throws {
    let call = try await asks("phone1", in: scene)
    let number = "7" + String(call.number.reversed())
    try await call.leg.press("2")
    try await Task.sleep(for: .milliseconds(500))
    // Not one that the conf file allows: they are asked once more.
    try await call.leg.press("0123456789#")
    try await Task.sleep(for: .milliseconds(500))
    try await call.leg.press("\(number)#")
    try await Task.sleep(for: .seconds(1))
    try await call.leg.press("1")
    let outcome = try await call.ended()
    #expect(outcome.result == "CALLBACK" && outcome.cause == "BUSY", "\(outcome)")
    let open = try await api.ask(.get, "/v1/callbacks").json["callbacks"]?.array ?? []
    #expect(open.contains { $0["number"]?.string == number }, "\(open)")
    try await scene.lab.phone("phone1", does: "accept-fast-300-500")
    let callee = try await scene.lab.agent(named: "called\(number)", within: .seconds(20))
    try await callee.time(of: .talking, within: .seconds(20))
    try await callee.hangUp()
  }

  /// They have asked for it, and there was nothing to be said against their own number.
  private static func hangsUpWhileAsked(in scene: Scene) async throws {
    let call = try await asks("phone2", in: scene)
    try await call.leg.hangUp()
    let outcome = try await call.ended()
    #expect(outcome.result == "ABANDONED", "the dialplan knows only that they have gone: \(outcome)")
    try await scene.lab.phone("phone2", does: "accept-fast-300-500")
    let callee = try await scene.lab.agent(named: "called\(call.number)", within: .seconds(20))
    try await callee.time(of: .talking, within: .seconds(20))
    try await callee.hangUp()
  }

  /// They keep their place, and their phone does not ring.
  private static func callsInAgain(in scene: Scene, _ api: APIClient) async throws {
    let first = try await asks("phone3", in: scene)
    try await first.leg.press("1")
    #expect(try await first.ended().result == "CALLBACK")
    let open = try await api.ask(.get, "/v1/callbacks").json["callbacks"]?.array ?? []
    let id = try #require(open.first { $0["number"]?.string == first.number }?["id"]?.string, "\(open)")
    try await scene.lab.phone("phone3", does: "accept-fast-300-1000")
    let second = try await scene.lab.call(from: first.number, variables: ["WT_TARGET": "phone3"])
    let deadline = ContinuousClock.now + .seconds(15)
    while !second.agents.contains(where: { $0.has(.talking) }), ContinuousClock.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
    }
    let person = try #require(second.agents.first { $0.has(.talking) })
    try await Task.sleep(for: .seconds(1))
    try await second.leg.hangUp()
    #expect(try await person.heard().hasTrace(of: .callerTone))
    let callback = try await api.ask(.get, "/v1/callbacks/\(id)").json
    #expect(callback["state"] == "ended", "\(callback.serialized())")
    for leg in scene.lab.agents { #expect(try await !leg.address().contains("called\(first.number)")) }
  }
}
