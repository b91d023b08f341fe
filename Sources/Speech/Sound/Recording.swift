internal import Transfer

/// Mono sound of 16 bits.
package struct Recording: Equatable, Sendable {
  package let samples: [Int16]
  /// In samples a second.
  package let rate: Int

  package init(samples: [Int16], rate: Int) {
    self.samples = samples
    self.rate = rate
  }

  package var duration: Duration {
    .microseconds(rate > 0 ? samples.count * 1_000_000 / rate : 0)
  }
}

extension Recording {
  /// About -50 dBFS: at one loudness quieter than any speech sound, and louder than what is around one.
  static let audible: UInt16 = 100
  static let fadeIn: Duration = .milliseconds(2)
  static let fadeOut: Duration = .milliseconds(10)
  private static let sentencePause: Duration = .milliseconds(110)

  /// Speech as everybody hears it, whoever has made it: at one loudness, beginning with its first word, without long
  /// pauses and without clicks.
  package func finished(volume: Int) -> Recording {
    levelled(volume: volume).finished()
  }

  /// What is not above `noise` counts as silence.
  func finished(above noise: UInt16 = 0) -> Recording {
    let audible = max(Self.audible, noise)
    return trimmed(audible).withShortPauses(audible).faded()
  }

  /// With the pause behind that comes between two sentences.
  package func pausing() -> Recording {
    Recording(samples: samples + Array(repeating: 0, count: frames(in: Self.sentencePause)), rate: rate)
  }

  /// Without the silence in front, but for 4 ms so that no onset is clipped, and with 40 ms behind: espeak-ng's own
  /// tail is as long as what it spoke before makes it.
  func trimmed(_ audible: UInt16 = audible) -> Recording {
    let isAudible = { (sample: Int16) in sample.magnitude >= audible }
    guard let first = samples.firstIndex(where: isAudible), let last = samples.lastIndex(where: isAudible) else {
      return Recording(samples: [], rate: rate)
    }
    let start = max(0, first - rate * 4 / 1_000)
    let tail = rate * 40 / 1_000
    let sound = samples[start...].prefix(last - start + 1 + tail)
    let missing = max(0, last + 1 + tail - samples.count)
    return Recording(samples: sound + Array(repeating: 0, count: missing), rate: rate)
  }

  /// No pause within the speech is longer than 150 ms: on a telephone a longer one sounds like a line gone dead.
  func withShortPauses(_ audible: UInt16 = audible) -> Recording {
    let longest = rate * 150 / 1_000
    let kept = [Int16](unsafeUninitializedCapacity: samples.count) { kept, count in
      var silent = 0
      for sample in samples {
        silent = sample.magnitude < audible ? silent &+ 1 : 0
        // Written over by the next, where it is one too many.
        kept[count] = sample
        count &+= silent <= longest ? 1 : 0
      }
    }
    return Recording(samples: kept, rate: rate)
  }

  /// From nothing and to nothing: what is cut in the middle of a sound would click.
  func faded() -> Recording {
    let (beginning, end) = (frames(in: Self.fadeIn), frames(in: Self.fadeOut))
    guard samples.count > beginning + end else { return self }
    var faded = samples
    for index in 0..<beginning { faded[index] = Int16(Int(samples[index]) * index / beginning) }
    for index in 0..<end {
      let place = samples.count - 1 - index
      faded[place] = Int16(Int(samples[place]) * index / end)
    }
    return Recording(samples: faded, rate: rate)
  }

  private func frames(in length: Duration) -> Int { max(1, Int(length.milliseconds) * rate / 1_000) }
}

extension Int16 {
  /// For a number that fits. A `Float` of the size that is added has no room behind its point: that rounds it, and its
  /// lowest bits are the number.
  @inline(__always)
  init(roundedToFit number: Float) {
    self.init(truncatingIfNeeded: (number + 12_582_912).bitPattern)
  }
}
