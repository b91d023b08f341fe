package import Foundation

/// Debian's chromedriver: starts a Chromium for each session that it is asked for over HTTP.
package final class ChromeDriver: Sendable {
  private static let executable = "/usr/bin/chromedriver"

  package let url: String
  private let process: ChildProcess

  private init(_ process: ChildProcess, url: String) {
    self.process = process
    self.url = url
  }

  /// Its log is left in the folder.
  package static func start(in folder: URL) async throws -> ChromeDriver {
    let log = folder.appendingPathComponent("chromedriver-\(UUID().uuidString).log")
    let process = try ChildProcess(executable, ["--port=0"], output: log.path)
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline {
      let text = try String(contentsOf: log, encoding: .utf8)
      if let found = text.firstMatch(of: #/started successfully on port (\d+)/#) {
        return ChromeDriver(process, url: "http://127.0.0.1:\(found.output.1)")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    process.killNow()
    throw LabError(.timedOut, "chromedriver did not start: \(try String(contentsOf: log, encoding: .utf8))")
  }

  package func stop() { process.killNow() }
}
