import Synchronization
import Transfer

/// Which sounds an engine is still making, and which of them somebody has begun to hear before it had begun: those stay
/// as they are, so that nobody hears two voices in one text.
final class PlayedSounds: Sendable {
  private enum State {
    case expected, begun, late
  }

  /// By the first file of the text, with how many texts have it: several phones that are rung for one caller share it.
  private let sounds = Mutex<[String: (state: State, texts: Int)]>([:])

  func expect(_ file: String) {
    sounds.withLock { $0[file, default: (.expected, 0)].texts += 1 }
  }

  /// False for what came too late.
  func begin(_ file: String) -> Bool {
    sounds.withLock { sounds in
      guard sounds[file]?.state != .late else { return false }
      sounds[file]?.state = .begun
      return true
    }
  }

  func isLate(_ file: String) -> Bool { sounds.withLock { $0[file]?.state == .late } }

  func end(_ file: String) {
    sounds.withLock { sounds in
      sounds[file]?.texts -= 1
      if sounds[file]?.texts == 0 { sounds[file] = nil }
    }
  }

  /// Told on the way of every event: it only looks. True for what the engine has not begun with.
  func play(_ media: SpokenMedia) -> Bool {
    sounds.withLock { sounds in
      guard sounds[media.file]?.state == .expected else { return false }
      sounds[media.file]?.state = .late
      return true
    }
  }
}
