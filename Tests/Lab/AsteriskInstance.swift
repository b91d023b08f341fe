package import Foundation
import Synchronization

/// One Asterisk of the lab, in a directory of its own.
package final class AsteriskInstance: Sendable {
  package enum Name: String, Sendable, CaseIterable {
    case pbx
    case farEnd = "far-end"
  }

  package struct Channel: Sendable, Equatable {
    package var name: String
    package var id: String
    package var context: String
    package var state: String
    package var application: String
    package var callerNumber: String
  }

  private struct Running {
    var process: ChildProcess
    var manager: ManagerConnection
  }

  package let name: Name
  package let directory: URL
  package let password: String
  let ports: InstancePorts
  private let installation: AsteriskInstallation
  private let happenings: Happenings
  private let running = Mutex<Running?>(nil)

  init(
    _ name: Name,
    in run: URL,
    ports: InstancePorts,
    password: String,
    installation: AsteriskInstallation,
    happenings: Happenings
  ) {
    self.name = name
    self.directory = run.appendingPathComponent(name.rawValue)
    self.ports = ports
    self.password = password
    self.installation = installation
    self.happenings = happenings
  }

  package var directoryInAsterisk: String { installation.pathInAsterisk(directory) }
  package var sipPort: Int { ports.sip }
  package var logFile: URL { directory.appendingPathComponent("log/full") }

  /// Returns when Asterisk says that it has fully booted.
  package func start() async throws {
    let command = installation.command(["-f", "-C", directoryInAsterisk + "/etc/asterisk.conf"])
    let output = directory.appendingPathComponent("log/output").path
    let process = try ChildProcess(command.executable, command.arguments, output: output)
    try Data("\(process.id)".utf8).write(to: pidFile)
    let manager = try await logIn(while: process)
    running.withLock { $0 = Running(process: process, manager: manager) }
  }

  /// kill -9, and no trace of the process left.
  package func kill() throws {
    let stopped = running.withLock { running in
      defer { running = nil }
      return running
    }
    guard let stopped else { return }
    stopped.process.killNow()
    stopped.manager.close()
    try FileManager.default.removeItem(at: pidFile)
  }

  package func restart() async throws {
    try kill()
    try await start()
  }

  package var processID: pid_t? { running.withLock { $0?.process.id } }

  func manager() throws -> ManagerConnection {
    guard let manager = running.withLock({ $0?.manager }) else {
      throw LabError(.notStarted, "\(name.rawValue) is not running")
    }
    return manager
  }

  /// The lines that `asterisk -rx` would print.
  package func command(_ line: String) async throws -> [String] { try await manager().command(line) }

  /// As if the module had never been installed.
  package func unload(_ module: String) async throws {
    try await manager().send("ModuleLoad", ["Module": module, "LoadType": "unload"])
  }

  package func load(_ module: String) async throws {
    try await manager().send("ModuleLoad", ["Module": module, "LoadType": "load"])
  }

  package func channels() async throws -> [Channel] {
    try await command("core show channels concise").compactMap(Channel.init(concise:))
  }

  /// The ids of all bridges.
  package func bridges() async throws -> [String] {
    try await command("bridge show all").dropFirst().compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  private var pidFile: URL { directory.appendingPathComponent("pid") }

  private func logIn(while process: ChildProcess) async throws -> ManagerConnection {
    let happenings = happenings
    let deadline = ContinuousClock.now + .seconds(20)
    while ContinuousClock.now < deadline, process.isRunning {
      do {
        let manager = try ManagerConnection.open(port: ports.manager) { message in
          if ["UserEvent", "Cdr"].contains(message["Event"]) { happenings.tell(message) }
        }
        try await manager.send("Login", ["Username": "lab", "Secret": password])
        _ = try await manager.command("core waitfullybooted")
        return manager
      } catch let error as LabError where error.kind == .notStarted {
        try await Task.sleep(for: .milliseconds(10))
      }
    }
    process.killNow()
    throw LabError(.notStarted, "\(name.rawValue) did not come up, see \(directory.path)/log")
  }
}

extension AsteriskInstance.Channel {
  /// A line of `core show channels concise`.
  fileprivate init?(concise line: String) {
    let fields = line.split(separator: "!", omittingEmptySubsequences: false).map(String.init)
    guard fields.count >= 14, let id = fields.last else { return nil }
    self.init(
      name: fields[0],
      id: id,
      context: fields[1],
      state: fields[4],
      application: fields[5],
      callerNumber: fields[7]
    )
  }
}
