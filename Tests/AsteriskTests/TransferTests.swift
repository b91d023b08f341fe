import Foundation
import Lab
import Testing

/// The service on a real Asterisk, from what each party heard and from what the dialplan was told.
@Suite(.lab, .serialized) struct TransferTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  /// Every target of these tests, by what the person at its phone does.
  static let conf = """
    [transfer]
    accept_timeout = 3

    [accept]
    type = target
    name = the billing team
    dial = PJSIP/accept-500-4000-alice@trunk
    caller_id = "Acme" <+18005551212>

    [star]
    type = target
    dial = PJSIP/accept-star2-300-700-stella@trunk
    accept_digits = *2
    decline_digits = 9

    [again]
    type = target
    dial = PJSIP/repeat-300-1000-rita@trunk

    [later]
    type = target
    dial = PJSIP/hangup-later-300-500-larry@trunk

    [quiet]
    type = target
    dial = PJSIP/silent-300-quinn@trunk
    briefing = Somebody calls.

    [leaves]
    type = target
    dial = PJSIP/hangup-briefing-300-700-liz@trunk

    [declines]
    type = target
    dial = PJSIP/decline-300-700-dora@trunk

    [busy]
    type = target
    dial = PJSIP/busy-bob@trunk

    [rejects]
    type = target
    dial = PJSIP/reject-ray@trunk

    [unallocated]
    type = target
    dial = PJSIP/unallocated-uma@trunk

    [congested]
    type = target
    dial = PJSIP/congestion-cora@trunk

    [absent]
    type = target
    dial = PJSIP/noanswer-nora@trunk
    ring_timeout = 3

    [nowhere]
    type = target
    dial = PJSIP/somebody@no-such-endpoint

    [patience]
    type = target
    dial = PJSIP/noanswer-paul@trunk
    hold_timeout = 5

    [pair]
    type = group
    members = busy, second

    [second]
    type = target
    dial = PJSIP/accept-300-700-sam@trunk

    [off]
    type = target
    dial = PJSIP/accept-off@trunk
    enabled = no
    """

  /// One service for the test; nothing of it may be left in Asterisk or on disk.
  private func withService(_ body: (ServiceProcess) async throws -> Void) async throws {
    let service = try ServiceProcess.start(Self.conf, in: lab, name: UUID().uuidString)
    do {
      try await service.logged("info ready")
      try await body(service)
      #expect(try await lab.leftovers() == [])
      #expect(try briefings() == [])
    } catch {
      try await service.stop()
      throw error
    }
    #expect(try await service.stop(), "SIGTERM was not obeyed")
  }

  private func briefings() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: lab.soundsDirectory.path).filter { $0.hasPrefix("wt-") }
  }

  @Test func theWholeCallAsItIsHeard() async throws {
    try await withService { _ in
      let call = try await lab.call(variables: [
        "WT_TARGET": "accept", "WT_SUMMARY": "Account 4821 was charged twice.", "WT_CALLER_NAME": "Jane Doe",
      ])
      let agent = try await lab.agent(named: "alice")
      #expect(try await agent.callerID().description == "Acme <+18005551212>")
      let answered = try await agent.time(of: .answered)
      let pressing = try await agent.time(of: .pressing)
      try await agent.time(of: .talking)
      try await Task.sleep(for: .seconds(3))
      try await agent.hangUp()
      let outcome = try await call.returned()
      #expect(outcome.result == "CONNECTED" && outcome.cause == "COMPLETED" && outcome.target == "accept", "\(outcome)")
      try await Task.sleep(for: .seconds(1))
      try await call.hangUp()

      let caller = try await call.heard()
      let heardByAgent = try await agent.heard()
      let story = "caller\n\(caller.timeline.text)\nagent\n\(heardByAgent.timeline.text)"
      let key = caller.offset(of: pressing)

      // The caller: announcement, music up to the key, and nothing of the other side before it.
      let kinds = caller.timeline.filter { $0.start < key }.map(\.kind)
      #expect(kinds.contains(.other) && kinds.contains(.music) && !kinds.contains(.agentTone), "\(story)")
      let start = try #require(caller.sound.firstSound())
      #expect(caller.sound.longestSilence(from: start, to: key) <= .milliseconds(200), "\(story)")
      #expect(caller.sound.first(.agentTone, after: key) != nil, "\(story)")
      #expect(caller.timeline.last?.kind == .returnedTone, "\(story)")

      // The agent: words at once, and the caller only after the key.
      let answer = heardByAgent.offset(of: answered)
      let firstWord = try #require(heardByAgent.sound.firstSound(after: .zero))
      #expect(firstWord - answer <= .milliseconds(60), "\(story)")
      let agentKey = heardByAgent.offset(of: pressing)
      #expect(heardByAgent.timeline.filter { $0.end < agentKey }.allSatisfy { $0.kind != .callerTone }, "\(story)")
      #expect(heardByAgent.sound.first(.callerTone, after: agentKey) != nil, "\(story)")
    }
  }

  @Test(arguments: ["star", "again"])
  func otherWaysToAccept(_ target: String) async throws {
    try await withService { _ in
      let call = try await lab.call(variables: ["WT_TARGET": target])
      let agent = try await call.agent()
      try await agent.time(of: .talking, within: .seconds(20))
      try await Task.sleep(for: .seconds(1))
      try await call.hangUp()
      #expect(try await call.ended().result == "CONNECTED")
      try await agent.time(of: .gone)
    }
  }

  @Test func theOtherSideEndsTheConversation() async throws {
    try await withService { _ in
      let call = try await lab.call(variables: ["WT_TARGET": "later"])
      #expect(try await call.returned().result == "CONNECTED")
      try await call.hangUp()
    }
  }

  @Test(arguments: [
    ("busy", "BUSY"), ("rejects", "DECLINED"), ("unallocated", "UNREACHABLE"), ("congested", "UNREACHABLE"),
    ("absent", "NOANSWER"), ("nowhere", "UNREACHABLE"), ("patience", "HOLDTIMEOUT"), ("quiet", "NOACK"),
    ("leaves", "NOACK"), ("declines", "DECLINED"), ("nobody", "NOTARGET"), ("off", "DISABLED"),
  ])
  func theCallerComesBack(_ target: String, _ cause: String) async throws {
    try await withService { _ in
      let call = try await lab.call(variables: ["WT_TARGET": target])
      let outcome = try await call.returned(within: .seconds(40))
      #expect(outcome.result == "RETURNED" && outcome.cause == cause, "\(outcome)")
      try await Task.sleep(for: .milliseconds(500))
      try await call.hangUp()
      #expect(try await call.heard().timeline.last?.kind == .returnedTone)
    }
  }

  @Test func theNextOfAGroupIsRung() async throws {
    try await withService { _ in
      let call = try await lab.call(variables: ["WT_TARGET": "pair"])
      let agent = try await lab.agent(named: "sam")
      try await agent.time(of: .talking, within: .seconds(20))
      try await agent.hangUp()
      let outcome = try await call.returned()
      #expect(outcome.result == "CONNECTED" && outcome.target == "second", "\(outcome)")
      try await call.hangUp()
    }
  }

  @Test func theCallerHangsUpWhileItRingsAndWhileTheBriefingIsHeard() async throws {
    try await withService { _ in
      let ringing = try await lab.call(variables: ["WT_TARGET": "absent"])
      let absent = try await ringing.agent()
      try await ringing.hangUp()
      try await absent.time(of: .gone, within: .seconds(2))
      #expect(try await ringing.ended().result == "ABANDONED")

      let briefed = try await lab.call(variables: ["WT_TARGET": "quiet"])
      let quiet = try await briefed.agent()
      try await quiet.time(of: .answered)
      try await briefed.hangUp()
      try await quiet.time(of: .gone, within: .seconds(2))
      #expect(try await briefed.ended().cause == "CALLERHANGUP")
    }
  }
}
