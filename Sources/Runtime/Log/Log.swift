import Glibc
import Synchronization

package enum LogLevel: String, Comparable, CaseIterable, Sendable {
  case debug, info, warning, error

  private var rank: Int {
    switch self {
    case .debug: 0
    case .info: 1
    case .warning: 2
    case .error: 3
    }
  }

  package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }
}

/// Lines such as `2026-11-21T04:12:44.123Z info message key=value key="quoted value"`.
///
/// The message is a constant; what came from outside goes into the metadata, where it is escaped and bounded, so that
/// it never makes a line of its own. Copies of a log share one minimum level.
package struct Log: Sendable {
  package typealias Value = any CustomStringConvertible & Sendable
  package typealias Metadata = KeyValuePairs<StaticString, Value>

  private final class Threshold: Sendable {
    let level: Mutex<LogLevel>
    init(_ level: LogLevel) { self.level = Mutex(level) }
  }

  private let threshold: Threshold
  private let sink: @Sendable (String) -> Void
  private let now: @Sendable () -> Timestamp

  /// The sink gets each line without its line end, from any thread.
  package init(
    minimum: LogLevel,
    now: @escaping @Sendable () -> Timestamp = { .now() },
    sink: @escaping @Sendable (String) -> Void
  ) {
    threshold = Threshold(minimum)
    self.now = now
    self.sink = sink
  }

  package static func standardError(minimum: LogLevel) -> Log {
    Log(minimum: minimum) { StandardError.write($0 + "\n") }
  }

  package var minimum: LogLevel {
    get { threshold.level.withLock { $0 } }
    nonmutating set { threshold.level.withLock { $0 = newValue } }
  }

  package func debug(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    write(.debug, message, metadata)
  }

  package func info(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    write(.info, message, metadata)
  }

  package func warning(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    write(.warning, message, metadata)
  }

  package func error(_ message: StaticString, _ metadata: @autoclosure () -> Metadata = [:]) {
    write(.error, message, metadata)
  }

  private func write(_ level: LogLevel, _ message: StaticString, _ metadata: () -> Metadata) {
    guard level >= minimum else { return }
    var line = "\(now()) \(level.rawValue) \(message)"
    for (key, value) in metadata() { line += " \(key)=\(LogText.field(value.description))" }
    sink(line)
  }
}

package enum StandardError {
  /// One write a line, so that lines of several threads do not mix. Nobody could be told of a failure.
  package static func write(_ line: String) {
    var line = line
    line.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        let written = Glibc.write(STDERR_FILENO, rest.baseAddress, rest.count)
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { return }
        rest = UnsafeRawBufferPointer(rebasing: rest[written...])
      }
    }
  }
}
