import Foundation
import Lab
import Testing

/// Somebody sets the machine's clock while callers wait.
@Suite(.lab, .serialized) struct ClockTests {
  /// Two hours.
  private static let jump = 7_200

  /// Forwards only: set back, libfaketime also moves timers that run by a steady clock, which no kernel does.
  @Test func aClockThatIsSetSendsNobodyBack() async throws {
    let clock = try Clock(Lab.current().files.appendingPathComponent("clock"))
    defer { clock.stop() }
    let people: [Section] = [
      .transfer(["amd": "off", "hold_timeout": "12"]),
      .person("nora", "noanswer", ["ring_timeout": "60"]),
      .person("amy", "accept-1500-2000"),
    ]
    let scene = try await Scene.start(people, environment: clock.environment)
    let waiting = try await scene.call("nora")
    let joining = try await scene.call("amy")
    try await waiting.agent().time(of: .ringing)
    try await joining.agent().time(of: .ringing)
    let before = try scene.service.lines().count
    try clock.set("+\(Self.jump)")
    try await joining.agent().time(of: .talking)
    try await Task.sleep(for: .seconds(1))
    try await joining.agent().hangUp()
    let joined = try await joining.back()
    try joined.expect("CONNECTED", "COMPLETED", of: "amy", heard: .heldAndJoined, waited: 3...5)
    try await waiting.back().expect("RETURNED", "HOLDTIMEOUT", of: "nora", heard: .heldAndTold, waited: 12...13)
    let line = try await scene.service.logged("to=connected", from: before)
    let told = try Date(
      String(line.prefix { $0 != " " }),
      strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    )
    #expect(abs(told.timeIntervalSinceNow - Double(Self.jump)) < 60, "the service's clock was not set: \(line)")
    #expect(try await scene.leftovers() == [])
    #expect(try await scene.service.stop())
  }
}

/// A clock for one process alone, by libfaketime. Steady clocks stay as they are, as they do when a clock is set.
private struct Clock {
  let environment: [String: String]
  private let setting: URL
  /// The library would tell itself through the environment of the process what it shares with others, and the service
  /// then does not find its arguments. So another process is the first of those who share.
  private let host = Process()
  private let end = Pipe()

  init(_ setting: URL) throws {
    self.setting = setting
    let facts = Pipe()
    host.executableURL = URL(fileURLWithPath: "/usr/bin/faketime")
    host.arguments = ["-m", "-f", "+0", "/bin/sh", "-c", #"echo "$LD_PRELOAD|$FAKETIME_SHARED"; read end"#]
    host.standardInput = end
    host.standardOutput = facts
    try host.run()
    let line = String(decoding: facts.fileHandleForReading.availableData, as: UTF8.self).dropLast()
    let words = line.split(separator: "|").map(String.init)
    guard words.count == 2 else { throw LabError(.system, "faketime said \(line)") }
    environment = [
      "LD_PRELOAD": words[0], "FAKETIME_SHARED": words[1], "FAKETIME_TIMESTAMP_FILE": setting.path,
      "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    ]
    try set("+0")
  }

  func set(_ offset: String) throws { try Data(offset.utf8).write(to: setting) }

  func stop() {
    end.fileHandleForWriting.closeFile()
    host.waitUntilExit()
  }
}
