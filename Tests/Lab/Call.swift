package import Foundation

/// A call that the lab's caller made.
package struct Call: Sendable {
  /// What the PBX said about the transfer when the caller was back in the dialplan, or had hung up.
  package struct Outcome: Sendable, CustomStringConvertible {
    package var result: String
    package var cause: String
    package var target: String
    package var wait: String
    package var transferID: String
    package var stasisStatus: String
    /// The seconds that `TIMEOUT(absolute)` leaves the caller: 0 for as long as they like. Unknown after the hang-up.
    package var limit: String?
    package var time: Date

    package var description: String { "\(result)/\(cause) target \(target) wait \(wait) stasis \(stasisStatus)" }
  }

  /// The caller's number, which no other call of this lab has.
  package let number: String
  package let leg: Leg
  let lab: Lab

  /// The next line of the dialplan after the transfer was reached.
  package func returned(within limit: Duration = .seconds(30)) async throws -> Outcome {
    try await outcome("LabCallerReturned", within: limit)
  }

  /// What exten `h` saw when the caller was gone.
  package func ended(within limit: Duration = .seconds(30)) async throws -> Outcome {
    try await outcome("LabCallerGone", within: limit)
  }

  /// The agent's phone that rings for this caller, where the proxy caller ID is the caller's own.
  package func agent(within limit: Duration = .seconds(10)) async throws -> Leg {
    let number = number
    return try await lab.agent("agent rung for \(number)", within: limit) { $0["CallerNumber"] == number }
  }

  /// The phone of one person of several who are rung for this caller.
  package func agent(named name: String, within limit: Duration = .seconds(10)) async throws -> Leg {
    let number = number
    return try await lab.agent("agent \(name) rung for \(number)", within: limit) {
      $0["CallerNumber"] == number && $0["User"]?.hasSuffix("-" + name) == true
    }
  }

  /// All phones that have been rung for this caller so far.
  package var agents: [Leg] {
    lab.happenings.all
      .filter { $0["UserEvent"] == "LabLeg" && $0["What"] == "ringing" && $0["CallerNumber"] == number }
      .compactMap { $0["Leg"] }.map { Leg(id: $0, lab: lab) }
  }

  package func hangUp() async throws { try await leg.hangUp() }
  package func heard() async throws -> Recording { try await leg.heard() }

  private func outcome(_ event: String, within limit: Duration) async throws -> Outcome {
    let number = number
    let message = try await lab.happenings.first("\(event) of \(number)", within: limit) {
      $0["UserEvent"] == event && $0["Number"] == number
    }
    return Outcome(
      result: message["WT_RESULT"] ?? "",
      cause: message["WT_CAUSE"] ?? "",
      target: message["WT_TARGET"] ?? "",
      wait: message["WT_WAIT"] ?? "",
      transferID: message["WT_TRANSFER_ID"] ?? "",
      stasisStatus: message["STASISSTATUS"] ?? "",
      limit: message["Limit"],
      time: message.time
    )
  }
}
