import Foundation
import Lab
import Testing

/// The lab itself, and the shipped dialplan where no service is needed for it.
@Suite(.lab) struct LabTests {
  let lab: Lab

  init() throws { lab = try Lab.current() }

  @Test func aCallIsHeardFromItsStartToItsEnd() async throws {
    let call = try await lab.call("plain")
    let heard = try await call.heard()
    try #require(heard.timeline.map(\.kind) == [.silence, .music, .returnedTone], "\(heard.timeline.text)")
    #expect(heard.timeline[1].length.isAbout(.seconds(2)), "\(heard.timeline.text)")
    #expect(heard.sound.longestSilence(from: .milliseconds(1100)) < .milliseconds(60), "\(heard.timeline.text)")
  }

  @Test func callerAndAgentHearEachOther() async throws {
    let call = try await lab.call("dial-accept-100-300-alice")
    let agent = try await call.agent()
    #expect(try await agent.callerID().number == call.number)
    try await agent.time(of: .talking)
    try await Task.sleep(for: .seconds(1))
    try await call.hangUp()
    let answered = try await agent.time(of: .answered)
    let agentHeard = try await agent.heard()
    let traced = try #require(agentHeard.sound.firstTrace(of: .callerTone), "\(agentHeard.timeline.text)")
    #expect(traced < agentHeard.offset(of: answered) + .milliseconds(60), "\(agentHeard.timeline.text)")
    let callerHeard = try await call.heard()
    #expect(callerHeard.sound.first(.agentTone) != nil, "\(callerHeard.timeline.text)")
  }

  @Test func withoutTheServiceTheCallerComesStraightBack() async throws {
    let call = try await lab.call(variables: ["WT_TOPIC": "billing", "WT_SUMMARY": #"{"a": "b, c"; d}"#])
    let outcome = try await call.returned()
    #expect(outcome.result == "RETURNED" && outcome.cause == "ERROR" && outcome.stasisStatus == "FAILED", "\(outcome)")
    try await Task.sleep(for: .seconds(1))
    try await call.hangUp()
    #expect(try await call.heard().timeline.last?.kind == .returnedTone)
  }

  @Test func nothingIsLeftOfTwentyCallsAtOnce() async throws {
    let lengths = try await withThrowingTaskGroup(of: Duration.self) { group in
      for _ in 0..<20 {
        group.addTask { try await lab.call("plain").heard().sound.length }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(lengths.allSatisfy { $0.isAbout(.seconds(5)) }, "\(lengths)")
  }
}

/// What befalls the lab itself: each test has one of its own.
@Suite struct LabLifeTests {
  @Test func twoRunsStandSideBySideAndLeaveNothing() async throws {
    async let first = Lab.start()
    async let second = Lab.start()
    let labs = try await [first, second]
    let processes = labs.flatMap { [$0.pbx.processID, $0.farEnd.processID] }.compactMap { $0 }
    #expect(processes.count == 4)
    let calls = try await [labs[0].call("plain"), labs[1].call("plain")]
    for (lab, call) in zip(labs, calls) {
      #expect(try await call.heard().sound.first(.music) != nil)
      #expect(try await lab.leftovers() == [])
      lab.stop()
      #expect(!FileManager.default.fileExists(atPath: lab.files.path))
    }
    for process in processes { #expect(!isAsterisk(process)) }
  }

  @Test func aKilledPBXComesBack() async throws {
    try await Lab.with { lab in
      let before = lab.pbx.processID
      try await lab.pbx.restart()
      #expect(lab.pbx.processID != before)
      #expect(try await lab.call("plain").heard().sound.first(.music) != nil)
    }
  }

  /// A zombie has no command line.
  private func isAsterisk(_ process: pid_t) -> Bool {
    FileManager.default.contents(atPath: "/proc/\(process)/cmdline")?.isEmpty == false
  }
}

extension Duration {
  fileprivate func isAbout(_ other: Duration) -> Bool {
    self > other - .milliseconds(150) && self < other + .milliseconds(150)
  }
}
