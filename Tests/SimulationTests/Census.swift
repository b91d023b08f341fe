import Transfer

/// What many seeds have led to.
struct Census: CustomStringConvertible {
  private(set) var seeds = 0
  private(set) var transfers = 0
  private(set) var commands = 0
  private(set) var crashes = 0
  private(set) var callbacks = 0
  private(set) var callbackTalks = 0
  private(set) var causes: Set<Outcome.Cause> = []
  private(set) var offenders: [Int: Violation] = [:]
  private var outcomes: [String: Int] = [:]
  private var duration: Duration = .zero

  private static let workers = 2
  /// So many are played between two looks at whether it is enough.
  private static let batch = 500

  /// Seeds from 1, shared out among the workers.
  static func take(ofAtLeast transfers: Int) async throws -> Census {
    let clock = ContinuousClock()
    let start = clock.now
    var census = Census()
    while census.transfers < transfers {
      let first = census.seeds + 1
      try await withThrowingTaskGroup(of: Census.self) { group in
        for worker in 0..<workers {
          group.addTask {
            var part = Census()
            for seed in stride(from: first + worker, to: first + batch, by: workers) { try part.play(seed) }
            return part
          }
        }
        for try await part in group { census.add(part) }
      }
    }
    census.duration = start.duration(to: clock.now)
    return census
  }

  private mutating func play(_ seed: Int) throws {
    let simulation = try Simulation(seed: seed)
    let report = simulation.run()
    seeds += 1
    transfers += report.outcomes.count
    commands += report.commands
    crashes += report.crashes
    callbacks += report.callbacks
    callbackTalks += report.callbackTalks
    offenders[seed] = report.violation
    for outcome in report.outcomes {
      causes.insert(outcome.cause)
      outcomes["\(outcome.result.rawValue) \(outcome.cause.rawValue)", default: 0] += 1
    }
  }

  private mutating func add(_ part: Census) {
    seeds += part.seeds
    transfers += part.transfers
    commands += part.commands
    crashes += part.crashes
    callbacks += part.callbacks
    callbackTalks += part.callbackTalks
    causes.formUnion(part.causes)
    offenders.merge(part.offenders) { first, _ in first }
    outcomes.merge(part.outcomes, uniquingKeysWith: +)
  }

  var description: String {
    let head =
      "\(transfers) transfers in \(duration), seeds 1...\(seeds), \(commands) commands, \(crashes) crashes, "
      + "\(outcomes.count) outcomes; \(callbacks) callbacks, \(callbackTalks) of them with a talk"
    let table = outcomes.sorted { $0.key < $1.key }.map { "  \($0.key): \($0.value)" }
    let broken = offenders.sorted { $0.key < $1.key }.map { "  SIMULATION_SEED=\($0.key) \($0.value)" }
    return ([head] + table + broken).joined(separator: "\n")
  }
}
