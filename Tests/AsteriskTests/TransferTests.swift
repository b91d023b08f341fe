import Foundation
import Lab
import Testing

/// The service on a real Asterisk, from what each party heard and from what the dialplan was told.
@Suite(.lab, .serialized) struct TransferTests {
  @Test func theWholeCallAsItIsHeard() async throws {
    try await Scene.with(
      .transfer([
        "announcement": "I'm connecting you with {target}.", "merge_prompt": "Connecting you now.",
        "briefing": "A call from {caller_name}. {summary} Press {accept_digits} to take the call.",
      ]),
      .person("alice", "accept-500-4000", ["name": "the billing team", "caller_id": "\"Acme\" <+18005551212>"])
    ) { scene in
      let call = try await scene.call(
        "alice",
        ["WT_SUMMARY": "Account 4821 was charged twice.", "WT_CALLER_NAME": "Jane Doe"]
      )
      let agent = try await scene.lab.agent(named: "alice")
      #expect(try await agent.callerID().description == "Acme <+18005551212>")
      let answered = try await agent.time(of: .answered)
      let pressing = try await agent.time(of: .pressing)
      try await agent.time(of: .talking)
      try await Task.sleep(for: .seconds(3))
      try await agent.hangUp()
      let back = try await call.back()
      try back.expect("CONNECTED", "COMPLETED", of: "alice", heard: back.recording.story, waited: 4...6)

      let caller = back.recording
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
}
