import Foundation
import Lab
import Testing

/// Who of several people is rung for whom, and when.
@Suite(.lab, .serialized) struct GroupTests {
  private func talk(_ call: Call, to phone: Leg) async throws -> ReturnedCaller {
    try await phone.time(of: .talking, within: .seconds(20))
    try await Task.sleep(for: .milliseconds(500))
    try await phone.hangUp()
    return try await call.back()
  }

  @Test func theNextIsRungWhenTheFirstCannotBeHad() async throws {
    try await Scene.with(
      .group("team", "bob, dora, sam"),
      .person("bob", "busy"),
      .person("dora", "decline-100-300"),
      .person("sam", "accept-fast-300-500")
    ) { scene in
      let call = try await scene.call("team")
      let sam = try await call.agent(named: "sam")
      try await talk(call, to: sam).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      try await call.agent(named: "dora").expectNothingOfTheCaller()
      try await sam.expectTheCallerAfterTheKey()
    }
  }

  @Test func theCauseIsThatOfTheLastOneOrTheHoldTimeout() async throws {
    try await Scene.with(
      .transfer(["hold_timeout": "6"]),
      .group("one-by-one", "bob, ray"),
      .group("too-many", "bill, nora, paul"),
      .group("at-once", "bert, rose, nell", ["strategy": "all"]),
      .person("bob", "busy"),
      .person("ray", "reject-late-500"),
      .person("bill", "busy"),
      .person("nora", "noanswer"),
      .person("paul", "noanswer", ["ring_timeout": "60"]),
      .person("bert", "busy"),
      .person("rose", "reject-late-500"),
      .person("nell", "noanswer")
    ) { scene in
      let late = try await scene.call("too-many")
      let atOnce = try await scene.call("at-once")
      async let oneByOne = scene.call("one-by-one").back()
      async let tooMany = late.back()
      async let all = atOnce.back()
      try await oneByOne.expect("RETURNED", "DECLINED", of: "ray", heard: .heldAndTold, waited: 0...1)
      try await all.expect("RETURNED", "NOANSWER", of: "nell", heard: .heldAndTold, waited: 3...4)
      try await tooMany.expect("RETURNED", "HOLDTIMEOUT", of: "paul", heard: .heldAndTold, waited: 6...6)
      #expect(late.agents.count == 3 && atOnce.agents.count == 3)
      for phone in late.agents + atOnce.agents { try await phone.time(of: .gone) }
    }
  }

