import Foundation

/// What whoever starts the tests may ask for.
enum Environment {
  /// `SIMULATION_SEED=123`: this seed alone, with its story.
  static let seed = number("SIMULATION_SEED")
  /// `SIMULATION_TRANSFERS=1000000`: a longer search.
  static let transfers = number("SIMULATION_TRANSFERS") ?? 20_000

  /// The same of many who wait for few.
  static let crowd = number("SIMULATION_CROWD")
  static let crowds = number("SIMULATION_CROWDS") ?? 30

  private static func number(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap { Int($0) }
  }
}
