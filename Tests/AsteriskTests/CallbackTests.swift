import Foundation
import Lab
import Testing
import Transport

/// A caller who would not wait is called back, on a real Asterisk.
@Suite(.lab, .serialized) struct CallbackTests {
  private static func sections(callee: String, _ more: KeyValuePairs<String, String> = [:]) -> [Section] {
    let words: [(key: String, value: String)] = [
      ("on_failure", "callback"), ("callback_dial", "PJSIP/\(callee)-called*@trunk"),
      ("callback_caller_id", "+18005550000"), ("callback_confirm", "On your number?"), ("callback_promised", "Bye."),
      ("callback_briefing", "Somebody wants to be called back."), ("callback_greeting", "This is your call."),
      ("callback_unreached", "They did not answer, and will be called later."), ("callback_pause", "5"),
      ("menu_timeout", "3"),
    ]
    let settings = Dictionary(words + more.map { ($0.key, $0.value) }) { $1 }
    return [
      .transfer(settings.map { ($0.key, $0.value) }), .target("phone1", dials: "PJSIP/phone1"), APIClient.section,
    ]
  }

  /// Nobody is there, and they ask to be called back.
  private static func promise(in scene: Scene, then does: String) async throws -> Call {
    try await scene.lab.phone("phone1", does: "busy")
    let call = try await scene.call("phone1", ["WT_TOPIC": "billing"])
    try await Task.sleep(for: .seconds(2))
    try await scene.lab.phone("phone1", does: does)
    try await call.leg.press("1")
    let outcome = try await call.ended()
    #expect(outcome.result == "CALLBACK" && outcome.cause == "BUSY", "\(outcome)")
    return call
  }

  private static func callee(of call: Call, in scene: Scene, within limit: Duration = .seconds(20)) async throws -> Leg
  {
    try await scene.lab.agent(named: "called\(call.number)", within: limit)
  }

  private static func callees(of call: Call, in scene: Scene) async throws -> Int {
    var count = 0
    for leg in scene.lab.agents where try await leg.address().contains("called\(call.number)") { count += 1 }
    return count
  }

  private static func ended(_ api: APIClient, within limit: Duration = .seconds(20)) async throws -> [JSON] {
    let deadline = ContinuousClock.now + limit
    while true {
      let open = try await api.ask(.get, "/v1/callbacks").json["callbacks"]?.array ?? []
      if open.isEmpty || ContinuousClock.now > deadline { return open }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  @Test func theyAreCalledWhenSomebodyIsFreeGreetedAndJoined() async throws {
    try await Scene.with(Self.sections(callee: "accept-1500-4000")) { scene in
      try await APIClient.with(scene) { api in
        let call = try await Self.promise(in: scene, then: "accept-fast-300-1500")
        let callee = try await Self.callee(of: call, in: scene)
        #expect(try await callee.callerID().number == "+18005550000")
        try await callee.time(of: .talking)
        try await Task.sleep(for: .seconds(5))
        try await callee.hangUp()
        #expect(try await Self.ended(api) == [])
        // The words, and then the person.
        let heard = try await callee.heard()
        #expect(heard.timeline.first { $0.kind != .silence }?.kind == .other, "\(heard.timeline.text)")
        #expect(heard.hasTrace(of: .agentTone), "\(heard.timeline.text)")
        let person = try #require(scene.lab.agents.last { $0.id != callee.id })
        let told = try await person.heard()
        #expect(told.hasTrace(of: .agentTone) && told.timeline.first?.kind == .other, "\(told.timeline.text)")
        let silence = told.timeline.filter { $0.kind == .silence && $0.length > .seconds(5) }
        #expect(silence.isEmpty, "what rings for them has pauses of four seconds: \(told.timeline.text)")
        #expect(try await Self.callees(of: call, in: scene) == 1)
      }
    }
  }

  @Test func anAnsweringMachineIsLeftAndThePersonIsTold() async throws {
    let sections = Self.sections(callee: "voicemail-300", ["callback_tries": "1"])
    try await Scene.with(sections) { scene in
      try await APIClient.with(scene) { api in
        let call = try await Self.promise(in: scene, then: "accept-fast-300-1500")
        _ = try await Self.callee(of: call, in: scene)
        let open = try await Self.ended(api, within: .seconds(40))
        let id = open.first?["id"]?.string ?? ""
        let story = id.isEmpty ? [] : try scene.service.ask("show", id)
        #expect(open == [], "\(story)")
        #expect(try await Self.callees(of: call, in: scene) == 1)
      }
    }
  }

  /// The service dies with a promise: another one keeps it, once.
  @Test func aServiceThatDiesForgetsNobodyAndCallsNobodyTwice() async throws {
    let scene = try await Scene.start(Self.sections(callee: "accept-1500-4000"))
    let call = try await Self.promise(in: scene, then: "busy")
    try await Task.sleep(for: .seconds(1))
    scene.service.crash()
    try await scene.lab.phone("phone1", does: "accept-fast-300-1500")
    let again = try scene.service.again()
    try await again.logged("info ready")
    let callee = try await Self.callee(of: call, in: scene)
    // While their phone rings it dies once more.
    again.crash()
    let third = try again.again()
    try await third.logged("info ready")
    try await callee.time(of: .talking, within: .seconds(20))
    try await Task.sleep(for: .seconds(2))
    try await callee.hangUp()
    try await Task.sleep(for: .seconds(3))
    #expect(try await Self.callees(of: call, in: scene) == 1)
    let story = try third.lines()
    #expect(try await scene.leftovers() == [], "\(story)")
    #expect(try await third.stop())
  }

  @Test func oneThatWasAskedForByTheAPIIsCalledOff() async throws {
    try await Scene.with(Self.sections(callee: "accept-1500-4000")) { scene in
      try await APIClient.with(scene) { api in
        let posted = try await api.ask(.post, "/v1/callbacks", ["number": "+15559999", "target": "phone1"])
        #expect(posted.status == 201, "\(posted.json.serialized())")
        let id = try #require(posted.json["id"]?.string)
        #expect(try await api.ask(.delete, "/v1/callbacks/\(id)").status == 204)
        #expect(try await Self.ended(api) == [])
      }
    }
  }
}