  @Test func ofTwoWhoTakeTheCallAtOnceOneIsJoinedAndTheOtherIsTold() async throws {
    try await Scene.with(
      .group("team", "ann, ben", ["strategy": "all"]),
      .person("ann", "accept-fast-300-1500"),
      .person("ben", "accept-fast-300-1500")
    ) { scene in
      let call = try await scene.call("team")
      async let ann = call.agent(named: "ann")
      async let ben = call.agent(named: "ben")
      let phones = try await ["ann": ann, "ben": ben]
      try await scene.service.logged("to=connected")
      let deadline = ContinuousClock.now + .seconds(5)
      while phones.values.allSatisfy({ !$0.has(.gone) }), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(20))
      }
      try await Task.sleep(for: .milliseconds(500))
      let stillThere = phones.filter { !$0.value.has(.gone) }
      let joined = try #require(stillThere.first)
      #expect(stillThere.count == 1)
      try await joined.value.hangUp()
      try await call.back().expect("CONNECTED", "COMPLETED", of: joined.key, heard: .heldAndJoined)
      try await joined.value.expectTheCallerAfterTheKey()
      let other = try #require(phones.first { $0.key != joined.key }).value
      try await other.expectNothingOfTheCaller()
      let heard = try await other.heard()
      let key = heard.offset(of: try await other.time(of: .pressing))
      // Word of it, after the key: the briefing ended with the key at the latest.
      #expect(heard.sound.firstSound(after: key + .milliseconds(500)) != nil, "\(heard.timeline.text)")
    }
  }

  @Test func aPhoneThatStillRingsIsReleasedWhenAnotherHasTakenTheCall() async throws {
    try await Scene.with(
      .group("team", "nora, sam", ["strategy": "all"]),
      .person("nora", "noanswer", ["ring_timeout": "60"]),
      .person("sam", "accept-fast-300-500")
    ) { scene in
      let call = try await scene.call("team")
      let nora = try await call.agent(named: "nora")
      let sam = try await call.agent(named: "sam")
      let joined = try await sam.time(of: .talking)
      let released = try await nora.time(of: .gone, within: .seconds(2))
      #expect(released.timeIntervalSince(joined) < 0.5)
      #expect(!nora.has(.answered))
      try await talk(call, to: sam).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
    }
  }

  @Test func whereOneOfSeveralDeclinesAnotherCanStillTakeTheCall() async throws {
    try await Scene.with(
      .group("team", "dora, sam", ["strategy": "all"]),
      .person("dora", "decline-100-300"),
      .person("sam", "accept-fast-300-2000")
    ) { scene in
      let call = try await scene.call("team")
      let dora = try await call.agent(named: "dora")
      let sam = try await call.agent(named: "sam")
      try await dora.time(of: .gone)
      #expect(!sam.has(.pressing))
      try await talk(call, to: sam).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      try await dora.expectNothingOfTheCaller()
    }
  }

  @Test func whoHasWaitedLongestIsRungFirst() async throws {
    try await Scene.with(
      .group("team", "ann, ben, cyd", ["strategy": "least-recent"]),
      .person("ann", "accept-fast-100-200"),
      .person("ben", "accept-fast-100-200"),
      .person("cyd", "accept-fast-100-200")
    ) { scene in
      var targets: [String] = []
      for _ in 1...4 {
        let call = try await scene.call("team")
        let phone = try await call.agent()
        try await phone.time(of: .talking)
        try await phone.hangUp()
        targets.append(try await call.returned().target)
        try await call.hangUp()
      }
      #expect(targets == ["ann", "ben", "cyd", "ann"])
    }
  }

  @Test func nobodyIsRungForTwoCallersAndTheSecondIsServedNext() async throws {
    try await Scene.with(.person("tina", "accept-fast-100-300")) { scene in
      let first = try await scene.call("tina")
      let firstPhone = try await first.agent()
      try await firstPhone.time(of: .talking)
      let second = try await scene.call("tina")
      try await second.leg.time(of: .recording)
      try await Task.sleep(for: .seconds(2))
      #expect(second.agents.isEmpty)
      try await firstPhone.hangUp()
      let secondPhone = try await second.agent()
      let free = try await firstPhone.time(of: .gone)
      #expect(try await secondPhone.time(of: .ringing) > free)
      try await talk(second, to: secondPhone)
        .expect("CONNECTED", "COMPLETED", of: "tina", heard: .heldAndJoined, waited: 2...5)
      try await first.back().expect("CONNECTED", "COMPLETED", of: "tina", heard: .heldAndJoined)
    }
  }

  @Test func twoCallersInTheSameInstantGetTwoPeople() async throws {
    try await Scene.with(
      .group("team", "ann, ben"),
      .person("ann", "accept-fast-100-500"),
      .person("ben", "accept-fast-100-500")
    ) { scene in
      async let first = scene.call("team")
      async let second = scene.call("team")
      let calls = try await [first, second]
      var targets: Set<String> = []
      for call in calls {
        let phone = try await call.agent()
        let back = try await talk(call, to: phone)
        targets.insert(back.outcome.target)
        #expect(back.recording.story == .heldAndJoined, "\(back.recording.timeline.text)")
      }
      #expect(targets == ["ann", "ben"])
    }
  }

  @Test func aPhoneInACallIsPassedOver() async throws {
    try await Scene.with(
      .group("team", "desk, sam"),
      .target("desk", dials: "PJSIP/phone1"),
      .person("sam", "accept-fast-300-500")
    ) { scene in
      try await scene.lab.phone("phone1", does: "accept-fast-100-100")
      let busy = try await scene.lab.call("phone-phone1")
      try await busy.agent().time(of: .talking)
      let call = try await scene.call("team")
      let sam = try await call.agent(named: "sam")
      #expect(call.agents.count == 1)
      try await talk(call, to: sam).expect("CONNECTED", "COMPLETED", of: "sam", heard: .heldAndJoined)
      let alone = try await scene.call("desk")
      try await alone.back().expect("RETURNED", "BUSY", of: "desk", heard: .toldAtOnce)
      try await busy.hangUp()
    }
  }

  @Test func aPhoneInACallIsRungWhereThatIsWanted() async throws {
    try await Scene.with(.target("desk", dials: "PJSIP/phone2", ["skip_in_use": "no"])) { scene in
      try await scene.lab.phone("phone2", does: "accept-fast-100-500")
      let busy = try await scene.lab.call("phone-phone2")
      try await busy.agent().time(of: .talking)
      let call = try await scene.call("desk")
      let phone = try await call.agent()
      try await talk(call, to: phone).expect("CONNECTED", "COMPLETED", of: "desk", heard: .heldAndJoined)
      try await busy.hangUp()
    }
  }
}
