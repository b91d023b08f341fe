import Foundation
import Lab

/// One warm transfer: a caller, a person who picks up, listens, presses 1 and talks.
struct Story {
  /// What one party heard, and when they hung up.
  struct Party {
    var heard: Recording
    var gone: Date

    init(_ leg: Leg) async throws {
      heard = try await leg.heard()
      gone = try await leg.time(of: .gone)
    }

    /// What a busy machine has not recorded.
    var missing: TimeInterval { heard.start.distance(to: gone) - heard.sound.length / .seconds(1) }

    /// Where an instant lies, counted from the end: sound that is missing earlier does not matter.
    func offset(of instant: Date) -> Duration { heard.sound.length - .seconds(instant.distance(to: gone)) }
  }

  /// What is left of it to judge.
  struct Ending {
    var outcome: Call.Outcome
    var caller: Party
    var agent: Party
    var answered: Date
    var pressed: Date
    var phases: [String: Date]
    var leftInAsterisk: [String]
    var leftOnDisk: [String]
  }

  static let mergePrompt = "Connecting you now."
  private static let briefing = """
    A call from {caller_name} about {topic}. {reason}. {summary} Next step: {next_action}. Press 1 to take the call.
    """
  private static let facts = [
    "topic": "billing", "caller_name": "Maria Santos", "reason": "She wants a refund",
    "summary": "Account 4821 was charged twice, 19.90 each.", "next_action": "Confirm the refund",
  ]
  /// Rings for 2 seconds, listens for 12, presses 1.
  private static let settings = """
    [transfer]
    briefing = \(briefing)
    merge_prompt = \(mergePrompt)
    caller_id = "Acme" <18005551212>

    [billing]
    type = target
    dial = PJSIP/accept-2000-12000-billing@trunk
    name = the billing team
    """

  /// The briefing as this call fills it in.
  static var briefingText: String {
    facts.reduce(briefing) { $0.replacingOccurrences(of: "{\($1.key)}", with: $1.value) }
  }

  static func play(in lab: Lab) async throws -> Ending {
    let service = try ServiceProcess.start(settings, in: lab)
    do {
      try await service.logged("info ready")
      let ending = try await transfer(by: service, in: lab)
      try await service.stop()
      return ending
    } catch {
      print("\nThe service's log:\n" + (try service.lines().joined(separator: "\n")))
      try await service.stop()
      throw error
    }
  }

  private static func transfer(by service: ServiceProcess, in lab: Lab) async throws -> Ending {
    let variables = facts.map { ("WT_" + $0.key.uppercased(), $0.value) }
    let witness = try Witness(of: service, from: Date())
    async let watching: Void = witness.watch()
    let call = try await lab.call(variables: Dictionary(uniqueKeysWithValues: variables))
    try await call.leg.time(of: .recording)
    await witness.listen(toCaller: try await call.leg.listen())

    let agent = try await lab.agent(named: "billing", within: .seconds(20))
    let number = try await agent.callerID().number
    await witness.note("(rings, shows \(number))", in: .agent, at: try await agent.time(of: .ringing))
    let answered = try await agent.time(of: .answered)
    await witness.listen(toAgent: try await agent.listen())
    await witness.note("(picks up)", in: .agent, at: answered)
    let pressed = try await agent.time(of: .pressing, within: .seconds(30))
    await witness.note("(presses 1)", in: .agent, at: pressed)
    try await agent.time(of: .talking)
    try await Task.sleep(for: .seconds(4))

    try await agent.hangUp()
    await witness.note("(hangs up)", in: .agent, at: try await agent.time(of: .gone))
    let outcome = try await call.returned()
    try await Task.sleep(for: .seconds(1))
    try await call.hangUp()
    await witness.note("(hangs up)", in: .caller, at: try await call.leg.time(of: .gone))
    try await Task.sleep(for: .milliseconds(500))
    await witness.stop()
    try await watching
    return Ending(
      outcome: outcome,
      caller: try await Party(call.leg),
      agent: try await Party(agent),
      answered: answered,
      pressed: pressed,
      phases: await witness.phases,
      leftInAsterisk: try await lab.leftovers(),
      // What is not named after a transfer is there for the next ones.
      leftOnDisk: try FileManager.default.contentsOfDirectory(atPath: lab.soundsDirectory.path)
        .filter { $0.hasPrefix("wt-") }
    )
  }
}
