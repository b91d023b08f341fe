import Testing
import Transfer

/// Whole transfers under every order of events that a seed can think of. `SIMULATION_SEED=123` plays that seed alone and
/// tells its story, `SIMULATION_TRANSFERS=1000000` searches for longer.
@Suite struct SimulationTests {
  private static let seedsForAMistake = 2_000

  @Test(.enabled(if: Environment.seed == nil))
  func everyTransferKeepsEveryInvariant() async throws {
    let report = try await Census.take(ofAtLeast: Environment.transfers)
    print(report)
    for seed in report.offenders.keys.sorted().prefix(3) {
      Issue.record("\(try Simulation.story(ofSeed: seed))")
    }
    #expect(report.offenders.isEmpty, "\(report.offenders.count) seeds")
    #expect(report.transfers >= Environment.transfers)
    #expect(report.callbackTalks > 0)
    let unseen = Set(Outcome.Cause.allCases).subtracting(report.causes)
    #expect(unseen.isEmpty, "no seed leads to \(unseen)")
  }

  @Test(.enabled(if: Environment.seed != nil))
  func theSeedThatWasAskedFor() throws {
    let seed = try #require(Environment.seed)
    let simulation = try Simulation(seed: seed, tellingIts: true)
    let report = simulation.run()
    print(report.story.joined(separator: "\n"))
    #expect(report.violation == nil)
  }

  /// Fifty callers, five people. `SIMULATION_CROWDS=1000` searches for longer, `SIMULATION_CROWD=12` tells one story.
  @Test(.enabled(if: Environment.seed == nil))
  func aLineIsServedInTurn() throws {
    var fairness = Fairness()
    var crashes = 0
    for seed in Environment.crowd.map({ $0...$0 }) ?? 1...Environment.crowds {
      let simulation = try Simulation(seed: seed, ofCrowd: true, tellingIts: Environment.crowd != nil)
      let report = simulation.run()
      if Environment.crowd != nil { print(report.story.joined(separator: "\n")) }
      #expect(report.violation == nil, "SIMULATION_CROWD=\(seed)")
      // A phone that was to ring when the service died rings later.
      #expect(report.fairness.mostRivals == 0 || report.crashes > 0, "SIMULATION_CROWD=\(seed)")
      fairness.add(report.fairness)
      crashes += report.crashes
    }
    print("\(fairness)\n\(crashes) crashes")
  }

  @Test(arguments: [1, 7, 77])
  func aSeedIsPlayedTheSameEachTime(_ seed: Int) throws {
    let story = try Simulation.story(ofSeed: seed)
    #expect(story.count > 100)
    #expect(try Simulation.story(ofSeed: seed) == story)
  }

  @Test(.enabled(if: Environment.seed == nil), arguments: Break.all)
  func aMistakeMadeOnPurposeIsFound(_ fault: Break) throws {
    let seed = try #require(
      try (1...Self.seedsForAMistake).first { seed in
        let broken = try Simulation(seed: seed, ofCrowd: fault.isAboutTheLine, breaking: fault)
        guard broken.run().violation != nil else { return false }
        let sound = try Simulation(seed: seed, ofCrowd: fault.isAboutTheLine)
        return sound.run().violation == nil
      },
      "not found"
    )
    let broken = try Simulation(seed: seed, ofCrowd: fault.isAboutTheLine, breaking: fault)
    let violation = try #require(broken.run().violation)
    #expect(fault.offends.contains(violation.invariant), "seed \(seed): \(violation)")
    print("\(fault.name): seed \(seed), \(violation)")
  }

  @Test func everyInvariantCanBeBroken() {
    let offended = Break.all.reduce(into: Set<Invariant>()) { $0.formUnion($1.offends) }
    #expect(offended == Set(Invariant.allCases))
  }
}

extension Simulation {
  static func story(ofSeed seed: Int) throws -> String {
    let simulation = try Simulation(seed: seed, tellingIts: true)
    let report = simulation.run()
    return (["SIMULATION_SEED=\(seed)"] + report.story).joined(separator: "\n")
  }
}
