/// One loudness for all speech, whatever makes it.
extension Recording {
  /// -20 dBFS over speech: what telephone networks are built for.
  static let speechLevel = 3_277.0
  /// -3 dBFS: room for the codecs and mixers that follow.
  static let fullPeak = 23_198.0
  /// Speech is never raised by more, so that a noise floor does not become a roar.
  static let largestGain = 8.0
  /// A frame that is quieter than the loudest by more than 18 dB is a pause, or the end of a word.
  private static let pause = 0.0158

  /// How loud the speech is, without its pauses: as an effective value. 0 for silence.
  package var loudness: Double {
    let length = max(1, rate / 50)
    let energies = stride(from: 0, to: samples.count, by: length).map { start in
      let frame = samples[start..<min(start + length, samples.count)]
      return frame.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(frame.count)
    }
    let loudest = energies.max() ?? 0
    let active = energies.filter { $0 > 0 && $0 >= loudest * Self.pause }
    return active.isEmpty ? 0 : (active.reduce(0, +) / Double(active.count)).squareRoot()
  }

  /// Speech at one loudness, of which `volume` percent are taken. What would be louder than the full peak is held down
  /// around that place, and not cut off.
  func levelled(volume: Int) -> Recording {
    let loudness = loudness
    guard loudness > 0 else { return self }
    let gain = min(Self.speechLevel / loudness, Self.largestGain)
    let share = Double(min(max(volume, 0), 100)) / 100
    let peak = samples.reduce(into: UInt16(0)) { $0 = max($0, $1.magnitude) }
    guard Double(peak) * gain > Self.fullPeak else { return amplified { _ in Float(gain * share) } }
    let holds = holds(gain)
    let block = blockLength
    return amplified { index in
      let (number, rest) = index.quotientAndRemainder(dividingBy: block)
      let (this, next) = (holds[number], holds[min(number + 1, holds.count - 1)])
      return (this + (next - this) * Float(rest) / Float(block)) * Float(gain * share)
    }
  }

  /// Silence stays silence.
  func turned(to volume: Int) -> Recording {
    guard volume < 100 else { return self }
    let share = Float(max(volume, 0)) / 100
    return amplified { _ in share }
  }

  private func amplified(_ gain: (Int) -> Float) -> Recording {
    let amplified = samples.indices.map { index in
      Int16(roundedToFit: min(max(Float(samples[index]) * gain(index), -32_768), 32_767))
    }
    return Recording(samples: amplified, rate: rate)
  }

  /// A millisecond.
  private var blockLength: Int { max(1, rate / 1_000) }

  /// By how much each block is held down: as much as its neighbours need, and changing slowly.
  private func holds(_ gain: Double) -> [Float] {
    let length = blockLength
    let needed = stride(from: 0, to: samples.count, by: length).map { start in
      let peak = samples[start..<min(start + length, samples.count)].reduce(into: UInt16(0)) {
        $0 = max($0, $1.magnitude)
      }
      return Float(min(1, Self.fullPeak / max(1, Double(peak) * gain)))
    }
    // The mean is over fewer than the least is of: no block is held down by less than it needs.
    let least = needed.indices.map { index in
      needed[max(0, index - 8)...min(needed.count - 1, index + 8)].reduce(1) { min($0, $1) }
    }
    return least.indices.map { index in
      let near = least[max(0, index - 7)...min(least.count - 1, index + 7)]
      return near.reduce(0, +) / Float(near.count)
    }
  }
}
