package import Foundation
import Synchronization

/// A child with no signal blocked. (Foundation's Process hands on the mask of the thread that starts it, in which nearly
/// all are blocked: Asterisk then never wakes to send its manager events, which it does by SIGURG.)
package final class ChildProcess: Sendable {
  package let id: pid_t
  private let ended: Mutex<Bool> = Mutex(false)
  private let exitCode = Mutex<Int32?>(nil)

  /// `input` becomes the child's standard input; else there is none. `output` is appended to. `environment` is added to
  /// this process's own.
  package init(
    _ executable: String,
    _ arguments: [String],
    input: Int32? = nil,
    output: String = "/dev/null",
    environment: [String: String] = [:]
  ) throws(LabError) {
    var actions = posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
    posix_spawn_file_actions_adddup2(&actions, 1, 2)
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var words = ([executable] + arguments).map { strdup($0) } + [nil]
    let whole = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    var variables = whole.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for word in words + variables { free(word) } }
    var id = pid_t()
    let failure = posix_spawn(&id, executable, &actions, &attributes, &words, &variables)
    guard failure == 0 else { throw LabError(.system, "cannot start \(executable): errno \(failure)") }
    self.id = id
  }

  package var isRunning: Bool {
    ended.withLock { ended in
      var status: Int32 = 0
      if !ended, waitpid(id, &status, WNOHANG) != 0 { ended = true }
      return !ended
    }
  }

  package func killNow() {
    // Under the lock, so that the number cannot have become another process's: it is ours until it is waited for.
    ended.withLock { ended in
      guard !ended else { return }
      kill(id, SIGKILL)
      ended = reap(id)
    }
  }

  /// The exit code; nil for a child that was killed, or whose end nobody has waited for.
  @discardableResult
  func waitForEnd() -> Int32? {
    ended.withLock { ended in
      guard !ended else { return }
      ended = reap(id)
    }
    return exitCode.withLock { $0 }
  }

  private func reap(_ id: pid_t) -> Bool {
    var status: Int32 = 0
    while waitpid(id, &status, 0) < 0, errno == EINTR {}
    if status & 0x7F == 0 { exitCode.withLock { $0 = (status >> 8) & 0xFF } }
    return true
  }
}
