import Foundation
import Lab
import Synchronization
import Testing

/// One lab for all tests of a suite: `@Suite(.lab) struct Scenarios { let lab = Lab.current … }`.
/// Its files stay where they are, and their place is printed, when a test has failed.
struct LabTrait: SuiteTrait, TestScoping {
  @TaskLocal static var lab: Lab?

  func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let failed = Atomic(false)
    try await Lab.with { lab in
      try await Self.$lab.withValue(lab) {
        // Not one issue is known: this only learns of each, and lets it through.
        try await withKnownIssue(isIntermittent: true) {
          try await function()
        } matching: { _ in
          if !failed.exchange(true, ordering: .relaxed) { Self.keepFiles(of: lab) }
          return false
        }
      }
    }
  }

  /// Sound has holes where other work keeps the processors from two Asterisks for long.
  private static var burden: String {
    var averages = [0.0]
    getloadavg(&averages, 1)
    return "load average \(averages[0]) on \(ProcessInfo.processInfo.activeProcessorCount) processors"
  }

  private static func keepFiles(of lab: Lab) {
    do {
      try lab.keepFiles()
      print("the lab's logs and recordings: \(lab.files.path); \(burden)")
    } catch {
      print("the lab's logs and recordings cannot be kept: \(error)")
    }
  }
}

extension Trait where Self == LabTrait {
  static var lab: LabTrait { LabTrait() }
}

extension Lab {
  /// The lab of the suite that the test is in.
  static func current() throws -> Lab { try #require(LabTrait.lab, "the suite lacks .lab") }
}
