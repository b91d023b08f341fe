import Transfer

/// What is counted since the service started, for those who collect such things.
struct Metrics: Sendable {
  private struct Ending: Hashable {
    let result: Outcome.Result
    let cause: Outcome.Cause
  }

  /// Upper ends, in seconds, of how long callers waited.
  private static let waits = [5, 10, 20, 30, 45, 60, 90, 120, 300]

  private var endings: [Ending: Int] = [:]
  private var waitCounts = [Int](repeating: 0, count: waits.count)
  private var waitsMeasured = 0
  private var waitTotal: Duration = .zero

  mutating func count(_ step: Switchboard.Step) {
    guard let outcome = step.outcome else { return }
    endings[Ending(result: outcome.result, cause: outcome.cause), default: 0] += 1
    waitsMeasured += 1
    waitTotal += outcome.wait
    for (index, end) in Self.waits.enumerated() where outcome.wait <= .seconds(end) { waitCounts[index] += 1 }
  }

  /// In the text format of Prometheus.
  func text(isReady: Bool, phases: [TransferMachine.Phase]) -> String {
    (ended + underWay(phases) + waited + ready(isReady)).map { $0 + "\n" }.joined()
  }

  private var ended: [String] {
    let lines = endings.map { ending, count in
      #"warm_transfer_ended_total{result="\#(ending.result.rawValue)",cause="\#(ending.cause.rawValue)"} \#(count)"#
    }
    return Self.heading("ended_total", "counter", "Transfers that have ended since the service started.")
      + lines.sorted()
  }

  private func underWay(_ phases: [TransferMachine.Phase]) -> [String] {
    Self.heading("under_way", "gauge", "Transfers in progress.")
      + TransferMachine.Phase.allCases.filter { $0 != .ended }.map { phase in
        #"warm_transfer_under_way{phase="\#(phase.rawValue)"} \#(phases.count { $0 == phase })"#
      }
  }

  private var waited: [String] {
    Self.heading(
      "wait_seconds",
      "histogram",
      "How long callers waited, from the request until they were connected or returned."
    )
      + zip(Self.waits, waitCounts).map { #"warm_transfer_wait_seconds_bucket{le="\#($0)"} \#($1)"# }
      + [
        #"warm_transfer_wait_seconds_bucket{le="+Inf"} \#(waitsMeasured)"#,
        "warm_transfer_wait_seconds_sum \(Double(waitTotal.milliseconds) / 1_000)",
        "warm_transfer_wait_seconds_count \(waitsMeasured)",
      ]
  }

  private func ready(_ isReady: Bool) -> [String] {
    Self.heading("asterisk_connected", "gauge", "Whether Asterisk can be reached.")
      + ["warm_transfer_asterisk_connected \(isReady ? 1 : 0)"]
  }

  private static func heading(_ name: String, _ kind: String, _ meaning: String) -> [String] {
    ["# HELP warm_transfer_\(name) \(meaning)", "# TYPE warm_transfer_\(name) \(kind)"]
  }
}
