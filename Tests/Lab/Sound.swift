import Foundation

/// Mono sound, and what can be heard in it.
package struct Sound: Sendable {
  package var samples: [Int16]
  package var rate: Int

  package init(samples: [Int16], rate: Int) {
    self.samples = samples
    self.rate = rate
  }

  package static let frameLength = Duration.milliseconds(20)
  private var frameSize: Int { rate / 50 }

  package var length: Duration { .milliseconds(samples.count * 1000 / max(rate, 1)) }
  package var frameCount: Int { samples.count / max(frameSize, 1) }

  package func frame(_ index: Int) -> ArraySlice<Int16> { samples[index * frameSize..<(index + 1) * frameSize] }

  package func loudness(ofFrame index: Int) -> Double { Self.power(frame(index)).squareRoot() }

  /// The share of the frame's power that lies at the frequency, 0 to about 1.
  package func share(of frequency: Double, inFrame index: Int) -> Double {
    let frame = frame(index)
    let total = Self.power(frame)
    return total == 0 ? 0 : strength(of: frequency, in: frame) * 2 / total
  }

  /// When a tone, however faint beside other sound, is first there for some frames: for "did not hear the other side".
  /// A vowel may hold a pitch for three frames.
  package func firstTrace(of tone: Heard.Kind, louderThan level: Double = 100, frames needed: Int = 3) -> Duration? {
    let traces = (0..<frameCount).map { index in
      tone.frequencies.allSatisfy { frequency in
        let frame = frame(index)
        let strength = strength(of: frequency, in: frame)
        return (strength * 2).squareRoot() > level && isPeak(frequency, strength: strength, in: frame)
      }
    }
    guard traces.count >= needed else { return nil }
    let first = (0...traces.count - needed).first { traces[$0..<$0 + needed].allSatisfy(\.self) }
    return first.map { Self.frameLength * $0 }
  }

  /// Speech has a bit of every frequency; a tone stands above its neighbours.
  private func isPeak(_ frequency: Double, strength: Double, in frame: ArraySlice<Int16>) -> Bool {
    [-100.0, 100].allSatisfy { strength > 4 * self.strength(of: frequency + $0, in: frame) }
  }

  /// The squared amplitude's quarter of a sine of the frequency (Goertzel).
  private func strength(of frequency: Double, in frame: ArraySlice<Int16>) -> Double {
    let turn = 2 * cos(2 * Double.pi * frequency / Double(rate))
    var before = 0.0
    var last = 0.0
    for sample in frame {
      let next = Double(sample) + turn * last - before
      before = last
      last = next
    }
    let power = last * last + before * before - turn * last * before
    return power / Double(frame.count * frame.count)
  }

  private static func power(_ frame: ArraySlice<Int16>) -> Double {
    frame.reduce(0) { $0 + Double($1) * Double($1) } / Double(max(frame.count, 1))
  }
}
