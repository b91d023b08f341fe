import Synchronization
import Transfer

/// Which sounds an engine is still making, and which of them somebody has begun to hear before it had begun: those stay
/// as they are, so that nobody hears two voices in one text.
final class PlayedSounds: Sendable {
  private enum State {
    case expected
    case begun
    case late
  }

  /// By the first file of the text.
  private let states = Mutex<[String: State]>([:])

  func expect(_ file: String) { states.withLock { $0[file] = .expected } }

  /// False for what came too late.
  func begin(_ file: String) -> Bool {
    states.withLock { states in
      guard states[file] != .late else { return false }
      states[file] = .begun
      return true
    }
  }

  func isLate(_ file: String) -> Bool { states.withLock { $0[file] == .late } }

  func end(_ file: String) { states.withLock { $0[file] = nil } }

  /// Told on the way of every event: it only looks. True for what the engine has not begun with.
  func play(_ media: SpokenMedia) -> Bool {
    states.withLock { states in
      guard states[media.file] == .expected else { return false }
      states[media.file] = .late
      return true
    }
  }
}
