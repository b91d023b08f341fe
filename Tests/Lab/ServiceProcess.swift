package import Foundation

/// The service itself, started as an administrator would start it, against the lab's PBX.
package final class ServiceProcess: Sendable {
  /// What is built stands beside whatever runs this.
  package static var executable: URL {
    let running = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return running.deletingLastPathComponent().appendingPathComponent("warm-transfer")
  }

  package let configuration: URL
  private let log: URL
  private let environment: [String: String]
  private let process: ChildProcess

  /// `sections` is what follows `[general]` in the conf file.
  package static func start(
    _ sections: String,
    in lab: Lab,
    name: String = "service",
    environment: [String: String] = [:]
  ) throws -> ServiceProcess {
    let configuration = lab.files.appendingPathComponent("\(name).conf")
    try write(sections, to: configuration, lab)
    return try ServiceProcess(configuration, log: lab.files.appendingPathComponent("\(name).log"), environment)
  }

  private init(_ configuration: URL, log: URL, _ environment: [String: String]) throws {
    self.environment = environment
    self.configuration = configuration
    self.log = log
    process = try ChildProcess(
      Self.executable.path,
      ["serve", "--config", configuration.path],
      output: log.path,
      environment: environment
    )
  }

  package static func write(_ sections: String, to file: URL, _ lab: Lab) throws {
    let general = """
      [general]
      ari_url = \(lab.ariURL)
      ari_username = \(lab.ariUsername)
      ari_password = \(lab.ariPassword)
      data_dir = \(file.deletingPathExtension().path)
      sounds_dir = \(lab.soundsDirectory.path)
      sounds_dir_in_asterisk = \(lab.soundsDirectoryInAsterisk)
      http_bind = 127.0.0.1:0


      """
    try Data((general + sections).utf8).write(to: file)
  }

  package var pid: Int32 { process.id }
  package var isRunning: Bool { process.isRunning }

  /// The lines of its log so far.
  package func lines() throws -> [String] {
    try String(decoding: Data(contentsOf: log), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The first line of the log that holds this, from the given line on.
  @discardableResult
  package func logged(
    _ text: String,
    from first: Int = 0,
    within limit: Duration = .seconds(10)
  ) async throws -> String {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let line = try lines().dropFirst(first).first(where: { $0.contains(text) }) { return line }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw LabError(.timedOut, "the service did not log \"\(text)\":\n" + (try lines().joined(separator: "\n")))
  }

  /// Where it serves the API, since it was last started.
  package func api() async throws -> URL {
    let words = "serving the API"
    let first = try await logged(words)
    let line = try lines().last { $0.contains(words) } ?? first
    guard let found = line.firstMatch(of: #/at=(\S+)/#), let url = URL(string: String(found.output.1)) else {
      throw LabError(.timedOut, "no address in: \(line)")
    }
    return url
  }

  package func send(_ signal: Int32) { kill(pid, signal) }

  /// Ends it in the middle of whatever it does.
  package func crash() { process.killNow() }

  /// Another process with the same conf, log and data.
  package func again() throws -> ServiceProcess { try ServiceProcess(configuration, log: log, environment) }

  /// What another command of the same binary prints, with the same conf.
  package func ask(_ words: String...) throws -> [String] { try Self.ask(words, with: configuration).lines }

  /// The same, and the exit code, while no service has to run with this conf.
  package static func ask(_ words: [String], with configuration: URL) throws -> (code: Int32?, lines: [String]) {
    let answer = configuration.appendingPathExtension(UUID().uuidString)
    let command = try ChildProcess(
      executable.path,
      words + ["--config", configuration.path],
      output: answer.path
    )
    let code = command.waitForEnd()
    return (code, try String(contentsOf: answer, encoding: .utf8).split(separator: "\n").map(String.init))
  }

  /// Where its journal is.
  package var data: URL { configuration.deletingPathExtension() }

  /// Ends it as systemd would, and by force if it does not obey. Whether it obeyed.
  @discardableResult
  package func stop(within limit: Duration = .seconds(25)) async throws -> Bool {
    send(SIGTERM)
    let deadline = ContinuousClock.now + limit
    while isRunning, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    let obeyed = !isRunning
    process.killNow()
    return obeyed
  }
}
