import Testing
import Transfer

@Suite struct SimulationTests {
  @Test func everySeedKeepsEveryInvariant() throws {
    let clock = ContinuousClock()
    let start = clock.now
    var transfers = 0
    var commands = 0
    var outcomes: [String: Int] = [:]
    var bad: [String: [Int]] = [:]
    var detail: [String: String] = [:]
    for seed in 1...2_000 {
      var simulation = try Simulation(seed: seed)
      let report = simulation.run()
      transfers += report.outcomes.count
      commands += report.commands
      for outcome in report.outcomes {
        outcomes["\(outcome.result.rawValue) \(outcome.cause.rawValue)", default: 0] += 1
      }
      if let violation = report.violation {
        let key = "\(violation.invariant) \(simulation.scenario.disturbance.isCalm ? "calm" : "")"
        bad[key, default: []].append(seed)
        detail[key] = "\(seed) \(violation)"
      }
    }
    print(transfers, commands, start.duration(to: clock.now))
    for (name, count) in outcomes.sorted(by: { $0.key < $1.key }) { print(name, count) }
    for (name, seeds) in bad { print(name, seeds.count, seeds.prefix(10), detail[name] ?? "") }
  }

  @Test func oneSeed() throws {
    guard let text = Environment.seed else { return }
    var simulation = try Simulation(seed: text, tellingIts: true)
    let report = simulation.run()
    print(simulation.scenario)
    for line in report.story { print(line) }
  }
}
