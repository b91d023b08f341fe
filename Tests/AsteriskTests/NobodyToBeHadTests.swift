import Foundation
import Lab
import Testing

/// Why a caller comes back: each cause of the contract's table, from the phone's doings to the words of farewell.
@Suite(.lab, .serialized) struct NobodyToBeHadTests {
  @Test func aPhoneThatNobodyAnswersSendsTheCallerBack() async throws {
    try await Scene.with(.person("nora", "noanswer")) { scene in
      let call = try await scene.call("nora")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "NOANSWER", of: "nora", heard: .heldAndTold, waited: 3...4)
      try await phone.time(of: .gone)
      #expect(!phone.has(.answered))
    }
  }

  @Test func aBusyPhoneSendsTheCallerBack() async throws {
    try await Scene.with(.person("bob", "busy")) { scene in
      try await scene.call("bob").back().expect("RETURNED", "BUSY", of: "bob", heard: .toldAtOnce, waited: 0...1)
    }
  }

  @Test(arguments: ["congestion", "unallocated"])
  func aNumberThatDoesNotWorkIsUnreachable(_ fault: String) async throws {
    try await Scene.with(.person("una", fault)) { scene in
      try await scene.call("una").back()
        .expect("RETURNED", "UNREACHABLE", of: "una", heard: .toldAtOnce, waited: 0...1)
    }
  }

  @Test func anEndpointThatDoesNotExistIsUnreachable() async throws {
    try await Scene.with(.target("noel", dials: "PJSIP/somebody@no-such-endpoint")) { scene in
      try await scene.call("noel").back()
        .expect("RETURNED", "UNREACHABLE", of: "noel", heard: .toldAtOnce, waited: 0...1)
    }
  }

  @Test func aPhoneThatIsNotRegisteredIsNotEvenRung() async throws {
    try await Scene.with(.target("ulla", dials: "PJSIP/unregistered")) { scene in
      let call = try await scene.call("ulla")
      try await call.back().expect("RETURNED", "UNREACHABLE", of: "ulla", heard: .toldAtOnce, waited: 0...1)
      #expect(try !scene.service.lines().contains { $0.contains("to=ringing") })
    }
  }

  @Test func aPhoneThatRejectsTheCallHasDeclined() async throws {
    try await Scene.with(.person("ray", "reject-late-500")) { scene in
      try await scene.call("ray").back().expect("RETURNED", "DECLINED", of: "ray", heard: .heldAndTold, waited: 0...1)
    }
  }

  @Test func theDeclineKeySendsTheCallerBack() async throws {
    try await Scene.with(.person("dora", "decline-300-1500")) { scene in
      let call = try await scene.call("dora")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "DECLINED", of: "dora", heard: .heldAndTold, waited: 1...4)
      try await phone.expectNothingOfTheCaller()
    }
  }

  @Test func whoPicksUpAndSaysNothingHasNotAcknowledged() async throws {
    try await Scene.with(.person("quinn", "silent")) { scene in
      let call = try await scene.call("quinn")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "NOACK", of: "quinn", heard: .heldAndTold, waited: 3...7)
      try await phone.expectNothingOfTheCaller()
    }
  }

  @Test func theHoldTimeoutEndsTheRinging() async throws {
    try await Scene.with(.person("paul", "noanswer", ["hold_timeout": "5", "ring_timeout": "60"])) { scene in
      let call = try await scene.call("paul")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "HOLDTIMEOUT", of: "paul", heard: .heldAndTold, waited: 5...5)
      try await phone.time(of: .gone)
    }
  }

  @Test func theHoldTimeoutEndsTheBriefing() async throws {
    let briefing = "Somebody calls, and there is very much to be said about it before you can decide what to do."
    try await Scene.with(
      .person("lena", "listen-300", ["hold_timeout": "5", "accept_timeout": "60", "briefing": briefing])
    ) { scene in
      let call = try await scene.call("lena")
      let phone = try await call.agent()
      try await call.back().expect("RETURNED", "HOLDTIMEOUT", of: "lena", heard: .heldAndTold, waited: 5...5)
      try await phone.expectNothingOfTheCaller()
    }
  }

  @Test func theHoldTimeoutEndsTheWaitForSomebodyWhoTalksToAnother() async throws {
    try await Scene.with(.person("tina", "accept-fast-100-300", ["hold_timeout": "5"])) { scene in
      let first = try await scene.call("tina")
      try await first.agent().time(of: .talking)
      let second = try await scene.call("tina")
      // Nobody was rung for this caller, so no target was tried.
      try await second.back().expect("RETURNED", "HOLDTIMEOUT", of: "", heard: .heldAndTold, waited: 5...5)
      #expect(second.agents.isEmpty)
      try await first.hangUp()
      #expect(try await first.ended().result == "CONNECTED")
    }
  }

  @Test func anUnknownTargetIsRefusedBeforeTheCallerIsTouched() async throws {
    try await Scene.with(.person("alice", "accept"), .person("bob", "accept")) { scene in
      try await scene.call("nobody").back().expect("RETURNED", "NOTARGET", of: "", heard: .untouched, waited: 0...0)
    }
  }

  @Test func aTargetThatIsSwitchedOffIsRefusedBeforeTheCallerIsTouched() async throws {
    try await Scene.with(.person("olga", "accept", ["enabled": "no"])) { scene in
      try await scene.call("olga").back().expect("RETURNED", "DISABLED", of: "", heard: .untouched, waited: 0...0)
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
