package import Foundation
import Synchronization

/// The service itself, started as an administrator would start it.
package final class ServiceProcess: Sendable {
  private struct State {
    var lines: [String] = []
    var partial: [UInt8] = []
    var listeners: [@Sendable (String) -> Void] = []
    var exitCode: Int32?
  }

  /// What is built stands beside whatever runs this.
  package static var executable: URL {
    let running = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    return running.deletingLastPathComponent().appendingPathComponent("warm-transfer")
  }

  private let process: Process
  private let state: SharedState

  private final class SharedState: Sendable {
    let value = Mutex(State())
  }

  package static func start(_ arguments: [String], executable: URL = executable) throws -> ServiceProcess {
    let service = ServiceProcess(executable, arguments)
    try service.process.run()
    return service
  }

  private init(_ executable: URL, _ arguments: [String]) {
    let state = SharedState()
    let errors = Pipe()
    process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.standardError = errors
    process.terminationHandler = { ended in state.value.withLock { $0.exitCode = ended.terminationStatus } }
    errors.fileHandleForReading.readabilityHandler = { handle in
      let bytes = [UInt8](handle.availableData)
      if bytes.isEmpty { handle.readabilityHandler = nil }
      Self.take(bytes, state)
    }
    self.state = state
  }

  package var pid: Int32 { process.processIdentifier }
  package var lines: [String] { state.value.withLock { $0.lines } }
  package var exitCode: Int32? { state.value.withLock { $0.exitCode } }

  /// Told of each line of the log from now on.
  package func listen(_ listener: @escaping @Sendable (String) -> Void) {
    state.value.withLock { $0.listeners.append(listener) }
  }

  /// The first line of the log that holds this, from the given line on.
  @discardableResult
  package func logged(_ text: String, from first: Int = 0, within limit: Duration = .seconds(10)) async throws -> String {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if let line = lines.dropFirst(first).first(where: { $0.contains(text) }) { return line }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw LabError(.timedOut, "the service did not log \"\(text)\":\n" + lines.joined(separator: "\n"))
  }

  package func send(_ signal: Int32) { kill(pid, signal) }

  /// Ends it as systemd would, and by force if it does not obey.
  @discardableResult
  package func stop(within limit: Duration = .seconds(25)) async throws -> Int32? {
    send(SIGTERM)
    let deadline = ContinuousClock.now + limit
    while exitCode == nil, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
    if exitCode == nil { send(SIGKILL) }
    return exitCode
  }

  private static func take(_ bytes: [UInt8], _ state: SharedState) {
    let (lines, listeners) = state.value.withLock { state in
      state.partial += bytes
      var parts = state.partial.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
      state.partial = Array(parts.popLast() ?? [])
      let lines = parts.map { String(decoding: $0, as: UTF8.self) }
      state.lines += lines
      return (lines, state.listeners)
    }
    for line in lines { for listener in listeners { listener(line) } }
  }
}
