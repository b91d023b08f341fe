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
  /// About -50 dBFS: quieter than any speech sound, louder than what espeak-ng puts around one.
  private static let audible: UInt16 = 100
  /// -3 dBFS: room for the codecs and mixers that follow.
  private static let fullPeak = 23_198.0
  /// Speech is never raised by more, so that a noise floor does not become a roar.
  private static let largestGain = 4.0

  /// Without the silence in front, but for 4 ms so that no onset is clipped, and with 40 ms behind: espeak-ng's own
  /// tail is as long as what it spoke before makes it.
  func trimmed() -> Recording {
    let isAudible = { (sample: Int16) in sample.magnitude >= Self.audible }
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
  func withShortPauses() -> Recording {
    let longest = rate * 150 / 1_000
    let kept = [Int16](unsafeUninitializedCapacity: samples.count) { kept, count in
      var silent = 0
      for sample in samples {
        silent = sample.magnitude < Self.audible ? silent &+ 1 : 0
        // Written over by the next, where it is one too many.
        kept[count] = sample
        count &+= silent <= longest ? 1 : 0
      }
    }
    return Recording(samples: kept, rate: rate)
  }

  /// The peak at `volume` percent of -3 dBFS.
  func levelled(volume: Int) -> Recording {
    let peak = samples.reduce(into: UInt16(0)) { $0 = max($0, $1.magnitude) }
    guard peak > 0 else { return self }
    let gain = Float(min(Self.fullPeak / Double(peak), Self.largestGain) * Double(min(max(volume, 0), 100)) / 100)
    return Recording(samples: samples.map { Int16(roundedToFit: Float($0) * gain) }, rate: rate)
  }
}

extension Int16 {
  /// For a number that fits. A `Float` of the size that is added has no room behind its point: that rounds it, and its
  /// lowest bits are the number.
  @inline(__always)
  init(roundedToFit number: Float) {
    self.init(truncatingIfNeeded: (number + 12_582_912).bitPattern)
  }
}
