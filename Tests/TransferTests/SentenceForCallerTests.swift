import Testing

@testable import Transfer

@Suite struct SentenceForCallerTests {
  private static func request(_ change: (inout TransferPolicy) throws -> Void = { _ in }) throws -> TransferRequest {
    var request = try Sample.request(.ring(Sample.party([try Sample.target()])))
    request.policy.announcement = try Template(parsing: "I'm connecting you with {target}.")
    request.policy.mergePrompt = try Template(parsing: "Connecting you now.")
    request.policy.farewells.general = try Template(parsing: "Nobody is there.")
    request.policy.farewells.byCause[.busy] = try Template(parsing: "{target} is busy.")
    try change(&request.policy)
    return request
  }

  private static func outcome(_ result: Outcome.Result, _ cause: Outcome.Cause) -> Outcome {
    Outcome(result: result, cause: cause, target: nil, wait: .zero)
  }

  @Test func whatIsSaidInEachPhase() throws {
    let request = try Self.request()
    for phase in [TransferMachine.Phase.requested, .held, .ringing, .briefing] {
      #expect(request.sentence(in: phase)?.hasPrefix("I'm connecting you with") == true)
    }
    for phase in [TransferMachine.Phase.merging, .connected] {
      #expect(request.sentence(in: phase) == "Connecting you now.")
    }
    #expect(request.sentence(in: .returning) == "Nobody is there.")
    #expect(request.sentence(in: .ended, Self.outcome(.returned, .busy))?.hasSuffix("is busy.") == true)
    #expect(request.sentence(in: .ended, Self.outcome(.connected, .completed)) == nil)
    #expect(request.sentence(in: .ended, Self.outcome(.abandoned, .callerHangup)) == nil)
  }

  @Test func whoStandsInLineIsToldWhere() throws {
    let request = try Self.request { policy in
      policy.tellsPlace = true
      policy.comfortMessage = try Template(parsing: "You are number {place}.")
    }
    #expect(request.sentence(in: .held, place: 2) == "You are number 2.")
    #expect(request.sentence(in: .held)?.hasPrefix("I'm connecting") == true)
  }

  /// No voice agent has the recordings of the PBX.
  @Test func recordedPromptsAreLeftOut() throws {
    let request = try Self.request { $0.announcement = try Template(parsing: "sound:acme/hello One moment.") }
    #expect(request.sentence(in: .held) == "One moment.")
    #expect(try Self.request { $0.announcement = .empty }.sentence(in: .held) == nil)
  }
}
