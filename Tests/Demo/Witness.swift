import Foundation
import Lab

/// Follows one transfer from outside and prints what it sees: the service's log, the sound at both ends.
actor Witness {
  /// When the service said that it entered a phase.
  private(set) var phases: [String: Date] = [:]
  private let service: ServiceProcess
  private var timeline: Timeline
  private var isOver = false
  private var linesRead: Int
  private var caller: Listener?
  private var agent: Listener?

  init(of service: ServiceProcess, from start: Date) throws {
    self.service = service
    timeline = Timeline(start: start)
    linesRead = try service.lines().count
    timeline.printTitle()
  }

  func listen(toCaller ear: LiveEar) { caller = Listener(ear, in: .caller) }
  func listen(toAgent ear: LiveEar) { agent = Listener(ear, in: .agent) }
  func note(_ text: String, in column: Timeline.Column, at time: Date) { timeline.add(text, in: column, at: time) }

  func stop() { isOver = true }

  /// Until it is stopped, or its task is cancelled.
  func watch() async throws {
    while !isOver && !Task.isCancelled {
      try look()
      timeline.printDue()
      do { try await Task.sleep(for: .milliseconds(100)) } catch { break }
    }
    try look()
    timeline.printAll()
  }

  private func look() throws {
    let lines = try service.lines()
    for line in lines.dropFirst(linesRead) { read(line) }
    linesRead = lines.count
    let isJoined = phases["merging"] != nil
    try caller?.listen(isJoined: isJoined, into: &timeline)
    try agent?.listen(isJoined: isJoined, into: &timeline)
  }

  /// `2026-11-21T04:12:44.123Z info phase transfer=... from=held to=ringing`
  private func read(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    guard words.count > 2, let time = Self.date(words[0]) else { return }
    let value = { (name: String) in words.first { $0.hasPrefix(name + "=") }?.dropFirst(name.count + 1) ?? "" }
    if words[2] == "phase" {
      let phase = String(value("to"))
      phases[phase] = time
      timeline.add(phase, in: .service, at: time)
    } else if line.contains(" info transfer ended ") {
      timeline.add("\(value("result")), \(value("cause"))", in: .service, at: time)
    } else if words[1] != "info" {
      timeline.add(words.dropFirst().joined(separator: " "), in: .service, at: time)
    }
  }

  private static func date(_ text: String) -> Date? {
    let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
    do { return try style.parse(text) } catch { return nil }
  }
}
