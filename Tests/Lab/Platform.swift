package import Foundation

/// A platform that holds the caller and transfers by dialling the PBX.
package struct Platform: Sendable {
  package let call: Call

  /// When the PBX answered.
  package func answered(within limit: Duration = .seconds(20)) async throws -> Date {
    try await told("answered", within: limit).time
  }

  /// With which cause the PBX refused the call: the platform's voice agent talks on.
  package func refused(within limit: Duration = .seconds(40)) async throws -> (cause: Int, time: Date) {
    let message = try await told("refused", within: limit)
    return (message["Cause"].flatMap(Int.init) ?? 0, message.time)
  }

  package var wasAnswered: Bool { call.lab.happenings.all.contains { [call] in $0.isOf(call, "answered") } }

  private func told(_ what: String, within limit: Duration) async throws -> ManagerMessage {
    let call = call
    return try await call.lab.happenings.first("\(what) of platform \(call.number)", within: limit) {
      $0.isOf(call, what)
    }
  }
}

extension Lab {
  /// What the platform dials, with headers of its own.
  package func platform(dialling exten: String, headers: [String: String] = [:]) async throws -> Platform {
    Platform(call: try await call(through: "Local/\(exten)@platform/n", platformHeaders: headers))
  }
}

extension ManagerMessage {
  fileprivate func isOf(_ call: Call, _ what: String) -> Bool {
    self["UserEvent"] == "LabPlatform" && self["Number"] == call.number && self["What"] == what
  }
}
