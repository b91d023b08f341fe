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
    /// The transfer that lasts, as a hang-up handler sees it.
    package var active: String
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

  /// What Asterisk's own record of the caller's channel says, with the fields that the lab's conf names.
  package func record() async throws -> [String: String] {
    try await record("record of \(number)") { !$0.hasPrefix("wt-") }
  }

  /// The same of the person's, while the proxy caller ID is the caller's own.
  package func agentsRecord() async throws -> [String: String] {
    try await record("record of the agent of \(number)") { $0.contains("-agent-") }
  }

  private func record(
    _ what: String,
    whereUniqueID fits: @escaping @Sendable (String) -> Bool
  ) async throws -> [String: String] {
    let number = number
    return try await lab.happenings.first(what, within: .seconds(10)) {
      $0["Event"] == "Cdr" && $0["Source"] == number && fits($0["UniqueID"] ?? "")
    }
    .dictionary
  }

  /// What the dialplan knows after it has asked by AGI().
  package func asked(within limit: Duration = .seconds(30)) async throws -> [String: String] {
    let number = number
    return try await lab.happenings.first("answer to \(number)", within: limit) {
      $0["UserEvent"] == "LabAsked" && $0["Number"] == number
    }
    .dictionary
  }

  /// What was announced at the manager interface of one transfer, from its beginning to its end.
  package func announcements(of transfer: String, within limit: Duration = .seconds(10)) async throws
    -> [[String: String]]
  {
    let isOfIt: @Sendable (ManagerMessage) -> Bool = {
      $0["UserEvent"] == "WarmTransfer" && $0["Transfer"] == transfer
    }
    _ = try await lab.happenings.first("end of \(transfer)", within: limit) { isOfIt($0) && $0["Phase"] == "ended" }
    return lab.happenings.all.filter(isOfIt).map(\.dictionary)
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
      active: message["WT_ACTIVE"] ?? "",
      time: message.time
    )
  }
}
