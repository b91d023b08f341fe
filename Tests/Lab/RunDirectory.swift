import Foundation
import Synchronization

/// The files of one run of the lab. A keeper, a process of its own, takes the run down when the lab says so and also when
/// the lab's process dies in whatever way: it waits for the end of a pipe whose other end only the lab holds.
final class RunDirectory: Sendable {
  let url: URL
  private let lock: Int32
  private let pipe: Mutex<Int32?>
  private let keeper: ChildProcess

  private static let keep = "keep"
  private static let takeDown = """
    trap '' INT TERM HUP
    cat >/dev/null
    for pid in "$1"/*/pid; do [ -e "$pid" ] && kill -9 "$(cat "$pid")" 2>/dev/null; done
    [ -e "$1/keep" ] || rm -rf "$1"
    """

  static func make(in runs: URL) throws -> RunDirectory {
    try sweep(runs)
    let url = runs.appendingPathComponent("warm-transfer-lab-\(UUID().uuidString.prefix(8).lowercased())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return try RunDirectory(url: url)
  }

  private init(url: URL) throws {
    guard let lock = Self.locked(url) else { throw LabError(.system, "cannot lock \(url.path)") }
    var ends: [Int32] = [0, 0]
    // The writing end must not reach any child, or the keeper would wait for that child too.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw LabError(.system, "socketpair: errno \(errno)") }
    let keeper = try ChildProcess("/bin/sh", ["-c", Self.takeDown, "keeper", url.path], input: ends[0])
    close(ends[0])
    self.url = url
    self.lock = lock
    self.keeper = keeper
    self.pipe = Mutex(ends[1])
  }

  /// Has the files left where they are, for a look at them, until a run on another day.
  func keepFiles() throws {
    try Data().write(to: url.appendingPathComponent(Self.keep))
  }

  /// When this returns every Asterisk of the run is dead, and its files are gone.
  func remove() {
    let end = pipe.withLock { held in
      defer { held = nil }
      return held
    }
    guard let end else { return }
    close(end)
    keeper.waitForEnd()
    close(lock)
  }

  /// What runs left that died together with their keeper.
  private static func sweep(_ runs: URL) throws {
    for name in try FileManager.default.contentsOfDirectory(atPath: runs.path)
    where name.hasPrefix("warm-transfer-lab-") {
      do {
        try sweepAway(runs.appendingPathComponent(name))
      } catch let error as CocoaError where error.code == .fileNoSuchFile || error.code == .fileReadNoSuchFile {
        // Another lab that starts at the same time, or the run's own keeper, was faster.
      }
    }
  }

  private static func sweepAway(_ url: URL) throws {
    // A run that is alive holds its lock.
    guard try !isKept(url), let lock = locked(url) else { return }
    defer { close(lock) }
    AsteriskInstance.Name.allCases.forEach { killLeftover($0, of: url) }
    try FileManager.default.removeItem(at: url)
  }

  private static func isKept(_ url: URL) throws -> Bool {
    let mark = url.appendingPathComponent(keep).path
    guard FileManager.default.fileExists(atPath: mark) else { return false }
    let made = try FileManager.default.attributesOfItem(atPath: mark)[.modificationDate] as? Date
    return made.map { $0.timeIntervalSinceNow > -24 * 3600 } ?? false
  }

  private static func killLeftover(_ instance: AsteriskInstance.Name, of url: URL) {
    let files = FileManager.default
    guard let text = files.contents(atPath: url.appendingPathComponent("\(instance.rawValue)/pid").path),
      let pid = pid_t(String(decoding: text, as: UTF8.self)),
      // The number may be another process's by now.
      files.contents(atPath: "/proc/\(pid)/cmdline")?.range(of: Data(url.lastPathComponent.utf8)) != nil
    else { return }
    kill(pid, SIGKILL)
  }

  private static func locked(_ url: URL) -> Int32? {
    let file = open(url.appendingPathComponent("lock").path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else { return nil }
    guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
      close(file)
      return nil
    }
    return file
  }
}
