package import Foundation

/// One end of a call at the far end: a caller's phone or an agent's.
package struct Leg: Sendable {
  package enum Happening: String, Sendable {
    case ringing, recording, answered, beeped, pressing, pressed, talking, gone
  }

  /// What the PBX showed this phone when it rang.
  package struct CallerID: Sendable, Equatable, CustomStringConvertible {
    package var name: String
    package var number: String

    package var description: String { "\(name) <\(number)>" }
  }

  package let id: String
  let lab: Lab

  /// When it happened, by the clock of this machine. Waits for it if it has not happened yet.
  @discardableResult
  package func time(of happening: Happening, within limit: Duration = .seconds(10)) async throws -> Date {
    try await message(happening, within: limit).time
  }

  package func callerID() async throws -> CallerID {
    let ringing = try await message(.ringing, within: .seconds(1))
    return CallerID(name: ringing["CallerName"]?.removingPercentEncoding ?? "", number: ringing["CallerNumber"] ?? "")
  }

  /// To whom the INVITE went: `<sip:+15559876543@example.org>`.
  package func address() async throws -> String { try await message(.ringing, within: .seconds(1))["To"] ?? "" }

  /// What the PBX has told this phone last of who is at the other end. The number of its own while it was told nothing.
  package func display() async throws -> CallerID {
    CallerID(name: try await variable("CALLERID(name)"), number: try await variable("CALLERID(num)"))
  }

  private func variable(_ name: String) async throws -> String {
    let answer = try await lab.farEnd.manager().send("Getvar", ["Channel": try await channel(), "Variable": name])
    return answer["Value"] ?? ""
  }

  /// The Call-ID of its SIP dialog, which the PBX's channel knows as CHANNEL(pjsip,call-id).
  package func sipCallID() async throws -> String {
    try await message(.recording, within: .seconds(1))["SIPCall"] ?? ""
  }

  /// Any happening so far, for "was never rung", "never answered".
  package func has(_ happening: Happening) -> Bool {
    lab.happenings.all.contains { $0.isOf(leg: id, happening) }
  }

  package func press(_ digits: String) async throws {
    let channel = try await channel()
    for digit in digits {
      try await lab.farEnd.manager().send("PlayDTMF", ["Channel": channel, "Digit": String(digit), "Duration": "100"])
      try await Task.sleep(for: .milliseconds(200))
    }
  }

  package func hangUp() async throws {
    try await lab.farEnd.manager().send("Hangup", ["Channel": try await channel(), "Cause": "16"])
    try await time(of: .gone)
  }

  /// What this end heard, from `start` on. Waits for the hang-up, since the file is whole only then.
  package func heard(within limit: Duration = .seconds(30)) async throws -> Recording {
    let start = try await time(of: .recording, within: limit)
    try await time(of: .gone, within: limit)
    let file = lab.farEnd.directory.appendingPathComponent("heard/\(id).wav")
    return Recording(sound: try await wholeSound(of: file), start: start, file: file)
  }

  func channel() async throws -> String {
    try await message(.recording, within: .seconds(10))["Channel"] ?? ""
  }

  private func message(_ happening: Happening, within limit: Duration) async throws -> ManagerMessage {
    let id = id
    return try await lab.happenings.first("\(happening) of \(id)", within: limit) { $0.isOf(leg: id, happening) }
  }

  /// MixMonitor's own thread closes the file a little after the hang-up, and writes the length then.
  private func wholeSound(of file: URL) async throws -> Sound {
    for _ in 0..<100 {
      if Wave.isClosed(file) { return try Wave.read(file) }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw LabError(.badRecording, "\(file.path) was not closed within a second of the hang-up")
  }
}

/// What one end of a call heard.
package struct Recording: Sendable {
  package var sound: Sound
  /// The instant of the first sample.
  package var start: Date
  package var file: URL

  package var timeline: [Heard] { sound.timeline() }

  /// Where in the sound an instant lies.
  package func offset(of instant: Date) -> Duration { .seconds(instant.timeIntervalSince(start)) }
}

extension ManagerMessage {
  func isOf(leg id: String, _ happening: Leg.Happening) -> Bool {
    self["UserEvent"] == "LabLeg" && self["Leg"] == id && self["What"] == happening.rawValue
  }

  /// The dialplan's own clock, at the moment of the happening.
  var time: Date { Date(timeIntervalSince1970: self["At"].flatMap(Double.init) ?? 0) }
}
