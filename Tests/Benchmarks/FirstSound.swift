import Foundation
import Lab

extension Recording {
  /// Louder than silence is in any codec.
  private static let audible = 100.0

  /// From an instant to the end of the first packet with sound in it: a packet's own 20 ms are the least that it can be.
  func firstSound(after instant: Date) -> Duration? {
    let start = offset(of: instant)
    return (0..<sound.frameCount).lazy
      .filter { sound.loudness(ofFrame: $0) > Self.audible }
      .map { Sound.frameLength * ($0 + 1) - start }
      .first
  }
}
