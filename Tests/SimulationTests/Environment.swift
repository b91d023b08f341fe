import Foundation

enum Environment {
  static var seed: Int? { ProcessInfo.processInfo.environment["SIMULATION_SEED"].flatMap { Int($0) } }
}
