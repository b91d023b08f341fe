import Foundation
import Lab
import Testing

/// Why a caller comes back: each cause of the contract's table, from the phone's doings to the words of farewell.
@Suite(.lab, .serialized) struct NobodyToBeHadTests {
  @Test func aPhoneThatNobodyAnswersOrThatRejectsTheCallSendsTheCallerBack() async throws {
    try await Scene.with(.person("nora", "noanswer"), .person("ray", "reject-late-500")) { scene in
      let call = try await scene.call("nora")
      async let unanswered = call.back()
      async let rejected = scene.call("ray").back()
      try await rejected.expect("RETURNED", "DECLINED", of: "ray", heard: .heldAndTold, waited: 0...1)
      try await unanswered.expect("RETURNED", "NOANSWER", of: "nora", heard: .heldAndTold, waited: 3...4)
      let phone = try await call.agent()
      try await phone.time(of: .gone)
      #expect(!phone.has(.answered))
    }
  }

  @Test func aPhoneThatCannotBeRungSendsTheCallerBackAtOnce() async throws {
    try await Scene.with(
      .person("bob", "busy"),
      .person("cora", "congestion"),
      .person("uma", "unallocated"),
      .target("noel", dials: "PJSIP/somebody@no-such-endpoint")
    ) { scene in
      async let busy = scene.call("bob").back()
      async let congested = scene.call("cora").back()
      async let unallocated = scene.call("uma").back()
      async let unknown = scene.call("noel").back()
      try await busy.expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce, waited: 0...1)
      try await congested.expect("RETURNED", "UNREACHABLE", of: "cora", heard: .toldAtOnce, waited: 0...1)
      try await unallocated.expect("RETURNED", "UNREACHABLE", of: "uma", heard: .toldAtOnce, waited: 0...1)
      try await unknown.expect("RETURNED", "UNREACHABLE", of: "noel", heard: .toldAtOnce, waited: 0...1)
    }
  }

  @Test func aPhoneThatIsNotRegisteredIsNotEvenRung() async throws {
    try await Scene.with(.target("ulla", dials: "PJSIP/unregistered")) { scene in
      let call = try await scene.call("ulla")
      try await call.back().expect("RETURNED", "UNREACHABLE", of: "ulla", heard: .toldAtOnce, waited: 0...1)
      #expect(try !scene.service.lines().contains { $0.contains("to=ringing") })
    }
  }

  @Test func whoDeclinesOrSaysNothingSendsTheCallerBack() async throws {
    try await Scene.with(.person("dora", "decline-300-1500"), .person("quinn", "silent")) { scene in
      let (declined, silent) = try await (scene.call("dora"), scene.call("quinn"))
      async let first = declined.back()
      async let second = silent.back()
      try await first.expect("RETURNED", "DECLINED", of: "dora", heard: .heldAndTold, waited: 1...4)
      // Silence is no machine's.
      try await second.expect("RETURNED", "NOACK", of: "quinn", heard: .heldAndTold, waited: 3...7)
      for call in [declined, silent] { try await call.agent().expectNothingOfTheCaller() }
    }
  }

  @Test func theHoldTimeoutEndsRingingAndBriefingAndTheWaitForSomebodyWhoTalksToAnother() async throws {
    let briefing = "Somebody calls, and there is very much to be said about it before you can decide what to do."
    try await Scene.with(
      .transfer(["hold_timeout": "5", "ring_timeout": "60", "accept_timeout": "60"]),
      .person("tina", "accept-fast-100-300"),
      .person("paul", "noanswer"),
      .person("lena", "listen-300", ["briefing": briefing])
    ) { scene in
      let first = try await scene.call("tina")
      try await first.agent().time(of: .talking)
      let (waiting, ringing, briefed) = try await (scene.call("tina"), scene.call("paul"), scene.call("lena"))
      async let waited = waiting.back()
      async let rang = ringing.back()
      async let heard = briefed.back()
      // Nobody was rung for this caller, so no target was tried.
      try await waited.expect("RETURNED", "HOLDTIMEOUT", of: "", heard: .heldAndTold, waited: 5...5)
      try await rang.expect("RETURNED", "HOLDTIMEOUT", of: "paul", heard: .heldAndTold, waited: 5...5)
      try await heard.expect("RETURNED", "HOLDTIMEOUT", of: "lena", heard: .heldAndTold, waited: 5...5)
      #expect(waiting.agents.isEmpty)
      try await ringing.agent().time(of: .gone)
      try await briefed.agent().expectNothingOfTheCaller()
      try await first.hangUp()
      #expect(try await first.ended().result == "CONNECTED")
    }
  }

  @Test func anUnknownTargetIsRefusedBeforeTheCallerIsTouched() async throws {
    try await Scene.with(.person("alice", "accept"), .person("bob", "accept")) { scene in
      try await scene.call("nobody").back().expect("RETURNED", "NOTARGET", of: "", heard: .untouched, waited: 0...0)
    }
  }

  @Test func aRuleThatRefusesTellsTheCallerWhy() async throws {
    try await Scene.with(
      .person("alice", "accept"),
      .rule("closed", ["topic": "closed", "refuse": "We are closed today. Please call again tomorrow."])
    ) { scene in
      let call = try await scene.lab.call(variables: ["WT_TOPIC": "closed"])
      let back = try await call.back()
      try back.expect("RETURNED", "NOTARGET", of: "", heard: .toldAtOnce, waited: 0...0)
      let words = back.recording.sound.timeline().filter { $0.kind == .other }.reduce(Duration.zero) { $0 + $1.length }
      #expect(words > .seconds(1), "\(back.recording.timeline.text)")
      #expect(call.agents.isEmpty)
    }
  }

  @Test func aTargetThatIsSwitchedOffIsRefusedBeforeTheCallerIsTouched() async throws {
    try await Scene.with(.person("olga", "accept", ["enabled": "no"])) { scene in
      try await scene.call("olga").back().expect("RETURNED", "DISABLED", of: "", heard: .untouched, waited: 0...0)
    }
  }

  @Test func nobodySeesTheCallersNumberWhereThatIsForbidden() async throws {
    try await Scene.with(
      .transfer(["require_caller_id": "yes"]),
      .person("opal", "accept"),
      .person("percy", "busy", ["caller_id": "+18005551212"])
    ) { scene in
      let call = try await scene.call("opal")
      try await call.back().expect("RETURNED", "NOTARGET", of: "", heard: .untouched, waited: 0...0)
      #expect(call.agents.isEmpty)
      let other = try await scene.call("percy")
      #expect(try await scene.lab.agent(named: "percy").callerID().number == "+18005551212")
      try await other.back().expect("RETURNED", "BUSY", of: "percy", heard: .toldAtOnce, waited: 0...3)
    }
  }

  @Test func theCallerIsToldWhyInTheWordsForTheCause() async throws {
    try await Scene.with(
      .transfer(["return_message": "", "return_message_busy": "The line is busy, please call again tomorrow."]),
      .person("bob", "busy"),
      .person("ray", "reject-late-700")
    ) { scene in
      async let busy = scene.call("bob").back()
      async let declined = scene.call("ray").back()
      try await busy.expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce)
      try await declined.expect("RETURNED", "DECLINED", of: "ray", heard: [.voiceAgentTone, .music, .returnedTone])
    }
  }
}
