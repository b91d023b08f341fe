import Foundation
import Glibc
import Lab

/// A thousand callers who wait at once, in an Asterisk of which only the interface is there (`crowd.py`): what the service
/// takes for them, and how long one that was killed takes to have them all in hand again. `CALLERS=10000` asks for more.
struct Waiting {
  private struct State: Decodable {
    var requests: Int
    var briefed: Int
    var channels: Int
    /// When it last answered with a list, and when with anything; the seconds since 1970.
    var listed: Double?
    var last: Double?
  }

  private static let callers = ProcessInfo.processInfo.environment["CALLERS"].flatMap(Int.init) ?? 1_000
  private static let perSecond = 50
  private static let patience: Duration = .seconds(120)

  private let folder: URL
  private let conf: URL
  private let crowd: ChildProcess
  private let url: String

  static func run() async throws {
    let folder = URL(fileURLWithPath: NSTemporaryDirectory()).appendingPathComponent("waiting-\(getpid())")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { do { try FileManager.default.removeItem(at: folder) } catch { print("\(folder.path) is left: \(error)") } }
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("crowd.py")
    let output = folder.appendingPathComponent("crowd.log")
    let crowd = try ChildProcess("/usr/bin/python3", [script.path], output: output.path)
    defer { kill(crowd.id, SIGTERM) }
    var port: Int?
    while port == nil {
      guard crowd.isRunning else { throw BenchmarkError(description: "crowd.py: \(try text(of: output))") }
      try await Task.sleep(for: .milliseconds(20))
      port = try Int(text(of: output).trimmingCharacters(in: .newlines))
    }
    guard let port else { return }
    try await Waiting(folder, crowd, "http://127.0.0.1:\(port)").measure()
  }

  private init(_ folder: URL, _ crowd: ChildProcess, _ url: String) throws {
    (self.folder, self.crowd, self.url) = (folder, crowd, url)
    conf = folder.appendingPathComponent("service.conf")
    let text = """
      [general]
      ari_url = \(url)
      ari_username = someone
      ari_password = something
      data_dir = \(folder.path)/data
      sounds_dir = \(folder.path)/sounds
      http_bind = 127.0.0.1:0

      [transfer]
      hold_timeout = 3600
      accept_timeout = 600
      amd = off

      [ben]
      type = target
      dial = PJSIP/ben
      calls_at_once = \(Self.callers)
      """
    try Data(text.utf8).write(to: conf)
  }

  private func measure() async throws {
    let service = try serve("first")
    try await logged("info ready", in: "first")
    let alone = try ProcessFigures(of: service.id)
    try await state("?count=\(Self.callers)&rate=\(Self.perSecond)")
    let full = try await waited { $0.briefed >= Self.callers }
    let together = try ProcessFigures(of: service.id)
    service.killNow()

    let start = Date()
    let again = try serve("second")
    let ready = try await logged("info ready", in: "second").timeIntervalSince(start)
    // All that it does for them is done when nothing has been asked for a while.
    var last = try await state()
    while true {
      try await Task.sleep(for: .seconds(1))
      let now = try await state()
      if now.requests == last.requests { break }
      last = now
    }
    let listed = (last.listed ?? 0) - start.timeIntervalSince1970
    let done = (last.last ?? 0) - start.timeIntervalSince1970
    let after = try ProcessFigures(of: again.id)
    again.killNow()
    table(
      "\(Self.callers) callers who wait, each with a person who hears a briefing of their own",
      [
        [
          "memory before them, with them", "\(Self.megabytes(alone)), \(Self.megabytes(together)) MB",
          "goal: at most 64",
        ],
        ["processor time of the service for each", "\((together.cpu - alone.cpu).each(Self.callers)) ms"],
        ["requests for each", decimals(Double(full.requests) / Double(Self.callers), 1)],
        ["killed and started again: has asked for the last list after", "\(decimals(listed, 2)) s"],
        ["is ready after", "\(decimals(ready, 2)) s"],
        [
          "its last request for them is answered after", "\(decimals(done, 2)) s",
          "\(decimals(done - listed, 2)) s after the lists, goal: below 1",
        ],
        [
          "requests after the start, for each",
          decimals(Double(last.requests - full.requests) / Double(Self.callers), 1),
        ],
        ["callers still there", "\(last.channels - Self.callers) of \(Self.callers)"],
        ["memory", "\(Self.megabytes(after)) MB"],
      ]
    )
  }

  private func serve(_ name: String) throws -> ChildProcess {
    try ChildProcess(
      ServiceProcess.executable.path,
      ["serve", "--config", conf.path],
      output: folder.appendingPathComponent("\(name).log").path
    )
  }

  /// When.
  @discardableResult
  private func logged(_ words: String, in name: String) async throws -> Date {
    let file = folder.appendingPathComponent("\(name).log")
    let deadline = ContinuousClock.now + Self.patience
    while ContinuousClock.now < deadline {
      if let line = try Self.text(of: file).split(separator: "\n").first(where: { $0.contains(words) }) {
        return try Date(
          String(line.prefix { $0 != " " }),
          strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        )
      }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw BenchmarkError(description: "not logged: \(words); but \(try Self.text(of: file).suffix(2_000))")
  }

  @discardableResult
  private func state(_ query: String = "") async throws -> State {
    guard let url = URL(string: "\(url)/crowd\(query)") else { throw BenchmarkError(description: "no URL: \(url)") }
    return try JSONDecoder().decode(State.self, from: Data(contentsOf: url))
  }

  private func waited(until isSo: (State) -> Bool) async throws -> State {
    let deadline = ContinuousClock.now + Self.patience + .seconds(1) * (Self.callers / Self.perSecond)
    while ContinuousClock.now < deadline {
      let now = try await state()
      if isSo(now) { return now }
      try await Task.sleep(for: .milliseconds(200))
    }
    throw BenchmarkError(description: "not all were briefed: \(try await state())")
  }

  private static func text(of file: URL) throws -> String {
    guard FileManager.default.fileExists(atPath: file.path) else { return "" }
    return try String(decoding: Data(contentsOf: file), as: UTF8.self)
  }

  private static func megabytes(_ figures: ProcessFigures) -> String { decimals(Double(figures.residentKB) / 1_024, 1) }
}

extension Duration {
  fileprivate func each(_ count: Int) -> String { decimals(self / .milliseconds(1) / Double(count), 2) }
}
